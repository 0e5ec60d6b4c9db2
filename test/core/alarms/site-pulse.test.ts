import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { pulseOf, withPulse } from '../../../core/alarms/site-pulse.ts'
import { SiteSummary } from '../../../core/contract/http.ts'
import { SitePulse } from '../../../core/contract/live.ts'
import { COUNTY, NIGHT, summaryOf } from '../../web/support/county.ts'

const known = COUNTY.map((site) => summaryOf(site, [], NIGHT)).find(({ headline }) => headline !== null)!
const headline = known.headline!

const time = fc.integer({ min: NIGHT, max: NIGHT + 1_000_000 })
const moved = fc.record({
  lastHeardAt: fc.option(time),
  freshUntil: fc.option(time),
  headline: fc.record({
    value: fc.oneof(fc.integer(), fc.boolean(), fc.constant(null), fc.string()),
    at: time,
    validUntil: time,
  }),
})

describe('the pulse of a site', () => {
  it('says all that has moved, over the wire, and nothing else changes by it', () => {
    fc.assert(
      fc.property(moved, (part) => {
        const after = SiteSummary.parse({ ...known, ...part, headline: { ...headline, ...part.headline } })
        // Told anew, as a control room puts it together.
        const before = { ...known, openAlarms: { ...known.openAlarms }, headline: { ...headline } }
        const pulse = SitePulse.parse(JSON.parse(JSON.stringify(pulseOf(before, { ...after, site: known.site }))))
        expect(withPulse(before, pulse)).toEqual(after)
      }),
    )
  })

  it('is none where anything else has changed', () => {
    const others: readonly Partial<SiteSummary>[] = [
      { site: { ...known.site, kind: known.site.kind === 'open-pit' ? 'closed-pit' : 'open-pit' } },
      { online: !known.online },
      { openAlarms: { ...known.openAlarms, blue: known.openAlarms.blue + 1 } },
      { worstUnacked: known.worstUnacked === 'red' ? null : 'red' },
      { points: known.points + 1 },
      { notGood: known.notGood + 1 },
      { headline: null },
      { headline: { ...headline, quality: 'bad' } },
      { headline: { ...headline, reason: 'timeout' } },
      { headline: { ...headline, uncertaintyMs: 4_711 } },
      { headline: { ...headline, point: 'another/point' } },
      { headline: { ...headline, quantity: headline.quantity === 'gas' ? 'level' : 'gas' } },
    ]
    const covered = new Set(others.flatMap((part) => Object.keys(part)))
    expect([...covered, 'lastHeardAt', 'freshUntil'].sort()).toEqual(Object.keys(SiteSummary.shape).sort())
    for (const part of others) {
      expect([part, pulseOf(known, { ...known, ...part })]).toEqual([part, null])
      expect([part, pulseOf({ ...known, ...part }, known)]).toEqual([part, null])
    }
  })

  it('is that of a site without a headline too', () => {
    const silent = { ...known, headline: null }
    expect(pulseOf(silent, { ...silent, lastHeardAt: null })).toEqual([known.site.id, null, known.freshUntil, null])
    expect(withPulse(silent, [known.site.id, null, null, null])).toEqual({
      ...silent,
      lastHeardAt: null,
      freshUntil: null,
    })
  })
})
