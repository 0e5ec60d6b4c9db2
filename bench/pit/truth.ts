import { HOUR_S } from './days.ts'
import type { Deed } from './families.ts'

/** What really happened, for the scorer; seconds of the site. */
export interface Incident {
  readonly family: string
  /** The first and the last second at which it did anything; people may have come before. */
  readonly from: number
  readonly to: number
  /** The first sign of it. */
  readonly arrived: number
  /** What it draws while it is on, kW. */
  readonly kW: number
  /** It drew, with everything lawful that no contact tells of, 5 kW more than declared, for 10 min with pauses of at most 6 min. */
  readonly isBig: boolean
  /** A plain load (winch, fan, compressor) of at least 5 kW and 10 min, however much was declared. */
  readonly isFiveKw: boolean
  /** For most of its time a lawful fan was due, or a paper was in force. */
  readonly isInSchedule: boolean
  readonly isNight: boolean
  /** Share of its time for which the meter could not be believed. */
  readonly blindShare: number
}

const BIG_W = 5_000
const BIG_S = 600
const PAUSE_S = 360
const PLAIN = new Set(['winch', 'fan', 'compressor'])

/** Follows one deed second by second. */
export class Witness {
  readonly #deed: Deed
  #first = -1
  #last = -1
  #seconds = 0
  #scheduled = 0
  #blind = 0
  #stretchFrom = -1
  #stretchTo = -Infinity
  #longest = 0

  constructor(deed: Deed) {
    this.#deed = deed
  }

  /** One second: whether it did anything, W above what was declared, and what else was so. */
  note(t: number, said: { acts: boolean; aboveW: number; isScheduled: boolean; isBlind: boolean }): void {
    if (!said.acts) return
    if (this.#first < 0) this.#first = t
    this.#last = t
    this.#seconds += 1
    if (said.isScheduled) this.#scheduled += 1
    if (said.isBlind) this.#blind += 1
    if (said.aboveW < BIG_W) return
    if (t - this.#stretchTo > PAUSE_S) this.#stretchFrom = t
    this.#stretchTo = t
    this.#longest = Math.max(this.#longest, t - this.#stretchFrom + 1)
  }

  /** The incident; null when nothing came of it. */
  incident(): Incident | null {
    if (this.#seconds < 60) return null
    const { family, watts, sights, opensDoor } = this.#deed
    const from = this.#first
    const hour = Math.floor(from / HOUR_S) % 24
    return {
      family,
      from,
      to: this.#last + 1,
      arrived: Math.min(from, sights[0]?.t ?? from, opensDoor ? this.#deed.from - 120 : from),
      kW: Math.round(watts / 10) / 100,
      isBig: this.#longest >= BIG_S,
      isFiveKw: PLAIN.has(family) && watts >= BIG_W && this.#last - from >= BIG_S,
      isInSchedule: this.#scheduled > this.#seconds / 2,
      isNight: hour >= 20 || hour < 6,
      blindShare: this.#blind / this.#seconds,
    }
  }
}
