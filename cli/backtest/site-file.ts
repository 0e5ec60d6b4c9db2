import { dirname, resolve } from 'node:path'
import { type Document, parseDocument } from 'yaml'
import type { Quantity } from '../../core/contract/quantity.ts'
import { devicePoints, VALID_PERIODS } from '../../core/decode/device-points.ts'
import type { SitePlan } from '../../core/rules/plan.ts'
import { checkGateway, type LoadedGateway } from '../../gateway/config.ts'
import { devicesWithProfiles, listOf, partsOf, sitePoints } from '../../gateway/config-parts.ts'
import { validForMs } from '../../gateway/device/validity.ts'
import { readConfig } from '../../platform/config.ts'

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

/** What a gateway needs and a rehearsal does not. It is put behind the file, whose lines keep their numbers. */
const NOT_NEEDED: Readonly<Record<string, string>> = {
  group: 'group: rehearsal',
  store: 'store: rehearsal',
  uplink: "uplink: { url: 'mqtt://127.0.0.1:1883' }",
}

/**
 * A site file, checked as a gateway would check it but for where it stores and sends, and for secrets. Throws `config/unreadable`,
 * `config/invalid`.
 */
export function rehearsedSite(path: string): RehearsedSite {
  const baseFolder = dirname(resolve(path))
  const given = readConfig(path)
  const document = parseDocument(given)
  const parts = partsOf(document.errors.length > 0 ? null : document.toJS())
  const text = `${given}${missingIn(document)}`
  // Its secrets may lie elsewhere, its calendar lies here.
  const loaded = checkGateway({
    ...{ text, path, baseFolder, isForElsewhere: true, calendarFile: parts.calendar },
    // Reading the whole library takes longer than many a rehearsal.
    profiles: hasDevices(parts.raw) ? {} : { shipped: new Map() },
  })
  const valid = validOf(loaded)
  const points = Array.from(sitePoints(parts, loaded.profiles), ([ref, { quantity }]) => {
    return [ref, { quantity, validMs: valid.get(ref) ?? null }] as const
  })
  return { path, plan: loaded.plan, points: new Map(points), calendarFault: loaded.calendar.unreadable }
}

function hasDevices(raw: unknown): boolean {
  return listOf(raw, 'devices').length + listOf(raw, 'cameras').length > 0
}

function missingIn(document: Document.Parsed): string {
  if (document.errors.length > 0) return ''
  const missing = Object.entries(NOT_NEEDED).filter(([key]) => !document.has(key))
  return missing.map(([, line]) => `\n${line}`).join('')
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
