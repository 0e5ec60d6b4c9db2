import type { Alarm } from '../../../core/contract/alarm.ts'
import type { Priority } from '../../../core/contract/priority.ts'

/** What a person can do about an alarm beside acknowledging it, by the last part of its route. */
export const ALARM_ACTS = [
  'assign',
  'on-site',
  'reported',
  'shelve',
  'suppress',
  'out-of-service',
  'end-suppression',
  'reset',
  'withdraw',
] as const
export type AlarmAct = (typeof ALARM_ACTS)[number]

const HOUR = 3_600_000
const DAY = 24 * HOUR

/** Longest a shelf may last (§3.3). */
export const MOST_SHELVED_MS: Readonly<Record<Priority, number>> = {
  red: 2 * HOUR,
  orange: 8 * HOUR,
  yellow: DAY,
  blue: 7 * DAY,
}

/** What makes sense for an alarm as it stands. */
export function actsFor(alarm: Alarm): readonly AlarmAct[] {
  if (alarm.state === 'closed') return ['on-site', 'reported']
  const isHeld = alarm.suppressions.length > 0
  return ALARM_ACTS.filter((act) => {
    if (act === 'end-suppression') return isHeld
    if (act === 'reset') return alarm.state === 'latched-acked'
    return true
  })
}

/** Whether an act takes a second person at the same desk. */
export function needsSecond(act: AlarmAct, priority: Priority): boolean {
  if (act === 'out-of-service') return true
  return priority === 'red' && (act === 'shelve' || act === 'withdraw' || act === 'suppress')
}

/** How long an act may hold, ms, shortest first; empty for one that has no end. */
export function spansOf(act: AlarmAct, priority: Priority): readonly number[] {
  switch (act) {
    case 'shelve':
      return [HOUR / 2, HOUR, 2 * HOUR, 8 * HOUR, DAY, 7 * DAY].filter((ms) => ms <= MOST_SHELVED_MS[priority])
    case 'suppress':
      return [HOUR, 4 * HOUR, 8 * HOUR, DAY, 3 * DAY, 7 * DAY]
    case 'out-of-service':
      return [DAY, 7 * DAY, 14 * DAY, 30 * DAY]
    default:
      return []
  }
}

/** What a person has typed so far. */
export interface ActDraft {
  readonly spanMs: number
  readonly reason: string
  readonly ticket: string
  readonly receipt: string
  readonly result: 'confirmed' | 'authorised' | 'known-appliance' | 'sensor-fault' | 'nothing-found'
  readonly person: string
  readonly secondUser: string
  readonly secondPassword: string
}

/** An empty form. */
export function draftOf(act: AlarmAct, alarm: Alarm): ActDraft {
  const spans = spansOf(act, alarm.priority)
  return {
    spanMs: spans[1] ?? spans[0] ?? 0,
    reason: '',
    ticket: '',
    receipt: '',
    result: 'confirmed',
    person: alarm.assignee ?? '',
    secondUser: '',
    secondPassword: '',
  }
}

/** Fewest characters of a reason. (core/contract/acts.ts) */
const LEAST_REASON = 4

/** Whether the words of a draft are enough. */
export function isEnough(act: AlarmAct, draft: ActDraft): boolean {
  return act === 'assign' || act === 'on-site' || act === 'reported' || draft.reason.trim().length >= LEAST_REASON
}

/** The request an act is made by: the route's last part and its body. */
export function requestOf(act: AlarmAct, alarm: Alarm, draft: ActDraft, now: number): { path: string; body: unknown } {
  const reason = draft.reason.trim()
  const until = Math.round(now + draft.spanMs)
  const second = draft.secondUser === '' ? {} : { second: { user: draft.secondUser, password: draft.secondPassword } }
  switch (act) {
    case 'shelve':
    case 'suppress':
      return { path: act, body: { until, reason, ...second } }
    case 'out-of-service':
      return { path: act, body: { until, reason, ticket: draft.ticket.trim(), ...second } }
    case 'end-suppression':
      return { path: act, body: { kind: alarm.suppressions[0]?.kind ?? 'shelved', reason } }
    case 'reset':
      return { path: act, body: { result: draft.result, note: reason } }
    case 'withdraw':
      return { path: act, body: { reason, ...second } }
    case 'assign':
      return { path: act, body: { to: draft.person === '' ? null : draft.person } }
    case 'on-site':
    case 'reported': {
      const receipt = draft.receipt.trim() === '' ? null : draft.receipt.trim()
      return { path: 'findings', body: { kind: act, note: reason, receipt } }
    }
  }
}
