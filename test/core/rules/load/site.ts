import type { z } from 'zod'
import { SiteLoad } from '../../../../core/contract/activity.ts'
import type { Permit } from '../../../../core/contract/activity.ts'
import type { Inputs, Sample } from '../../../../core/rules/rule.ts'
import { type LoadModel, loadInputs, openLoad } from '../../../../core/rules/load/model.ts'
import { siteViewOf } from '../../../../core/rules/site-time.ts'

/** Monday 2026-03-02 00:00 in Asia/Shanghai. */
export const MONDAY = Date.UTC(2026, 2, 1, 16)
export const HOUR = 3_600
export const DAY = 24 * HOUR

export interface Drawn {
  /** W at second `s` since the Monday. */
  readonly power: (s: number) => number
  readonly pump?: (s: number) => boolean
  readonly temperature?: (s: number) => number
}

type Wish = Partial<Omit<z.input<typeof SiteLoad>, 'meter'>>

/** A site's load, told second by second what it draws; a deterministic wobble of a hundredth is laid over it. */
export class Told {
  readonly load: SiteLoad
  readonly #values: (number | null)[]
  readonly #permits: readonly Permit[]
  model: LoadModel
  s = 0
  #validMs = 15_000

  constructor(wish: Wish = {}, permits: readonly Permit[] = []) {
    this.load = SiteLoad.parse({ meter: 'meter/power', declared: 12_000, ...wish })
    this.#values = loadInputs(this.load).map(() => null)
    this.#permits = permits
    this.model = this.#open(null)
  }

  /** One reading of everything each `every` seconds until second `to`. */
  until(to: number, drawn: Drawn, every = 5): this {
    this.#validMs = 3_000 * every
    for (; this.s < to; this.s += every) {
      const { pump, temperature } = drawn
      if (temperature !== undefined) this.say(1, temperature(this.s))
      if (pump !== undefined) this.say(this.#values.length - 1, Number(pump(this.s)), 'state')
      this.say(0, Math.round(drawn.power(this.s) * (1 + 0.01 * wobble(this.s))))
    }
    return this
  }

  say(input: number, value: number, kind: Sample['kind'] = 'number', more: Partial<Sample> = {}): void {
    if (more.quality !== 'bad') this.#values[input] = value
    const about = { quality: 'good', reason: null, validMs: this.#validMs, event: null } as const
    const times = { at: MONDAY + this.s * 1_000, mono: 1_000_000 + this.s * 1_000 }
    this.model.sample(input, { ...times, value, kind, ...about, ...more })
  }

  /** Through the store. */
  reopen(): this {
    this.model = this.#open(JSON.parse(JSON.stringify(this.model.save())))
    return this
  }

  #open(saved: unknown): LoadModel {
    const inputs: Inputs = {
      value: (input) => this.#values[input] ?? NaN,
      changedMono: () => NaN,
      goodMono: () => NaN,
    }
    const site = siteViewOf({ zone: 'Asia/Shanghai', permits: this.#permits, orders: [], calendar: null })
    return openLoad({ load: this.load, site, inputs }, saved)
  }
}

function wobble(s: number): number {
  return Math.sin(s * 12.9898) * Math.cos(s * 78.233)
}

/** A guard post: 900 W always, lamps of 600 W at night, a kettle of 1.8 kW twice a day. */
export function guardPost(s: number): number {
  const hour = (s % DAY) / HOUR
  const lamps = hour < 6 || hour >= 19 ? 600 : 0
  const kettle = (hour >= 7 && hour < 7.1) || (hour >= 18 && hour < 18.1) ? 1_800 : 0
  return 900 + lamps + kettle
}

/** A pump that runs 15 min each 2 h, at other minutes each day. */
export function pumping(s: number): boolean {
  return (s + 700 * Math.floor(s / DAY)) % (2 * HOUR) < 900
}
