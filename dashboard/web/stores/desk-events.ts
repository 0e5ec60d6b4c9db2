import type { Alarm } from '../../../core/contract/alarm.ts'
import type { UtcMs } from '../../../core/contract/time.ts'

/** Something that happened to an alarm, as the ticker of the duty desk tells it. */
export interface DeskEvent {
  readonly at: UtcMs
  readonly what: 'raised' | 'again' | 'acknowledged' | 'returned' | 'closed'
  readonly alarm: Alarm
}

/** The newest events of these alarms, the newest first. */
export function deskEvents(alarms: Iterable<Alarm>, most: number): DeskEvent[] {
  const events: DeskEvent[] = []
  for (const alarm of alarms) {
    const newest = alarm.activations.at(-1)
    events.push({ at: alarm.raisedAt, what: 'raised', alarm })
    if (newest !== undefined && newest.from > alarm.raisedAt) events.push({ at: newest.from, what: 'again', alarm })
    if (alarm.acknowledgement !== null) events.push({ at: alarm.acknowledgement.at, what: 'acknowledged', alarm })
    if (alarm.returnedAt !== null) events.push({ at: alarm.returnedAt, what: 'returned', alarm })
    if (alarm.closedAt !== null) events.push({ at: alarm.closedAt, what: 'closed', alarm })
  }
  return events.sort((a, b) => b.at - a.at || (a.alarm.id < b.alarm.id ? -1 : 1)).slice(0, most)
}
