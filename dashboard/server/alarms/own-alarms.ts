import type { Alarm, AlarmTransition, Explanation } from '../../../core/contract/alarm.ts'
import type { OccurrenceId } from '../../../core/contract/occurrence.ts'
import type { Priority } from '../../../core/contract/priority.ts'
import type { UtcMs } from '../../../core/contract/time.ts'
import { CONTROL_ROOM } from '../../../core/alarms/place-name.ts'
import { comparePriority } from '../../../core/alarms/priority.ts'
import { canonicalJson } from '../../../core/kit/canonical-json.ts'
import type { AlarmDesk } from './desk.ts'

/** Where the control room's alarms about itself point; their site is their rule type too. */
const POINT = 'control-room/state'

/** What is wrong with the control room itself; null = it is over. */
export interface OwnTrouble {
  readonly priority: Priority
  /** Key in core/rules/words/control-room.ts, such as `control-room.duty-gap`. */
  readonly explanation: Explanation
}

/** Alarms of the control room about itself: site `control-room`, one rule a kind of trouble. They live like all others. */
export interface OwnAlarms {
  /** Raises, updates or ends the alarm of `rule` (an id such as `duty-gap`). The same again changes nothing. Durable when it resolves. */
  set(rule: string, trouble: OwnTrouble | null): Promise<void>
}

/** Over the desk, which keeps them: what was raised in an earlier run is ended by this one. */
export function openOwnAlarms({ desk }: { readonly desk: Pick<AlarmDesk, 'list' | 'receive' | 'time'> }): OwnAlarms {
  const busy = new Map<string, Promise<void>>()

  /** Ids and numbers are instants: one that is taken gives way to the next, so that nothing said is taken for a repeat. */
  const say = async (from: number, made: (stamp: number) => AlarmTransition): Promise<void> => {
    for (let stamp = from; (await desk.receive(made(stamp))) === 'known'; stamp += 1);
  }
  const set = async (rule: string, trouble: OwnTrouble | null): Promise<void> => {
    const [alarm] = await desk.list({ state: 'open', site: CONTROL_ROOM, rule, limit: 1 })
    const active = alarm?.activations.find(({ to }) => to === null)
    const at = await desk.time()
    if (alarm === undefined || active === undefined) {
      if (trouble === null) return
      const about = said({ rule, at }, trouble)
      await say(at, (stamp) => ({ ...about, occurrence: occurrenceOf(rule, stamp), n: 1, kind: 'raise' }))
      return
    }
    const { occurrence, from } = active
    const first = Math.max(2, at - from + 2)
    if (trouble === null) {
      const about = said({ rule, at }, { priority: alarm.priority, explanation: OVER })
      await say(first, (n) => ({ ...about, occurrence, n, kind: 'clear' }))
    } else if (isNews(alarm, trouble)) {
      // An account of its own, so that it takes the place of the one before.
      const about = { ...said({ rule, at }, trouble), because: [] }
      await say(first, (n) => ({ ...about, occurrence, n, kind: 'update' }))
    }
  }

  return {
    set: (rule, trouble) => {
      const turn = (busy.get(rule) ?? Promise.resolve()).catch(() => undefined).then(() => set(rule, trouble))
      busy.set(rule, turn)
      return turn
    },
  }
}

const OVER: Explanation = { key: `${CONTROL_ROOM}.over`, values: {} }

function said(
  { rule, at }: { readonly rule: string; readonly at: UtcMs },
  { priority, explanation }: OwnTrouble,
): Omit<AlarmTransition, 'occurrence' | 'n' | 'kind'> {
  const about = { site: CONTROL_ROOM, rule, ruleType: CONTROL_ROOM, point: POINT }
  return { ...about, priority, at, explanation, readings: [], evidence: [] }
}

function occurrenceOf(rule: string, stamp: number): OccurrenceId {
  return `${CONTROL_ROOM}.${rule}.${stamp.toString(36)}`
}

function isNews(alarm: Alarm, { priority, explanation }: OwnTrouble): boolean {
  const isGraver = comparePriority(priority, alarm.priority) < 0
  return isGraver || canonicalJson(explanation) !== canonicalJson(alarm.explanation)
}
