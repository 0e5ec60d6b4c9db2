import { z } from 'zod'
import { UtcMs } from '../../core/contract/time.ts'
import { messageOf } from '../../core/kit/errors.ts'
import { openSqlite, type Sqlite } from '../../platform/sqlite.ts'
import type { AuditView, WaitingMessage, WaitingRed } from './audit.ts'

/** Enough to say how bad it is; nobody is told more than the first few. */
const MOST_ROWS = 200

const WAITS = "alarms.state in ('unacked', 'returned', 'latched') and alarms.suppressions = '[]'"
/** Acts after which an acknowledged alarm waits for a person anew. */
const ANEW = "('alarm-raised-again', 'alarm-re-alarmed')"

const Red = z
  .object({
    id: z.string(),
    number: z.string(),
    site: z.string(),
    received_at: UtcMs,
    acked_n: z.number(),
    unsuppressed_at: UtcMs,
    accepted_at: UtcMs.nullable(),
  })
  .strict()

/**
 * Since when it has waited without a break: since it was received; or, once somebody had acknowledged, since the first time after
 * that it called again; or since it was held back no more.
 */
const REDS = `select id, number, site, received_at,
    coalesce((select max(n) from ledger where subject = alarms.id and act = 'alarm-acknowledged'), 0) as acked_n,
    coalesce((select max(at) from ledger where subject = alarms.id and act = 'alarm-suppression-ended'), 0)
      as unsuppressed_at,
    (select max(accepted_at) from notices where alarm = alarms.id) as accepted_at
  from alarms where ${WAITS} and priority = 'red'
  order by accepted_at is not null, received_at limit ${MOST_ROWS}`

const AGAIN_AT = `select min(at) as at from ledger where subject = ? and n > ? and act in ${ANEW}`

const Message = z.object({ alarm: z.string(), number: z.string(), site: z.string(), since: UtcMs }).strict()

/**
 * Messages that could go and do not. Of a red alarm each counts; of an orange one only when nobody was told since: its messages may wait for
 * texts to come free.
 */
const MESSAGES = `select notices.alarm, number, site, min(max(notices.queued_at, hold_until)) as since
  from notices join alarms on alarms.id = notices.alarm
  where notices.state = 'queued' and ${WAITS} and hold_until <= ?1
    and (priority = 'red' or (priority = 'orange' and not exists (
      select 1 from notices as told where told.alarm = notices.alarm and told.accepted_at >= notices.queued_at)))
  group by notices.alarm order by since limit ${MOST_ROWS}`

/**
 * What the control room's database says at `now`, read without changing or holding up anything. What cannot be read is an answer too.
 * `nobody` is told by who knows the roster.
 */
export function readView(path: string, facts: { readonly now: UtcMs; readonly nobody: readonly string[] }): AuditView {
  try {
    using db = openSqlite(path, [], { readOnly: true })
    db.run('begin')
    const view: AuditView = {
      is: 'read',
      reds: redsOf(db),
      messages: db.all(Message, MESSAGES, facts.now) satisfies WaitingMessage[],
      beatAt: db.one(z.object({ at: UtcMs }), "select at from heartbeats where name = 'dispatcher'")?.at ?? null,
      nobody: facts.nobody,
    }
    db.run('commit')
    return view
  } catch (error) {
    return { is: 'unreadable', why: messageOf(error).slice(0, 160) }
  }
}

function redsOf(db: Sqlite): WaitingRed[] {
  return db.all(Red, REDS).map((row) => {
    const { id: alarm, number, site, accepted_at: acceptedAt } = row
    const again = row.acked_n === 0 ? null : db.one(z.object({ at: UtcMs.nullable() }), AGAIN_AT, alarm, row.acked_n)
    const since = [row.received_at, row.unsuppressed_at, again?.at ?? row.received_at].reduce((a, b) => (a > b ? a : b))
    return { alarm, number, site, since, acceptedAt }
  })
}
