import type { DeviceProfile } from '../../core/contract/device-profile.ts'
import type { BusDevice, CameraDevice } from '../../core/contract/site.ts'
import { messageOf } from '../../core/kit/errors.ts'
import { expectedOneOf, type Fault } from '../config.ts'
import { readSecret, type SecretPlace } from '../secrets.ts'
import { idsOf, type Parts, type Profiles } from './parts.ts'
import { busDeviceFaults } from './device-faults.ts'
import { doubleClaims } from './double-claims.ts'

/** Why a secret may not be read from a place; null = it may. */
export type SecretFault = (place: SecretPlace) => string | null

/** Where secrets are looked for. */
export interface SecretsAt {
  /** Null where they lie on another machine. */
  readonly baseFolder: string | null
  readonly secretFault: SecretFault | undefined
}

/** What of the buses, devices and cameras does not go together, or with the profiles and secrets there are. */
export function wiringFaults(parts: Parts, profiles: Profiles, { baseFolder, secretFault }: SecretsAt): Fault[] {
  return [
    ...doubleClaims(parts),
    ...parts.devices.flatMap((device, index) => deviceFaults(parts, profiles, { device, index })),
    ...parts.cameras.flatMap((camera, index) => cameraFaults(camera, index, { profiles, baseFolder, secretFault })),
    // Where secrets are not this file's to choose, its uplink is not either.
    ...(parts.uplink === null || secretFault !== undefined ? [] : secretFaults(parts.uplink, ['uplink'], baseFolder)),
  ]
}

function deviceFaults(
  parts: Parts,
  profiles: Profiles,
  { device, index }: { readonly device: BusDevice | null; readonly index: number },
): Fault[] {
  if (device === null) return []
  const path = ['devices', index]
  const buses = idsOf(parts.raw, 'buses')
  const faults: Fault[] = buses.includes(device.bus)
    ? []
    : [{ path: [...path, 'bus'], message: expectedOneOf('the id of a bus', device.bus, buses) }]
  if (profiles === null) return faults
  const profile = profiles.get(device.profile)
  if (profile === undefined || profile.driver === 'isapi')
    return [...faults, profileFault(path, device.profile, { profiles, drivers: ['modbus', 'dlt645'] })]
  const bus = parts.buses.find((candidate) => candidate?.id === device.bus) ?? null
  const own = busDeviceFaults(device, profile, bus)
  return [...faults, ...own.map((fault) => ({ path: [...path, ...fault.path], message: fault.message }))]
}

function cameraFaults(
  camera: CameraDevice | null,
  index: number,
  at: SecretsAt & { readonly profiles: Profiles },
): Fault[] {
  if (camera === null) return []
  const { profiles, baseFolder, secretFault } = at
  const path = ['cameras', index]
  const unfit = profiles !== null && profiles.get(camera.profile)?.driver !== 'isapi'
  const bare = camera.passwordFile === undefined && camera.passwordEnv === undefined
  return [
    ...(unfit ? [profileFault(path, camera.profile, { profiles, drivers: ['isapi'] })] : []),
    ...(bare ? [{ path, message: 'expected passwordFile or passwordEnv, came neither' }] : []),
    ...secretFaults(camera, path, baseFolder, secretFault),
  ]
}

function profileFault(
  path: readonly (string | number)[],
  came: string,
  { profiles, drivers }: { readonly profiles: ReadonlyMap<string, DeviceProfile>; readonly drivers: readonly string[] },
): Fault {
  const fitting = [...profiles.values()]
    .filter((profile) => drivers.includes(profile.driver))
    .map(({ profile }) => profile)
  return {
    path: [...path, 'profile'],
    message: expectedOneOf(`a profile of driver ${drivers.join(' or ')}`, came, fitting),
  }
}

/** `baseFolder` is null where the secrets lie on another machine. */
function secretFaults(
  place: SecretPlace,
  path: readonly (string | number)[],
  baseFolder: string | null,
  secretFault: SecretFault = () => null,
): Fault[] {
  if (baseFolder === null) return []
  const key = place.passwordFile === undefined ? 'passwordEnv' : 'passwordFile'
  const fault = secretFault(place)
  if (fault !== null) return [{ path: [...path, key], message: fault }]
  try {
    readSecret(place, 'password', { baseFolder })
    return []
  } catch (error) {
    return [{ path: [...path, key], message: messageOf(error) }]
  }
}
