import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { utcMs } from '../../../../core/contract/time.ts'
import { countyRoster } from '../duty/world.ts'
import { edge } from '../ingest/edge.ts'
import { type HandoverWorld, openHandoverWorld } from './world.ts'

const SITES = 1_000
const AN = { kind: 'person', name: 'an-user' } as const

describe('the draft for a county of 1,000 sites', () => {
  let world: HandoverWorld
  beforeAll(async () => {
    world = await openHandoverWorld(countyRoster())
    for (let n = 0; n < SITES; n += 1) world.county.nodeBorn(edge({ site: `pit-${n}` }).about())
    const raise = (n: number) =>
      world.tell({
        ...{ occurrence: `pit-${n}.feeder-live.${n}`, site: `pit-${n}`, rule: 'feeder-live' },
        ...{ priority: n % 4 === 0 ? 'orange' : 'yellow', at: utcMs(world.clock.now() + n) },
      })
    await Promise.all(Array.from({ length: SITES }, (_, n) => raise(n)))
    await world.db.transaction(async (q) => {
      for (let n = 0; n < SITES; n += 1) {
        const site = `site:\\n  id: pit-${n}\\npermits:\\n  - { id: p, who: Li, from: '2026-03-02T08:00:00+08:00', until: '2026-03-03T08:00:00+08:00' }\\n`
        await q.run(
          'insert into site_configs (site, version, content, sha256, issued_at, by) values (?, 1, ?, ?, 0, ?)',
          ...[`pit-${n}`, `{"site":"${site}","profiles":[]}`, n.toString(16).padStart(64, '0'), 'somebody'],
        )
      }
    })
  }, 120_000)
  afterAll(() => world.end())

  it('is there within 2 s, with every alarm and every permit in it', async () => {
    await world.clock.advance(7 * 3_600_000)
    const began = performance.now()
    const { record } = await world.handovers.draft('duty.2026-03-02.day', AN)
    const tookMs = performance.now() - began
    const { unfinished, orders, offline, alarms } = record.draft
    expect([unfinished.total, orders.total, offline.sites]).toEqual([SITES, SITES, SITES])
    expect(alarms.open).toEqual({ red: 0, orange: 250, yellow: 750, blue: 0 })
    expect(tookMs).toBeLessThan(2_000)
  })
})
