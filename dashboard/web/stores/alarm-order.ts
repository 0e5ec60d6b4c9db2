import type { Alarm } from '../../../core/contract/alarm.ts'
import { Priority } from '../../../core/contract/priority.ts'
import { isOpen } from './live-state.ts'

/** Priorities, worst first. */
export const PRIORITIES = Priority.options

/** The digit each priority carries beside its colour and shape, 1 the worst. */
export function digitOf(priority: Priority): number {
  return PRIORITIES.indexOf(priority) + 1
}

/** True while an open alarm is held back: it runs on, and calls nobody. */
export function isSuppressed(alarm: Alarm): boolean {
  return isOpen(alarm) && alarm.suppressions.length > 0
}

/** What is said first where more than one thing holds an alarm back. (§3.3) */
const PRECEDENCE = ['out-of-service', 'by-design', 'shelved'] as const

/** What holds an open alarm back; null = nothing. */
export function suppressionOf(alarm: Alarm): (typeof PRECEDENCE)[number] | null {
  if (!isOpen(alarm)) return null
  return PRECEDENCE.find((kind) => alarm.suppressions.some((one) => one.kind === kind)) ?? null
}

/** True while nobody has acknowledged, whether the condition still holds or not, and nothing holds it back. */
export function needsPerson(alarm: Alarm): boolean {
  const isUnanswered = alarm.state === 'unacked' || alarm.state === 'returned' || alarm.state === 'latched'
  return isUnanswered && !isSuppressed(alarm)
}

const STATE_RANK: Readonly<Record<Alarm['state'], number>> = {
  unacked: 0,
  latched: 1,
  returned: 2,
  acked: 3,
  'latched-acked': 4,
  closed: 5,
}

/** Order of an alarm list: what needs a person first, what is held back last; by priority, active before returned, newest first. */
export function compareAlarms(a: Alarm, b: Alarm): number {
  return (
    Number(needsPerson(b)) - Number(needsPerson(a)) ||
    Number(isSuppressed(a)) - Number(isSuppressed(b)) ||
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

/** Rows of the same colour and kind of rule that stand apart even in a storm. */
const MOST_APART = 3

/** What makes alarms alike. */
type Kind = Pick<Alarm, 'id' | 'priority' | 'ruleType'>

/** Alarms of one colour and one kind of rule, folded into one row. */
export interface AlarmGroup<T extends Kind = Alarm> {
  readonly priority: Priority
  readonly ruleType: string
  readonly alarms: readonly T[]
}

/** A list as it stands in a storm: red apart, and of the rest what is alike as one, where its first stood. */
export function stormGroups<T extends Kind>(alarms: readonly T[]): (T | AlarmGroup<T>)[] {
  const keyOf = ({ priority, ruleType }: T) => `${priority}/${ruleType}`
  const alike = new Map<string, T[]>()
  for (const alarm of alarms) {
    const these = alike.get(keyOf(alarm))
    if (these === undefined) alike.set(keyOf(alarm), [alarm])
    else these.push(alarm)
  }
  return alarms.flatMap((alarm): (T | AlarmGroup<T>)[] => {
    const these = alike.get(keyOf(alarm)) ?? []
    if (alarm.priority === 'red' || these.length <= MOST_APART) return [alarm]
    return these[0] === alarm ? [{ priority: alarm.priority, ruleType: alarm.ruleType, alarms: these }] : []
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
