import type { DeviceProfile } from '../core/contract/device-profile.ts'
import type { Bus, BusDevice } from '../core/contract/site.ts'
import type { BusProfile } from '../core/decode/device-points.ts'
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

/** A device with what it is read by. */
export interface FieldDevice {
  readonly device: BusDevice
  readonly profile: BusProfile
  /** No other device is on its bus. */
  readonly isAlone: boolean
}

export interface DriverParts {
  readonly clock: Clock
  readonly log: Log
  readonly memory: Memory
}

export interface FieldParts extends DriverParts {
  readonly profiles: ReadonlyMap<string, DeviceProfile>
  /** By the bus's id. */
  readonly buses: ReadonlyMap<string, OpenBus>
}

/**
 * A driver for each of `devices`, which are all there are on their buses. Throws `config/invalid` for a device whose bus is
 * not open or whose profile is not that of a bus device.
 */
export function fieldDrivers(devices: readonly BusDevice[], parts: FieldParts): Promise<readonly FieldDriver[]> {
  const { profiles, buses } = parts
  const drivers = devices.map((device) => {
    const profile = profiles.get(device.profile)
    const line = buses.get(device.bus)
    if (line === undefined || profile === undefined || profile.driver === 'isapi') throw unknownPart(device)
    const isAlone = devices.filter((other) => other.bus === device.bus).length === 1
    return fieldDriver({ device, profile, isAlone }, line, parts)
  })
  return Promise.all(drivers)
}

/** The driver of a device on an open bus. Throws `config/invalid` for a device that its profile does not fit. */
export async function fieldDriver(
  { device, profile, isAlone }: FieldDevice,
  { bus, config }: OpenBus,
  { clock, log, memory }: DriverParts,
): Promise<FieldDriver> {
  const common = { device, bus, clock, log: log.child({ device: device.id }), memory }
  if (profile.driver === 'modbus') {
    return modbusDriver({ ...common, profile, atOnce: config.kind === 'tcp' ? config.pipeline : 1 })
  }
  // A gateway without such meters does without their codec.
  const { dlt645Driver } = await import('./drivers/dlt645/driver.ts')
  return dlt645Driver({ ...common, profile, isAlone })
}

function unknownPart({ id, profile, bus }: BusDevice): HouseError {
  return new HouseError('config/invalid', `${id}: expected a bus device on an open bus, came ${profile} on ${bus}`)
}
