import type { DeviceProfile } from '../core/contract/device-profile.ts'
import type { Bus, BusDevice } from '../core/contract/site.ts'
import { HouseError } from '../core/kit/errors.ts'
import type { Clock } from '../platform/clock.ts'
import type { Log } from '../platform/log.ts'
import type { Driver } from './driver.ts'
import { modbusDriver } from './drivers/modbus/driver.ts'
import type { HealthFacts } from './health.ts'
import type { FieldBus } from './link/field-bus.ts'
import type { Memory } from './memory.ts'

/** A device on a bus being read, and how it is. */
export type FieldDriver = Driver & HealthFacts['devices'][number]

/** An open bus and what is configured of it. */
export interface OpenBus {
  readonly config: Bus
  readonly bus: FieldBus
}

export interface FieldParts {
  readonly profiles: ReadonlyMap<string, DeviceProfile>
  /** By the bus's id. */
  readonly buses: ReadonlyMap<string, OpenBus>
  readonly clock: Clock
  readonly log: Log
  readonly memory: Memory
}

/**
 * A driver for each of `devices`, which are all there are on their buses. Throws `config/invalid` for a device whose bus is
 * not open or whose profile is not that of a bus device.
 */
export async function fieldDrivers(devices: readonly BusDevice[], parts: FieldParts): Promise<readonly FieldDriver[]> {
  const { profiles, buses, clock, memory } = parts
  const drivers: FieldDriver[] = []
  for (const device of devices) {
    const profile = profiles.get(device.profile)
    const line = buses.get(device.bus)
    if (line === undefined || profile === undefined || profile.driver === 'isapi') throw unknownPart(device)
    const { bus, config } = line
    const common = { device, bus, clock, log: parts.log.child({ device: device.id }), memory }
    if (profile.driver === 'modbus') {
      drivers.push(modbusDriver({ ...common, profile, atOnce: config.kind === 'tcp' ? config.pipeline : 1 }))
    } else {
      // A gateway without such meters does without their codec.
      const { dlt645Driver } = await import('./drivers/dlt645/driver.ts')
      const isAlone = devices.filter((other) => other.bus === device.bus).length === 1
      drivers.push(dlt645Driver({ ...common, profile, isAlone }))
    }
  }
  return drivers
}

function unknownPart({ id, profile, bus }: BusDevice): HouseError {
  return new HouseError('config/invalid', `${id}: expected a bus device on an open bus, came ${profile} on ${bus}`)
}
