import type { DeviceProfile } from '../../core/contract/device-profile.ts'
import type { Quantity } from '../../core/contract/quantity.ts'
import type { PointRef } from '../../core/contract/reading.ts'
import type { Bus, BusDevice, GatewayConfig } from '../../core/contract/site.ts'
import type { BusProfile } from '../../core/decode/device-points.ts'
import { type HouseError, isHouseError } from '../../core/kit/errors.ts'
import type { Clock } from '../../platform/clock.ts'
import { VERSION } from '../../platform/version.ts'
import type { FieldBus } from '../link/field-bus.ts'
import type { Ear } from './ear.ts'
import { lineName } from './scan-plan.ts'
import {
  compared,
  handFault,
  type HandReadings,
  type Sheet,
  type SheetBus,
  type SheetDevice,
  verdictOf,
} from './sheet.ts'
import { type ReadDevice, readForSheet, unreachedForSheet } from './sheet-devices.ts'
import { sitePlans } from './site-plans.ts'

/** A site that is put into service: what is configured, and by what it is read. */
export interface SheetSite {
  readonly config: GatewayConfig
  readonly profiles: ReadonlyMap<string, DeviceProfile>
}

/** A bus the devices are read over; it is closed here. */
export interface SheetLine {
  readonly bus: FieldBus
  readonly ear: Ear
}

export interface SiteReading {
  readonly open: (bus: Bus) => SheetLine
  readonly clock: Clock
  /** Told which device is read, how many of its points are, and how many devices were read before it. */
  readonly onPart: (device: BusDevice, points: number, before: number) => void
  /** Told when a bus is done with. */
  readonly onBus?: () => void
}

/** What a site gave, and the buses that could not be reached. */
export interface ReadSite {
  readonly read: readonly ReadDevice[]
  readonly unreached: readonly { readonly bus: string; readonly error: HouseError }[]
}

/**
 * Reads all devices on the buses of a site, one after the other. A bus that cannot be reached leaves its devices without values. Throws
 * `link/down` when there is no value at all, and `link/busy`.
 */
export async function readSite(
  { config, profiles }: SheetSite,
  { open, clock, onPart, onBus }: SiteReading,
  signal: AbortSignal,
): Promise<ReadSite> {
  const read: ReadDevice[] = []
  const unreached: { readonly bus: string; readonly error: HouseError }[] = []
  for (const bus of config.buses) {
    const line = open(bus)
    try {
      for (const device of config.devices.filter((one) => one.bus === bus.id)) {
        const profile = profiles.get(device.profile)
        if (profile === undefined || profile.driver === 'isapi') continue
        const deps = { ...line, clock, onPart: (points: number) => onPart(device, points, read.length) }
        deps.onPart(0)
        const isLost = unreached.some((one) => one.bus === bus.id)
        const came = isLost ? null : await reached({ device, profile }, deps, signal)
        if (came !== null && 'error' in came) unreached.push({ bus: bus.id, error: came.error })
        read.push(came === null || 'error' in came ? unreachedForSheet({ device, profile }, clock) : came)
      }
    } finally {
      line.bus.close()
      onBus?.()
    }
  }
  const [first] = unreached
  // A sheet of nothing at all would help nobody.
  if (first !== undefined && read.every(({ points }) => points.every(({ reason }) => reason === 'link-down')))
    throw first.error
  return { read, unreached }
}

/** What a person adds to what was read. */
export interface SheetFacts extends Pick<Sheet, 'by' | 'at' | 'clockWithinMs' | 'photos'> {
  readonly hand: HandReadings
}

/** The sheet of a site as it was read, not signed yet. */
export function sheetOf(site: SheetSite, read: readonly ReadDevice[], { hand, ...facts }: SheetFacts): Sheet {
  const { id, name, kind, area, zone } = site.config.site
  const devices = read.map((device): SheetDevice => ({
    ...device,
    points: device.points.map((point) => compared(point, hand.readings[`${device.id}/${point.point}`], hand.tolerance)),
  }))
  return {
    kind: 'pitwatch/commissioning-sheet',
    version: 1,
    site: { id, name, kind, area, zone },
    ...facts,
    software: VERSION,
    buses: busRows(site),
    devices,
    verdict: verdictOf(devices),
  }
}

/** The points hand-held readings can be of. */
export function handPoints({ config, profiles }: SheetSite): ReadonlyMap<PointRef, Quantity> {
  return new Map(
    config.devices.flatMap((device) => {
      const profile = profiles.get(device.profile)
      if (profile === undefined || profile.driver === 'isapi') return []
      const own = profile.points.filter(({ point }) => device.points?.includes(point) ?? true)
      return own.map(({ point, quantity }) => [`${device.id}/${point}`, quantity] as const)
    }),
  )
}

/** What is wrong with hand-held readings, by the point they name; `unknown` words a point that is not read. */
export function handFaults(
  site: SheetSite,
  { readings }: HandReadings,
  unknown: (ref: PointRef, points: readonly PointRef[]) => string,
): readonly { readonly ref: PointRef; readonly message: string }[] {
  const quantities = handPoints(site)
  return Object.entries(readings).flatMap(([ref, hand]) => {
    const quantity = quantities.get(ref)
    const message = quantity === undefined ? unknown(ref, [...quantities.keys()]) : handFault(quantity, hand)
    return message === null ? [] : [{ ref, message }]
  })
}

/** How a bus is reached, as it is written on a sheet. */
export function lineText(bus: Bus): string {
  switch (bus.kind) {
    case 'tcp':
      return `Modbus TCP ${bus.host}:${bus.port}`
    case 'rtu-over-tcp':
      return `RTU over TCP ${bus.host}:${bus.port}, ${bus.baud} Bd`
    case 'rtu':
      return `${bus.path} ${lineName(bus)}`
  }
}

/** A device as it was read, or why its line was not there to read it. */
async function reached(
  wanted: { readonly device: BusDevice; readonly profile: BusProfile },
  deps: Parameters<typeof readForSheet>[1],
  signal: AbortSignal,
): Promise<ReadDevice | { readonly error: HouseError }> {
  try {
    return await readForSheet(wanted, deps, signal)
  } catch (error) {
    if (isHouseError(error, 'link/down')) return { error }
    throw error
  }
}

function busRows({ config, profiles }: SheetSite): SheetBus[] {
  const plans = new Map(sitePlans(config, profiles).map((plan) => [plan.bus, plan]))
  return config.buses.map((bus) => {
    const plan = plans.get(bus.id)
    return {
      id: bus.id,
      line: lineText(bus),
      utilisation: plan?.utilisation ?? 0,
      requestsPerRound: plan?.requestsPerRound ?? 0,
      worstCommandMs: plan?.worstCommandMs ?? 0,
    }
  })
}
