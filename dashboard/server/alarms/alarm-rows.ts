import { z } from 'zod'
import type { Alarm } from '../../../core/contract/alarm.ts'
import { AlarmNote } from '../../../core/contract/alarm.ts'
import { Notice } from '../../../core/contract/notice.ts'
import { UtcMs } from '../../../core/contract/time.ts'
import type { SqlValue } from '../../../platform/sqlite.ts'
import type { Query } from '../db/database.ts'
import { feedbackOf } from '../feedback/rows.ts'
import { type AlarmBase, AlarmRow, changingColumns, columnsOf } from './alarm-columns.ts'

/** Newest activations, notes and messages an alarm is shown with; the ledger holds all of them. */
const SHOWN = 100

const ActivationRow = z
  .object({ alarm: z.string(), occurrence: z.string(), from_at: UtcMs, to_at: UtcMs.nullable() })
  .transform((row) => ({ alarm: row.alarm, occurrence: row.occurrence, from: row.from_at, to: row.to_at }))

const NoteRow = z.object({ ...AlarmNote.shape, alarm: z.string() })

/** A message about an alarm. */
export const NoticeRow = z
  .object({
    id: z.string(),
    alarm: z.string(),
    kind: Notice.shape.kind,
    round: z.number(),
    step: z.number(),
    person: z.string(),
    name: z.string(),
    channel: z.string(),
    medium: Notice.shape.medium,
    state: Notice.shape.state,
    attempts: z.number(),
    queued_at: UtcMs,
    sent_at: UtcMs.nullable(),
    accepted_at: UtcMs.nullable(),
    delivered_at: UtcMs.nullable(),
    seen_at: UtcMs.nullable(),
    body_hash: z.string().nullable(),
    answer: z.string().nullable(),
    by_edge: z.number(),
  })
  .transform((row): Notice => {
    const { id, alarm, kind, round, step, person, name, channel, medium, state, attempts, answer } = row
    return {
      ...{ id, alarm, kind, round, step, person, name, channel, medium, state, attempts, answer },
      queuedAt: row.queued_at,
      sentAt: row.sent_at,
      acceptedAt: row.accepted_at,
      deliveredAt: row.delivered_at,
      seenAt: row.seen_at,
      bodyHash: row.body_hash,
      byEdge: row.by_edge !== 0,
    }
  })

const LadderRow = z
  .object({ alarm: z.string(), round: z.number(), step: z.number(), due_at: UtcMs })
  .transform(({ due_at: dueAt, ...same }) => ({ ...same, dueAt }))

/** The whole alarm; null when there is none. */
export async function findAlarm(q: Query, id: string): Promise<Alarm | null> {
  const [alarm] = await findAlarms(q, 'where id = ?', id)
  return alarm ?? null
}

/** The alarm of a rule at a site that is open, of which there is at most one, or else the one raised last; null where there never was one. */
export async function findNewestAlarm(q: Query, site: string, rule: string): Promise<Alarm | null> {
  const [open] = await findAlarms(q, "where site = ? and rule = ? and state <> 'closed'", site, rule)
  if (open !== undefined) return open
  const [closed] = await findAlarms(q, 'where site = ? and rule = ? order by raised_at desc limit 1', site, rule)
  return closed ?? null
}

/** The alarm an occurrence belongs to; null when the occurrence is new. */
export async function findAlarmOf(q: Query, occurrence: string): Promise<Alarm | null> {
  const [alarm] = await findAlarms(q, 'where id = (select alarm from activations where occurrence = ?)', occurrence)
  return alarm ?? null
}

/** Whole alarms for a `where … order … limit …` clause. */
export async function findAlarms(q: Query, clause: string, ...values: readonly SqlValue[]): Promise<Alarm[]> {
  const bases = await findBases(q, clause, ...values)
  if (bases.length === 0) return []
  const ids = bases.map((base) => base.id)
  const list = JSON.stringify(ids)
  const activations = await q.all(ActivationRow, newest('activations', ACTIVATION_ORDER), list, SHOWN)
  const notes = await q.all(NoteRow, newest('notes', ['n']), list, SHOWN)
  const notices = await q.all(NoticeRow, newest('notices', ['n']), list, SHOWN)
  const ladders = await q.all(
    LadderRow,
    `select alarm, round, step, due_at from escalations where alarm ${AMONG}`,
    list,
  )
  const feedback = await feedbackOf(q, ids)
  const activationsOf = Map.groupBy(activations, (row) => row.alarm)
  const notesOf = Map.groupBy(notes, (row) => row.alarm)
  const noticesOf = Map.groupBy(notices, (row) => row.alarm)
  const ladderOf = new Map(ladders.map(({ alarm, ...ladder }) => [alarm, ladder]))
  return bases.map((base) => ({
    ...base,
    activations: (activationsOf.get(base.id) ?? []).map(({ occurrence, from, to }) => ({ occurrence, from, to })),
    ladder: ladderOf.get(base.id) ?? null,
    notes: (notesOf.get(base.id) ?? []).map(({ at, by, text }) => ({ at, by, text })),
    notices: noticesOf.get(base.id) ?? [],
    ...(feedback.has(base.id) ? { feedback: feedback.get(base.id) ?? [] } : {}),
  }))
}

/** The same without what hangs on them. */
export function findBases(q: Query, clause: string, ...values: readonly SqlValue[]): Promise<AlarmBase[]> {
  return q.all(AlarmRow, `select * from alarms ${clause}`, ...values)
}

const AMONG = 'in (select value from json_each(?))'

/** One that ended the instant it began stands before the one that began then. */
const ACTIVATION_ORDER = ['from_at', 'to_at is null', 'to_at', 'n']

/** The newest rows of each alarm in a JSON list of ids, oldest of them first. */
function newest(table: 'activations' | 'notes' | 'notices', order: readonly string[]): string {
  const descending = order.map((column) => `${column} desc`).join(', ')
  return `select * from (
      select *, row_number() over (partition by alarm order by ${descending}) as place
      from ${table} where alarm ${AMONG}
    ) where place <= ? order by ${order.join(', ')}`
}

/**
 * Writes an alarm, new or changed, with the activations and notes that `before` did not have so. What is changed
 * gets the next version, whatever version it brings. Notices are written by whoever queues and sends them.
 */
export async function saveAlarm(q: Query, alarm: Alarm, before: Alarm | null): Promise<void> {
  const known = before?.id === alarm.id ? before : null
  await saveBase(q, alarm, known === null)
  for (const activation of alarm.activations) {
    const kept = known?.activations.find(({ occurrence }) => occurrence === activation.occurrence)
    if (kept?.from !== activation.from || kept.to !== activation.to) await saveActivation(q, alarm.id, activation)
  }
  for (const note of alarm.notes) {
    if (known?.notes.includes(note) === true) continue
    await q.run('insert into notes (alarm, at, by, text) values (?, ?, ?, ?)', alarm.id, note.at, note.by, note.text)
  }
}

async function saveActivation(q: Query, alarm: string, activation: Alarm['activations'][number]): Promise<void> {
  await q.run(
    `insert into activations (occurrence, alarm, from_at, to_at) values (?, ?, ?, ?)
     on conflict (occurrence) do update set from_at = excluded.from_at, to_at = excluded.to_at`,
    activation.occurrence,
    alarm,
    activation.from,
    activation.to,
  )
}

async function saveBase(q: Query, alarm: AlarmBase, isNew: boolean): Promise<void> {
  const values = isNew ? columnsOf(alarm) : changingColumns(alarm)
  const columns = Object.keys(values)
  const sql = isNew
    ? `insert into alarms (${columns.join(', ')}, version) values (${columns.map(() => '?').join(', ')}, 1)`
    : `update alarms set ${columns.map((column) => `${column} = ?`).join(', ')}, version = version + 1 where id = ?`
  await q.run(sql, ...Object.values(values), ...(isNew ? [] : [alarm.id]))
}

/** Gives an alarm its next version after something that hangs on it has changed. */
export async function touchAlarm(q: Query, id: string): Promise<void> {
  await q.run('update alarms set version = version + 1 where id = ?', id)
}
