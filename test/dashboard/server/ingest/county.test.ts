import { describe, expect, it } from 'vitest'
import type { LatestReading } from '../../../../core/contract/http.ts'
import { SiteDetail, SiteSummary } from '../../../../core/contract/http.ts'
import { UtcMs } from '../../../../core/contract/time.ts'
import { type CountyState, openCounty } from '../../../../dashboard/server/ingest/county.ts'
import { openCountyStore } from '../../../../dashboard/server/ingest/county-store.ts'
import type { DeviceBirth } from '../../../../platform/telemetry.ts'
import { testFolder } from '../../../support/processes.ts'
import { quietLog } from '../../../support/quiet-log.ts'
import { edge, START } from './edge.ts'

const quiet = { openAlarms: { red: 0, orange: 0, yellow: 0, blue: 0 }, worstUnacked: null }
const at = (ms: number) => UtcMs.parse(START + ms)
const good = (value: number, ms: number): LatestReading => {
  return { value, quality: 'good', reason: null, at: at(ms), validUntil: at(ms + 2_500), uncertaintyMs: 50 }
}
const feeder = (...points: string[]): DeviceBirth => ({
  device: 'feeder',
  name: { 'zh-CN': '馈线电表', en: 'Feeder meter' },
  profile: 'eastron/sdm630',
  points: points.map((point) => {
    return { device: 'feeder', point, name: null, quantity: 'power', unit: 'W', range: null, latest: null }
  }),
})

function born(): CountyState {
  const county = openCounty([])
  county.nodeBorn(edge().about())
  county.deviceBorn('east-pit', feeder('active-power', 'other'))
  return county
}

describe('the county', () => {
  it('tells what it has heard of a site', () => {
    const county = born()
    county.heard('east-pit', at(10))
    county.reading('east-pit', 'feeder/active-power', good(7_200, 5))
    county.reading('east-pit', 'feeder/other', { ...good(0, 6), value: null, quality: 'bad', reason: 'timeout' })
    const summary = SiteSummary.parse(county.summary('east-pit', quiet))
    expect(summary).toMatchObject({
      online: true,
      lastHeardAt: START + 10,
      points: 2,
      notGood: 1,
      freshUntil: START + 2_505,
      headline: { value: 7_200, point: 'feeder/active-power', quantity: 'power' },
    })
    const detail = SiteDetail.parse(county.detail('east-pit', quiet))
    expect(detail.devices).toEqual([expect.objectContaining({ id: 'feeder', online: true })])
    expect(detail.limits).toEqual([{ rule: 'winch', point: 'feeder/active-power', limit: 500, priority: 'red' }])
  })

  it('knows what people call a point, from its birth on', () => {
    const county = born()
    const device = { 'zh-CN': '馈线电表', en: 'Feeder meter' }
    expect(county.pointName('east-pit', 'feeder/active-power')).toEqual({ device, point: null })
    const point = { 'zh-CN': '总有功功率', en: 'Total active power' }
    const { points, ...birth } = feeder('active-power')
    county.deviceBorn('east-pit', { ...birth, points: points.map((info) => ({ ...info, name: point })) })
    expect(county.pointName('east-pit', 'feeder/active-power')).toEqual({ device, point })
    expect(county.pointName('east-pit', 'gateway/online')).toBe(null)
    expect(county.pointName('west-pit', 'feeder/active-power')).toBe(null)
  })

  it('goes on with the values of a gateway whose clock was set back', () => {
    const county = born()
    county.reading('east-pit', 'feeder/active-power', good(2, 3_600_000))
    county.reading('east-pit', 'feeder/active-power', good(1, 50))
    expect(county.summary('east-pit', quiet)).toMatchObject({ headline: { value: 1 }, freshUntil: START + 2_550 })
    const { points, ...birth } = feeder('active-power')
    const told = { device: 'feeder', point: 'active-power', ...good(7, 20) }
    county.deviceBorn('east-pit', { ...birth, points: points.map((info) => ({ ...info, latest: told })) })
    expect(county.summary('east-pit', quiet)?.headline?.value).toBe(7)
  })

  it('is offline with all its devices after the death of its gateway', () => {
    const county = born()
    county.nodeDied('east-pit', UtcMs.parse(9_000))
    expect(county.detail('east-pit', quiet)).toMatchObject({ summary: { online: false }, devices: [{ online: false }] })
  })

  it('shows nothing as good that was said before its gateway or device died, or fell silent, or the control room was started anew', () => {
    const until = (county: CountyState) => county.detail('east-pit', quiet)?.points[0]?.latest?.validUntil
    const at = UtcMs.parse(START + 10)
    const ends: readonly ((county: CountyState) => void)[] = [
      (county) => county.nodeDied('east-pit', at),
      (county) => county.deviceDied('east-pit', 'feeder', at),
      (county) => county.unheard('east-pit', at),
    ]
    for (const end of ends) {
      const county = born()
      county.reading('east-pit', 'feeder/active-power', good(3, 1))
      const [before, seen] = [until(county), county.revision()]
      end(county)
      expect([before, until(county)]).toEqual([START + 2_501, at])
      expect(county.readingsSince('east-pit', seen)).toHaveLength(1)
    }
    const last = born()
    last.reading('east-pit', 'feeder/active-power', good(3, 1))
    last.heard('east-pit', at)
    const record = last.record('east-pit')
    expect(record === null ? null : until(openCounty([record]))).toBe(at)
  })

  it('outlives the death of another device', () => {
    const county = born()
    county.reading('east-pit', 'feeder/active-power', good(3, 1))
    county.deviceDied('east-pit', 'another', UtcMs.parse(START))
    expect(county.detail('east-pit', quiet)?.points[0]?.latest).toEqual(good(3, 1))
  })

  it('forgets a point that the next birth of its device no longer tells, and keeps the value of one it does', () => {
    const county = born()
    county.reading('east-pit', 'feeder/active-power', good(3, 1))
    county.deviceBorn('east-pit', feeder('active-power'))
    const points = county.detail('east-pit', quiet)?.points
    expect(points).toEqual([expect.objectContaining({ point: 'active-power', latest: good(3, 1) })])
  })

  it('forgets a device that the next births of its gateway no longer tell, once they are all told', () => {
    const county = born()
    county.deviceBorn('east-pit', { ...feeder(), device: 'removed' })
    county.nodeBorn(edge().about())
    county.deviceBorn('east-pit', feeder('active-power'))
    expect(county.detail('east-pit', quiet)?.devices.map(({ id }) => id)).toEqual(['feeder', 'removed'])
    county.birthsTold('east-pit')
    expect(county.detail('east-pit', quiet)?.devices.map(({ id }) => id)).toEqual(['feeder'])
    county.birthsTold('east-pit')
    expect(county.detail('east-pit', quiet)?.points).toHaveLength(1)
  })

  it('says which sites and readings have changed since a revision', () => {
    const county = born()
    county.nodeBorn(edge({ site: 'west-pit' }).about())
    const before = county.revision()
    expect(county.changedSince(before)).toEqual([])
    county.reading('east-pit', 'feeder/other', good(1, 1))
    expect(county.changedSince(before)).toEqual(['east-pit'])
    expect(county.readingsSince('east-pit', before)).toEqual([{ point: 'feeder/other', latest: good(1, 1) }])
  })

  it('shows at once after a restart, offline, with the values of before, none of them as good', async () => {
    await using folder = await testFolder()
    const county = born()
    county.heard('east-pit', at(10))
    county.reading('east-pit', 'feeder/active-power', good(3, 1))
    const store = openCountyStore(folder.path, quietLog())
    store.save([county.record('east-pit')!])
    store.close()
    const again = openCountyStore(folder.path, quietLog())
    const next = openCounty(again.load())
    again.close()
    const before = county.summary('east-pit', quiet)!
    const headline = { ...before.headline!, validUntil: at(10) }
    expect(next.summary('east-pit', quiet)).toEqual({ ...before, online: false, freshUntil: at(10), headline })
    expect(next.detail('east-pit', quiet)?.devices[0]?.online).toBe(false)
  })

  it('takes no notice of sites and points it has not been told of', () => {
    const county = born()
    county.reading('east-pit', 'feeder/unknown', good(1, 1))
    county.reading('nowhere', 'feeder/active-power', good(1, 1))
    county.heard('nowhere', at(1))
    expect(county.ids()).toEqual(['east-pit'])
    expect(county.summary('nowhere', quiet)).toBeNull()
  })
})
