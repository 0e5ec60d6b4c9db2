import type { DutyView } from '../../../core/alarms/duty-view.ts'
import type { CheckIn, ContactProof, DutyGap, Roster, SpotCheck } from '../../../core/contract/roster.ts'
import type { UtcMs } from '../../../core/contract/time.ts'

/** Everything the control room knows of who is on duty. Reads are from memory and always of the newest version. */
export interface DutyBook extends DutyView {
  /** Version of the roster, growing with every change. */
  readonly version: number
  /** Replaces the roster. Throws `http/invalid` with every fault, `http/conflict` when `version` is not the newest. */
  save(roster: Roster, facts: { readonly by: string; readonly version: number }): Promise<void>
  /** What is wrong with the next 14 days. */
  gaps(now: UtcMs): readonly DutyGap[]
  proofs(): readonly ContactProof[]
  checkIns(from: UtcMs, to: UtcMs): Promise<readonly CheckIn[]>
  spotChecks(from: UtcMs, to: UtcMs): Promise<readonly SpotCheck[]>
  /** Told after every change of the roster, a proof or a check-in. */
  onChange(told: () => void): void
}
