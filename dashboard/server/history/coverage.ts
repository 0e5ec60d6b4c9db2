import { z } from 'zod'

/**
 * Which readings of one stream are stored: all up to and including `upTo`, and `ranges` above it with gaps between,
 * sorted, both ends included.
 */
export const Coverage = z.object({
  upTo: z.number().int().min(-1),
  ranges: z.array(z.tuple([z.number().int(), z.number().int()])),
})
export type Coverage = z.infer<typeof Coverage>

type Range = readonly [from: number, to: number]

export const NOTHING_COVERED: Coverage = { upTo: -1, ranges: [] }

/** Most gaps that are remembered of one stream; readings that would make more are refused and come again later. */
export const MOST_RANGES = 1_000

export interface Covered {
  readonly coverage: Coverage
  /** The parts of the new range that were not covered before. */
  readonly fresh: readonly Range[]
}

/** Adds the readings `from`…`to` (both included). Null when they would make too many gaps: then store nothing of them. */
export function cover(coverage: Coverage, from: number, to: number): Covered | null {
  const known: Range[] = [[-1, coverage.upTo], ...coverage.ranges]
  const merged = joined([...known, [from, to]])
  if (merged.length > MOST_RANGES && merged.length > known.length) return null
  return { coverage: coverageOf(merged), fresh: missing(known, from, to) }
}

/** Counts everything below `floor` as covered: the edge has said that it will never come. */
export function coverBelow(coverage: Coverage, floor: number): Coverage {
  if (floor - 1 <= coverage.upTo) return coverage
  return coverageOf(joined([[-1, floor - 1], ...coverage.ranges]))
}

function coverageOf(merged: readonly [number, number][]): Coverage {
  const [first, ...ranges] = merged
  return { upTo: first?.[1] ?? -1, ranges }
}

/** Parts of `from`…`to` that none of `ranges` (sorted, disjoint) holds. */
function missing(ranges: readonly Range[], from: number, to: number): Range[] {
  const parts: Range[] = []
  let next = from
  for (const [start, end] of ranges) {
    if (end < next) continue
    if (start > to) break
    if (start > next) parts.push([next, start - 1])
    next = end + 1
  }
  if (next <= to) parts.push([next, to])
  return parts
}

/** Sorted, with neighbours and overlaps made one. */
function joined(ranges: readonly Range[]): [number, number][] {
  const made: [number, number][] = []
  for (const [from, to] of ranges.toSorted((a, b) => a[0] - b[0])) {
    const last = made.at(-1)
    if (last !== undefined && from <= last[1] + 1) last[1] = Math.max(last[1], to)
    else made.push([from, to])
  }
  return made
}
