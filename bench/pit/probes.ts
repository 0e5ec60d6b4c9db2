import type { Dice } from './dice.ts'
import { type MeterFace, stepped } from './instruments.ts'
import type { Said } from './said.ts'
import { follow } from './span.ts'
import type { World } from './world.ts'

/** Puts what a point reads just now into what is said of it. */
export type Probe = (said: Said) => void

export interface ProbeParts {
  readonly world: World
  readonly meter: MeterFace
  readonly dice: Dice
  /** Whether the camera sees somebody, or a vehicle. */
  readonly sees: (kind: 'human' | 'vehicle') => boolean
}

const PUMP = 'io/pump-'
/** Vibration of the ground, mm/s: without anybody, its deviation, and with an engine on it. */
const CALM = 0.15
const CALM_DEVIATION = 0.03
const SHAKEN = 1.2

/** The probes of a site by their points. */
export function openProbes(parts: ProbeParts): (ref: string) => Probe {
  const { world, sees } = parts
  const doors = follow(world.agenda.doors)
  const numbers = { ...meterNumbers(parts.meter), ...siteNumbers(parts) }
  const states: Readonly<Record<string, () => boolean>> = {
    'io/fan': () => world.now.fan,
    'io/door': () => doors.at(world.now.t) !== null,
    'ups/mains-fail': () => !world.hasMains,
    'gate-camera/stream': () => true,
    'gate-camera/human': () => sees('human'),
    'gate-camera/vehicle': () => sees('vehicle'),
  }
  return (ref) => {
    const number = numbers[ref]
    if (number !== undefined) return (said) => put(said, 'number', number())
    const pump = Number(ref.slice(PUMP.length)) - 1
    const state = ref.startsWith(PUMP) ? () => world.now.pumps[pump] === true : states[ref]
    if (state === undefined) throw new RangeError(`expected a point of a pit, came ${ref}`)
    return (said) => put(said, 'state', state() ? 1 : 0)
  }
}

type Numbers = Readonly<Record<string, () => number>>

function meterNumbers(meter: MeterFace): Numbers {
  return {
    'meter/power': () => meter.powerW,
    'meter/current-a': () => meter.amps[0]!,
    'meter/current-b': () => meter.amps[1]!,
    'meter/current-c': () => meter.amps[2]!,
    'meter/voltage': () => meter.volts,
    'meter/frequency': () => meter.frequency,
    'meter/power-factor': () => meter.powerFactor,
    'meter/energy': () => meter.energyKWh,
  }
}

function siteNumbers({ world, dice }: ProbeParts): Numbers {
  return {
    'sump/level': () => stepped(world.now.levelM + 0.004 * dice.gauss(), 0.001),
    'weather/temperature': () => stepped(world.now.temperatureC + 0.1 * dice.gauss(), 0.1),
    'shaft/vibration': () => {
      const calm = Math.abs(CALM + CALM_DEVIATION * dice.gauss())
      return stepped(calm + (world.deed?.shakes === true ? SHAKEN : 0), 0.01)
    },
  }
}

function put(said: Said, kind: 'number' | 'state', value: number): void {
  said.kind = kind
  said.value = value
}
