import type { Bus, BusDevice, CameraDevice } from '../../core/contract/site.ts'
import type { Fault } from '../config.ts'
import { busDeviceKey } from './device-faults.ts'
import { SELF } from './self-points.ts'

/** What may claim a name, an address or a line; null where it does not follow its schema. */
export interface Claimants {
  readonly buses: readonly (Bus | null)[]
  readonly devices: readonly (BusDevice | null)[]
  readonly cameras: readonly (CameraDevice | null)[]
}

/** Names, addresses and lines that two things claim. */
export function doubleClaims(parts: Claimants): Fault[] {
  const buses = parts.buses.map((bus, index) => ({ key: bus?.id, path: ['buses', index, 'id'] }))
  const devices = [
    { key: SELF, path: ['devices'] },
    ...parts.devices.map((device, index) => ({ key: device?.id, path: ['devices', index, 'id'] })),
    ...parts.cameras.map((camera, index) => ({ key: camera?.id, path: ['cameras', index, 'id'] })),
  ]
  const units = parts.devices.map((device, index) => ({
    key: device === null ? undefined : busDeviceKey(device),
    path: ['devices', index, device?.unit === undefined ? 'address' : 'unit'],
  }))
  const lines = parts.buses.map((bus, index) => ({
    key: bus?.kind === 'rtu' ? bus.path : undefined,
    path: ['buses', index, 'path'],
  }))
  const wires = new Set(parts.buses.map((bus) => (bus?.kind === 'rtu-over-tcp' ? endOf(bus) : null)))
  // Several connections to a Modbus TCP server are well; a wire behind a converter is one, however it is reached.
  const ends = parts.buses.map((bus, index) => ({
    key: bus !== null && bus.kind !== 'rtu' && wires.has(endOf(bus)) ? endOf(bus) : undefined,
    path: ['buses', index, 'port'],
  }))
  return [buses, devices, units, lines, ends].flatMap(doubled)
}

/** What is claimed, and where; nothing where `key` is undefined. */
export interface Claim {
  readonly key: string | undefined
  readonly path: Fault['path']
}

/** Each claim after the first of the same. */
export function doubled(claims: readonly Claim[]): Fault[] {
  const first = new Set<string>()
  return claims.flatMap(({ key, path }) => {
    if (key === undefined || !first.has(key)) {
      if (key !== undefined) first.add(key)
      return []
    }
    return [{ path, message: `expected each only once, came ${key} again` }]
  })
}

function endOf({ host, port }: { readonly host: string; readonly port: number }): string {
  return `${host.toLowerCase()}:${port}`
}
