import type { ConfigReport } from '../../core/contract/config-lane.ts'
import type { UtcMs } from '../../core/contract/time.ts'
import { runningOf, type TrialState } from './trial.ts'

/** What is told of a version that is not decided on: one on its way, or one that nobody has to remember. */
export type Passing = Pick<ConfigReport, 'version' | 'sha256' | 'state' | 'reason' | 'faults'>

/** What a gateway says: of what passes, else of the last version decided on; null when there is neither. */
export function reportOf(
  state: TrialState,
  passing: Passing | null,
  { siteId, at }: { readonly siteId: string; readonly at: UtcMs },
): ConfigReport | null {
  const about = passing ?? state.decided
  if (about === null) return null
  return {
    siteId,
    at,
    version: about.version,
    sha256: about.sha256,
    state: about.state,
    reason: about.reason,
    faults: about.faults,
    deploy: passing === null ? (state.decided?.deploy ?? null) : null,
    running: runningOf(state)?.version ?? 0,
    highest: state.highest,
  }
}
