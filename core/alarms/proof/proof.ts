import type { LedgerFault, SlaRow, Stamp, SlaCheck, Verdict } from '../../contract/proof.ts'
import type { UtcMs } from '../../contract/time.ts'
import type { Episode } from './episode.ts'
import { rulerOf } from './ruler.ts'
import { slaChecks } from './sla.ts'
import { type Gap, type OtherSign, verdictsOf } from './verdicts.ts'

/** Everything a proof is computed from. */
export interface ProofFacts {
  readonly episode: Episode
  readonly gaps: readonly Gap[]
  readonly signs: readonly OtherSign[]
  readonly fault: LedgerFault | null
  readonly table: readonly SlaRow[]
  readonly now: UtcMs
}

/** Ruler, time limits and verdicts of an episode: computed, never typed. The same facts always give the same. (§3.5) */
export function judgeEpisode({ episode, gaps, signs, fault, table, now }: ProofFacts): {
  readonly stamps: Stamp[]
  readonly slas: SlaCheck[]
  readonly verdicts: Verdict[]
} {
  const slas = slaChecks(episode, table, now)
  return { stamps: rulerOf(episode), slas, verdicts: verdictsOf(episode, { slas, gaps, signs, fault }) }
}
