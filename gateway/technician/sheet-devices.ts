import type { BusDevice } from '../../core/contract/site.ts'
import { dlt645PointsOf } from '../../core/decode/dlt645-points.ts'
import { type BusProfile, polledPoints } from '../../core/decode/device-points.ts'
import type { Clock } from '../../platform/clock.ts'
import { type LiveDeps, type LivePoint, readLive } from './live.ts'
import type { ReadPoint, SheetDevice } from './sheet.ts'
import { readWho } from './who.ts'

/** A device as it was read for a sheet, before anything is compared. */
export type ReadDevice = Omit<SheetDevice, 'points'> & { readonly points: readonly ReadPoint[] }

/**
 * Reads everything of a device that goes on a sheet: who it is, and each of its points once. `onPart` is told how many of
 * its points are read. Throws `link/down` and `link/busy`.
 */
export async function readForSheet(
  { device, profile }: { readonly device: BusDevice; readonly profile: BusProfile },
  deps: LiveDeps & { readonly onPart: (points: number) => void },
  signal: AbortSignal,
): Promise<ReadDevice> {
  const who = await readWho({ device, profile }, deps, signal)
  const points: ReadPoint[] = []
  for await (const some of readLive({ device, profile }, { ...deps, points: null }, signal)) {
    points.push(...some.map(readPoint))
    deps.onPart(points.length)
  }
  return { ...factsOf(device, profile), ...who, points }
}

/** A device whose bus could not be reached: it is on the sheet, with none of its values. */
export function unreachedForSheet(
  { device, profile }: { readonly device: BusDevice; readonly profile: BusProfile },
  clock: Clock,
): ReadDevice {
  const own = profile.driver === 'modbus' ? polledPoints(device, profile) : dlt645PointsOf(device, profile)
  const points = own
    .filter((point) => !('derive' in point) || point.derive === undefined)
    .map(({ point, name, quantity }): ReadPoint => {
      const nothing = { value: null, quality: 'bad', reason: 'link-down', raw: null } as const
      return { point, name: name ?? null, quantity, at: clock.now(), ...nothing }
    })
  return { ...factsOf(device, profile), serial: null, model: 'unknown', points }
}

function factsOf(device: BusDevice, profile: BusProfile) {
  return {
    id: device.id,
    name: device.name ?? profile.name,
    profile: profile.profile,
    models: profile.models,
    bus: device.bus,
    address: device.address ?? String(device.unit ?? ''),
    expectedSerial: device.serial ?? null,
  }
}

function readPoint({ point, name, quantity, decoded, at, raw }: LivePoint): ReadPoint {
  const { value, quality, reason } = decoded
  return { point, name, quantity, value, quality, reason, at, raw }
}
