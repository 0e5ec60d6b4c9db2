import { z } from 'zod'
import { keepLast } from './observed.ts'

const HOUR_MS = 3_600_000

/** Over how many means of ten minutes the most is kept: ten minutes, an hour, six hours. */
const SPANS = [1, 6, 36] as const
const LONGEST = 36
const DAYS = 14

/** The most a site drew on the average of ten minutes, an hour and six hours, W: today and on the last days. */
export const MostUsed = z
  .object({
    /** The last means of ten minutes without a gap, W. */
    recent: z.array(z.number()),
    day: z.number(),
    today: z.array(z.number()),
    days: z.array(z.array(z.number())),
  })
  .strict()
export type MostUsed = z.infer<typeof MostUsed>

/** Nothing seen yet. */
export function noMostUsed(): MostUsed {
  return { recent: [], day: -1, today: [0, 0, 0], days: [] }
}

/** Takes the mean of ten minutes of a local day, W; NaN where they were not seen. */
export function noteMost(most: MostUsed, day: number, watts: number): void {
  if (Number.isNaN(watts)) {
    most.recent = []
    return
  }
  if (day !== most.day) {
    if (most.day >= 0) keepLast(most.days, most.today, DAYS)
    most.day = day
    most.today = [0, 0, 0]
  }
  keepLast(most.recent, Math.round(watts), LONGEST)
  for (const [index, span] of SPANS.entries()) {
    if (most.recent.length < span) continue
    const mean = most.recent.slice(-span).reduce((sum, one) => sum + one, 0) / span
    most.today[index] = Math.max(most.today[index] ?? 0, Math.round(mean))
  }
}

/** The most it can have used in `ms` as far as it was ever seen to, kW.h: no more than in the shortest stretch seen that holds it. */
export function mostEnergy({ today, days }: MostUsed, ms: number): number {
  const hours = ms / HOUR_MS
  const bounds = SPANS.map((span, index) => {
    const watts = Math.max(...[today, ...days].map((most) => most[index] ?? 0))
    return watts === 0 ? Infinity : (watts / 1_000) * Math.max(hours, span / 6)
  })
  const least = Math.min(...bounds)
  return Number.isFinite(least) ? least : 0
}
