import { z } from 'zod'
import type { Alarm } from '../../../core/contract/alarm.ts'
import type { AlarmQuery } from '../../../core/contract/http.ts'
import type { SqlValue } from '../../../platform/sqlite.ts'
import type { Query } from '../db/database.ts'
import { findAlarms } from './alarm-rows.ts'

/** Alarms of some sites (null = of all) a query asks for, newest first. */
export function listAlarms(q: Query, query: AlarmQuery, sites: readonly string[] | null): Promise<Alarm[]> {
  const conditions = conditionsOf(query, sites).filter(({ asked }) => asked)
  const where = conditions.map(({ sql }) => sql).join(' and ')
  const values = conditions.flatMap(({ value }) => (value === undefined ? [] : [value]))
  return findAlarms(q, `where ${where} order by raised_at desc limit ?`, ...values, query.limit)
}

interface Condition {
  readonly asked: boolean
  readonly sql: string
  readonly value?: SqlValue | undefined
}

/** Whether an alarm of one of these sites names a picture, by the hash of its bytes. */
export async function isPictureOf(q: Query, sha256: string, sites: readonly string[]): Promise<boolean> {
  const named = `%${sha256}%`
  const row = await q.one(
    z.object({ found: z.number() }),
    `select exists (select 1 from alarms where site in (select value from json_each(?))
       and (evidence like ? or findings like ?)) as found`,
    ...[JSON.stringify(sites), named, named],
  )
  return row?.found === 1
}

function conditionsOf(
  { state, site, rule, priority, suppressed, number, from, to }: AlarmQuery,
  sites: readonly string[] | null,
): readonly Condition[] {
  const isOneState = state !== 'open' && state !== 'all'
  return [
    { asked: true, sql: 'true' },
    { asked: state === 'open', sql: "state <> 'closed'" },
    { asked: isOneState, sql: 'state = ?', value: isOneState ? state : undefined },
    { asked: sites !== null, sql: 'site in (select value from json_each(?))', value: JSON.stringify(sites) },
    { asked: site !== undefined, sql: 'site = ?', value: site },
    { asked: rule !== undefined, sql: 'rule = ?', value: rule },
    { asked: priority !== undefined, sql: 'priority = ?', value: priority },
    { asked: suppressed !== undefined, sql: `suppressions ${suppressed === 'yes' ? '<>' : '='} '[]'` },
    { asked: number !== undefined, sql: 'number = ?', value: number },
    { asked: from !== undefined, sql: 'raised_at >= ?', value: from },
    { asked: to !== undefined, sql: 'raised_at < ?', value: to },
  ].map((one) => (one.asked ? one : { ...one, value: undefined }))
}
