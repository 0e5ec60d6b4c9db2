import type { ConfigReport, RunningConfig } from '../../core/contract/config-lane.ts'
import type { UtcMs } from '../../core/contract/time.ts'
import { hashOfContent, packedContent } from '../../platform/site-config.ts'
import type { LoadedGateway } from '../../platform/site/loaded-gateway.ts'
import { runningOf as runningRef, type TrialState } from './trial.ts'

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
    running: runningRef(state)?.version ?? 0,
    highest: state.highest,
  }
}

/** What runs: what the control room asks it by, and how to say it with its content and without. */
export interface Running {
  readonly sha256: string
  readonly head: RunningConfig
  whole(): RunningConfig
}

/** Which configuration runs, as `version` of the control room's, or 0 for the gateway's own file. */
export function runningOf(
  { config, content }: LoadedGateway,
  { version, at }: { readonly version: number; readonly at: UtcMs },
): Running {
  const sha256 = hashOfContent(content)
  const head: RunningConfig = { siteId: config.site.id, at, version, sha256, body: null }
  return { sha256, head, whole: () => ({ ...head, body: packedContent(content) }) }
}
