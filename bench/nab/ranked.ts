/** Numbers kept in order as they come. */
export class Ranked {
  readonly #all: number[] = []

  get size(): number {
    return this.#all.length
  }

  add(value: number): void {
    this.#all.splice(this.#placeOf(value), 0, value)
  }

  /** How many are not less. */
  countFrom(value: number): number {
    return this.#all.length - this.#placeOf(value)
  }

  /** The value below which a share of all lies; NaN for none. */
  quantile(share: number): number {
    return this.#all[Math.min(this.#all.length - 1, Math.floor(share * this.#all.length))] ?? NaN
  }

  #placeOf(value: number): number {
    let [low, high] = [0, this.#all.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#all[middle] ?? 0) < value) low = middle + 1
      else high = middle
    }
    return low
  }
}

/** The middle of some numbers. */
export function median(values: Iterable<number>): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[sorted.length >> 1] ?? NaN
}
