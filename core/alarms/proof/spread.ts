import type { Spread } from '../../contract/proof.ts'

/** Median, 90th percentile (nearest rank) and greatest of some durations, ms; null of none. */
export function spreadOf(durations: readonly number[]): Spread {
  const sorted = durations.toSorted((a, b) => a - b)
  const at = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0
  if (sorted.length === 0) return null
  return { count: sorted.length, median: at(0.5), p90: at(0.9), max: at(1) }
}
