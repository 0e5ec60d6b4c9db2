import type { UtcMs } from '../contract/time.ts'

/** A flood begins above so many new alarms in the window and ends below so many. (EEMUA 191, ISA-18.2) */
export const STORM_BEGINS_ABOVE = 10
export const STORM_ENDS_BELOW = 5
export const STORM_WINDOW_MS = 10 * 60_000

/** Since when there is a storm; null = there is none. */
export type Storm = UtcMs | null

export interface StormStep {
  readonly storm: Storm
  readonly change: 'began' | 'ended' | null
}

/** The storm after `raised` alarms in the last 10 minutes. Between the two limits whatever was goes on. */
export function stepStorm(storm: Storm, raised: number, now: UtcMs): StormStep {
  if (storm === null && raised > STORM_BEGINS_ABOVE) return { storm: now, change: 'began' }
  if (storm !== null && raised < STORM_ENDS_BELOW) return { storm: null, change: 'ended' }
  return { storm, change: null }
}
