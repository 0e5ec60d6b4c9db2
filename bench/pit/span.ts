/** From a second until before another, counted from the first midnight of a site. */
export interface Span {
  readonly from: number
  readonly to: number
}

/** Follows spans in the order of time; asked with seconds that only grow. */
export interface SpanCursor<T extends Span> {
  /** The span that is on at `t`; null when none. */
  at(t: number): T | null
}

/** A cursor over spans sorted by their beginning; where two overlap, the earlier one counts until its end. */
export function follow<T extends Span>(spans: readonly T[]): SpanCursor<T> {
  let index = 0
  let current = spans[0]
  return {
    at: (t) => {
      while (current !== undefined && t >= current.to) current = spans[++index]
      return current !== undefined && t >= current.from ? current : null
    },
  }
}

/** Spans that begin after exponential waits, `length` long each, none overlapping. */
export function scatter(until: number, wait: () => number, length: () => number): Span[] {
  const spans: Span[] = []
  for (let from = wait(); from < until;) {
    const to = from + Math.max(1, length())
    spans.push({ from: Math.round(from), to: Math.round(to) })
    from = to + wait()
  }
  return spans
}

/** Whether two spans have a second in common. */
export function overlaps(a: Span, b: Span): boolean {
  return a.from < b.to && b.from < a.to
}
