import type { OnDuty, Person, Roster } from '../contract/roster.ts'
import type { UtcMs } from '../contract/time.ts'

/** The roster as whoever calls people needs it, asked at planning time (E9). */
export interface DutyView {
  readonly roster: Roster
  /** Who has a role at an instant; `persons` is empty only where even the fallback names nobody who is there. */
  onDuty(role: string, at: UtcMs): OnDuty
  person(id: string): Person | null
}
