import type { Dlt645Profile, ModbusPoint, ModbusProfile, PollClass } from '../contract/device-profile.ts'
import { QUANTITIES, type Quantity, type Unit } from '../contract/quantity.ts'
import type { BusDevice } from '../contract/site.ts'
import type { Bilingual } from '../contract/text.ts'
import { dlt645PointsOf } from './dlt645-points.ts'
import { IDENTITY_POINT } from './identity.ts'
import { inOwnUnit, rangeOf } from './point.ts'
import { pointsOf } from './profile-faults.ts'

/** A profile of a device on a bus. */
export type BusProfile = ModbusProfile | Dlt645Profile

/** One point as everybody but its driver sees it. */
export interface DevicePoint {
  readonly point: string
  readonly name: Bilingual | null
  readonly quantity: Quantity
  /** The quantity's own unit. */
  readonly unit: Unit
  /** What it can physically be, in `unit`, ends included; null for what is true or false. */
  readonly range: readonly [number, number] | null
  /** How long a reading is expected to hold, in ms; the reading itself says so exactly. */
  readonly validForMs: number
}

const IDENTITY_NAME: Bilingual = { 'zh-CN': '设备被更换', en: 'Device exchanged' }

/** A reading is believed for this many periods. */
export const VALID_PERIODS = 2.5
/** Periods of slow and rare points, in poll periods of the device, where its `pace` says nothing. */
const SLOW_EVERY = 30
const RARE_EVERY = 900

/** How often each class of points is read, in ms. */
export function periodsOf({ every, pace }: BusDevice): Readonly<Record<PollClass, number>> {
  return { fast: every, slow: pace.slow ?? SLOW_EVERY * every, rare: pace.rare ?? RARE_EVERY * every }
}

/** The points of a Modbus device that are read, in the profile's order, each with the poll class it has on this site. */
export function polledPoints(device: BusDevice, profile: ModbusProfile): readonly ModbusPoint[] {
  return pointsOf(device, profile).map((point) => {
    const poll = device.polls[point.point] ?? point.poll
    // A hundred devices of a profile share its points.
    return poll === point.poll ? point : { ...point, poll }
  })
}

/** Every point a device publishes: those of its profile that are read, then the ones its driver adds. */
export function devicePoints(device: BusDevice, profile: BusProfile): readonly DevicePoint[] {
  const periods = periodsOf(device)
  const known = readPoints(device, profile).map((read): DevicePoint => {
    const { point, name, quantity, range, poll } = read
    const period = periods[device.polls[point] ?? poll]
    return {
      point,
      name: name ?? null,
      quantity,
      unit: QUANTITIES[quantity].unit,
      range: QUANTITIES[quantity].kind === 'boolean' ? null : range,
      validForMs: VALID_PERIODS * period,
    }
  })
  return hasIdentity(profile) ? [...known, identityPoint(periods.slow)] : known
}

/** Points whose movement is an event in itself: the guarded ones of the profile that are read, and the device's identity. */
export function guardedPoints(
  device: BusDevice,
  profile: BusProfile,
): readonly { readonly point: string; readonly kind: 'rises' | 'changes' | 'identity' }[] {
  const guarded = readPoints(device, profile).flatMap(({ point, guard }) =>
    guard === undefined ? [] : [{ point, kind: guard }],
  )
  return hasIdentity(profile) ? [...guarded, { point: IDENTITY_POINT, kind: 'identity' }] : guarded
}

/** True where the driver can tell one device of the profile from another; a DL/T 645 meter always has a number. */
export function hasIdentity(profile: BusProfile): boolean {
  return profile.driver === 'dlt645' || profile.identity !== undefined
}

interface ReadPoint extends Pick<ModbusPoint, 'point' | 'name' | 'quantity' | 'poll' | 'guard'> {
  /** In the quantity's own unit. */
  readonly range: readonly [number, number]
}

function readPoints(device: BusDevice, profile: BusProfile): readonly ReadPoint[] {
  if (profile.driver === 'modbus')
    return pointsOf(device, profile).map((point) => ({
      ...point,
      range: rangeOf(point, device.spans[point.point] ?? null),
    }))
  return dlt645PointsOf(device, profile).map((point) => {
    const end = (value: number) => inOwnUnit(point, value, device.spans[point.point] ?? null)
    return { ...point, range: [end(point.range[0]), end(point.range[1])] as const }
  })
}

function identityPoint(slowMs: number): DevicePoint {
  return {
    point: IDENTITY_POINT,
    name: IDENTITY_NAME,
    quantity: 'tamper',
    unit: QUANTITIES.tamper.unit,
    range: null,
    validForMs: VALID_PERIODS * slowMs,
  }
}
