import { spread } from '../link/pause.ts'

/** How long the last round took, how late it began, and how many were left out because one was still going on; ms. */
export interface BeatFigures {
  readonly roundMs: number
  readonly lateMs: number
  readonly skippedRounds: number
}

/**
 * The grid on which a device's rounds begin. There is never more than one: a round that takes longer than a period is
 * followed at once by one more, never by all that were missed. Times are monotonic, in ms.
 *
 * The first round begins at once. The grid of the others is moved by up to half a period to either side, by the device's
 * name, so that devices that start together do not stay in step: the second round comes half to one and a half periods
 * after the first, so nothing that is believed for two and a half expires.
 */
export class Beat {
  /** How far the grid is moved, from minus to plus half a period, in whole ms. */
  readonly shiftMs: number
  readonly #periodMs: number
  #at: number
  #isFirst = true
  #startedAt = 0
  #roundMs = 0
  #lateMs = 0
  #skippedRounds = 0

  constructor(device: string, periodMs: number, now: number) {
    this.#periodMs = periodMs
    this.shiftMs = Math.floor((spread(device) - 0.5) * periodMs)
    this.#at = now
  }

  /** When the next round is to begin, or the one that is going on was. */
  get at(): number {
    return this.#at
  }

  get figures(): BeatFigures {
    return { roundMs: this.#roundMs, lateMs: this.#lateMs, skippedRounds: this.#skippedRounds }
  }

  /** Time until the next round. */
  waitMs(now: number): number {
    return Math.max(0, this.#at - now)
  }

  /** Begins the round that is due. */
  begin(now: number): void {
    this.#startedAt = now
    this.#lateMs = Math.max(0, now - this.#at)
  }

  end(now: number): void {
    this.#roundMs = now - this.#startedAt
    const next = this.#at + this.#periodMs + (this.#isFirst ? this.shiftMs : 0)
    this.#isFirst = false
    const left = Math.max(0, Math.floor((now - next) / this.#periodMs))
    this.#skippedRounds += left
    this.#at = next + left * this.#periodMs
  }

  /** A round in which nothing was to be asked: it is neither late nor followed by another at once. */
  pass(now: number): void {
    this.#lateMs = 0
    if (this.#at <= now) this.#at += (Math.floor((now - this.#at) / this.#periodMs) + 1) * this.#periodMs
  }
}
