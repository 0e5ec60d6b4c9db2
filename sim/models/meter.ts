import type { Load } from './load.ts'
import { type Noise, noiseOf } from './noise.ts'

type Phases = readonly [number, number, number]

/** What any three-phase meter measures, in V, A, W, var, Hz and kWh. */
export interface Electrical {
  readonly voltage: Phases
  readonly current: Phases
  readonly watts: Phases
  readonly vars: Phases
  readonly frequency: number
  readonly importKWh: number
}

export interface MeterOptions {
  readonly seed: number
  readonly name: string
  readonly load: Load
  /** Whether the feeder is live; a dead one reads no voltage at all. */
  readonly live: (seconds: number) => boolean
  /** What the counter showed when the scenario started. */
  readonly startKWh: number
  /** Energy since the scenario's start in kWh where it is known in closed form; integrated in 1 s steps otherwise. */
  readonly energyKWh?: (seconds: number) => number
}

const NOMINAL_V = 229
/** Volts lost in the feeder cable for each ampere. */
const CABLE_OHM = 0.035

/** A meter on one feeder, as a function of scenario time. */
export function meter(options: MeterOptions): (seconds: number) => Electrical {
  const slow = noiseOf(options.seed, `${options.name}/mains`, 240)
  const fast = [1, 2, 3].map((phase) => noiseOf(options.seed, `${options.name}/mains-l${phase}`, 2)) as [
    Noise,
    Noise,
    Noise,
  ]
  const wander = noiseOf(options.seed, 'grid/frequency', 8)
  const energy = options.energyKWh ?? counter(options.load)
  return (seconds) => {
    const { watts, vars } = options.load(seconds)
    const live = options.live(seconds)
    const phase = (n: 0 | 1 | 2) => {
      const open = NOMINAL_V + 2.5 * slow(seconds) + 0.6 * fast[n](seconds)
      const amperes = Math.hypot(watts[n], vars[n]) / open
      const volts = open - CABLE_OHM * amperes
      return { volts: live ? volts : 0, amperes: live ? amperes : 0 }
    }
    const [one, two, three] = [phase(0), phase(1), phase(2)]
    return {
      voltage: [one.volts, two.volts, three.volts],
      current: [one.amperes, two.amperes, three.amperes],
      watts: live ? watts : [0, 0, 0],
      vars: live ? vars : [0, 0, 0],
      frequency: live ? 50 + 0.02 * wander(seconds) : 0,
      importKWh: options.startKWh + energy(seconds),
    }
  }
}

/** Energy drawn since second 0, in kWh. Remembers how far it has counted; asked for an earlier time it counts anew. */
function counter(load: Load): (seconds: number) => number {
  let counted = 0
  let joules = 0
  return (seconds) => {
    const until = Math.max(0, Math.floor(seconds))
    if (until < counted) [counted, joules] = [0, 0]
    for (; counted < until; counted++) joules += load(counted).watts.reduce((sum, watts) => sum + watts, 0)
    return joules / 3_600_000
  }
}
