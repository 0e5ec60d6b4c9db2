import { describe, expect, it } from 'vitest'
import { GatewayReport } from '../../../../core/contract/http.ts'
import { SystemReport } from '../../../../core/contract/system.ts'
import { gatewayRow } from '../../../../dashboard/server/system/gateway-rows.ts'
import { machineSource } from '../../../../dashboard/server/system/machine.ts'
import { openControlWeb } from '../http/control-web.ts'

const SITE = { id: 'old-pit', name: { 'zh-CN': '试验废井', en: 'Trial old pit' } }
const SAID = GatewayReport.parse({
  receivedAt: 2_000,
  health: {
    ...{ site: 'old-pit', at: 1_900, startedAt: 1_000, version: '0.1.0', rssBytes: 90_000_000 },
    outbox: {
      ...{ readings: 1_200, ranges: 3, alarm: 1, evidence: 0, bytes: 9_000, maxBytes: 1e9, oldestAt: 1_500 },
      ...{ hoursLeft: 700, reduced: 4, dropped: 2, state: 'disk' },
    },
    clock: {
      boot: '1f1c1f8e9d3f4a51',
      offsetMs: 0,
      uncertaintyMs: 40,
      source: 'ntp',
      systemAheadMs: -3,
    },
    buses: [],
    devices: ['answers', 'silent', 'identity-mismatch'].map((state, index) => ({
      ...{ id: `meter-${index}`, state, latencyMs: null, timeoutMs: 500, roundMs: 20, lateMs: 0, skippedRounds: 0 },
    })),
  },
})
const certificate = (notAfter: number, revoked: boolean) => ({
  ...{ site: 'old-pit', serial: 'ab', origin: 'enrolled', issuedAt: 1, notAfter, seenAt: null },
  revoked: revoked ? { at: 5, by: { kind: 'person', name: 'admin' }, reason: 'lost it' } : null,
})

describe('a gateway as a row', () => {
  it('says in short what it said at length, and how long it may still connect', () => {
    const certificates = [certificate(9_000, false), certificate(99_000, true)] as never
    const row = gatewayRow({ site: SITE, online: true, lastHeardAt: 2_000 as never, report: SAID, certificates })
    expect(row).toMatchObject({
      toldAt: 2_000,
      backlog: { readings: 1_200, alarms: 1, oldestAt: 1_500, hoursLeft: 700, lost: 6, state: 'disk' },
      devices: { silent: 1, wrong: 1, all: 3 },
      clock: { source: 'ntp', uncertaintyMs: 40 },
      alone: null,
      certificateUntil: 9_000,
    })
  })

  it('knows nothing of one that has told nothing', () => {
    const report = { health: null, receivedAt: null }
    const row = gatewayRow({ site: SITE, online: false, lastHeardAt: null, report, certificates: [] })
    expect(row).toMatchObject({ toldAt: null, backlog: null, clock: null, devices: null, certificateUntil: null })
  })
})

describe('the report of the system', () => {
  it('tells of the machine to everybody, and of gateways only what somebody may see', async () => {
    await using web = await openControlWeb()
    const seen = async (scope?: Parameters<typeof web.signedIn>[1]) => {
      const { cookie } = await web.signedIn('viewer', scope)
      return SystemReport.parse((await web.ask('/api/system', { headers: { cookie } })).json)
    }
    const all = await seen()
    expect(all.gateways.length).toBeGreaterThan(0)
    expect(all.machine.databaseBytes).toBeGreaterThan(0)
    expect(all.machine.disk?.totalBytes).toBeGreaterThan(all.machine.disk?.freeBytes ?? 0)
    const none = await seen({ of: 'places', towns: ['别处'], villages: [] })
    expect(none.gateways).toEqual([])
  })

  it('goes on where the machine does not tell of its disk', async () => {
    await using web = await openControlWeb()
    const facts = { health: web.services.health, clockWithinMs: () => 12, pages: () => 0 }
    const report = await machineSource({ ...facts, folder: '/nowhere/at/all', database: '/nowhere/at/all.sqlite' })()
    expect(report).toMatchObject({ disk: null, databaseBytes: 0, clockWithinMs: 12 })
  })
})
