import { z } from 'zod'
import type { UtcMs } from '../../../core/contract/time.ts'
import type { Query } from '../db/database.ts'
import { CODE_VALID_MS } from './codes.ts'

/** Wrong answers within WRONG_WITHIN_MS after which a number is not listened to for LOCKED_FOR_MS. */
export const MOST_WRONG = 5
const WRONG_WITHIN_MS = 3_600_000
export const LOCKED_FOR_MS = 3_600_000
/** Of what was not accepted, so much is answered in an hour. */
export const MOST_ANSWERS = 3
const ANSWERS_WITHIN_MS = 3_600_000
/** What was handled is remembered for this long, ms: a text that was kept by the modem comes again within days at most. */
const KEEP_MS = 30 * 86_400_000

/** What became of an answer. */
export type ReplyOutcome =
  | 'acknowledged'
  | 'taken'
  | 'again'
  | 'closed'
  | 'arrived'
  | 'checked-in'
  | 'no-shift'
  | 'spot-check'
  | 'refused'
  | 'unclear'
  | 'number'
  | 'code'
  | 'locking'
  | 'locked'

/** One answer as it is remembered. */
export interface ReplyRow {
  readonly key: string
  readonly at: UtcMs
  /** As `subscriberOf` has it. */
  readonly number: string
  readonly medium: string
  readonly person: string | null
  readonly code: string | null
  readonly alarm: string | null
  readonly outcome: ReplyOutcome
  readonly isAnswered: boolean
}

/** Whether this answer has been dealt with before. */
export async function isHandled(q: Query, key: string): Promise<boolean> {
  return (await q.one(z.object({ key: z.string() }), 'select key from replies where key = ?', key)) !== null
}

export async function writeReply(q: Query, row: ReplyRow): Promise<void> {
  await q.run('delete from replies where at < ?', row.at - KEEP_MS)
  await q.run(
    `insert into replies (key, at, number, medium, person, code, alarm, outcome, is_answered)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ...[row.key, row.at, row.number, row.medium, row.person, row.code, row.alarm, row.outcome],
    row.isAnswered ? 1 : 0,
  )
}

/** How a number stands. */
export interface Standing {
  readonly isLocked: boolean
  /** Wrong codes in a row within the last hour. */
  readonly wrong: number
  /** Whether what is not accepted may still be answered. */
  readonly mayAnswer: boolean
}

export async function standingOf(q: Query, number: string, now: UtcMs): Promise<Standing> {
  const row = await q.one(
    z.object({ locked_at: z.number().nullable(), wrong: z.number(), answered: z.number() }),
    `select
       (select max(at) from replies where number = ?1 and outcome = 'locking') as locked_at,
       (select count(*) from replies where number = ?1 and outcome = 'code' and at > ?2 and at > coalesce(
         (select max(at) from replies where number = ?1
            and outcome in ('locking', 'acknowledged', 'taken', 'arrived', 'spot-check')), -1)) as wrong,
       (select count(*) from replies where number = ?1 and is_answered = 1 and at > ?3) as answered`,
    number,
    now - WRONG_WITHIN_MS,
    now - ANSWERS_WITHIN_MS,
  )
  const lockedAt = row?.locked_at ?? null
  return {
    isLocked: lockedAt !== null && now - lockedAt < LOCKED_FOR_MS,
    wrong: row?.wrong ?? 0,
    mayAnswer: (row?.answered ?? 0) < MOST_ANSWERS,
  }
}

/** Whether a code of a person's message has been answered before. */
export async function isUsed(
  q: Query,
  { person, code, notice }: { readonly person: string; readonly code: string; readonly notice: string },
): Promise<boolean> {
  const row = await q.one(
    z.object({ used: z.number() }),
    `select 1 as used from replies where person = ?1 and code = ?2 and outcome in ('acknowledged', 'taken')
       and at >= (select queued_at from notices where id = ?3) limit 1`,
    ...[person, code, notice],
  )
  return row !== null
}

/** The one open alarm this person has acknowledged by an answer; null where there is none or more than one. */
export async function alarmTakenBy(q: Query, person: string, now: UtcMs): Promise<string | null> {
  const rows = await q.all(
    z.object({ alarm: z.string() }),
    `select distinct replies.alarm from replies join alarms on alarms.id = replies.alarm
     where replies.person = ? and replies.at > ? and replies.outcome in ('acknowledged', 'taken')
       and alarms.state <> 'closed' limit 2`,
    person,
    now - CODE_VALID_MS,
  )
  return rows.length === 1 ? (rows[0]?.alarm ?? null) : null
}
