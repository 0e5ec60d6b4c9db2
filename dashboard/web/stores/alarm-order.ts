import type { Alarm } from '../../../core/contract/alarm.ts'
import { Priority } from '../../../core/contract/priority.ts'
import { isOpen } from './live-state.ts'

/** Priorities, worst first. */
export const PRIORITIES = Priority.options

/** The digit each priority carries beside its colour and shape, 1 the worst. */
export function digitOf(priority: Priority): number {
  return PRIORITIES.indexOf(priority) + 1
}

/** True while nobody has acknowledged, whether the condition still holds or not. */
export function needsPerson(alarm: Alarm): boolean {
  return alarm.state === 'unacked' || alarm.state === 'returned' || alarm.state === 'latched'
}

const STATE_RANK: Readonly<Record<Alarm['state'], number>> = {
  unacked: 0,
  latched: 1,
  returned: 2,
  acked: 3,
  'latched-acked': 4,
  closed: 5,
}

/** Order of an alarm list: what needs a person first, then by priority, active before returned, newest first. */
export function compareAlarms(a: Alarm, b: Alarm): number {
  return (
    Number(needsPerson(b)) - Number(needsPerson(a)) ||
    digitOf(a.priority) - digitOf(b.priority) ||
    STATE_RANK[a.state] - STATE_RANK[b.state] ||
    b.raisedAt - a.raisedAt ||
    (a.id < b.id ? -1 : 1)
  )
}

/** Open alarms in order. */
export function openInOrder(alarms: Iterable<Alarm>): Alarm[] {
  return [...alarms].filter(isOpen).sort(compareAlarms)
}

export interface PriorityCount {
  readonly priority: Priority
  readonly open: number
  readonly unacked: number
}

/** Open and unacknowledged alarms by priority, worst first, zeros included. */
export function countByPriority(alarms: Iterable<Alarm>): PriorityCount[] {
  const open = [...alarms].filter(isOpen)
  return PRIORITIES.map((priority) => {
    const these = open.filter((alarm) => alarm.priority === priority)
    return { priority, open: these.length, unacked: these.filter(needsPerson).length }
  })
}

/** Alarms as fetched, with everything newer the live feed has said since. */
export function withLive(fetched: readonly Alarm[], live: ReadonlyMap<string, Alarm>): Alarm[] {
  const all = new Map(fetched.map((alarm) => [alarm.id, alarm]))
  for (const alarm of live.values()) {
    const known = all.get(alarm.id)
    if (known === undefined || known.version < alarm.version) all.set(alarm.id, alarm)
  }
  return [...all.values()].sort((a, b) => b.raisedAt - a.raisedAt)
}
