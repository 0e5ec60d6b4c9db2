import { z } from 'zod'
import { Activity, Permit, SiteLoad, StopOrder } from '../../core/contract/activity.ts'
import type { DeviceProfile } from '../../core/contract/device-profile.ts'
import { Quantity } from '../../core/contract/quantity.ts'
import { PointRef } from '../../core/contract/reading.ts'
import { Bus, BusDevice, CameraDevice, RuleConfig, Site, UplinkAccess } from '../../core/contract/site.ts'
import type { Bilingual } from '../../core/contract/text.ts'
import { type BusProfile, devicePoints } from '../../core/decode/device-points.ts'
import { CAMERA_POINTS } from './camera-points.ts'
import { SELF_POINTS } from './self-points.ts'

/** The configuration in pieces, each null where it does not follow its schema, so that one fault does not hide the others. */
export interface Parts {
  readonly site: Site | null
  readonly uplink: UplinkAccess | null
  readonly profiles: string | null
  readonly buses: readonly (Bus | null)[]
  readonly devices: readonly (BusDevice | null)[]
  readonly cameras: readonly (CameraDevice | null)[]
  readonly rules: readonly (RuleConfig | null)[]
  readonly load: SiteLoad | null
  readonly activity: Activity | null
  readonly permits: readonly (Permit | null)[]
  readonly orders: readonly (StopOrder | null)[]
  readonly calendar: string | null
  /** Points of recorded data. */
  readonly points: ReadonlyMap<PointRef, Quantity>
  /** The same as it stood in the file: names that faulty pieces still carry. */
  readonly raw: unknown
}

export type Profiles = ReadonlyMap<string, DeviceProfile> | null

export function partsOf(raw: unknown): Parts {
  return {
    site: pieceOf(Site, member(raw, 'site')),
    uplink: pieceOf(UplinkAccess, member(raw, 'uplink')),
    profiles: pieceOf(z.string(), member(raw, 'profiles')),
    buses: listOf(raw, 'buses').map((piece) => pieceOf(Bus, piece)),
    devices: listOf(raw, 'devices').map((piece) => pieceOf(BusDevice, piece)),
    cameras: listOf(raw, 'cameras').map((piece) => pieceOf(CameraDevice, piece)),
    rules: listOf(raw, 'rules').map((piece) => pieceOf(RuleConfig, piece)),
    load: pieceOf(SiteLoad, member(raw, 'load')),
    activity: pieceOf(Activity, member(raw, 'activity')),
    permits: listOf(raw, 'permits').map((piece) => pieceOf(Permit, piece)),
    orders: listOf(raw, 'orders').map((piece) => pieceOf(StopOrder, piece)),
    calendar: pieceOf(z.string().min(1), member(raw, 'calendar')),
    points: new Map(recordOf(raw, 'points').flatMap(([name, piece]) => pointOf(name, piece))),
    raw,
  }
}

function pointOf(name: string, piece: unknown): readonly [PointRef, Quantity][] {
  const ref = pieceOf(PointRef, name)
  const quantity = pieceOf(Quantity, member(piece, 'quantity'))
  return ref === null || quantity === null ? [] : [[ref, quantity]]
}

export function pieceOf<T>(schema: z.ZodType<T>, raw: unknown): T | null {
  const result = schema.safeParse(raw)
  return result.success ? result.data : null
}

export function member(raw: unknown, key: string): unknown {
  return recordOf(raw).find(([name]) => name === key)?.[1]
}

export function listOf(raw: unknown, key: string): readonly unknown[] {
  const list = member(raw, key)
  return Array.isArray(list) ? list : []
}

/** The entries of a group of keys, or of the one that stands in it under `key`; none for anything else. */
function recordOf(raw: unknown, key?: string): readonly [string, unknown][] {
  const group = key === undefined ? raw : member(raw, key)
  return typeof group === 'object' && group !== null ? Object.entries(group) : []
}

export function idsOf(raw: unknown, key: string): string[] {
  return listOf(raw, key).flatMap((piece) => {
    const id = member(piece, 'id')
    return typeof id === 'string' ? [id] : []
  })
}

/** A point of the site: what it measures and what it is called. */
export interface SitePoint {
  readonly quantity: Quantity
  readonly name: Bilingual | null
}

/** Every point there is, read here or only recorded. */
export function sitePoints(parts: Parts, profiles: Profiles): Map<PointRef, SitePoint> {
  const read = readPoints(parts, profiles)
  return new Map([...Array.from(parts.points, ([ref, quantity]) => [ref, { quantity, name: null }] as const), ...read])
}

/** Every point that is read here. */
export function readPoints(parts: Parts, profiles: Profiles): Map<PointRef, SitePoint> {
  const found = new Map<PointRef, SitePoint>(SELF_POINTS.map(({ ref, quantity, name }) => [ref, { quantity, name }]))
  for (const { device, profile } of devicesWithProfiles(parts, profiles)) {
    const of = device.name ?? profile.name
    for (const { point, quantity, name } of devicePoints(device, profile)) {
      found.set(`${device.id}/${point}`, { quantity, name: placeName(of, name) })
    }
  }
  for (const camera of parts.cameras) {
    if (camera === null) continue
    const of = camera.name ?? profiles?.get(camera.profile)?.name ?? null
    for (const { point, quantity, name } of CAMERA_POINTS)
      found.set(`${camera.id}/${point}`, { quantity, name: of === null ? name : placeName(of, name) })
  }
  return found
}

/** What a point of a device is called. */
export function placeName(device: Bilingual, point: Bilingual | null): Bilingual {
  return point === null ? device : { 'zh-CN': `${device['zh-CN']} ${point['zh-CN']}`, en: `${device.en}: ${point.en}` }
}

/** The bus devices without a fault in themselves whose profile exists. */
export function devicesWithProfiles(
  parts: Pick<Parts, 'devices'>,
  profiles: Profiles,
): readonly { readonly device: BusDevice; readonly profile: BusProfile }[] {
  return parts.devices.flatMap((device) => {
    const profile = device === null ? undefined : profiles?.get(device.profile)
    if (device === null || profile === undefined || profile.driver === 'isapi') return []
    return [{ device, profile }]
  })
}
