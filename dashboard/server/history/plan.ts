import type { HistoryQuery } from '../../../core/contract/http.ts'
import { columnWidth } from './columns.ts'

/** Widths of the cells that are kept of every point, coarsest first, and how many lie in one block. */
export const LEVELS = [
  // A year in 52 blocks.
  { level: 'hour', widthMs: 3_600_000, blockCells: 168 },
  // Small blocks: where a column ends inside an hour, one of them is read for that hour alone.
  { level: 'minute', widthMs: 60_000, blockCells: 60 },
] as const
export type Level = (typeof LEVELS)[number]

/** A stretch of time, [from, to), and what it is read from: cells of a level, whose bounds it has, or the readings themselves. */
export interface Stretch {
  readonly level: Level | null
  readonly from: number
  readonly to: number
}

/** A column narrower than this many cells would have most of them cut by its ends. */
const LEAST_CELLS = 2

/**
 * What the columns of a query are read from: in each the coarsest cells that lie wholly inside it, then, towards its ends, ever finer ones,
 * and the readings where even a minute is cut. Sorted, without gaps or overlaps.
 */
export function planOf(query: HistoryQuery): Stretch[] {
  const width = columnWidth(query)
  const { from, to } = query
  const cuts: number[] = []
  for (let cut = from; cut < to; cut += width) cuts.push(cut)
  if (to > from) cuts.push(to)
  const levels = LEVELS.filter(({ widthMs }) => width >= LEAST_CELLS * widthMs)
  return to > from ? joined(stretches({ from, to }, cuts, levels)) : []
}

interface Span {
  readonly from: number
  readonly to: number
}

function stretches({ from, to }: Span, cuts: readonly number[], [level, ...finer]: readonly Level[]): Stretch[] {
  if (level === undefined) return [{ level: null, from, to }]
  const { widthMs } = level
  const made: Stretch[] = []
  let next = from
  for (let index = 0; index < cuts.length;) {
    const start = Math.floor((cuts[index] ?? 0) / widthMs) * widthMs
    const end = start + widthMs
    const first = index
    while (index < cuts.length && (cuts[index] ?? 0) < end) index++
    const inside = cuts.slice(first, index)
    if (inside.every((cut) => cut === start)) continue
    if (start > next) made.push({ level, from: next, to: start })
    made.push(...stretches({ from: Math.max(start, from), to: Math.min(end, to) }, inside, finer))
    next = end
  }
  if (next < to) made.push({ level, from: next, to })
  return made
}

/** Neighbours of the same level made one. */
function joined(given: readonly Stretch[]): Stretch[] {
  const made: Stretch[] = []
  for (const stretch of given) {
    const last = made.at(-1)
    if (last?.level === stretch.level && last.to === stretch.from) {
      made[made.length - 1] = { ...last, to: stretch.to }
    } else made.push(stretch)
  }
  return made
}
