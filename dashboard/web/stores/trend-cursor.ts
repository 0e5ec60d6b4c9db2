import type { Trend } from './trend.ts'

/** What a trend says of an instant. */
export type AtCursor =
  | {
      readonly is: 'good' | 'provisional'
      readonly at: number
      readonly min: number
      readonly mean: number
      readonly max: number
    }
  /** Readings came, but none was good. */
  | { readonly is: 'bad'; readonly at: number }
  /** Nothing came. */
  | { readonly is: 'gap' }

/** What a trend says of the column in which an instant lies, or of the last before it while that still holds. */
export function atCursor(trend: Trend, at: number): AtCursor {
  const index = lastAtOrBefore(trend.at, at)
  const start = trend.at[index]
  if (start === undefined || at - start > trend.gapMs) return { is: 'gap' }
  const [min, mean, max] = [trend.min[index], trend.mean[index], trend.max[index]]
  if (typeof min === 'number' && typeof mean === 'number' && typeof max === 'number') {
    const isProvisional = trend.provisional.some(({ from, to }) => from <= start && start < to)
    return { is: isProvisional ? 'provisional' : 'good', at: start, min, mean, max }
  }
  // A break stands a moment after the column before it, where readings that were not good have a column of their own.
  return start === (trend.at[index - 1] ?? -1) + 1 ? { is: 'gap' } : { is: 'bad', at: start }
}

/** The cursor a number of columns on, inside the window; from its end where there is none yet. */
export function moved(
  cursor: number | null,
  columns: number,
  { from, to, columnMs }: { readonly from: number; readonly to: number; readonly columnMs: number },
): number {
  const next = (cursor ?? to) + columns * Math.max(columnMs, (to - from) / 2_000)
  return Math.min(to, Math.max(from, next))
}

function lastAtOrBefore(list: readonly number[], at: number): number {
  let [low, high] = [0, list.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((list[middle] ?? Infinity) <= at) low = middle + 1
    else high = middle
  }
  return low - 1
}
