import type { AlarmTransition } from '../../core/contract/alarm.ts'
import type { Dating } from '../../core/contract/clock.ts'
import type { Reading } from '../../core/contract/reading.ts'
import { UtcMs } from '../../core/contract/time.ts'
import { supersedes } from '../../core/kit/dating.ts'
import { later } from '../../core/kit/time.ts'

/** The best dating of a boot that is known now; null where nothing is known of it. */
export type DatingOf = (boot: string) => Dating | null

/** Readings dated as their transition was lie within so many ms of its offset: a clock is slewed meanwhile. */
const SAME_DATING_MS = 1_000

/**
 * The transition as it is dated by what is known now, when that takes the place of what was known as it was made; else the transition
 * itself. Its readings move with it where they were dated as it was. What was recorded stays in `clock.recordedAt`.
 */
export function redate(transition: AlarmTransition, datingOf: DatingOf): AlarmTransition {
  const { clock } = transition
  if (clock === undefined) return transition
  const offsetMs = transition.at - clock.mono
  const before: Dating = { boot: clock.boot, offsetMs, uncertaintyMs: clock.uncertaintyMs, source: 'none' }
  const dating = datingOf(clock.boot)
  if (dating === null || !supersedes(dating, before)) return transition
  const at = UtcMs.parse(Math.max(0, Math.round(clock.mono + dating.offsetMs)))
  const moved = (reading: Reading): Reading => {
    if (Math.abs(reading.at - reading.mono - offsetMs) > SAME_DATING_MS) return reading
    const by = at - transition.at
    return { ...reading, at: later(reading.at, by), validUntil: later(reading.validUntil, by) }
  }
  return {
    ...transition,
    at,
    readings: transition.readings.map(moved),
    clock: { ...clock, uncertaintyMs: dating.uncertaintyMs },
  }
}
