import type { Alarm } from '../../../core/contract/alarm.ts'
import { alarmWith } from './alarms.ts'
import { COUNTY, NIGHT } from './county.ts'

const COLOURS = ['yellow', 'orange', 'blue', 'yellow', 'orange', 'yellow', 'blue', 'yellow', 'red', 'blue'] as const
const TYPES = ['high-limit', 'tamper', 'should-be-off', 'stale', 'presence', 'gas', 'level-jump', 'comms'] as const
const QUANTITIES = ['power', 'power', 'power', 'level', 'power', 'gas', 'level', 'voltage'] as const

/** So many alarms of all colours, kinds and sites, every third of them closed; the same in every run. */
export function flood(count: number): readonly Alarm[] {
  return Array.from({ length: count }, (_, n) => {
    const site = COUNTY[n % COUNTY.length]?.id ?? 'lookout'
    const id = `${site}.flood-${n}.s${n.toString(36)}`
    const raisedAt = NIGHT - 60_000 - n * 40_000
    const isClosed = n % 3 === 2
    const priority = COLOURS[(n * 7) % COLOURS.length] ?? 'yellow'
    const kind = (n * 5) % TYPES.length
    return alarmWith({
      ...{ id, site, priority, raisedAt, rule: `flood-${n}`, ruleType: TYPES[kind] ?? 'stale' },
      number: `PW-20260111-${String(count - n).padStart(5, '0')}`,
      state: isClosed ? 'closed' : n % 4 === 1 ? 'acked' : n % 11 === 3 ? 'returned' : 'unacked',
      returnedAt: isClosed || n % 11 === 3 ? raisedAt + 30_000 : null,
      closedAt: isClosed ? raisedAt + 60_000 : null,
      raises: 1 + (n % 5),
      explanation: {
        key: 'high-limit.raised',
        values: {
          ...{ quantity: QUANTITIES[kind] ?? 'power', value: 1_000 + ((n * 37) % 9_000), limit: 3_000 },
          ...{ since: raisedAt, heldS: 30 },
        },
      },
      acknowledgement:
        isClosed || n % 4 === 1 ? { at: raisedAt + 50_000, by: 'operator', note: '已处理', via: 'desk' } : null,
      assignee: n % 9 === 0 ? 'operator' : null,
    })
  })
}
