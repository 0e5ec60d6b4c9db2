/** Numbers from the first up to and including the second. */
export type Range = readonly [from: number, to: number]

/**
 * Most ranges that are remembered of one stream; readings that would make more are not taken and come again later. A month of links that
 * come each minute, none beside another, are 43,200.
 */
export const MOST_RANGES = 200_000

/** Which numbers of one stream are stored. */
export class Coverage {
  /** First and last number of each range: sorted, none touching the next. */
  readonly #from: number[] = []
  readonly #to: number[] = []
  readonly #written = new Set<number>()
  readonly #gone = new Set<number>()

  /** `ranges` are sorted and do not touch one another. */
  constructor(ranges: Iterable<Range> = []) {
    for (const [from, to] of ranges) {
      this.#from.push(from)
      this.#to.push(to)
    }
  }

  /** Adds numbers; answers those that are new. Null, with nothing added, when they would make more than `most` ranges. */
  add(from: number, to: number, most = MOST_RANGES): readonly Range[] | null {
    const first = firstAtLeast(this.#to, from - 1)
    let end = first
    const fresh: Range[] = []
    let next = from
    for (; (this.#from[end] ?? Infinity) <= to + 1; end++) {
      const [start, last] = [this.#from[end] ?? 0, this.#to[end] ?? 0]
      if (start > next) fresh.push([next, start - 1])
      next = Math.max(next, last + 1)
    }
    if (next <= to) fresh.push([next, to])
    if (first === end && this.#from.length >= most) return null
    if (fresh.length > 0) this.#join(first, end, [from, to])
    return fresh
  }

  /** Whether all of these numbers are stored. */
  holds(from: number, to: number): boolean {
    const first = firstAtLeast(this.#to, from)
    return (this.#from[first] ?? Infinity) <= from && (this.#to[first] ?? 0) >= to
  }

  ranges(): Range[] {
    return this.#from.map((from, index) => [from, this.#to[index] ?? from])
  }

  /** What has changed since it was asked last: ranges that are new or longer, and first numbers of ranges that are no more. */
  changes(): { readonly written: readonly Range[]; readonly gone: readonly number[] } {
    const written = [...this.#written].map((from): Range => [from, this.#to[firstAtLeast(this.#to, from)] ?? from])
    const gone = [...this.#gone]
    this.#written.clear()
    this.#gone.clear()
    return { written, gone }
  }

  /** Makes the ranges `first` up to but without `end` and a new one between or over them one. */
  #join(first: number, end: number, [from, to]: Range): void {
    for (const start of this.#from.slice(first, end)) {
      this.#written.delete(start)
      this.#gone.add(start)
    }
    const start = Math.min(from, first < end ? (this.#from[first] ?? from) : from)
    const last = Math.max(to, first < end ? (this.#to[end - 1] ?? to) : to)
    this.#from.splice(first, end - first, start)
    this.#to.splice(first, end - first, last)
    this.#gone.delete(start)
    this.#written.add(start)
  }
}

/** The place of the first of `sorted` numbers that is at least `wanted`. */
function firstAtLeast(sorted: readonly number[], wanted: number): number {
  let [low, high] = [0, sorted.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((sorted[middle] ?? 0) < wanted) low = middle + 1
    else high = middle
  }
  return low
}
