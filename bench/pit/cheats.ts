import { diceOf } from './dice.ts'
import { DAY_S, HOUR_S } from './days.ts'
import type { Notice } from './notice.ts'
import type { PitPoint } from './points.ts'
import type { Listener, Said } from './said.ts'
import type { Span } from './span.ts'

/** A method that is only there to be beaten. It sees the power of the site, W, and nothing else. */
export interface Cheat {
  readonly name: string
  readonly notices: readonly Notice[]
  /** NaN when there was no reading. */
  power(t: number, watts: number): void
}

/** Fresh ones for a site; `span` is what is armed. */
export function cheats(span: Span, seed: number): readonly Cheat[] {
  return [
    alwaysOn(span),
    bells('periodic', periodic(span)),
    bells('random', random(span, seed)),
    staticMaximum(span),
    hourlyZ(span),
    cusum(span),
  ]
}

/** Listens to a site for them. */
export function cheatListener(all: readonly Cheat[]): Listener {
  let watts = NaN
  return {
    take: (_point: PitPoint, index: number, said: Said) => {
      if (index === 0) watts = said.quality === 'good' ? said.value : NaN
    },
    polled: (t) => {
      for (const cheat of all) cheat.power(t, watts)
    },
  }
}

/** An alarm that is raised and cleared by a condition. */
class Bell {
  readonly notices: Notice[] = []
  #open: string | null = null
  #since = 0
  #lastTrue = 0
  readonly #name: string

  constructor(name: string) {
    this.#name = name
  }

  raise(t: number): void {
    this.#lastTrue = t
    if (this.#open !== null && t - this.#since >= 4 * HOUR_S) this.clear(t)
    if (this.#open !== null) return
    this.#open = `${this.#name}-${t}`
    this.#since = t
    this.#say(t, 'raise', this.#open)
  }

  /** The condition is gone; after half an hour the alarm is over. */
  calm(t: number): void {
    if (t - this.#lastTrue >= 1_800) this.clear(t)
  }

  clear(t: number): void {
    if (this.#open === null) return
    this.#say(t, 'clear', this.#open)
    this.#open = null
  }

  #say(t: number, kind: Notice['kind'], alarm: string): void {
    this.notices.push({ t, kind, alarm, types: [this.#name], groups: ['power'], isHealth: false })
  }
}

function alwaysOn({ from }: Span): Cheat {
  const bell = new Bell('always-on')
  return {
    name: 'always-on',
    notices: bell.notices,
    power: (t) => {
      if (t >= from) bell.raise(t)
    },
  }
}

/** Rings at given seconds for ten minutes, without looking. */
function bells(name: string, at: readonly number[]): Cheat {
  const bell = new Bell(name)
  let next = 0
  let until = Infinity
  return {
    name,
    notices: bell.notices,
    power: (t) => {
      if (t >= until) {
        bell.clear(t)
        until = Infinity
      }
      if (t < (at[next] ?? Infinity)) return
      next += 1
      until = t + 600
      bell.raise(t)
    },
  }
}

/** Every 15 % of the time. */
function periodic({ from, to }: Span): number[] {
  return Array.from({ length: 6 }, (_, index) => from + 0.15 * (index + 1) * (to - from))
}

/** Once a day on average. */
function random({ from, to }: Span, seed: number): number[] {
  const dice = diceOf(seed + 77_777)
  const at: number[] = []
  for (let t = from + dice.wait(DAY_S); t < to; t += dice.wait(DAY_S)) at.push(t)
  return at
}

/** More than 1.05 times the most that was seen while learning, for 10 s. */
function staticMaximum({ from }: Span): Cheat {
  const bell = new Bell('static-maximum')
  // The second highest of any hour, so that a single spike is not learned.
  let most = 0
  let second = 0
  let above = 0
  let last = -1
  return {
    name: 'static-maximum',
    notices: bell.notices,
    power: (t, watts) => {
      if (Number.isNaN(watts)) return
      if (t < from) {
        const isHeld = watts <= 2 * last
        if (isHeld && watts > most) [most, second] = [watts, most]
        last = Math.max(1, watts)
        return
      }
      above = watts > 1.05 * Math.max(most, second) ? above + 1 : 0
      if (above >= 3) bell.raise(t)
      else if (above === 0) bell.calm(t)
    },
  }
}

const SLOTS = 48

/** Minutes of the day in half hours with their medians, and whatever is six deviations from them for three minutes. */
function hourlyZ({ from }: Span): Cheat {
  const bell = new Bell('hourly-z')
  const seen: number[][] = Array.from({ length: SLOTS }, () => [])
  let limits: { readonly low: number; readonly high: number }[] | null = null
  let outside = 0
  const minute = new Minute()
  return {
    name: 'hourly-z',
    notices: bell.notices,
    power: (t, watts) => {
      const mean = minute.take(t, watts)
      if (Number.isNaN(mean)) return
      const slot = Math.floor((t % DAY_S) / (DAY_S / SLOTS))
      if (t < from) return void seen[slot]?.push(mean)
      limits ??= seen.map(limitsOf)
      const limit = limits[slot]
      outside = limit !== undefined && (mean > limit.high || mean < limit.low) ? outside + 1 : 0
      if (outside >= 3) bell.raise(t)
      else if (outside === 0) bell.calm(t)
    },
  }
}

function limitsOf(values: readonly number[]) {
  const middle = median(values)
  const spread = 1.4826 * median(values.map((one) => Math.abs(one - middle)))
  const width = 6 * Math.max(spread, 0.03 * middle)
  return { low: middle - width, high: middle + width }
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0
}

/** One CUSUM over minutes against the mean of the half hour, its limit a fifth above the most of the second week of learning. */
function cusum({ from }: Span): Cheat {
  const bell = new Bell('cusum')
  const sums = new Float64Array(SLOTS)
  const counts = new Float64Array(SLOTS)
  const minute = new Minute()
  let sum = 0
  let most = 0
  return {
    name: 'cusum',
    notices: bell.notices,
    power: (t, watts) => {
      const mean = minute.take(t, watts)
      if (Number.isNaN(mean)) return
      const slot = Math.floor((t % DAY_S) / (DAY_S / SLOTS))
      const usual = counts[slot]! > 0 ? sums[slot]! / counts[slot]! : mean
      sum = Math.max(0, sum + mean - 1.25 * usual)
      if (t < from) {
        sums[slot]! += mean
        counts[slot]! += 1
        if (t < from / 2) sum = 0
        most = Math.max(most, sum)
        return
      }
      sum = Math.min(sum, 1.5 * most)
      if (sum > 1.2 * most) bell.raise(t)
      else if (sum < most) bell.calm(t)
    },
  }
}

/** Means of whole minutes. */
class Minute {
  #sum = 0
  #count = 0

  /** The mean of the minute that ends with `t`; NaN within one, and for one without readings. */
  take(t: number, watts: number): number {
    if (!Number.isNaN(watts)) {
      this.#sum += watts
      this.#count += 1
    }
    if (t % 60 !== 0) return NaN
    const mean = this.#count === 0 ? NaN : this.#sum / this.#count
    this.#sum = 0
    this.#count = 0
    return mean
  }
}
