import type { PointValues } from '../modbus/image.ts'
import type { Phases } from './load.ts'
import type { Electrical } from './meter.ts'

/** What a three-phase meter shows, by the point ids that the profiles of all of them share. */
export function meterPoints(measured: Electrical): PointValues {
  const { watts, vars, frequency, importKWh } = measured
  const power = sum(watts)
  const reactive = sum(vars)
  return {
    ...byPhase('voltage', measured.voltage),
    ...byPhase('current', measured.current),
    ...byPhase('active-power', watts),
    'active-power': power,
    'reactive-power': reactive,
    'power-factor': factorOf(power, reactive),
    frequency,
    'energy-import': sum(importKWh),
    'energy-export': 0,
  }
}

/** What an Eastron SDM630 shows. */
export function sdm630Points(measured: Electrical): PointValues {
  const { voltage, current, watts, vars, importKWh, importKvarh } = measured
  const apparent = apparentOf(measured)
  const line = lineVoltages(voltage)
  return {
    ...meterPoints(measured),
    ...byPhase('apparent-power', apparent),
    ...byPhase('reactive-power', vars),
    ...byPhase('power-factor', factors(watts, vars)),
    ...line,
    ...byPhase('voltage-thd', measured.voltageThd),
    ...byPhase('current-thd', measured.currentThd),
    ...byPhase('energy-import', importKWh),
    ...byPhase('energy-export', [0, 0, 0]),
    ...byPhase('reactive-energy', importKvarh),
    'voltage-average': sum(voltage) / 3,
    'voltage-line-average': sum([line['voltage-l12'], line['voltage-l23'], line['voltage-l31']]) / 3,
    'current-average': sum(current) / 3,
    'current-sum': sum(current),
    'current-neutral': neutralOf(measured),
    'apparent-power': Math.hypot(sum(watts), sum(vars)),
    'energy-total': sum(importKWh),
    'reactive-energy-import': sum(importKvarh),
    'reactive-energy-export': 0,
    'reactive-energy-total': sum(importKvarh),
  }
}

/** What a Chint DTSU666 shows that is connected without transformers. */
export function dtsu666Points(measured: Electrical): PointValues {
  const { voltage, watts, vars } = measured
  return {
    ...meterPoints(measured),
    ...byPhase('reactive-power', vars),
    ...byPhase('power-factor', factors(watts, vars)),
    ...lineVoltages(voltage),
    'ct-ratio': 1,
    'pt-ratio': 1,
  }
}

/** What an Acrel ADL400 shows that is connected through current transformers of `ctRatio`; its values are the primary ones. */
export function adl400Points(measured: Electrical, ctRatio: number): PointValues {
  const { watts, vars, importKWh } = measured
  return {
    ...meterPoints(measured),
    'apparent-power': Math.hypot(sum(watts), sum(vars)),
    'energy-combined': sum(importKWh),
    'ct-ratio': ctRatio,
    'pt-ratio': 1,
  }
}

/** Shares of the tariffs in what a billing meter has counted. */
const TARIFFS = { sharp: 0.08, peak: 0.34, flat: 0.33, valley: 0.25 }

/** What a directly connected billing meter of DL/T 645-2007 shows, whose cover was opened so many times. */
export function dlt645Points(measured: Electrical, coverOpenings: number): PointValues {
  const { watts, vars, importKWh } = measured
  const tariffs = Object.entries(TARIFFS).map(([tariff, share]): [string, number] => [
    `energy-import-${tariff}`,
    share * sum(importKWh),
  ])
  return {
    ...meterPoints(measured),
    ...Object.fromEntries(tariffs),
    'apparent-power': Math.hypot(sum(watts), sum(vars)),
    'energy-combined': sum(importKWh),
    'meter-cover-openings': coverOpenings,
    'terminal-cover-openings': 1,
    'power-downs': 12,
    programmings: 2,
    'ct-ratio': 1,
    'pt-ratio': 1,
  }
}

function byPhase(name: string, [one, two, three]: Phases): PointValues {
  return { [`${name}-l1`]: one, [`${name}-l2`]: two, [`${name}-l3`]: three }
}

function sum([one, two, three]: Phases): number {
  return one + two + three
}

function factorOf(watts: number, vars: number): number {
  const apparent = Math.hypot(watts, vars)
  return apparent === 0 ? 0 : watts / apparent
}

function factors(watts: Phases, vars: Phases): Phases {
  return [factorOf(watts[0], vars[0]), factorOf(watts[1], vars[1]), factorOf(watts[2], vars[2])]
}

function apparentOf({ watts, vars }: Electrical): Phases {
  return [Math.hypot(watts[0], vars[0]), Math.hypot(watts[1], vars[1]), Math.hypot(watts[2], vars[2])]
}

/** Volts between two phases a third of a turn apart. */
function lineVoltages([one, two, three]: Phases) {
  const between = (a: number, b: number) => Math.sqrt(a * a + b * b + a * b)
  return { 'voltage-l12': between(one, two), 'voltage-l23': between(two, three), 'voltage-l31': between(three, one) }
}

/** Amperes that return through the neutral: the three currents added with their angles. */
function neutralOf({ current, watts, vars }: Electrical): number {
  const phases = [0, 1, 2] as const
  const turns = phases.map((n) => ({
    amperes: current[n],
    angle: (n * 2 * Math.PI) / 3 + Math.atan2(vars[n], watts[n]),
  }))
  const along = turns.reduce((total, { amperes, angle }) => total + amperes * Math.cos(angle), 0)
  const across = turns.reduce((total, { amperes, angle }) => total + amperes * Math.sin(angle), 0)
  return Math.hypot(along, across)
}
