import { createHash } from 'node:crypto'
import type { DeviceProfile } from '../../core/contract/device-profile.ts'
import type { Bus, BusDevice, CameraDevice } from '../../core/contract/site.ts'
import type { BusProfile } from '../../core/decode/device-points.ts'
import { canonicalJson } from '../../core/kit/canonical-json.ts'
import { HouseError } from '../../core/kit/errors.ts'
import type { LoadedGateway } from '../../platform/site/loaded-gateway.ts'
import type { Piece } from './change.ts'

/** A bus that is to be open. */
export interface BusPiece extends Piece {
  readonly config: Bus
  /** Most bytes its recorder keeps; 0 for none. */
  readonly recorderBytes: number
}

/** A device that is to be read. */
export interface DevicePiece extends Piece {
  readonly device: BusDevice
  readonly profile: BusProfile
  /** No other device is on its bus. */
  readonly isAlone: boolean
}

/** A camera that is to be heard. */
export interface CameraPiece extends Piece {
  readonly camera: CameraDevice
  readonly profile: DeviceProfile
}

/** What has to run for a configuration. Names for people are no part of a piece: a new name stops nothing. */
export interface FieldPieces {
  readonly buses: readonly BusPiece[]
  readonly devices: readonly DevicePiece[]
  readonly cameras: readonly CameraPiece[]
}

/** The pieces of a configuration that has been checked. Throws `config/invalid` where it does not hold after all. */
export function fieldPieces({ config, profiles }: Pick<LoadedGateway, 'config' | 'profiles'>): FieldPieces {
  const recorderBytes = config.flightRecorderKB * 1_024
  const buses = config.buses.map((bus): BusPiece => ({
    ...piece(bus.id, { bus, recorderBytes }),
    config: bus,
    recorderBytes,
  }))
  const busKeys = new Map(buses.map(({ id, key }) => [id, key]))
  const profileKeys = new Map(Array.from(profiles, ([name, profile]) => [name, keyOf(profile)]))
  const devices = config.devices.map(({ name: _shown, ...device }): DevicePiece => {
    const profile = profiles.get(device.profile)
    const bus = busKeys.get(device.bus)
    if (bus === undefined || profile === undefined || profile.driver === 'isapi')
      throw unfit(device.id, `a bus device on a bus of this site, came ${device.profile} on ${device.bus}`)
    const isAlone = config.devices.filter((other) => other.bus === device.bus).length === 1
    // Only such meters are read otherwise when they have company.
    const company = profile.driver === 'dlt645' ? { isAlone } : {}
    return {
      ...piece(device.id, { device, profile: profileKeys.get(device.profile), bus, ...company }),
      device,
      profile,
      isAlone,
    }
  })
  const cameras = config.cameras.map(({ name: _shown, ...camera }): CameraPiece => {
    const profile = profiles.get(camera.profile)
    if (profile?.driver !== 'isapi') throw unfit(camera.id, `a camera's profile, came ${camera.profile}`)
    return { ...piece(camera.id, { camera, profile: profileKeys.get(camera.profile) }), camera, profile }
  })
  return { buses, devices, cameras }
}

function piece(id: string, madeOf: unknown): Piece {
  return { id, key: keyOf(madeOf) }
}

/** As long for a profile of a thousand points as for one of three: a hundred devices would keep a hundred copies of it otherwise. */
function keyOf(madeOf: unknown): string {
  return createHash('sha256').update(canonicalJson(madeOf)).digest('base64')
}

function unfit(id: string, expected: string): HouseError {
  return new HouseError('config/invalid', `${id}: expected ${expected}`)
}
