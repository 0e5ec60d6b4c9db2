import type { Sight } from '../camera/alert.ts'
import type { PointValues } from '../modbus/image.ts'
import { type CueName, stageOf } from '../scenario.ts'
import type { World } from '../site.ts'
import type { RunningFor } from './load.ts'
import type { Electrical } from './meter.ts'

/** What a three-phase meter shows, by the point ids its profiles share. */
export function meterPoints({ voltage, current, watts, vars, frequency, importKWh }: Electrical): PointValues {
  const power = watts[0] + watts[1] + watts[2]
  const reactive = vars[0] + vars[1] + vars[2]
  const apparent = Math.hypot(power, reactive)
  return {
    'voltage-l1': voltage[0],
    'voltage-l2': voltage[1],
    'voltage-l3': voltage[2],
    'current-l1': current[0],
    'current-l2': current[1],
    'current-l3': current[2],
    'active-power-l1': watts[0],
    'active-power-l2': watts[1],
    'active-power-l3': watts[2],
    'active-power': power,
    'reactive-power': reactive,
    'power-factor': apparent === 0 ? 0 : power / apparent,
    frequency,
    'energy-import': importKWh,
    'energy-export': 0,
  }
}

/** How long a cue has been on at a site. */
export function running(world: World, site: string, cue: CueName): RunningFor {
  const stage = stageOf(world.scenario, site, cue)
  return (seconds) => stage(seconds).on
}

/** Always on, and started long before the scenario. */
export const always: RunningFor = (seconds) => seconds + 86_400

/** Door and cover switches: an input is on while its door or cover is open. `open` names the one a cue opens. */
export function contacts(points: readonly string[], open?: { point: string; while: RunningFor }) {
  return (seconds: number): PointValues =>
    Object.fromEntries(points.map((point) => [point, open?.point === point && open.while(seconds) !== null]))
}

/** A camera that sees a vehicle or a person while the scenario says so. */
export function watching(site: string) {
  return (world: World): ((seconds: number) => Sight | null) => {
    const vehicle = running(world, site, 'vehicle')
    const person = running(world, site, 'person')
    return (seconds) => {
      if (vehicle(seconds) !== null) return { event: 'fielddetection', target: 'vehicle' }
      return person(seconds) === null ? null : { event: 'linedetection', target: 'human' }
    }
  }
}
