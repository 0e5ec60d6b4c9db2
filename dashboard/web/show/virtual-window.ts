/** What a list of rows of one height shows of itself, in px. */
export interface ListView {
  /** Rows in all. */
  readonly count: number
  readonly rowHeight: number
  readonly scrollTop: number
  /** Height of the part that is seen. */
  readonly height: number
}

/** Rows `from` to before `to`. */
export interface RowRange {
  readonly from: number
  readonly to: number
}

/** The rows to be drawn: every one that is seen, even in part, and `overscan` more on either side. */
export function rowWindow({ count, rowHeight, scrollTop, height }: ListView, overscan: number): RowRange {
  const first = Math.floor(Math.max(0, scrollTop) / rowHeight)
  const end = Math.ceil((Math.max(0, scrollTop) + Math.max(0, height)) / rowHeight)
  const to = Math.min(count, end + overscan)
  return { from: Math.max(0, Math.min(first - overscan, to)), to }
}

/** The rows of a range in order, with one more where it lies outside: the row in focus stays, however far the list is scrolled. */
export function rowsDrawn({ from, to }: RowRange, kept: number | null): readonly number[] {
  const rows = Array.from({ length: to - from }, (_, index) => from + index)
  if (kept === null || (kept >= from && kept < to)) return rows
  return kept < from ? [kept, ...rows] : [...rows, kept]
}

/** The scroll offset from which row `index` is seen whole, moved no further than need be. */
export function scrollToRow({ count, rowHeight, scrollTop, height }: ListView, index: number): number {
  const top = Math.min(Math.max(0, index), Math.max(0, count - 1)) * rowHeight
  if (top < scrollTop) return top
  return Math.max(scrollTop, top + rowHeight - Math.max(rowHeight, height))
}
