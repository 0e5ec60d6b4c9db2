/** How long the last round took, how late it began, and how many were left out because one was still going on; ms. */
export interface BeatFigures {
  readonly roundMs: number
  readonly lateMs: number
  readonly skippedRounds: number
}

/**
 * The grid on which rounds begin. There is never more than one: a round that takes longer than a period is followed at once
 * by one more, never by all that were missed. Times are monotonic, in ms.
 */
export class Beat {
  readonly #periodMs: number
  #nextAt: number
  #startedAt = 0
  #figures: BeatFigures = { roundMs: 0, lateMs: 0, skippedRounds: 0 }

  constructor(periodMs: number, now: number) {
    this.#periodMs = periodMs
    this.#nextAt = now
  }

  get figures(): BeatFigures {
    return this.#figures
  }

  /** Time until the next round. */
  waitMs(now: number): number {
    return Math.max(0, this.#nextAt - now)
  }

  /** Begins the round that is due. Returns the time up to which points are due with it: the nearest round reads them. */
  begin(now: number): number {
    this.#startedAt = now
    this.#figures = { ...this.#figures, lateMs: Math.max(0, now - this.#nextAt) }
    return Math.max(this.#nextAt, now) + this.#periodMs / 2
  }

  end(now: number): void {
    const left = Math.max(0, Math.floor((now - this.#nextAt) / this.#periodMs))
    const skippedRounds = this.#figures.skippedRounds + Math.max(0, left - 1)
    this.#figures = { ...this.#figures, roundMs: now - this.#startedAt, skippedRounds }
    this.#nextAt += this.#periodMs * Math.max(1, left)
  }
}
