import { describe, expect, it } from 'vitest'
import { armed, type Given, Watch } from '../world.ts'
import { wobble } from './known-load.ts'

const HOUR = 3_600
const DAY = 86_400
const hoist: Given = { type: 'feeder-share', quantity: 'power', with: { of: 'site/power' } }

/** A mine that draws 500 kW, of which the hoist takes `share`, by shifts. */
const mine = (share: (s: number) => number) => {
  const site = (s: number) => 500_000 + 60_000 * wobble(s)
  return { 'site/power': site, 'meter/value': (s: number) => site(s) * share(s) * (s % 600 < 300 ? 1.6 : 0.4) }
}

describe('feeder-share', () => {
  it('finds a hoist whose share rose from 9.7 to 13 of a hundred within six hours (domain P9)', () => {
    const watch = new Watch(armed(hoist))
    watch.play(
      0,
      12 * DAY,
      mine((s) => (s < 10 * DAY ? 0.097 : 0.135)),
      60,
    )
    expect(watch.told.map(({ kind }) => kind)).toEqual(['raise'])
    const h = (watch.told[0]!.at - Date.UTC(2026, 0, 21, 18)) / HOUR / 1_000
    expect(h).toBeGreaterThan(0)
    expect(h).toBeLessThanOrEqual(6.5)
    expect(watch.zh()).toMatch(/占全站电量 1[23]\.\d %，近 30 天通常为 9\.[67]\d? %，限值 12\.6 %。/)
    expect(watch.en()).toMatch(/usually 9\.[67]\d? %, and the limit is 12\.6 %/)
    expect(watch.run().strength).toBe(2)
  })

  it('does not mind that the whole mine works less, or that both stop', () => {
    const watch = new Watch(armed(hoist))
    const half = mine(() => 0.097)
    const part = (s: number) => (s < 9 * DAY ? 1 : s < 10 * DAY ? 0.3 : 0)
    watch.play(
      0,
      11 * DAY,
      {
        'site/power': (s) => half['site/power'](s) * part(s),
        'meter/value': (s) => half['meter/value'](s) * part(s),
      },
      60,
    )
    expect(watch.story).toBe('')
  })

  it('says nothing before it has seen a week, and nothing of a window with gaps in it', () => {
    const early = new Watch(armed(hoist)).play(
      0,
      5 * DAY,
      mine((s) => (s < 3 * DAY ? 0.05 : 0.5)),
      60,
    )
    expect(early.story).toBe('')
    const torn = new Watch(armed(hoist))
    const all = mine((s) => (s < 10 * DAY ? 0.097 : 0.2))
    // From then on two hours of nothing, then four of data: six observed hours never come together.
    const seen = (s: number) => s < 10 * DAY || s % (6 * HOUR) >= 2 * HOUR
    torn.play(
      0,
      12 * DAY,
      {
        'site/power': (s) => (seen(s) ? all['site/power'](s) : undefined),
        'meter/value': (s) => (seen(s) ? all['meter/value'](s) : undefined),
      },
      60,
    )
    expect(torn.story).toBe('')
  })

  it('holds a share that may not be passed from the first window on', () => {
    const watch = new Watch(armed({ ...hoist, with: { of: 'site/power', most: 0.12 } }))
    watch.play(
      0,
      DAY,
      mine(() => 0.14),
      60,
    )
    expect(watch.told.map(({ kind }) => kind)).toEqual(['raise'])
    expect(watch.en()).toMatch(/more than the 12 % set for this site/)
  })
})
