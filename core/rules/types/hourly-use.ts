import { z } from 'zod'

const HOURS = 24
const HOUR_MS = 3_600_000
const DAY_MS = 86_400_000

/** Means of ten minutes are learned; an hour of a day has six, of which so many make it seen. */
const SEEN_A_DAY = 4

/** How many it remembers: older ones fade. */
const MEMORY = 180

/** Once an hour is known, one odd mean counts as no further off than this many deviations and so many watts. */
const CLAMP_FROM = 18
const CLAMP_SIGMAS = 3
const CLAMP_W = 500

const PerHour = z.array(z.number()).length(HOURS)

/** What a site draws in each hour of the day, over means of ten minutes: their mean W, variance W², and number. */
export const HourlyUse = z.object({ mean: PerHour, variance: PerHour, seen: PerHour }).strict()
export type HourlyUse = z.infer<typeof HourlyUse>

/** Nothing seen yet. */
export function noHourlyUse(): HourlyUse {
  const zeros = () => new Array<number>(HOURS).fill(0)
  return { mean: zeros(), variance: zeros(), seen: zeros() }
}

/** Learns the mean power of ten minutes in a local hour, W. */
export function learnHour(use: HourlyUse, hour: number, watts: number): void {
  const seen = Math.min(MEMORY, (use.seen[hour] ?? 0) + 1)
  const mean = use.mean[hour] ?? 0
  const variance = use.variance[hour] ?? 0
  const reach = seen <= CLAMP_FROM ? Infinity : CLAMP_SIGMAS * Math.sqrt(variance) + CLAMP_W
  const distance = Math.max(-reach, Math.min(reach, watts - mean))
  use.seen[hour] = seen
  use.mean[hour] = Math.round((mean + distance / seen) * 10) / 10
  use.variance[hour] = Math.round((1 - 1 / seen) * (variance + (distance * distance) / seen))
}

/** A stretch of time, and on how many days it must have been seen. */
export interface Stretch {
  readonly from: number
  readonly until: number
  readonly days: number
  readonly hourOf: (at: number) => number
}

/**
 * What is usually used in a stretch, kW.h and its standard deviation; null where an hour of it was seen on fewer days than asked. No hour
 * varies less than all of them on the average, because a pump that follows the water may run in one in which it was not seen yet; and
 * what runs once runs for up to an hour.
 */
export function expectedEnergy(use: HourlyUse, stretch: Stretch): { energy: number; sigma: number } | null {
  const { from, until, days, hourOf } = stretch
  const isKnown = (hour: number) => (use.seen[hour] ?? 0) >= days * SEEN_A_DAY
  const known = use.variance.filter((_, hour) => isKnown(hour))
  const pooled = known.reduce((sum, one) => sum + one, 0) / Math.max(1, known.length)
  let [energy, variance] = [0, 0]
  const add = (hour: number, hours: number) => {
    energy += (hours * (use.mean[hour] ?? 0)) / 1_000
    variance += (hours * Math.max(pooled, use.variance[hour] ?? 0)) / 1e6
  }
  const wholeDays = Math.floor((until - from) / DAY_MS)
  if (wholeDays > 0) {
    if (known.length < HOURS) return null
    for (let hour = 0; hour < HOURS; hour += 1) add(hour, wholeDays)
  }
  for (let at = from + wholeDays * DAY_MS; at < until;) {
    const hour = hourOf(at)
    if (!isKnown(hour)) return null
    const end = Math.min(until, (Math.floor(at / HOUR_MS) + 1) * HOUR_MS)
    add(hour, (end - at) / HOUR_MS)
    at = end
  }
  return { energy, sigma: Math.sqrt(variance * Math.min(1, (until - from) / HOUR_MS)) }
}
