import type { Latency } from './field-bus.ts'

/** The first bucket ends here, in ms; each following one is `GROWTH` times as wide, up to more than a minute. */
const FIRST_MS = 0.25
const GROWTH = 1.15
const BUCKETS = 90
/** When so many have been counted all counts are halved, so that what was long ago weighs less. */
const MEMORY = 2_000
/** Of so many answers the slowest one is left out: a single one tells of a moment in which somebody's machine stood still. */
const ENOUGH = 20
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
    this.#count(p50, RECALLED - 2)
    // Twice, since a single one would be left out.
    this.#count(p999, 2)
    this.#answers += RECALLED
  }

  /** null until there was an answer. */
  latency(): Latency | null {
    if (this.#total === 0) return null
    const rare = this.#answers < ENOUGH ? 0 : Math.max(1, this.#total * 0.001)
    return { p50: this.#upTo(this.#total * 0.5), p999: this.#upTo(this.#total - rare) }
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

  /** The upper end of the bucket that holds the answer before which `wanted` others were as quick. */
  #upTo(wanted: number): number {
    let passed = 0
    for (const [index, count] of this.#counts.entries()) {
      passed += count
      if (passed >= wanted) return FIRST_MS * GROWTH ** index
    }
    return FIRST_MS * GROWTH ** (BUCKETS - 1)
  }
}
