import type { Alarm } from '../contract/alarm.ts'
import type { AlarmRow, Told } from '../contract/alarm-row.ts'
import type { Notice } from '../contract/notice.ts'
import { Quantity } from '../contract/quantity.ts'
import { callsOf, earliestOf } from './proof/episode.ts'

/** What a list says of an alarm. */
export function rowOf(alarm: Alarm): AlarmRow {
  const { id, number, site, rule, ruleType, priority, state, raisedAt, returnedAt } = alarm
  const { assignee, late, chattering, quality, ladder, version } = alarm
  const calls = callsOf(alarm.notices)
  return {
    ...{ id, number, site, rule, ruleType, priority, state, raisedAt, returnedAt },
    ...{ assignee, late, chattering, quality, ladder, version },
    ...decidedBy(alarm.explanation.values),
    raises: alarm.raises ?? Math.max(1, alarm.activations.length),
    acknowledgedBy: alarm.acknowledgement?.by ?? null,
    suppressions: [...new Set(alarm.suppressions.map(({ kind }) => kind))],
    called: calledOf(calls),
    told: toldOf(calls),
  }
}

/** The value, the limit and what they are of, as far as an explanation tells. */
export function decidedBy(values: Alarm['explanation']['values']): Pick<AlarmRow, 'quantity' | 'value' | 'limit'> {
  const { value, limit } = values
  return {
    quantity: Quantity.safeParse(values.quantity).data ?? null,
    value: typeof value === 'number' || typeof value === 'boolean' ? value : null,
    limit: typeof limit === 'number' ? limit : null,
  }
}

function calledOf(calls: readonly Notice[]): AlarmRow['called'] {
  const last = calls.at(-1)
  if (last === undefined) return null
  return { name: last.name, persons: new Set(calls.map(({ person }) => person)).size }
}

function toldOf(calls: readonly Notice[]): Told {
  return [
    earliestOf(calls.map(({ sentAt }) => sentAt)),
    earliestOf(calls.map(({ acceptedAt }) => acceptedAt)),
    earliestOf(calls.map(({ deliveredAt }) => deliveredAt)),
    earliestOf(calls.map(({ seenAt }) => seenAt)),
  ]
}
