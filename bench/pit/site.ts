import type { Dice } from './dice.ts'
import { diceOf } from './dice.ts'
import { dateAfter } from './days.ts'

/** How a motor is switched on. */
export type Start = 'direct' | 'soft'

/** A lawful dewatering pump. */
export interface Pump {
  readonly watts: number
  readonly start: Start
  /** Share by which it draws more at the end of the rehearsal than at its beginning. */
  readonly ageing: number
}

/** The sump and what comes into it. */
export interface Sump {
  readonly lowM: number
  readonly highM: number
  /** Seconds from low to high without rain, and at most from high to low with one pump. */
  readonly fillS: number
  readonly runS: number
}

/** One thermostat. */
export interface Thermostat {
  readonly watts: number
  /** Room temperature it keeps, °C. */
  readonly keepC: number
  /** Day from which it is switched on at all. */
  readonly fromDay: number
}

/** A fan that runs at the same time every day. */
export interface YardFan {
  readonly watts: number
  /** Second of the day, and for how long. */
  readonly from: number
  readonly seconds: number
  readonly hasContact: boolean
}

export interface Meter {
  /** Deviation of a sample, share of the reading. */
  readonly noise: number
  readonly resolutionW: number
  /** Share by which its current transformers are off. */
  readonly ctError: number
  /** Two phases are exchanged. */
  readonly isSwapped: boolean
  /** It has no supply of its own, so that it falls silent with the mains. */
  readonly diesWithMains: boolean
}

/** What can be read at the site. */
export interface Fitted {
  readonly frequency: boolean
  readonly powerFactor: boolean
  readonly vibration: boolean
  readonly door: boolean
  /** A camera that tells people and vehicles from the rest. */
  readonly smartCamera: boolean
}

/** What a seed says of a site; everything else follows from it. */
export interface PitSite {
  readonly seed: number
  /** The local date it begins with. */
  readonly date: string
  readonly days: number
  /** The first days, in which nothing unlawful happens and detectors may learn. */
  readonly learnDays: number
  readonly standbyW: number
  readonly lampsW: number
  readonly heating: Thermostat | null
  readonly cooling: Thermostat | null
  /** The kettle of a guard room; null where nobody guards. */
  readonly kettleW: number | null
  /** Seconds of the day at which the guard walks his round. */
  readonly rounds: readonly number[]
  readonly sump: Sump
  readonly pumps: readonly [Pump, ...Pump[]]
  readonly fan: YardFan | null
  readonly meter: Meter
  readonly fitted: Fitted
  /** Camera events a day that mean nothing. */
  readonly nuisance: number
  readonly chance: Dice
}

export interface SiteWish {
  readonly days?: number
  readonly learnDays?: number
}

/** Draws a site. The first 14 of 42 days are for learning unless wished otherwise. */
export function drawSite(seed: number, { days = 42, learnDays = 14 }: SiteWish = {}): PitSite {
  const dice = diceOf(seed)
  const date = dateAfter('2025-01-01', dice.whole(0, 364))
  const fromDay = () => (dice.isLucky(0.4) ? dice.whole(learnDays, Math.max(learnDays, days - 2)) : 0)
  const isGuarded = dice.isLucky(0.6)
  return {
    seed,
    date,
    days,
    learnDays,
    standbyW: dice.logUniform(300, 2_500),
    lampsW: dice.uniform(200, 2_000),
    heating: dice.isLucky(0.7) ? { watts: dice.uniform(1_000, 2_500), keepC: 18, fromDay: fromDay() } : null,
    cooling: dice.isLucky(0.3) ? { watts: dice.uniform(800, 2_200), keepC: 26, fromDay: fromDay() } : null,
    kettleW: isGuarded ? dice.uniform(1_000, 2_200) : null,
    rounds: isGuarded ? [22, 1, 4].map((hour) => hour * 3_600 + dice.whole(0, 1_800)) : [],
    sump: drawSump(dice),
    pumps: dice.isLucky(0.25) ? [drawPump(dice), drawPump(dice)] : [drawPump(dice)],
    fan: dice.isLucky(0.35) ? drawFan(dice) : null,
    meter: drawMeter(dice),
    fitted: drawFitted(dice),
    nuisance: dice.logUniform(0.1, 1),
    chance: dice.fork(),
  }
}

function drawSump(dice: Dice): Sump {
  const lowM = dice.uniform(0.6, 1.5)
  const highM = lowM + dice.uniform(1, 2)
  return { lowM, highM, fillS: dice.logUniform(0.7, 10) * 3_600, runS: dice.uniform(8, 60) * 60 }
}

function drawPump(dice: Dice): Pump {
  return {
    watts: dice.logUniform(5_500, 55_000),
    start: dice.isLucky(0.5) ? 'direct' : 'soft',
    ageing: dice.uniform(-0.02, 0.05),
  }
}

function drawMeter(dice: Dice): Meter {
  return {
    noise: dice.uniform(0.004, 0.012),
    resolutionW: dice.pick([1, 10, 50, 100]),
    ctError: 0.01 * dice.gauss(),
    isSwapped: dice.isLucky(0.1),
    diesWithMains: dice.isLucky(0.5),
  }
}

function drawFitted(dice: Dice): Fitted {
  return {
    frequency: dice.isLucky(0.5),
    powerFactor: dice.isLucky(0.9),
    vibration: dice.isLucky(0.3),
    door: dice.isLucky(0.6),
    smartCamera: dice.isLucky(0.5),
  }
}

function drawFan(dice: Dice): YardFan {
  return {
    watts: dice.uniform(2_000, 11_000),
    from: dice.whole(6 * 3_600, 20 * 3_600),
    seconds: dice.uniform(1, 3) * 3_600,
    hasContact: dice.isLucky(0.6),
  }
}

/**
 * The most that people would declare for the site, W: the plates of everything that may run without a permit and is not known by a
 * contact, with a seventh more, in steps of 500.
 */
export function declaredW(site: PitSite, knows: { readonly pumps: boolean }): number {
  const plates = [
    site.standbyW,
    site.lampsW,
    site.heating?.watts ?? 0,
    site.cooling?.watts ?? 0,
    site.kettleW ?? 0,
    site.fan === null || site.fan.hasContact ? 0 : site.fan.watts,
    ...(knows.pumps ? [] : site.pumps.map(({ watts }) => watts)),
  ]
  const sum = plates.reduce((all, one) => all + one, 0)
  return Math.ceil((sum * 1.15) / 500) * 500
}
