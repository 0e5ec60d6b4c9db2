import { balanced, type Draw, type Load, NOTHING, type RunningFor, singlePhase } from './load.ts'
import { drawOf, noiseOf } from './noise.ts'

export interface Machine {
  readonly seed: number
  /** Unique in the county; noise belongs to it. */
  readonly name: string
  /** Mechanical and electrical rating taken as one, in W. */
  readonly ratedW: number
}

/** Power factor of a motor that stands still and pulls its starting current. */
const START_FACTOR = 0.35

/**
 * A local fan started direct on line: 5–7 times rated current for `startS` seconds, then flat within 2 %.
 * (docs: load signatures of the field, local fan FBD)
 */
export function fan(machine: Machine, running: RunningFor, startS = 4): Load {
  const ripple = noiseOf(machine.seed, `${machine.name}/ripple`, 3)
  return (seconds) => {
    const since = running(seconds)
    if (since === null) return NOTHING
    if (since < startS) return starting(machine.ratedW, 0.85, 1 - since / startS)
    return balanced(machine.ratedW * (0.94 + 0.012 * ripple(seconds)), 0.85)
  }
}

const LIFT_S = 28
const LOWER_S = 18
const PAUSE_S = 6
const CYCLE_S = LIFT_S + PAUSE_S + LOWER_S + PAUSE_S

/** A winch: started direct on line, lifts at 60–100 % of rated power, lowers at up to 20 %, and rests between. */
export function winch(machine: Machine, running: RunningFor): Load {
  const ripple = noiseOf(machine.seed, `${machine.name}/ripple`, 1.5)
  return (seconds) => {
    const since = running(seconds)
    if (since === null) return NOTHING
    const stroke = Math.floor(since / CYCLE_S)
    const within = since - stroke * CYCLE_S
    const tub = drawOf(machine.seed, `${machine.name}/tub`, stroke)
    if (within < LIFT_S) {
      if (within < 1.5) return starting(machine.ratedW, 0.82, 1 - within / 1.5)
      return balanced(machine.ratedW * (0.64 + 0.32 * tub + 0.04 * ripple(seconds)), 0.82)
    }
    const lowering = within - LIFT_S - PAUSE_S
    if (lowering < 0 || lowering >= LOWER_S) return NOTHING
    if (lowering < 0.8) return starting(machine.ratedW * 0.6, 0.75, 1 - lowering / 0.8)
    return balanced(machine.ratedW * (0.1 + 0.08 * tub + 0.02 * ripple(seconds)), 0.75)
  }
}

/** A drainage pump: flat while it lifts water, 38 % of that with a worse power factor once it runs dry. */
export function pump(machine: Machine, running: RunningFor, dry: RunningFor): Load {
  const ripple = noiseOf(machine.seed, `${machine.name}/ripple`, 4)
  return (seconds) => {
    const since = running(seconds)
    if (since === null) return NOTHING
    if (since < 2) return starting(machine.ratedW, 0.86, 1 - since / 2)
    const dryFor = dry(seconds)
    if (dryFor === null) return balanced(machine.ratedW * (0.92 + 0.01 * ripple(seconds)), 0.86)
    const wet = Math.max(0, 1 - dryFor / 4)
    return balanced(machine.ratedW * (0.35 + 0.57 * wet + 0.03 * ripple(seconds)), 0.62 + 0.24 * wet)
  }
}

/** Conveyors and crushers: a running load that never stands still, 35–95 % of rated. */
export function plant(machine: Machine): Load {
  const slow = noiseOf(machine.seed, `${machine.name}/shift`, 180)
  const belt = noiseOf(machine.seed, `${machine.name}/belt`, 7)
  return (seconds) => balanced(machine.ratedW * (0.65 + 0.2 * slow(seconds) + 0.08 * belt(seconds)), 0.84)
}

/** A guard post: lamp, kettle standby and a recorder, and a heater whose thermostat switches every few minutes. */
export function guardPost(machine: Machine): Load {
  const offset = drawOf(machine.seed, `${machine.name}/offset`, 0) * 700
  const lamp = noiseOf(machine.seed, `${machine.name}/lamp`, 20)
  return (seconds) => {
    const within = (((seconds + offset) % 700) + 700) % 700
    const heater = within < 280 ? machine.ratedW : 0
    return singlePhase(240 + 15 * lamp(seconds) + heater, 0.98)
  }
}

/** What recorders, cameras and radios draw all day on one phase. */
export function electronics(machine: Machine): Load {
  const ripple = noiseOf(machine.seed, `${machine.name}/ripple`, 5)
  return (seconds) => singlePhase(machine.ratedW * (1 + 0.04 * ripple(seconds)), 0.92)
}

/** The inrush of a motor: six times rated current falling to rated as `left` goes from 1 to 0. */
function starting(ratedW: number, factor: number, left: number): Draw {
  const ratedVa = ratedW / factor
  const multiple = 1 + 5 * Math.sqrt(Math.max(0, left))
  const at = START_FACTOR + (factor - START_FACTOR) * (1 - Math.sqrt(Math.max(0, left)))
  return balanced(ratedVa * multiple * at, at)
}
