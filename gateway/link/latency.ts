import type { Latency } from './field-bus.ts'

/** The first bucket ends here, in ms; each following one is `GROWTH` times as wide, up to more than a minute. */
const FIRST_MS = 0.25
const GROWTH = 1.15
const BUCKETS = 90
/** When so many have been counted all counts are halved, so that what was long ago weighs less. */
const MEMORY = 2_000
/** As how many answers an earlier memory counts. */
const RECALLED = 20

/** How long a station thinks: quantiles over a fading past, in fixed memory and within a seventh of the truth. */
export class LatencyMemory {
  readonly #counts = new Float64Array(BUCKETS)
  #total = 0
  #answers = 0

  /** Answers counted since the start, recalled ones included. */
  get answers(): number {
    return this.#answers
  }

  add(ms: number): void {
    this.#count(ms, 1)
    this.#answers += 1
  }

  /** Takes up what was learned earlier; what has been learned since weighs more. */
  recall({ p50, p999 }: Latency): void {
    this.#count(p50, RECALLED - 1)
    this.#count(p999, 1)
    this.#answers += RECALLED
  }

  /** null until there was an answer. */
  latency(): Latency | null {
    return this.#total === 0 ? null : { p50: this.#quantile(0.5), p999: this.#quantile(0.999) }
  }

  #count(ms: number, times: number): void {
    const bucket = Math.ceil(Math.log(Math.max(ms, FIRST_MS) / FIRST_MS) / Math.log(GROWTH))
    const index = Math.min(BUCKETS - 1, Math.max(0, bucket))
    this.#counts[index] = (this.#counts[index] ?? 0) + times
    this.#total += times
    if (this.#total < MEMORY) return
    for (const [at, count] of this.#counts.entries()) this.#counts[at] = count < 0.4 ? 0 : count / 2
    this.#total = this.#counts.reduce((sum, count) => sum + count, 0)
  }

  /** The upper end of the bucket in which the quantile lies. */
  #quantile(share: number): number {
    const wanted = this.#total * share
    let passed = 0
    for (const [index, count] of this.#counts.entries()) {
      passed += count
      if (passed >= wanted) return FIRST_MS * GROWTH ** index
    }
    return FIRST_MS * GROWTH ** (BUCKETS - 1)
  }
}
