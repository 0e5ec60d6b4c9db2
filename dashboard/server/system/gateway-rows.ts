import type { GatewayReport } from '../../../core/contract/http.ts'
import type { GatewayCertificate } from '../../../core/contract/identity.ts'
import type { Site } from '../../../core/contract/site.ts'
import type { GatewayRow } from '../../../core/contract/system.ts'
import type { UtcMs } from '../../../core/contract/time.ts'

/** What is known of one site's gateway. */
export interface GatewayFacts {
  readonly site: Pick<Site, 'id' | 'name'>
  readonly online: boolean
  readonly lastHeardAt: UtcMs | null
  readonly report: GatewayReport
  /** Of any sites. */
  readonly certificates: readonly GatewayCertificate[]
}

/** A gateway's row. */
export function gatewayRow({ site, online, lastHeardAt, report, certificates }: GatewayFacts): GatewayRow {
  const { health, receivedAt } = report
  const known = { site: site.id, name: site.name, online, lastHeardAt, certificateUntil: endOf(site.id, certificates) }
  if (health === null) {
    const unknown = { version: null, startedAt: null, backlog: null, clock: null, buses: null, devices: null }
    return { ...known, ...unknown, toldAt: null, alone: null, rssBytes: null }
  }
  const { outbox, clock, buses, devices, alone } = health
  return {
    ...known,
    toldAt: receivedAt,
    version: health.version,
    startedAt: health.startedAt,
    backlog: {
      readings: outbox.readings,
      alarms: outbox.alarm,
      oldestAt: outbox.oldestAt,
      hoursLeft: outbox.hoursLeft,
      lost: outbox.reduced + outbox.dropped,
      state: outbox.state,
    },
    clock: { source: clock.source, uncertaintyMs: clock.uncertaintyMs, systemAheadMs: clock.systemAheadMs },
    buses: { down: buses.filter(({ state }) => state === 'down').length, all: buses.length },
    devices: {
      silent: devices.filter(({ state }) => state === 'silent').length,
      wrong: devices.filter(({ state }) => state === 'identity-mismatch').length,
      all: devices.length,
    },
    alone: alone?.state ?? null,
    rssBytes: health.rssBytes,
  }
}

/** The end of the certificate that lasts longest of those that count. */
function endOf(site: string, certificates: readonly GatewayCertificate[]): UtcMs | null {
  const ends = certificates.filter((one) => one.site === site && one.revoked === null).map(({ notAfter }) => notAfter)
  return ends.toSorted((a, b) => b - a)[0] ?? null
}
