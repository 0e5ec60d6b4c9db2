import type { Draw, Load, Phases } from './load.ts'
import { type Noise, noiseOf } from './noise.ts'

/** What any three-phase meter measures, in V, A, W, var, Hz, kWh, kvarh and % of distortion. */
export interface Electrical {
  readonly voltage: Phases
  readonly current: Phases
  readonly watts: Phases
  readonly vars: Phases
  readonly frequency: number
  readonly importKWh: Phases
  readonly importKvarh: Phases
  readonly voltageThd: Phases
  readonly currentThd: Phases
}

/** Active energy in kWh and reactive energy in kvarh. */
export interface Energy {
  readonly kWh: Phases
  readonly kvarh: Phases
}

export interface MeterOptions {
  readonly seed: number
  readonly name: string
  readonly load: Load
  /** Whether the feeder is live; a dead one reads no voltage at all. */
  readonly live: (seconds: number) => boolean
  /** What the counter of active energy showed when the scenario started. */
  readonly startKWh: number
  /** Energy since the scenario's start where it is known in closed form; integrated in 1 s steps otherwise. */
  readonly energy?: (seconds: number) => Energy
}

const NOMINAL_V = 229
/** Volts lost in the feeder cable for each ampere. */
const CABLE_OHM = 0.035
/** Reactive energy that was counted before the scenario, in kvarh for each kWh: a power factor of 0.87. */
const START_KVARH_PER_KWH = 0.57

type Triple<T> = readonly [T, T, T]

/** A meter on one feeder, as a function of scenario time. */
export function meter(options: MeterOptions): (seconds: number) => Electrical {
  const noises = (kind: string, periodS: number): Triple<Noise> => {
    const noise = (phase: number) => noiseOf(options.seed, `${options.name}/${kind}-l${phase}`, periodS)
    return [noise(1), noise(2), noise(3)]
  }
  const slow = noiseOf(options.seed, `${options.name}/mains`, 240)
  const fast = noises('mains', 2)
  const distortion = noises('distortion', 90)
  const wander = noiseOf(options.seed, 'grid/frequency', 8)
  const energy = options.energy ?? counter(options.load)
  return (seconds) => {
    const { watts, vars } = options.load(seconds)
    const live = options.live(seconds)
    const none: Phases = [0, 0, 0]
    const open = each((n) => NOMINAL_V + 2.5 * slow(seconds) + 0.6 * fast[n](seconds))
    const amperes = each((n) => Math.hypot(watts[n], vars[n]) / open[n])
    const { kWh, kvarh } = energy(seconds)
    return {
      voltage: live ? each((n) => open[n] - CABLE_OHM * amperes[n]) : none,
      current: live ? amperes : none,
      watts: live ? watts : none,
      vars: live ? vars : none,
      frequency: live ? 50 + 0.02 * wander(seconds) : 0,
      importKWh: each((n) => options.startKWh / 3 + kWh[n]),
      importKvarh: each((n) => (options.startKWh * START_KVARH_PER_KWH) / 3 + kvarh[n]),
      voltageThd: live ? each((n) => 2.1 + 0.6 * distortion[n](seconds)) : none,
      currentThd: live ? each((n) => (amperes[n] > 0 ? 4.5 + 1.5 * distortion[n](seconds) : 0)) : none,
    }
  }
}

/** Energy drawn since second 0. Remembers how far it has counted; asked for an earlier time it counts anew. */
function counter(load: Load): (seconds: number) => Energy {
  let counted = 0
  let drawn: Draw = { watts: [0, 0, 0], vars: [0, 0, 0] }
  return (seconds) => {
    const until = Math.max(0, Math.floor(seconds))
    if (until < counted) [counted, drawn] = [0, { watts: [0, 0, 0], vars: [0, 0, 0] }]
    for (; counted < until; counted++) {
      const { watts, vars } = load(counted)
      drawn = { watts: each((n) => drawn.watts[n] + watts[n]), vars: each((n) => drawn.vars[n] + vars[n]) }
    }
    return { kWh: each((n) => drawn.watts[n] / 3_600_000), kvarh: each((n) => drawn.vars[n] / 3_600_000) }
  }
}

function each(of: (phase: 0 | 1 | 2) => number): Phases {
  return [of(0), of(1), of(2)]
}
