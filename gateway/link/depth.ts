import type { Tally } from './line.ts'

/** A line that mixed something up is asked one question at a time for so long, in ms. */
const CAUTIOUS_MS = 600_000

/**
 * How many questions may be on a line at once: as many as the site says the device takes, and one for a while after anything
 * went wrong on it. Many at once are safe only with a device that keeps each transaction id with its own question, and trouble is
 * the first sign of one that does not.
 */
export class Depth {
  readonly #most: number
  readonly #tally: Tally
  #troubles = 0
  #cautiousUntil = 0

  /** `tally` is what the line adds to. */
  constructor(most: number, tally: Tally) {
    this.#most = most
    this.#tally = tally
  }

  /** `now` is monotonic time in ms. */
  now(now: number): number {
    const { timeouts, malformed, staleAnswers, discardedBytes } = this.#tally
    const troubles = timeouts + malformed + staleAnswers + discardedBytes
    if (troubles !== this.#troubles) this.#cautiousUntil = now + CAUTIOUS_MS
    this.#troubles = troubles
    return now < this.#cautiousUntil ? 1 : this.#most
  }
}
