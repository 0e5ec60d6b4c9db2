import type { AlarmState } from '../contract/alarm.ts'

/** What can move an alarm from one state to another. */
export type Mover = 'raise' | 'return' | 'acknowledge' | 'reset' | 're-alarm' | 'withdraw'

/** One way from a state to another. `closed` also stands for a point that never had an alarm. */
export interface Transition {
  readonly from: AlarmState
  readonly by: Mover
  /** Only for alarms that latch, or only for those that do not; null = for both. */
  readonly latched: boolean | null
  readonly to: AlarmState
}

/** The 18 transitions there are, and no other: every other pair of state and mover changes nothing. (§3.3, ISA-18.2 §10) */
export const TRANSITIONS: readonly Transition[] = [
  { from: 'closed', by: 'raise', latched: null, to: 'unacked' },
  { from: 'unacked', by: 'return', latched: false, to: 'returned' },
  { from: 'unacked', by: 'return', latched: true, to: 'latched' },
  { from: 'unacked', by: 'acknowledge', latched: null, to: 'acked' },
  { from: 'unacked', by: 'withdraw', latched: null, to: 'closed' },
  { from: 'acked', by: 'return', latched: false, to: 'closed' },
  { from: 'acked', by: 'return', latched: true, to: 'latched-acked' },
  { from: 'acked', by: 're-alarm', latched: null, to: 'unacked' },
  { from: 'acked', by: 'withdraw', latched: null, to: 'closed' },
  { from: 'returned', by: 'raise', latched: null, to: 'unacked' },
  { from: 'returned', by: 'acknowledge', latched: null, to: 'closed' },
  { from: 'returned', by: 'withdraw', latched: null, to: 'closed' },
  { from: 'latched', by: 'raise', latched: null, to: 'unacked' },
  { from: 'latched', by: 'acknowledge', latched: null, to: 'latched-acked' },
  { from: 'latched', by: 'withdraw', latched: null, to: 'closed' },
  { from: 'latched-acked', by: 'raise', latched: null, to: 'unacked' },
  { from: 'latched-acked', by: 'reset', latched: null, to: 'closed' },
  { from: 'latched-acked', by: 'withdraw', latched: null, to: 'closed' },
]

/** Where `by` leads from a state; null where it changes nothing. */
export function transitionOf(from: AlarmState, by: Mover, latched: boolean): Transition | null {
  return TRANSITIONS.find((row) => row.from === from && row.by === by && (row.latched ?? latched) === latched) ?? null
}

/** Whether the condition of an alarm holds as far as the control room knows. (I15) */
export function isActive(state: AlarmState): boolean {
  return state === 'unacked' || state === 'acked'
}

/** Whether an alarm still waits for a person to acknowledge it, so that its escalation goes on. */
export function awaitsPerson(state: AlarmState): boolean {
  return state === 'unacked' || state === 'returned' || state === 'latched'
}
