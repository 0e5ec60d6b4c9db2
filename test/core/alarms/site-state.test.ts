import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SiteSummary } from '../../../core/contract/http.ts'
import { UtcMs } from '../../../core/contract/time.ts'
import { compareSites, siteState } from '../../../core/alarms/site-state.ts'

const NOW = UtcMs.parse(1_768_154_400_000)

function summary(id: string, more: Partial<SiteSummary> = {}): SiteSummary {
  return SiteSummary.parse({
    site: {
      id,
      name: { 'zh-CN': '东坡井', en: 'East Slope' },
      kind: 'closed-pit',
      area: { 'zh-CN': '东乡', en: 'East' },
      place: { x: 1, y: 1 },
    },
    online: true,
    lastHeardAt: NOW,
    openAlarms: { red: 0, orange: 0, yellow: 0, blue: 0 },
    worstUnacked: null,
    points: 5,
    notGood: 0,
    freshUntil: NOW + 2_000,
    headline: null,
    ...more,
  })
}

const open = (more: Partial<SiteSummary['openAlarms']>) => ({
  openAlarms: { red: 0, orange: 0, yellow: 0, blue: 0, ...more },
})

describe('the state of a site', () => {
  it('is quiet only while it is really being watched', () => {
    expect(siteState(summary('a'), NOW)).toBe('quiet')
    expect(siteState(summary('a'), UtcMs.parse(NOW + 2_001))).toBe('stale')
    expect(siteState(summary('a', { notGood: 1 }), NOW)).toBe('stale')
    expect(siteState(summary('a', { freshUntil: null }), NOW)).toBe('stale')
  })

  it('is offline without its gateway, and when it was never heard', () => {
    expect(siteState(summary('a', { online: false }), NOW)).toBe('offline')
    expect(siteState(summary('a', { lastHeardAt: null }), NOW)).toBe('offline')
  })

  it('is an alarm before anything else', () => {
    expect(siteState(summary('a', { ...open({ yellow: 1 }), online: false }), NOW)).toBe('alarm')
    expect(siteState(summary('a', open({ blue: 1 })), NOW)).toBe('alarm')
  })

  it('is returned when the condition is gone but nobody has acknowledged', () => {
    expect(siteState(summary('a', { worstUnacked: 'red' }), NOW)).toBe('returned')
    const counted = summary('a', { ...open({ red: 1 }), worstUnacked: 'red' })
    expect(siteState(counted, NOW, [{ state: 'returned' }])).toBe('returned')
    expect(siteState(counted, NOW, [{ state: 'returned' }, { state: 'acked' }])).toBe('alarm')
  })

  it('puts the worst first', () => {
    const sites = [
      summary('quiet'),
      summary('stale', { notGood: 2 }),
      summary('offline', { online: false }),
      summary('acked-red', open({ red: 1 })),
      summary('orange', { ...open({ orange: 1 }), worstUnacked: 'orange' }),
      summary('red', { ...open({ red: 1 }), worstUnacked: 'red' }),
      summary('also-quiet'),
    ]
    const order = ['red', 'orange', 'acked-red', 'offline', 'stale', 'also-quiet', 'quiet']
    fc.assert(
      fc.property(fc.shuffledSubarray(sites, { minLength: sites.length }), (shuffled) => {
        expect(shuffled.sort((a, b) => compareSites(a, b, NOW)).map(({ site }) => site.id)).toEqual(order)
      }),
    )
  })
})
