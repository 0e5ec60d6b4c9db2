import type { Alarm, Suppression } from '../../../core/contract/alarm.ts'
import type { Reset } from '../../../core/contract/acts.ts'
import type { Priority } from '../../../core/contract/priority.ts'
import { MOST_SUPPRESSED_MS, secondRefusal, SHELF_MS } from '../../../core/alarms/suppression.ts'
import { instantOf } from './duty-days.ts'

/** What a person can do about an alarm beside acknowledging it, in the order it is offered. */
export const ALARM_ACTS = [
  'reset',
  'assign',
  'on-site',
  'reported',
  'shelve',
  'suppress',
  'out-of-service',
  'end-suppression',
  'withdraw',
] as const
export type AlarmAct = (typeof ALARM_ACTS)[number]

const HOUR = 3_600_000
const DAY = 24 * HOUR
const SPANS: readonly number[] = [
  HOUR / 2,
  HOUR,
  2 * HOUR,
  4 * HOUR,
  8 * HOUR,
  DAY,
  3 * DAY,
  7 * DAY,
  14 * DAY,
  30 * DAY,
]

/** What makes sense for an alarm as it stands. */
export function actsFor(alarm: Alarm): readonly AlarmAct[] {
  if (alarm.state === 'closed') return ['on-site', 'reported']
  return ALARM_ACTS.filter((act) => {
    if (act === 'end-suppression') return alarm.suppressions.length > 0
    if (act === 'reset') return alarm.state === 'latched-acked'
    return true
  })
}

/** Whether an act always takes a second person at the same desk. The third shelving in a day takes one too, which only the desk knows. */
export function needsSecond(act: AlarmAct, priority: Priority): boolean {
  const kind = kindOf(act)
  return kind !== null && secondRefusal(priority, { kind, by: '', second: null }) !== null
}

function kindOf(act: AlarmAct): Suppression['kind'] | 'withdraw' | null {
  switch (act) {
    case 'shelve':
      return 'shelved'
    case 'suppress':
      return 'by-design'
    case 'out-of-service':
    case 'withdraw':
      return act
    case 'reset':
    case 'assign':
    case 'on-site':
    case 'reported':
    case 'end-suppression':
      return null
  }
}

/** How long an act may hold, ms, shortest first; empty for one that has no end. */
export function spansOf(act: AlarmAct, priority: Priority): readonly number[] {
  if (act === 'shelve') return SPANS.filter((ms) => ms <= SHELF_MS[priority])
  if (act === 'suppress') return SPANS.filter((ms) => ms >= HOUR && ms <= MOST_SUPPRESSED_MS)
  return act === 'out-of-service' ? SPANS.filter((ms) => ms >= DAY && ms <= MOST_SUPPRESSED_MS) : []
}

/** Kinds of suppression that hold now, each once. */
export function heldBy(alarm: Alarm): readonly Suppression['kind'][] {
  return [...new Set(alarm.suppressions.map(({ kind }) => kind))]
}

/** What a person has typed so far. */
export interface ActDraft {
  readonly spanMs: number
  readonly reason: string
  readonly ticket: string
  readonly receipt: string
  readonly result: Reset['result']
  readonly person: string
  /** Which suppression is to end. */
  readonly kind: Suppression['kind']
  /** When it was found, as the form field has it; empty = now. */
  readonly at: string
  readonly secondUser: string
  readonly secondPassword: string
}

/** An empty form: the second shortest time where there is a choice. */
export function draftOf(act: AlarmAct, alarm: Alarm): ActDraft {
  const spans = spansOf(act, alarm.priority)
  return {
    spanMs: spans[1] ?? spans[0] ?? 0,
    reason: '',
    ticket: '',
    receipt: '',
    result: 'confirmed',
    person: alarm.assignee ?? '',
    kind: heldBy(alarm)[0] ?? 'shelved',
    at: '',
    secondUser: '',
    secondPassword: '',
  }
}

/** Fewest characters of a reason. (core/contract/acts.ts) */
const LEAST_REASON = 4

/** What a draft still lacks before it makes sense to send it; null = nothing. */
export type Lack = 'reason' | 'ticket' | 'second' | 'another'

/** What is missing in a draft of `user`. */
export function lackOf(
  act: AlarmAct,
  draft: ActDraft,
  { priority, user }: { readonly priority: Priority; readonly user: string },
): Lack | null {
  if (act === 'assign' || act === 'on-site' || act === 'reported') return null
  if (act === 'out-of-service' && draft.ticket.trim() === '') return 'ticket'
  if (draft.reason.trim().length < LEAST_REASON) return 'reason'
  const isTyped = draft.secondUser !== '' && draft.secondPassword !== ''
  if (needsSecond(act, priority) && !isTyped) return 'second'
  return draft.secondUser !== '' && draft.secondUser === user ? 'another' : null
}

/** The request an act is made by: the route's last part and its body. `now` is the control room's time. */
export function requestOf(act: AlarmAct, draft: ActDraft, now: number): { path: string; body: unknown } {
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
      return { path: act, body: { kind: draft.kind, reason } }
    case 'reset':
      return { path: act, body: { result: draft.result, note: reason } }
    case 'withdraw':
      return { path: act, body: { reason, ...second } }
    case 'assign':
      return { path: act, body: { to: draft.person === '' ? null : draft.person } }
    case 'on-site':
    case 'reported': {
      const receipt = draft.receipt.trim() === '' ? null : draft.receipt.trim()
      const at = instantOf(draft.at)
      return { path: 'findings', body: { kind: act, note: reason, receipt, ...(Number.isNaN(at) ? {} : { at }) } }
    }
  }
}
