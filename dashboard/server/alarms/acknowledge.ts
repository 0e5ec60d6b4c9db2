import { createHash, randomBytes } from 'node:crypto'
import { z } from 'zod'
import { type Alarm, AlarmNote, Acknowledgement } from '../../../core/contract/alarm.ts'
import type { UtcMs } from '../../../core/contract/time.ts'
import { awaitsPerson, MIN_NOTE, noteSuffices, stepAlarm } from '../../../core/alarms/lifecycle.ts'
import { HouseError } from '../../../core/kit/errors.ts'
import type { Query } from '../db/database.ts'
import { findAlarm, saveAlarm } from './alarm-rows.ts'
import { obeyStep } from './ladder.ts'
import type { LedgerAction } from './ledger.ts'

export interface AcknowledgeRequest {
  /** Sign-in name, or the name of the person a message was sent to. */
  readonly by: string
  /** At least 4 characters for red and orange. */
  readonly note: string
  readonly via: 'desk' | 'phone'
}

/** An alarm after a person's act, and what of it belongs in the ledger. */
export interface PersonsAct {
  readonly changed: boolean
  readonly actions: readonly LedgerAction[]
}

/** Acknowledges in a transaction. Throws `http/not-found`, `http/invalid`. */
export async function applyAcknowledge(
  q: Query,
  id: string,
  { request, now }: { readonly request: AcknowledgeRequest; readonly now: UtcMs },
): Promise<PersonsAct> {
  const alarm = await alarmOrRefusal(q, id)
  const waits = awaitsPerson(alarm.state)
  // A repeat by the same person (a phone that sends twice) is no second act.
  if (!waits && alarm.acknowledgement?.by === request.by) return { changed: false, actions: [] }
  if (waits && !noteSuffices(alarm.priority, request.note)) {
    throw new HouseError(
      'http/invalid',
      `note: expected at least ${MIN_NOTE} characters for a ${alarm.priority} alarm, came ${request.note.trim().length}: say what you do about it`,
      { expected: `at least ${MIN_NOTE} characters`, came: request.note.trim().length },
    )
  }
  const acknowledgement = Acknowledgement.safeParse({ at: now, ...request })
  if (!acknowledgement.success) {
    throw new HouseError('http/invalid', `acknowledge: ${z.prettifyError(acknowledgement.error)}`)
  }
  const step = stepAlarm(alarm, { kind: 'acknowledge', acknowledgement: acknowledgement.data })
  if (step.alarm !== null && step.changed) await saveAlarm(q, step.alarm, alarm)
  return { changed: step.changed, actions: [...step.acts, ...(await obeyStep(q, alarm, step, now))] }
}

/** A note and who writes it; a person when `kind` does not say otherwise. */
export interface NoteBy {
  readonly by: string
  readonly kind?: 'person' | 'service'
  readonly text: string
}

/** Adds a note in a transaction. Throws `http/not-found`, `http/invalid`. */
export async function applyNote(
  q: Query,
  id: string,
  { by, kind, text, now }: NoteBy & { readonly now: UtcMs },
): Promise<PersonsAct> {
  const alarm = await alarmOrRefusal(q, id)
  const note = AlarmNote.safeParse({ at: now, by, text })
  if (!note.success) throw new HouseError('http/invalid', `note: ${z.prettifyError(note.error)}`)
  const step = stepAlarm(alarm, { kind: 'note', note: note.data, actor: kind ?? 'person' })
  if (step.alarm !== null && step.changed) await saveAlarm(q, step.alarm, alarm)
  return { changed: step.changed, actions: step.acts }
}

/** A new link for a message, good as long as the alarm is kept. Only its hash is stored. */
export async function newToken(
  q: Query,
  { notice, by, now }: { readonly notice: string; readonly by: string; readonly now: UtcMs },
): Promise<string> {
  const token = randomBytes(16).toString('base64url')
  await q.run(
    'insert into notice_tokens (token_hash, notice, by, created_at) values (?, ?, ?, ?)',
    hashed(token),
    notice,
    by,
    now,
  )
  return token
}

/** The alarm a link belongs to and the person it was sent to; null for an unknown link. */
export async function ownerOf(q: Query, token: string): Promise<{ alarm: string; by: string } | null> {
  return await q.one(
    z.object({ alarm: z.string(), by: z.string() }),
    'select notices.alarm, notice_tokens.by from notice_tokens join notices on notices.id = notice_tokens.notice where token_hash = ?',
    hashed(token),
  )
}

function hashed(token: string): string {
  return createHash('sha256').update(token).digest('hex')
}

async function alarmOrRefusal(q: Query, id: string): Promise<Alarm> {
  const alarm = await findAlarm(q, id)
  if (alarm === null) throw new HouseError('http/not-found', `expected the id of an alarm, came ${id}`, { id })
  return alarm
}
