import fc from 'fast-check'
import { AlarmState } from '../../../core/contract/alarm.ts'
import type { AlarmRow } from '../../../core/contract/alarm-row.ts'
import { Priority } from '../../../core/contract/priority.ts'
import { rowOf } from '../../../core/alarms/alarm-row.ts'
import type { Naming } from '../../../dashboard/web/stores/alarm-index.ts'
import { type AlarmView, REACHES, SORTS, STANDINGS } from '../../../dashboard/web/stores/alarm-view.ts'
import { alarmWith } from './alarms.ts'

const SITES = ['east-gully', 'north-flat', 'lookout'] as const
const RULES = ['gas', 'tamper', 'high-limit'] as const
const shelf = { kind: 'shelved', by: 'operator', second: null, reason: '检修', from: 1, until: 2, parent: null }

/** Alarms of every colour, state and age. */
export const someAlarm = fc
  .record({
    n: fc.integer({ min: 0, max: 400 }),
    site: fc.constantFrom(...SITES),
    ruleType: fc.constantFrom(...RULES),
    priority: fc.constantFrom(...Priority.options),
    state: fc.constantFrom(...AlarmState.options),
    raisedAt: fc.integer({ min: 1, max: 2_000_000_000_000 }),
    assignee: fc.constantFrom(null, 'operator', 'li-yun'),
    isHeld: fc.boolean(),
    version: fc.integer({ min: 1, max: 5 }),
  })
  .map(({ n, isHeld, ...parts }) =>
    alarmWith({ ...parts, id: `${parts.site}.r.${n.toString(36)}`, suppressions: isHeld ? [shelf] : [] }),
  )

/** The same as rows, no two with one id. */
export const someRows: fc.Arbitrary<AlarmRow[]> = fc
  .uniqueArray(someAlarm, { selector: ({ id }) => id, maxLength: 40 })
  .map((alarms) => alarms.map(rowOf))

export const someView: fc.Arbitrary<AlarmView> = fc.record({
  show: fc.constantFrom('open' as const, 'all' as const),
  reach: fc.constantFrom(...REACHES),
  colours: fc.subarray([...Priority.options]),
  standing: fc.constantFrom(...STANDINGS),
  assignee: fc.constantFrom('', 'operator', 'li-yun'),
  text: fc.oneof(fc.constantFrom('', 'gas', 'NORTH', '0001', '没有'), fc.string({ maxLength: 6 })),
  sort: fc.constantFrom(...SORTS),
  down: fc.boolean(),
})

/** Everything is called by its id. */
export const PLAIN_NAMES: Naming = {
  site: (id) => id,
  town: (site) => `town of ${site}`,
  rule: (type) => type,
  person: (id) => id,
  words: ({ number, site, ruleType, assignee }) => `${number} ${site} ${ruleType} ${assignee ?? ''}`,
}
