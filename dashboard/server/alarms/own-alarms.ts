import type { Explanation } from '../../../core/contract/alarm.ts'
import type { Priority } from '../../../core/contract/priority.ts'

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
