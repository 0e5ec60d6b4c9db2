import { dirname, resolve } from 'node:path'
import { z } from 'zod'
import type { DeviceProfile } from '../core/contract/device-profile.ts'
import type { Quantity } from '../core/contract/quantity.ts'
import { Bus, BusDevice, BrokerAccess, CameraDevice, GatewayConfig, RuleConfig, Site } from '../core/contract/site.ts'
import { type BusProfile, devicePoints } from '../core/decode/device-points.ts'
import { isHouseError, messageOf } from '../core/kit/errors.ts'
import { armRules } from '../core/rules/arm.ts'
import type { ArmedRule } from '../core/rules/rule.ts'
import { checkYaml, expectedOneOf, type Fault, faultReport, invalidConfig, readConfig } from '../platform/config.ts'
import { readSecret, type SecretPlace } from '../platform/secrets.ts'
import { autoRules } from './auto-rules.ts'
import { CAMERA_POINTS } from './camera-points.ts'
import { busDeviceFaults, busDeviceKey } from './device-faults.ts'
import { allProfiles } from './profiles.ts'

/** A gateway's configuration with what it refers to. */
export interface LoadedGateway {
  readonly config: GatewayConfig
  readonly profiles: ReadonlyMap<string, DeviceProfile>
  readonly rules: readonly ArmedRule[]
}

/**
 * Reads `site.yaml` and checks it against itself, the device profiles, the rule types and the secrets it names.
 * Relative paths in it count from its own folder. Throws `config/unreadable`, or `config/invalid` whose message lists every
 * fault with file and line.
 */
export function loadGatewayConfig(path: string): LoadedGateway {
  const text = readConfig(path)
  const { value, raw, faults } = checkYaml(text, GatewayConfig)
  const baseFolder = dirname(resolve(path))
  const parts = partsOf(raw)
  const reports: string[] = []
  const profiles = profilesOf(parts.profiles, baseFolder, reports)
  const armed = armedOf(parts, profiles)
  const all = [...faults, ...armed.faults, ...crossFaults(parts, profiles, baseFolder)]
  if (all.length > 0) reports.unshift(faultReport(path, text, all))
  if (value === null || profiles === null || reports.length > 0) throw invalidConfig(reports)
  return { config: value, profiles, rules: armed.rules }
}

/** What a configuration already checked refers to. Throws `config/invalid` when it does not hold after all. */
export function assembleGateway(config: GatewayConfig, baseFolder: string): Omit<LoadedGateway, 'config'> {
  const reports: string[] = []
  const parts: Parts = { ...config, profiles: config.profiles ?? null, raw: config }
  const profiles = profilesOf(parts.profiles, baseFolder, reports)
  const armed = armedOf(parts, profiles)
  const faults = [...armed.faults, ...crossFaults(parts, profiles, baseFolder)]
  if (faults.length > 0) reports.push(faultReport(`configuration of ${config.site.id}`, '', faults))
  if (profiles === null || reports.length > 0) throw invalidConfig(reports)
  return { profiles, rules: armed.rules }
}

/** The configuration in pieces, each null where it does not follow its schema, so that one fault does not hide the others. */
interface Parts {
  readonly site: Site | null
  readonly uplink: BrokerAccess | null
  readonly profiles: string | null
  readonly buses: readonly (Bus | null)[]
  readonly devices: readonly (BusDevice | null)[]
  readonly cameras: readonly (CameraDevice | null)[]
  readonly rules: readonly (RuleConfig | null)[]
  /** The same as it stood in the file: names that faulty pieces still carry. */
  readonly raw: unknown
}

type Profiles = ReadonlyMap<string, DeviceProfile> | null

function partsOf(raw: unknown): Parts {
  return {
    site: pieceOf(Site, member(raw, 'site')),
    uplink: pieceOf(BrokerAccess, member(raw, 'uplink')),
    profiles: pieceOf(z.string(), member(raw, 'profiles')),
    buses: listOf(raw, 'buses').map((piece) => pieceOf(Bus, piece)),
    devices: listOf(raw, 'devices').map((piece) => pieceOf(BusDevice, piece)),
    cameras: listOf(raw, 'cameras').map((piece) => pieceOf(CameraDevice, piece)),
    rules: listOf(raw, 'rules').map((piece) => pieceOf(RuleConfig, piece)),
    raw,
  }
}

function pieceOf<T>(schema: z.ZodType<T>, raw: unknown): T | null {
  const result = schema.safeParse(raw)
  return result.success ? result.data : null
}

function member(raw: unknown, key: string): unknown {
  return typeof raw === 'object' && raw !== null
    ? (Object.entries(raw).find(([name]) => name === key)?.[1] as unknown)
    : undefined
}

function listOf(raw: unknown, key: string): readonly unknown[] {
  const list = member(raw, key)
  return Array.isArray(list) ? list : []
}

function idsOf(raw: unknown, key: string): string[] {
  return listOf(raw, key).flatMap((piece) => {
    const id = member(piece, 'id')
    return typeof id === 'string' ? [id] : []
  })
}

function profilesOf(folder: string | null, baseFolder: string, reports: string[]): Profiles {
  try {
    return allProfiles(folder === null ? null : resolve(baseFolder, folder))
  } catch (error) {
    if (!isHouseError(error, 'config/invalid', 'config/unreadable')) throw error
    reports.push(error.message)
    return null
  }
}

function armedOf(parts: Parts, profiles: Profiles): { rules: readonly ArmedRule[]; faults: readonly Fault[] } {
  const indexed = parts.rules.flatMap((rule, index) => (rule === null ? [] : [{ rule, index }]))
  const configured = indexed.map(({ rule }) => rule)
  const quantities = quantitiesOf(parts, profiles)
  const armed = armRules(
    // Without a site nothing runs, but the rules can still be checked.
    parts.site?.id ?? 'site',
    [...configured, ...autoRules(devicesWithProfiles(parts, profiles), parts.rules, idsOf(parts.raw, 'rules'))],
    { ...(parts.site === null ? {} : { siteKind: parts.site.kind }), quantityOf: (point) => quantities.get(point) },
  )
  const faults = armed.faults.map(({ path: [index, ...rest], message }) => ({
    path: ['rules', indexed[Number(index)]?.index ?? Number(index), ...rest],
    message,
  }))
  return { rules: armed.rules, faults }
}

/** Every point there is, with what it measures. */
function quantitiesOf(parts: Parts, profiles: Profiles): Map<string, Quantity> {
  const found = new Map<string, Quantity>()
  for (const { device, profile } of devicesWithProfiles(parts, profiles)) {
    for (const { point, quantity } of devicePoints(device, profile)) found.set(`${device.id}/${point}`, quantity)
  }
  for (const camera of parts.cameras) {
    if (camera === null) continue
    for (const { point, quantity } of CAMERA_POINTS) found.set(`${camera.id}/${point}`, quantity)
  }
  return found
}

/** The bus devices without a fault in themselves whose profile exists. */
function devicesWithProfiles(
  parts: Parts,
  profiles: Profiles,
): readonly { readonly device: BusDevice; readonly profile: BusProfile }[] {
  return parts.devices.flatMap((device) => {
    const profile = device === null ? undefined : profiles?.get(device.profile)
    if (device === null || profile === undefined || profile.driver === 'isapi') return []
    return [{ device, profile }]
  })
}

function crossFaults(parts: Parts, profiles: Profiles, baseFolder: string): Fault[] {
  return [
    ...doubles(parts),
    ...parts.devices.flatMap((device, index) => deviceFaults(parts, profiles, { device, index })),
    ...parts.cameras.flatMap((camera, index) => cameraFaults(camera, index, { profiles, baseFolder })),
    ...pointFaults(parts, profiles),
    ...(parts.uplink === null ? [] : secretFaults(parts.uplink, ['uplink'], baseFolder)),
  ]
}

/** Names, addresses and lines that two things claim. */
function doubles(parts: Parts): Fault[] {
  const buses = parts.buses.map((bus, index) => ({ key: bus?.id, path: ['buses', index, 'id'] }))
  const devices = [
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
  return [buses, devices, units, lines, ends].flatMap((claims) => {
    const first = new Set<string>()
    return claims.flatMap(({ key, path }) => {
      if (key === undefined || !first.has(key)) {
        if (key !== undefined) first.add(key)
        return []
      }
      return [{ path, message: `expected each only once, came ${key} again` }]
    })
  })
}

function endOf({ host, port }: { readonly host: string; readonly port: number }): string {
  return `${host.toLowerCase()}:${port}`
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
  { profiles, baseFolder }: { readonly profiles: Profiles; readonly baseFolder: string },
): Fault[] {
  if (camera === null) return []
  const path = ['cameras', index]
  const unfit = profiles !== null && profiles.get(camera.profile)?.driver !== 'isapi'
  const bare = camera.passwordFile === undefined && camera.passwordEnv === undefined
  return [
    ...(unfit ? [profileFault(path, camera.profile, { profiles, drivers: ['isapi'] })] : []),
    ...(bare ? [{ path, message: 'expected passwordFile or passwordEnv, came neither' }] : []),
    ...secretFaults(camera, path, baseFolder),
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

/** Rules and the headline must watch a point that is read. Points of faulty devices are not known and pass. */
function pointFaults(parts: Parts, profiles: Profiles): Fault[] {
  if (profiles === null) return []
  const points = [...quantitiesOf(parts, profiles).keys()]
  const readable = new Set(points.map((point) => point.split('/')[0]))
  const named = [...idsOf(parts.raw, 'devices'), ...idsOf(parts.raw, 'cameras')]
  const check = (point: string | undefined, path: readonly (string | number)[]): Fault[] => {
    if (point === undefined || points.includes(point)) return []
    const device = point.split('/')[0] ?? ''
    if (named.includes(device) && !readable.has(device)) return []
    const choice = named.includes(device) ? points.filter((one) => one.startsWith(`${device}/`)) : named
    const what = named.includes(device) ? `a point of ${device} that is read` : 'a point of a device of this site'
    return [{ path, message: expectedOneOf(what, named.includes(device) ? point : device, choice) }]
  }
  return [
    ...check(parts.site?.headline, ['site', 'headline']),
    ...parts.rules.flatMap((rule, index) => check(rule?.point, ['rules', index, 'point'])),
  ]
}

function secretFaults(place: SecretPlace, path: readonly (string | number)[], baseFolder: string): Fault[] {
  try {
    readSecret(place, 'password', { baseFolder })
    return []
  } catch (error) {
    const key = place.passwordFile === undefined ? 'passwordEnv' : 'passwordFile'
    return [{ path: [...path, key], message: messageOf(error) }]
  }
}
