import type { OnDuty, Person, Roster } from '../contract/roster.ts'
import type { UtcMs } from '../contract/time.ts'

/** The roster as whoever calls people needs it, asked at planning time (E9). */
export interface DutyView {
  readonly roster: Roster
  /** Who has a role at an instant; `persons` is empty only where even the fallback names nobody who is there. */
  onDuty(role: string, at: UtcMs): OnDuty
  /** The same for a stretch of time: spans that meet exactly, the first begins at `from` and the last ends at `to`. Three years take milliseconds. */
  spans(role: string, from: UtcMs, to: UtcMs): readonly OnDuty[]
  person(id: string): Person | null
}
