import { createHash } from 'node:crypto'
import { dirname, resolve } from 'node:path'
import { z } from 'zod'
import type { DeviceProfile } from '../core/contract/device-profile.ts'
import type { Quantity } from '../core/contract/quantity.ts'
import { Bus, BusDevice, CameraDevice, GatewayConfig, RuleConfig, Site, UplinkAccess } from '../core/contract/site.ts'
import type { Sha256 } from '../core/contract/text.ts'
import { type BusProfile, devicePoints } from '../core/decode/device-points.ts'
import { isHouseError, messageOf } from '../core/kit/errors.ts'
import { armRules } from '../core/rules/arm.ts'
import type { ArmedRule } from '../core/rules/rule.ts'
import { checkYaml, expectedOneOf, type Fault, faultReport, invalidConfig, readConfig } from '../platform/config.ts'
import { readSecret, type SecretPlace } from '../platform/secrets.ts'
import { autoRules } from './auto-rules.ts'
import { CAMERA_POINTS } from './camera-points.ts'
import { busDeviceFaults } from './device-faults.ts'
import { doubleClaims } from './double-claims.ts'
import { allProfiles, type MoreProfiles, shippedProfiles } from './profiles.ts'
import { SELF_POINTS, selfRules } from './self.ts'

/** A gateway's configuration with what it refers to. */
export interface LoadedGateway {
  readonly config: GatewayConfig
  readonly profiles: ReadonlyMap<string, DeviceProfile>
  /** Those of them that come with Pitwatch: reading them again would hold up the polling. */
  readonly shipped: ReadonlyMap<string, DeviceProfile>
  readonly rules: readonly ArmedRule[]
  /** The folder relative paths in it count from. */
  readonly baseFolder: string
  /** SHA-256 of its text, which tells whether somebody has changed it. */
  readonly sha256: Sha256
}

/** Why a secret may not be read from a place; null = it may. */
export type SecretFault = (place: SecretPlace) => string | null

/** The text of a `site.yaml`, and what stands around it. */
export interface GatewaySource {
  readonly text: string
  /** Names it in faults. */
  readonly path: string
  /** The folder relative paths in it count from. */
  readonly baseFolder: string
  /** Profiles there are besides those of its folder. */
  readonly profiles?: MoreProfiles
  /** The folder of its own profiles, whatever it names itself; null for none. */
  readonly profilesFolder?: string | null
  /** The files and variables that hold its secrets are on another machine. */
  readonly isForElsewhere?: boolean
  /** For the secrets of cameras; absent where whoever wrote it may read everything. */
  readonly secretFault?: SecretFault
  /** What else is wrong with it, in the eyes of whoever asks. */
  readonly faultsOf?: (config: GatewayConfig, raw: unknown) => readonly Fault[]
}

/**
 * Reads `site.yaml` and checks it against itself, the device profiles, the rule types and the secrets it names.
 * Relative paths in it count from its own folder. Throws `config/unreadable`, or `config/invalid` whose message lists every
 * fault with file and line.
 */
export function loadGatewayConfig(path: string): LoadedGateway {
  return checkGateway({ text: readConfig(path), path, baseFolder: dirname(resolve(path)) })
}

/** `loadGatewayConfig` for a text already at hand. Throws as it does. */
export function checkGateway(source: GatewaySource): LoadedGateway {
  const { text, path, baseFolder } = source
  const { value, raw, faults } = checkYaml(text, GatewayConfig)
  const parts = partsOf(raw)
  const reports: string[] = []
  const shipped = source.profiles?.shipped ?? shippedProfiles()
  // A folder that is not this file's to name is not even looked at: it may be the root of all files.
  const folder = source.profilesFolder === undefined ? parts.profiles : source.profilesFolder
  const profiles = profilesOf(folder, { ...source, profiles: { ...source.profiles, shipped } }, reports)
  const armed = armedOf(parts, profiles)
  const own = value === null ? [] : (source.faultsOf?.(value, raw) ?? [])
  const all = [...faults, ...armed.faults, ...crossFaults(parts, profiles, source), ...own]
  if (all.length > 0) reports.unshift(faultReport(path, text, all))
  if (value === null || profiles === null || reports.length > 0) throw invalidConfig(reports)
  return { config: value, profiles, shipped, rules: armed.rules, baseFolder, sha256: sha256Of(text) }
}

function sha256Of(text: string): Sha256 {
  return createHash('sha256').update(text).digest('hex')
}

/** The configuration in pieces, each null where it does not follow its schema, so that one fault does not hide the others. */
interface Parts {
  readonly site: Site | null
  readonly uplink: UplinkAccess | null
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
    uplink: pieceOf(UplinkAccess, member(raw, 'uplink')),
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

function profilesOf(folder: string | null, source: GatewaySource, reports: string[]): Profiles {
  try {
    return allProfiles(folder === null ? null : resolve(source.baseFolder, folder), source.profiles)
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
    [
      ...configured,
      ...autoRules(devicesWithProfiles(parts, profiles), parts.rules, idsOf(parts.raw, 'rules')),
      ...selfRules(
        parts.rules.map((rule) => rule?.point),
        idsOf(parts.raw, 'rules'),
      ),
    ],
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
  const found = new Map<string, Quantity>(SELF_POINTS.map(({ ref, quantity }) => [ref, quantity]))
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

function crossFaults(parts: Parts, profiles: Profiles, source: GatewaySource): Fault[] {
  const { secretFault } = source
  const baseFolder = source.isForElsewhere === true ? null : source.baseFolder
  return [
    ...doubleClaims(parts),
    ...parts.devices.flatMap((device, index) => deviceFaults(parts, profiles, { device, index })),
    ...parts.cameras.flatMap((camera, index) => cameraFaults(camera, index, { profiles, baseFolder, secretFault })),
    ...pointFaults(parts, profiles),
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
  at: {
    readonly profiles: Profiles
    readonly baseFolder: string | null
    readonly secretFault: SecretFault | undefined
  },
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
