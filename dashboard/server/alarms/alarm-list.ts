import type { Alarm } from '../../../core/contract/alarm.ts'
import type { AlarmQuery } from '../../../core/contract/http.ts'
import type { SqlValue } from '../../../platform/sqlite.ts'
import type { Query } from '../db/database.ts'
import { findAlarms } from './alarm-rows.ts'

/** Alarms a query asks for, newest first. */
export function listAlarms(q: Query, query: AlarmQuery): Promise<Alarm[]> {
  const conditions = conditionsOf(query).filter(({ asked }) => asked)
  const where = conditions.map(({ sql }) => sql).join(' and ')
  const values = conditions.flatMap(({ value }) => (value === undefined ? [] : [value]))
  return findAlarms(q, `where ${where} order by raised_at desc limit ?`, ...values, query.limit)
}

interface Condition {
  readonly asked: boolean
  readonly sql: string
  readonly value?: SqlValue | undefined
}

function conditionsOf({ state, site, rule, priority, suppressed, number, from, to }: AlarmQuery): readonly Condition[] {
  const isOneState = state !== 'open' && state !== 'all'
  return [
    { asked: true, sql: 'true' },
    { asked: state === 'open', sql: "state <> 'closed'" },
    { asked: isOneState, sql: 'state = ?', value: isOneState ? state : undefined },
    { asked: site !== undefined, sql: 'site = ?', value: site },
    { asked: rule !== undefined, sql: 'rule = ?', value: rule },
    { asked: priority !== undefined, sql: 'priority = ?', value: priority },
    { asked: suppressed !== undefined, sql: `suppressions ${suppressed === 'yes' ? '<>' : '='} '[]'` },
    { asked: number !== undefined, sql: 'number = ?', value: number },
    { asked: from !== undefined, sql: 'raised_at >= ?', value: from },
    { asked: to !== undefined, sql: 'raised_at < ?', value: to },
  ].map((one) => (one.asked ? one : { ...one, value: undefined }))
}
