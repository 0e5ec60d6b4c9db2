import type { Alarm } from '../../../core/contract/alarm.ts'

export type MomentName = 'raised' | 'received' | 'told' | 'acknowledged' | 'returned' | 'closed'

/** One time stamp of an alarm; null while it has not happened. */
export interface Moment {
  readonly name: MomentName
  readonly at: number | null
}

/**
 * The times of an alarm: those that happened in order of time, then those still to come. `told` is when the first message
 * about it was accepted by a receiver.
 */
export function momentsOf(alarm: Alarm): Moment[] {
  const told = alarm.notices
    .filter((notice) => notice.kind !== 'returned')
    .map((notice) => notice.acceptedAt)
    .filter((at) => at !== null)
  const moments: Moment[] = [
    { name: 'raised', at: alarm.raisedAt },
    { name: 'received', at: alarm.receivedAt },
    { name: 'told', at: told.length === 0 ? null : Math.min(...told) },
    { name: 'acknowledged', at: alarm.acknowledgement?.at ?? null },
    { name: 'returned', at: alarm.returnedAt },
    { name: 'closed', at: alarm.closedAt },
  ]
  const happened = moments.filter(({ at }) => at !== null)
  return [...happened.sort((a, b) => (a.at ?? 0) - (b.at ?? 0)), ...moments.filter(({ at }) => at === null)]
}
