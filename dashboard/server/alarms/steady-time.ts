import type { UtcMs } from '../../../core/contract/time.ts'
import { elapsed, later } from '../../../core/kit/time.ts'
import type { Clock } from '../../../platform/clock.ts'

/**
 * Wall time that never goes back: when somebody sets the clock back, it goes on from where it was by the monotonic
 * clock.
 */
export interface SteadyTime {
  now(): UtcMs
  /** What the wall clock says. */
  wall(): UtcMs
  /** How far the wall clock is behind, ms; 0 unless somebody has set it back. */
  behind(): number
  /** Goes on from `floor` where that is ahead, such as the last time an earlier run has written down. */
  atLeast(floor: UtcMs): void
}

/** A wall clock set back must neither freeze an escalation nor make the ledger's times run backwards. */
export function steadyTime(clock: Clock): SteadyTime {
  let reached = clock.now()
  let measuredAt = clock.mono()
  const now = () => {
    const mono = clock.mono()
    const expected = later(reached, elapsed(measuredAt, mono))
    const wall = clock.now()
    // The fraction that flooring drops is kept by measuring on from the old instant.
    if (wall > expected) {
      reached = wall
      measuredAt = mono
      return wall
    }
    return expected
  }
  return {
    now,
    wall: () => clock.now(),
    behind: () => Math.max(0, now() - clock.now()),
    atLeast: (floor) => {
      if (floor <= now()) return
      reached = floor
      measuredAt = clock.mono()
    },
  }
}
