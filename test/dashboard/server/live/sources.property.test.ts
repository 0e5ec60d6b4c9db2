import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { SiteSummary } from '../../../../core/contract/http.ts'
import { MonoMs, UtcMs } from '../../../../core/contract/time.ts'
import { openCounty } from '../../../../dashboard/server/ingest/county.ts'
import { summarySource } from '../../../../dashboard/server/live/sources.ts'
import { EMPTY_LIVE, type LiveState, take } from '../../../../dashboard/web/stores/live-state.ts'
import { edge, START } from '../ingest/edge.ts'

const SITES = ['east-pit', 'west-pit'] as const
const site = fc.constantFrom(...SITES)
const step = fc.oneof(
  fc.record({ is: fc.constant('reading' as const), site, good: fc.boolean(), value: fc.integer({ min: 0, max: 3 }) }),
  fc.record({ is: fc.constant('alarms' as const), site, red: fc.integer({ min: 0, max: 2 }) }),
  fc.record({ is: fc.constant('died' as const), site }),
  fc.record({ is: fc.constant('joins' as const) }),
  fc.record({ is: fc.constant('tick' as const), whole: fc.boolean(), urgent: fc.subarray([...SITES]) }),
  fc.record({ is: fc.constant('passes' as const), ms: fc.integer({ min: 1, max: 1_500 }) }),
)

const point = { device: 'feeder', point: 'active-power' } as const

/** A county of two sites, and pages that join whenever they like and hear what a feed tells them. */
function world() {
  const county = openCounty([])
  for (const id of SITES) {
    const about = edge({ site: id }).about()
    county.nodeBorn({ ...about, site: { ...about.site, id, headline: 'feeder/active-power' } })
    county.deviceBorn(id, {
      ...{ device: 'feeder', profile: 'a/b', name: { 'zh-CN': '电表', en: 'meter' } },
      points: [{ ...point, name: null, quantity: 'power', unit: 'W', range: null, latest: null }],
    })
  }
  const open = new Map<string, number>()
  const of = (id: string) => {
    const red = open.get(id) ?? 0
    return { openAlarms: { red, orange: 0, yellow: 0, blue: 0 }, worstUnacked: red > 0 ? ('red' as const) : null }
  }
  let passed = 1_000
  const source = summarySource(county, { of }, { mono: () => MonoMs.parse(passed) })
  const pages: LiveState[] = []
  const now = UtcMs.parse(START)
  let rev = 0
  const tell = (urgent: readonly string[], whole: boolean) => {
    if (pages.length === 0) return
    const { sites, pulses } = source.next(new Set(urgent), !whole)
    rev += 1
    for (const [index, page] of pages.entries()) {
      const news = {
        type: 'delta',
        rev,
        now,
        sites: [...sites],
        pulses: [...pulses],
        alarms: [],
        readings: [],
      } as const
      pages[index] = take(page, { ...news, sites: [...sites], pulses: [...pulses], alarms: [], readings: [] }).state
    }
  }
  return {
    pages,
    truth: () => county.ids().map((id) => county.summary(id, of(id))),
    pass: (ms: number) => void (passed += ms),
    tell,
    join: () => {
      const sites = county.ids().flatMap((id) => source.now(id) ?? [])
      pages.push(take(EMPTY_LIVE, { type: 'snapshot', rev, now, hello: null, sites, alarms: [], status: null }).state)
    },
    read: (id: string, good: boolean, value: number) => {
      const at = UtcMs.parse(START + passed)
      county.heard(id, at)
      county.reading(id, 'feeder/active-power', {
        ...{ value: good ? value : null, at, validUntil: UtcMs.parse(at + 2_500), uncertaintyMs: 0 },
        ...(good ? ({ quality: 'good', reason: null } as const) : ({ quality: 'bad', reason: 'timeout' } as const)),
      })
    },
    alarms: (id: string, red: number) => {
      open.set(id, red)
      county.touch(id)
    },
    die: (id: string) => county.nodeDied(id, UtcMs.parse(START + passed)),
  }
}

describe('what the feed tells of sites', () => {
  it('leaves every page with what the county is, whenever it joined, and whatever was told whole or by a pulse', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60, size: 'max' }), (steps) => {
        const it = world()
        it.join()
        for (const one of steps) {
          if (one.is === 'reading') it.read(one.site, one.good, one.value)
          else if (one.is === 'alarms') it.alarms(one.site, one.red)
          else if (one.is === 'died') it.die(one.site)
          else if (one.is === 'joins') it.join()
          else if (one.is === 'passes') it.pass(one.ms)
          else it.tell(one.urgent, one.whole)
        }
        it.pass(1_000)
        it.tell([], true)
        for (const page of it.pages) expect([...page.sites.values()]).toEqual(it.truth())
      }),
      { numRuns: 2_000 },
    )
  })

  it('is a pulse from the second reading on', () => {
    const county = openCounty([])
    county.nodeBorn(edge().about())
    const of = () => ({ openAlarms: { red: 0, orange: 0, yellow: 0, blue: 0 }, worstUnacked: null })
    let passed = 0
    const source = summarySource(county, { of }, { mono: () => MonoMs.parse((passed += 1_000)) })
    const told = () => source.next(new Set(), false)
    const ids = (sites: readonly SiteSummary[]) => sites.map((summary) => summary.site.id)
    expect(ids(told().sites)).toEqual(['east-pit'])
    county.heard('east-pit', UtcMs.parse(START + 1))
    expect(told()).toMatchObject({ sites: [], pulses: [['east-pit', START + 1, null, null]] })
  })
})
