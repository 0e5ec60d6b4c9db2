import { RuleEngine } from '../../core/rules/engine.ts'
import type { Channel } from '../../core/rules/channel.ts'
import type { SitePlan } from '../../core/rules/plan.ts'
import { type OpenSample, openSample } from '../../core/rules/sampling.ts'
import { QUANTITIES } from '../../core/contract/quantity.ts'
import type { Day } from './day.ts'
import { POINTS } from './site.ts'

/** 2026-01-01 00:00 in Asia/Shanghai. */
const START = Date.UTC(2025, 11, 31, 16)
const SECONDS = 86_400

/** A site whose days are judged one after the other. */
export class Site {
  readonly engine: RuleEngine
  readonly #channels: readonly Channel[]
  readonly #sample: OpenSample = { ...openSample(), quality: 'good', validMs: 2_500 }
  #second = 1
  #energy = 0
  alarms = 0

  constructor(plan: SitePlan) {
    this.engine = new RuleEngine(plan)
    this.#channels = POINTS.map(([point]) => this.engine.channel(point))
  }

  /** Judges a day, or its first seconds; answers the samples judged. `each` is told the time each sample took, ms. */
  judge(day: Day, seconds = SECONDS, each?: (ms: number) => void): number {
    for (let s = 0; s < seconds; s += 1) {
      for (let index = 0; index < POINTS.length; index += 1) {
        if (each === undefined) this.#feed(day, s, index)
        else {
          const before = performance.now()
          this.#feed(day, s, index)
          each(performance.now() - before)
        }
      }
      this.#second += 1
      if (s % 3_600 === 0) this.#hear()
    }
    this.#energy += day.energy
    this.#hear()
    return seconds * POINTS.length
  }

  #feed(day: Day, s: number, index: number): void {
    const sample = this.#sample
    const quantity = POINTS[index]?.[1] ?? 'power'
    sample.at = START + this.#second * 1_000
    sample.mono = this.#second * 1_000
    sample.kind = QUANTITIES[quantity].kind === 'boolean' ? 'state' : 'number'
    sample.value = day.columns[index]?.[s] ?? 0
    if (quantity === 'energy') sample.value = Math.round((sample.value + this.#energy) * 100) / 100
    const channel = this.#channels[index]
    if (channel !== undefined) this.engine.feed(channel, sample)
  }

  #hear(): void {
    for (const { kind } of this.engine.transitions()) if (kind === 'raise') this.alarms += 1
  }
}
