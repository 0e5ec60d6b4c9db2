import type { Quantity } from '../../../core/contract/quantity.ts'
import { devicePoints, VALID_PERIODS } from '../../../core/decode/device-points.ts'
import { validForMs } from '../../../core/decode/validity.ts'
import type { SitePlan } from '../../../core/rules/plan.ts'
import type { LoadedGateway } from '../../../platform/site/loaded-gateway.ts'
import { devicesWithProfiles } from '../../../platform/site/parts.ts'

/** A site as it is rehearsed: nothing of it is reached. */
export interface RehearsedSite {
  /** The file. */
  readonly path: string
  readonly plan: SitePlan
  /** Every point of the site, read there or only recorded. */
  readonly points: ReadonlyMap<string, RehearsedPoint>
  /** Why its calendar could not be read, so that the shipped one stood in; null where it could. */
  readonly calendarFault: { readonly path: string; readonly why: string } | null
}

export interface RehearsedPoint {
  readonly quantity: Quantity
  /** How long a reading holds, ms; null where the file does not say how often it is read. */
  readonly validMs: number | null
}

/** A site that was checked, as it is rehearsed; `path` names it. */
export function rehearsedSiteOf(path: string, loaded: LoadedGateway): RehearsedSite {
  const valid = validOf(loaded)
  const points = Array.from(loaded.points, ([ref, { quantity }]) => {
    return [ref, { quantity, validMs: valid.get(ref) ?? null }] as const
  })
  return { path, plan: loaded.plan, points: new Map(points), calendarFault: loaded.calendar.unreadable }
}

/** How long a reading of each polled point holds, where the bus keeps its periods. */
function validOf({ config, profiles }: LoadedGateway): Map<string, number> {
  const timeouts = new Map(config.buses.map(({ id, timeout }) => [id, timeout]))
  const devices = devicesWithProfiles(config, profiles)
  return new Map(
    devices.flatMap(({ device, profile }) =>
      devicePoints(device, profile).map((point) => {
        const period = point.validForMs / VALID_PERIODS
        return [`${device.id}/${point.point}`, validForMs(period, timeouts.get(device.bus) ?? 0)] as const
      }),
    ),
  )
}
