/** The share of the time that all silent devices together may cost. */
export const DEAD_SHARE = 0.05
/** Time that can be saved up for probing, in ms: a probe or two. */
const MOST_SAVED_MS = 250

/**
 * What probing silent devices may cost: of every second a twentieth is put by, and a probe may begin while something is
 * left. So over any time the probes take no more than that twentieth, what was saved, and one probe.
 */
export class DeadBudget {
  #leftMs = MOST_SAVED_MS
  #at: number

  /** `now` is monotonic time, as everywhere here, in ms. */
  constructor(now: number) {
    this.#at = now
  }

  mayProbe(now: number): boolean {
    this.#save(now)
    return this.#leftMs > 0
  }

  /** A probe took this much of the bus. */
  spent(ms: number, now: number): void {
    this.#save(now)
    this.#leftMs -= ms
  }

  #save(now: number): void {
    const passed = Math.max(0, now - this.#at)
    this.#at = now
    this.#leftMs = Math.min(MOST_SAVED_MS, this.#leftMs + passed * DEAD_SHARE)
  }
}
