import type { MonoMs } from '../contract/time.ts'
import { UtcMs } from '../contract/time.ts'

/** `instant` moved by `ms` (may be negative), on the same clock. Fractions of a millisecond of wall time are dropped. */
export function later(instant: UtcMs, ms: number): UtcMs {
  return UtcMs.parse(Math.max(0, Math.floor(instant + ms)))
}

/** Milliseconds from `from` to `to` by a monotonic clock. */
export function elapsed(from: MonoMs, to: MonoMs): number {
  return to - from
}

/** Milliseconds from `from` to `to` by the wall clock: for showing an age, never for a rule or a timer. */
export function wallAge(from: UtcMs, to: UtcMs): number {
  return to - from
}
