import { VALID_PERIODS } from './device-points.ts'

/** Where the bus cannot keep a period, readings hold as long as it really takes, up to this many periods. */
const MOST_PERIODS = 60

/** From one reading of a point to the next as it really is, in ms: `tookMs` where that was longer than its period. */
export function achievedMs(periodMs: number, tookMs: number): number {
  return Math.min(Math.max(periodMs, tookMs), MOST_PERIODS * periodMs)
}

/** How long a reading is believed, in ms. The next one may be late by as long as a device may think. */
export function validForMs(achieved: number, timeoutMs: number): number {
  return Math.max(VALID_PERIODS * achieved, achieved + timeoutMs)
}
