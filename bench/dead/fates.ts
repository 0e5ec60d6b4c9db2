import type { PacedFigures } from '../../sim/modbus/paced-line.ts'

/** Registers of each device, read by one request. */
export const CELLS = 20

/**
 * How a device fares: it answers, it never does, it stops in the middle of what is measured, it comes and goes, it says that it is
 * busy (exception 6), or a gateway before it says that it does not answer (exception 11).
 */
export type Fate = 'lives' | 'dead' | 'dies' | 'flaps' | 'busy' | 'gone'

/** When a device that dies does so, and how long one that flaps is there and away, in ms since the line began. */
export const DIES_AT_MS = 20_000
const FLAP_MS = 5_000

export function isSilentAt(fate: Fate, ms: number): boolean {
  if (fate === 'dies') return ms >= DIES_AT_MS
  if (fate === 'flaps') return Math.floor(ms / FLAP_MS) % 2 === 1
  return fate === 'dead'
}

/** What the line has seen. */
export interface LineFigures extends PacedFigures {
  /**
   * Requests that a device left unanswered after the warm-up, and the time from each until the next request: also that in which the
   * line was idle.
   */
  readonly inVain: number
  readonly inVainMs: number
  readonly forMs: number
}
