import { z } from 'zod'
import { AlarmState, Suppression } from '../../../core/contract/alarm.ts'
import {
  type AlarmRow,
  type AlarmRowQuery,
  type AlarmRows,
  MOST_CLOSED_TOLD,
} from '../../../core/contract/alarm-row.ts'
import { Priority } from '../../../core/contract/priority.ts'
import { Quantity } from '../../../core/contract/quantity.ts'
import { UtcMs } from '../../../core/contract/time.ts'
import type { SqlValue } from '../../../platform/sqlite.ts'
import type { Query } from '../db/database.ts'

/** Rows of a list: every open alarm of some sites (null = of all), whenever it was raised, and of the closed ones those asked for, newest first. */
export async function listAlarmRows(
  q: Query,
  { closedSince }: AlarmRowQuery,
  sites: readonly string[] | null,
): Promise<AlarmRows> {
  const among = sites === null ? null : JSON.stringify(sites)
  const own = `(? is null or site in (select value from json_each(?)))`
  const open = await findRows(q, `state <> 'closed' and ${own}`, among, among)
  if (closedSince === undefined) return { rows: open, more: false }
  const closed = await findRows(
    q,
    `state = 'closed' and raised_at >= ? and ${own} order by raised_at desc limit ?`,
    ...[closedSince, among, among, MOST_CLOSED_TOLD + 1],
  )
  return { rows: [...open, ...closed.slice(0, MOST_CLOSED_TOLD)], more: closed.length > MOST_CLOSED_TOLD }
}

const truth = z.number().transform((value) => value !== 0)

const Row = z
  .object({
    id: z.string(),
    number: z.string(),
    site: z.string(),
    rule: z.string(),
    rule_type: z.string(),
    priority: Priority,
    state: AlarmState,
    raised_at: UtcMs,
    returned_at: UtcMs.nullable(),
    quantity: z.unknown(),
    value: z.union([z.number(), z.string()]).nullable(),
    value_type: z.string().nullable(),
    bound: z.union([z.number(), z.string()]).nullable(),
    raises: z.number(),
    assignee: z.string().nullable(),
    acknowledged_by: z.string().nullable(),
    suppressions: z.string(),
    late: truth,
    chattering: truth,
    quality: z.enum(['good', 'stale']),
    version: z.number(),
  })
  .transform((row): Omit<AlarmRow, 'called' | 'told' | 'ladder'> => ({
    id: row.id,
    number: row.number,
    site: row.site,
    rule: row.rule,
    ruleType: row.rule_type,
    priority: row.priority,
    state: row.state,
    raisedAt: row.raised_at,
    returnedAt: row.returned_at,
    quantity: Quantity.safeParse(row.quantity).data ?? null,
    value: valueOf(row),
    limit: typeof row.bound === 'number' ? row.bound : null,
    raises: Math.max(1, row.raises),
    assignee: row.assignee,
    acknowledgedBy: row.acknowledged_by,
    suppressions: [...new Set(Kinds.parse(JSON.parse(row.suppressions)).map(({ kind }) => kind))],
    late: row.late,
    chattering: row.chattering,
    quality: row.quality,
    version: row.version,
  }))

const Kinds = z.array(z.object({ kind: Suppression.shape.kind }))

/** SQLite has no booleans of its own: what the JSON held is told by its type. */
function valueOf({ value, value_type: type }: { value: number | string | null; value_type: string | null }) {
  if (type === 'true' || type === 'false') return type === 'true'
  return typeof value === 'number' ? value : null
}

const Calls = z.object({
  alarm: z.string(),
  persons: z.number(),
  sent: UtcMs.nullable(),
  accepted: UtcMs.nullable(),
  delivered: UtcMs.nullable(),
  seen: UtcMs.nullable(),
  name: z.string(),
})

const Ladder = z.object({ alarm: z.string(), round: z.number(), step: z.number(), due_at: UtcMs })

async function findRows(q: Query, where: string, ...values: readonly SqlValue[]): Promise<AlarmRow[]> {
  const bases = await q.all(
    Row,
    `select id, number, site, rule, rule_type, priority, state, raised_at, returned_at,
       explanation ->> '$.values.quantity' as quantity, explanation ->> '$.values.value' as value,
       json_type(explanation, '$.values.value') as value_type, explanation ->> '$.values.limit' as bound,
       raises, assignee, acknowledgement ->> '$.by' as acknowledged_by, suppressions, late, chattering, quality, version
     from alarms where ${where}`,
    ...values,
  )
  const ids = JSON.stringify(bases.map(({ id }) => id))
  const calls = await q.all(
    Calls,
    `select told.*, last.name from (
       select alarm, count(distinct person) as persons, max(n) as newest, min(sent_at) as sent, min(accepted_at) as accepted,
         min(delivered_at) as delivered, min(seen_at) as seen
       from notices where kind not in ('returned', 'acknowledged') and alarm in (select value from json_each(?)) group by alarm
     ) told join notices last on last.n = told.newest`,
    ids,
  )
  const ladders = await q.all(
    Ladder,
    'select alarm, round, step, due_at from escalations where alarm in (select value from json_each(?))',
    ids,
  )
  const callsOf = new Map(calls.map((row) => [row.alarm, row]))
  const ladderOf = new Map(ladders.map(({ alarm, round, step, due_at: dueAt }) => [alarm, { round, step, dueAt }]))
  return bases.map((base) => {
    const told = callsOf.get(base.id)
    return {
      ...base,
      called: told === undefined ? null : { name: told.name, persons: told.persons },
      told: told === undefined ? [null, null, null, null] : [told.sent, told.accepted, told.delivered, told.seen],
      ladder: ladderOf.get(base.id) ?? null,
    }
  })
}
