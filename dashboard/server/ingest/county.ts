import type {
  DeviceInfo,
  GatewayReport,
  LatestReading,
  PointInfo,
  SiteDetail,
  SiteSummary,
} from '../../../core/contract/http.ts'
import type { GatewayHealth, SiteAbout } from '../../../core/contract/lanes.ts'
import type { PointRef } from '../../../core/contract/reading.ts'
import type { Site } from '../../../core/contract/site.ts'
import type { Bilingual } from '../../../core/contract/text.ts'
import type { UtcMs } from '../../../core/contract/time.ts'
import type { DeviceBirth } from '../../../platform/telemetry.ts'

/** What the overview says of a site's alarms; the alarm desk knows it, the county does not. */
export type SiteAlarms = Pick<SiteSummary, 'openAlarms' | 'worstUnacked'>

/** What people call a point. */
export interface PointName {
  readonly device: Bilingual
  /** What it measures there; null where its profile gives it no name. */
  readonly point: Bilingual | null
}

/** A site as it is kept over a restart. */
export interface SiteRecord {
  readonly about: SiteAbout
  readonly lastHeardAt: UtcMs | null
  readonly devices: readonly DeviceInfo[]
  readonly points: readonly PointInfo[]
  readonly latest: Readonly<Record<string, LatestReading>>
}

/** Everything the control room knows of its sites now, in memory. Revisions count every change. */
export interface CountyState {
  /** Anything came from the site. */
  heard(site: string, at: UtcMs): void
  nodeBorn(about: SiteAbout): void
  /** From `at` on nothing of the site holds any more, whatever its readings had promised. */
  nodeDied(site: string, at: UtcMs): void
  /** A gateway tells all its devices at birth; when it goes on to other things, those it has not told are gone. */
  birthsTold(site: string): void
  deviceBorn(site: string, birth: DeviceBirth): void
  deviceDied(site: string, device: string, at: UtcMs): void
  /** Nothing was heard of a site for too long, though nobody has told its death: its values hold no longer than until `at`. */
  unheard(site: string, at: UtcMs): void
  /** Takes a reading as the latest unless a newer one is known. */
  reading(site: string, point: PointRef, latest: LatestReading): void
  /** What the site's gateway says of itself. */
  gatewaySaid(site: string, health: GatewayHealth, at: UtcMs): void
  /** Something outside (an alarm) has changed what the site's summary says. */
  touch(site: string): void

  ids(): readonly string[]
  site(id: string): Site | null
  isOnline(id: string): boolean
  point(site: string, point: PointRef): PointInfo | null
  /** null for a point no birth has told. */
  pointName(site: string, point: PointRef): PointName | null
  summary(id: string, alarms: SiteAlarms): SiteSummary | null
  detail(id: string, alarms: SiteAlarms): SiteDetail | null
  /** null for a site that is not known. */
  gateway(id: string): GatewayReport | null
  record(id: string): SiteRecord | null
  revision(): number
  /** The revision of the site's last change; 0 when nothing has changed since the start. */
  revisionOf(site: string): number
  /** Sites with a change after `revision`. */
  changedSince(revision: number): readonly string[]
  /** Latest readings of one site that came after `revision`. */
  readingsSince(site: string, revision: number): readonly { readonly point: PointRef; readonly latest: LatestReading }[]
}

interface PointState {
  readonly info: PointInfo
  latest: LatestReading | null
  revision: number
}

interface SiteState {
  about: SiteAbout
  online: boolean
  lastHeardAt: UtcMs | null
  revision: number
  gateway: GatewayReport
  readonly devices: Map<string, DeviceInfo>
  /** Devices of before that the birth under way has not told yet. */
  unborn: Set<string>
  readonly points: Map<PointRef, PointState>
}

/** `records` are the sites of the last run; all of them start offline. */
export function openCounty(records: readonly SiteRecord[]): CountyState {
  const sites = new Map<string, SiteState>(records.map((record) => [record.about.site.id, stateOf(record)]))
  let revision = 0

  const change = (site: SiteState) => {
    site.revision = ++revision
  }
  const withSite = (id: string, work: (site: SiteState) => void) => {
    const site = sites.get(id)
    if (site === undefined) return
    work(site)
    change(site)
  }
  const setOnline = (site: SiteState, device: string, online: boolean) => {
    const known = site.devices.get(device)
    if (known !== undefined) site.devices.set(device, { ...known, online })
  }

  return {
    heard: (id, at) => withSite(id, (site) => (site.lastHeardAt = at)),
    nodeBorn: (about) => {
      const known = sites.get(about.site.id)
      const site = known ?? emptySite(about)
      site.about = about
      site.online = true
      for (const device of site.devices.keys()) setOnline(site, device, false)
      site.unborn = new Set(site.devices.keys())
      sites.set(about.site.id, site)
      change(site)
    },
    nodeDied: (id, at) =>
      withSite(id, (site) => {
        site.online = false
        expire(site, at, revision + 1)
        for (const device of site.devices.keys()) setOnline(site, device, false)
      }),
    birthsTold: (id) => {
      const gone = sites.get(id)?.unborn
      if (gone === undefined || gone.size === 0) return
      withSite(id, (site) => forget(site, gone))
    },
    deviceBorn: (id, birth) => withSite(id, (site) => takeDevice(site, birth, revision + 1)),
    deviceDied: (id, device, at) =>
      withSite(id, (site) => {
        setOnline(site, device, false)
        expire(site, at, revision + 1, device)
      }),
    unheard: (id, at) => withSite(id, (site) => expire(site, at, revision + 1)),
    reading: (id, ref, latest) => {
      const site = sites.get(id)
      const point = site?.points.get(ref)
      if (site === undefined || point === undefined) return
      // In the order they come: the gateway's clock may have been set back, and an old value must not outlive that.
      point.latest = latest
      change(site)
      point.revision = revision
    },
    gatewaySaid: (id, health, receivedAt) => {
      const site = sites.get(id)
      // Not part of the live feed: who looks at it asks for it.
      if (site !== undefined) site.gateway = { health, receivedAt }
    },
    touch: (id) => withSite(id, () => undefined),

    ids: () => [...sites.keys()],
    site: (id) => sites.get(id)?.about.site ?? null,
    isOnline: (id) => sites.get(id)?.online ?? false,
    point: (id, ref) => sites.get(id)?.points.get(ref)?.info ?? null,
    pointName: (id, ref) => {
      const site = sites.get(id)
      const info = site?.points.get(ref)?.info
      const device = info === undefined ? undefined : site?.devices.get(info.device)
      return info === undefined || device === undefined ? null : { device: device.name, point: info.name }
    },
    summary: (id, alarms) => {
      const site = sites.get(id)
      return site === undefined ? null : summaryOf(site, alarms)
    },
    detail: (id, alarms) => {
      const site = sites.get(id)
      return site === undefined ? null : detailOf(site, alarms)
    },
    gateway: (id) => sites.get(id)?.gateway ?? null,
    record: (id) => {
      const site = sites.get(id)
      return site === undefined ? null : recordOf(site)
    },
    revision: () => revision,
    revisionOf: (id) => sites.get(id)?.revision ?? 0,
    changedSince: (since) => [...sites].filter(([, site]) => site.revision > since).map(([id]) => id),
    readingsSince: (id, since) =>
      [...(sites.get(id)?.points ?? [])].flatMap(([point, { latest, revision: at }]) =>
        latest === null || at <= since ? [] : [{ point, latest }],
      ),
  }
}

function emptySite(about: SiteAbout): SiteState {
  return {
    about,
    online: false,
    lastHeardAt: null,
    revision: 0,
    gateway: { health: null, receivedAt: null },
    devices: new Map(),
    unborn: new Set(),
    points: new Map(),
  }
}

function refOf({ device, point }: { readonly device: string; readonly point: string }): PointRef {
  return `${device}/${point}`
}

/** A birth tells all points of its device, so those it no longer tells are gone. */
function takeDevice(site: SiteState, birth: DeviceBirth, revision: number): void {
  const { device, name, profile } = birth
  const before = new Map([...site.points].filter(([, { info }]) => info.device === device))
  for (const ref of before.keys()) site.points.delete(ref)
  site.unborn.delete(device)
  site.devices.set(device, { id: device, name, profile, online: true })
  for (const { latest: told, ...info } of birth.points) {
    const known = before.get(refOf(info))?.latest ?? null
    const born = told === null ? null : latestOf(told)
    site.points.set(refOf(info), { info, latest: born ?? known, revision })
  }
}

/** Readings of a site, or of one of its devices, hold no longer than until `at`. */
function expire(site: SiteState, at: UtcMs, revision: number, device: string | null = null): void {
  for (const point of site.points.values()) {
    const { info, latest } = point
    if (latest === null || latest.validUntil <= at || (device !== null && info.device !== device)) continue
    point.latest = { ...latest, validUntil: at }
    point.revision = revision
  }
}

function forget(site: SiteState, gone: ReadonlySet<string>): void {
  for (const device of gone) site.devices.delete(device)
  for (const [ref, { info }] of site.points) if (gone.has(info.device)) site.points.delete(ref)
  site.unborn = new Set()
}

/** The part of a reading that is shown as the latest. */
export function latestOf({ value, quality, reason, at, validUntil, uncertaintyMs }: LatestReading): LatestReading {
  return { value, quality, reason, at, validUntil, uncertaintyMs }
}

function summaryOf(site: SiteState, alarms: SiteAlarms): SiteSummary {
  let notGood = 0
  let freshUntil: UtcMs | null = null
  for (const { latest } of site.points.values()) {
    if (latest === null) continue
    if (latest.quality !== 'good') notGood++
    else if (freshUntil === null || latest.validUntil < freshUntil) freshUntil = latest.validUntil
  }
  return {
    site: site.about.site,
    online: site.online,
    lastHeardAt: site.lastHeardAt,
    ...alarms,
    points: site.points.size,
    notGood,
    freshUntil,
    headline: headlineOf(site),
  }
}

function headlineOf({ about, points }: SiteState): SiteSummary['headline'] {
  const { headline } = about.site
  if (headline === undefined) return null
  const point = points.get(headline)
  if (point?.latest === null || point === undefined) return null
  return { ...point.latest, point: headline, quantity: point.info.quantity }
}

function detailOf(site: SiteState, alarms: SiteAlarms): SiteDetail {
  return {
    summary: summaryOf(site, alarms),
    devices: [...site.devices.values()],
    points: [...site.points.values()].map(({ info, latest }) => ({ ...info, latest })),
    limits: site.about.rules.flatMap(({ id, point, limit, priority }) =>
      limit === null ? [] : [{ rule: id, point, limit, priority }],
    ),
  }
}

function recordOf({ about, lastHeardAt, devices, points }: SiteState): SiteRecord {
  const known = [...points].flatMap(([ref, { latest }]) => (latest === null ? [] : [[ref, latest] as const]))
  return {
    about,
    lastHeardAt,
    devices: [...devices.values()],
    points: [...points.values()].map(({ info }) => info),
    latest: Object.fromEntries(known),
  }
}

function stateOf(record: SiteRecord): SiteState {
  const site = emptySite(record.about)
  site.lastHeardAt = record.lastHeardAt
  for (const device of record.devices) site.devices.set(device.id, { ...device, online: false })
  for (const info of record.points) {
    site.points.set(refOf(info), { info, latest: record.latest[refOf(info)] ?? null, revision: 0 })
  }
  // Until it is born again nobody knows whether anything of it still holds.
  if (record.lastHeardAt !== null) expire(site, record.lastHeardAt, 0)
  return site
}
