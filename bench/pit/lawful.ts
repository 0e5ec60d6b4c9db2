import type { Dice } from './dice.ts'
import { DAY_S, dayOfYear, HOUR_S, sunOf } from './days.ts'
import { inrush, type Load, type Now } from './load.ts'
import type { PitSite, Pump, Thermostat, YardFan } from './site.ts'
import { follow, type Span } from './span.ts'
import { HEAVIEST_RAIN, type Weather } from './weather.ts'

/** Work that was allowed and draws power. */
export interface LawfulWork extends Span {
  readonly watts: number
}

/** What runs at the site when nothing is wrong, standby first, without its pumps and fans. */
export function lawfulLoads(site: PitSite, dice: Dice, works: readonly LawfulWork[]): Load[] {
  const loads = [standby(site, dice.fork()), lamps(site, dice.fork()), work(works)]
  if (site.heating !== null) loads.push(thermostat(site.heating, 'heats'))
  if (site.cooling !== null) loads.push(thermostat(site.cooling, 'cools'))
  if (site.kettleW !== null) loads.push(kettle(site, site.kettleW, dice.fork()), round(site))
  return loads
}

function standby(site: PitSite, dice: Dice): Load {
  const turn = dice.uniform(0, 2 * Math.PI)
  const period = dice.uniform(3, 9) * HOUR_S
  let watts = site.standbyW
  return {
    phase: 0,
    watts: ({ t }) => {
      if (t % 60 === 0) watts = site.standbyW * (1 + 0.03 * Math.sin((2 * Math.PI * t) / period + turn))
      return watts
    },
  }
}

/** From dusk until dawn, a few minutes earlier or later each day; now and then a lamp fails, and is replaced days after. */
function lamps(site: PitSite, dice: Dice): Load {
  const first = dayOfYear(site.date)
  const days = Array.from({ length: site.days + 1 }, (_, day) => {
    const { rise, set } = sunOf(first + day)
    return { rise: rise + 300 * dice.gauss(), set: set + 300 * dice.gauss() }
  })
  const failures: (Span & { readonly share: number })[] = []
  for (let day = dice.wait(25); day < site.days; day += 10 + dice.wait(25))
    failures.push({ from: day * DAY_S, to: (day + dice.uniform(2, 10)) * DAY_S, share: dice.uniform(0.1, 0.3) })
  const failed = follow(failures)
  let sun = { rise: 0, set: DAY_S }
  return {
    phase: 1,
    watts: ({ t, ofDay, day }) => {
      if (ofDay === 0) sun = days[day] ?? sun
      return ofDay > sun.rise && ofDay < sun.set ? 0 : site.lampsW * (1 - (failed.at(t)?.share ?? 0))
    },
  }
}

const ROOM_LAG_S = 2 * HOUR_S

/** A room that follows the weather within two hours, and a thermostat with half a degree on either side. */
function thermostat({ watts, keepC, fromDay }: Thermostat, does: 'heats' | 'cools'): Load {
  const sign = does === 'heats' ? 1 : -1
  let roomC = keepC
  let isOn = false
  return {
    phase: 2,
    watts: ({ day, temperatureC }) => {
      const driven = temperatureC + (isOn ? sign * 32 : 0)
      roomC += (driven - roomC) / ROOM_LAG_S
      const lack = sign * (keepC - roomC)
      if (isOn ? lack < -0.5 : lack > 0.5) isOn = !isOn && day >= fromDay
      return isOn ? watts : 0
    },
  }
}

/** Tea and meals of a guard. */
function kettle(site: PitSite, watts: number, dice: Dice): Load {
  const spans: Span[] = []
  for (let day = 0; day < site.days; day++) {
    for (const hour of [7, 12, 18]) if (dice.isLucky(0.9)) spans.push(boil(day, hour + 0.5 * dice.gauss(), dice))
    for (let extra = dice.whole(0, 4); extra > 0; extra--) spans.push(boil(day, dice.uniform(6, 23.5), dice))
  }
  const boiling = follow(spans.toSorted((a, b) => a.from - b.from))
  return { phase: 0, watts: ({ t }) => (boiling.at(t) === null ? 0 : watts) }
}

function boil(day: number, hour: number, dice: Dice): Span {
  const from = Math.round(day * DAY_S + hour * HOUR_S)
  return { from, to: from + Math.round(dice.uniform(2, 15) * 60) }
}

const ROUND_W = 300
const ROUND_S = 900

/** The guard's round by lamp light at fixed hours. */
function round({ rounds }: PitSite): Load {
  return {
    phase: 1,
    watts: ({ ofDay }) => {
      for (const from of rounds) if (ofDay >= from && ofDay < from + ROUND_S) return ROUND_W
      return 0
    },
  }
}

/** A fan that runs at its hours every day. */
export function fan(site: PitSite, { watts, from, seconds }: YardFan, dice: Dice): Load {
  const runs = follow(
    Array.from({ length: site.days }, (_, day) => {
      const begin = Math.round(day * DAY_S + from + 120 * dice.gauss())
      return { from: begin, to: begin + Math.round(seconds) }
    }),
  )
  return {
    phase: 'all',
    watts: (now) => {
      const run = runs.at(now.t)
      now.fan = run !== null
      return run === null ? 0 : watts * inrush(now.t - run.from, 'direct')
    },
  }
}

/** Tools of visitors: two thirds of the time on, in pieces of minutes. */
function work(works: readonly LawfulWork[]): Load {
  const visits = follow(works)
  return {
    phase: 1,
    watts: (now) => {
      const visit = visits.at(now.t)
      if (visit === null) return 0
      return Math.floor((now.t - visit.from) / 240) % 3 === 2 ? 0 : visit.watts
    },
  }
}

/** Beyond the high level by so much water finds another way. */
const OVERFLOW_M = 1.5

/** Water and what takes it out of the sump. */
export interface Pumping {
  readonly loads: readonly Load[]
  /** One second of water; `drawn` is what others pump out, in units of what one of the site's own pumps takes. */
  flow(now: Now, drawn: number): void
}

/** The pumps with their sump: they start at the high level by turns, both a step above it, and stop at the low one. */
export function pumping(site: PitSite, weather: Weather, dice: Dice): Pumping {
  const { lowM, highM, fillS, runS } = site.sump
  const inflow = (highM - lowM) / fillS
  // A pump masters the heaviest rain, or it would not have been put there.
  const outflow = Math.max((highM - lowM) / runS + inflow, 1.2 * HEAVIEST_RAIN * inflow)
  const startedAt = site.pumps.map(() => 0)
  let next = 0
  let rain = 1
  const start = (now: Now) => {
    now.pumps[next] = true
    startedAt[next] = now.t
    next = (next + 1) % site.pumps.length
  }
  const flow = (now: Now, drawn: number) => {
    if (now.t % 60 === 0) rain = weather.rain(now.t)
    let running = 0
    for (const isOn of now.pumps) if (isOn) running += 1
    const risen = now.levelM + inflow * rain - (running + drawn) * outflow
    now.levelM = Math.max(0, Math.min(highM + OVERFLOW_M, risen))
    if (!now.hasPower || now.levelM <= lowM) {
      if (running > 0) now.pumps.fill(false)
    } else if (running === 0 && now.levelM >= highM) start(now)
    else if (running > 0 && running < site.pumps.length && now.levelM >= highM + 0.3) start(now)
  }
  const ripples = site.pumps.map(() => dice.uniform(0.002, 0.01))
  const loads = site.pumps.map((pump, index) => {
    return pumpLoad(site, pump, { index, startedAt, ripple: ripples[index] ?? 0 })
  })
  return { loads, flow }
}

function pumpLoad(
  { days, sump }: PitSite,
  { watts, start, ageing }: Pump,
  {
    index,
    startedAt,
    ripple,
  }: { readonly index: number; readonly startedAt: readonly number[]; readonly ripple: number },
): Load {
  return {
    phase: 'all',
    watts: (now) => {
      if (now.pumps[index] !== true) return 0
      const since = now.t - (startedAt[index] ?? 0)
      const head = 1 + 0.02 * ((sump.highM - now.levelM) / (sump.highM - sump.lowM))
      const old = 1 + (ageing * now.t) / (days * DAY_S)
      return watts * head * old * (1 + ripple * Math.sin(since / 37)) * inrush(since, start)
    },
  }
}

/** What charges and warms up again after the mains were gone: two kilowatts and more that fade within half an hour. */
export function coldStart(dice: Dice): Load & { back(t: number, goneS: number): void } {
  let from = -Infinity
  let watts = 0
  return {
    phase: 0,
    back: (t, goneS) => {
      if (goneS < 300) return
      from = t
      watts = dice.uniform(2_000, 2_500)
    },
    watts: ({ t }) => (t - from < 1_800 ? watts * (1 - (t - from) / 3_600) : 0),
  }
}
