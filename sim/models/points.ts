import type { Sight } from '../camera/alert.ts'
import type { PointValues } from '../modbus/image.ts'
import { type CueName, stageOf } from '../scenario.ts'
import type { World } from '../site.ts'
import type { RunningFor } from './load.ts'

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
