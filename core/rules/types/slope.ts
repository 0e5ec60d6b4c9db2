import { z } from 'zod'

/** Means over parts of a window: mean monotonic time, mean value, and of how many readings. Oldest first. Tuples, because names would take half of the text. */
export const Buckets = z.array(z.tuple([z.number(), z.number(), z.number()]))
export type Buckets = z.infer<typeof Buckets>

/** A window is kept as at most this many means, so that a long one at a fast poll stays small in the store. */
const BUCKETS = 30

/** Adds a value to the means of a window of `windowMs`, and drops what is older; whether a new mean began with it. */
export function addToBuckets(buckets: Buckets, sample: { mono: number; value: number; windowMs: number }): boolean {
  const { mono, value, windowMs } = sample
  while (buckets[0] !== undefined && buckets[0][0] < mono - windowMs) buckets.shift()
  const last = buckets.at(-1)
  const width = windowMs / BUCKETS
  if (last === undefined || Math.floor(mono / width) !== Math.floor(last[0] / width)) {
    buckets.push([mono, value, 1])
    return true
  }
  last[2] += 1
  last[0] += (mono - last[0]) / last[2]
  last[1] += (value - last[1]) / last[2]
  return false
}

/** Least-squares slope per millisecond; null until three means span half the window. */
export function slopeOf(buckets: Buckets, windowMs: number): number | null {
  const first = buckets[0]
  const last = buckets.at(-1)
  if (first === undefined || last === undefined || buckets.length < 3) return null
  if (last[0] - first[0] < windowMs / 2) return null
  // Counted from the first, so that large times lose no digits; asked at every sample.
  const n = buckets.length
  let sumT = 0
  let sumV = 0
  let sumTV = 0
  let sumTT = 0
  for (const bucket of buckets) {
    const t = bucket[0] - first[0]
    const v = bucket[1] - first[1]
    sumT += t
    sumV += v
    sumTV += t * v
    sumTT += t * t
  }
  return (n * sumTV - sumT * sumV) / (n * sumTT - sumT * sumT)
}
