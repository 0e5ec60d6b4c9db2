import type { Dice } from './dice.ts'
import { DAY_S, HOUR_S } from './days.ts'
import type { PitSite } from './site.ts'
import { scatter, type Span } from './span.ts'

/** A gap in which the meter, or all that is wired, does not answer. */
export interface Gap extends Span {
  readonly isAll: boolean
}

/** One sample that is far from the truth. */
export interface Spike extends Span {
  readonly value: 'zero' | 'full'
}

/** The wall clock is off. */
export interface ClockStep extends Span {
  readonly seconds: number
}

/** Samples that come twice, or in the wrong order. */
export interface Muddle extends Span {
  readonly kind: 'twice' | 'swapped'
}

/** What breaks at a site by itself, each list in the order of time. */
export interface Faults {
  readonly outages: readonly Span[]
  readonly gaps: readonly Gap[]
  readonly spikes: readonly Spike[]
  readonly stuck: readonly Span[]
  readonly sags: readonly Span[]
  readonly clock: readonly ClockStep[]
  readonly muddles: readonly Muddle[]
  /** The camera's stream is lost. */
  readonly blind: readonly Span[]
}

/** Voltage that is left in a sag. */
export const SAG = 0.6

/** Draws what breaks. */
export function drawFaults(site: PitSite, dice: Dice): Faults {
  const until = site.days * DAY_S
  const every = (days: number, length: () => number) => scatter(until, () => dice.wait(days * DAY_S), length)
  return {
    outages: every(10, () => dice.logUniform(60, 6 * HOUR_S)),
    gaps: every(2, () => dice.logUniform(10, 1_800)).map((span) => ({ ...span, isAll: dice.isLucky(0.3) })),
    spikes: every(3, () => 5).map((span) => ({ ...span, value: dice.isLucky(0.5) ? 'zero' : 'full' })),
    stuck: every(12, () => dice.uniform(120, 3_600)),
    sags: every(5, () => dice.whole(1, 5)),
    clock: every(15, () => dice.uniform(0.5, 6) * HOUR_S).map((span) => ({
      ...span,
      seconds: Math.round(dice.uniform(-120, 120)),
    })),
    muddles: every(1, () => dice.uniform(10, 60)).map((span) => ({
      ...span,
      kind: dice.isLucky(0.5) ? 'twice' : 'swapped',
    })),
    blind: every(15, () => dice.logUniform(60, 1_200)),
  }
}
