import { describe, expect, it } from 'vitest'
import { armed, NIGHT, Watch } from '../world.ts'
import { wobble } from './known-load.ts'

const HOUR = 3_600
const DAY = 86_400
const rule = { type: 'neighbour', quantity: 'power' } as const
/** 20 days asleep at 200 W, then `then` W between the hours (since 02:00 of the 21st day). */
const asleep = (then: number, from: number, until: number) => (s: number) => {
  const hours = (s - 20 * DAY) / HOUR
  return hours >= from && hours < until ? then : 200 + 100 * wobble(s)
}

describe('neighbour', () => {
  it('tells of a transformer that slept for weeks and wakes at night, within half an hour (domain P15)', () => {
    // From 22:00 to 02:00.
    const watch = new Watch(armed(rule)).series(0, 21 * DAY + 2 * HOUR, asleep(6_000, 20, 24), 300)
    expect(watch.story).toBe(`raise@${20 * DAY + 20.5 * HOUR} clear@${21 * DAY + HOUR}`)
    expect(watch.zh(0)).toMatch(/^邻近变压器夜间开始用电：一刻钟平均 6 kW，限值 1\.5 kW。此前 \d\d 天平均只有 200 W/)
    expect(watch.en(0)).toMatch(/it drew 200 W on average: it was dormant/)
    expect(watch.run().strength).toBe(2.5)
  })

  it('leaves use by day alone, a pump that runs for a moment, and a neighbour who always works', () => {
    expect(new Watch(armed(rule)).series(0, 21 * DAY, asleep(6_000, 6, 16), 300).story).toBe('')
    expect(new Watch(armed(rule)).series(0, 21 * DAY, asleep(6_000, 20, 20.2), 300).story).toBe('')
    expect(new Watch(armed(rule)).series(0, 21 * DAY, (s) => 1_800 + 900 * wobble(s), 300).story).toBe('')
  })

  it('still calls it dormant after a week of such nights', () => {
    const nights = (s: number) => (s > 20 * DAY && (s / HOUR) % 24 > 18 ? 9_000 : 200)
    const watch = new Watch(armed(rule)).series(0, 28 * DAY, nights, 300)
    expect(watch.told.filter(({ kind }) => kind === 'raise')).toHaveLength(8)
    expect(watch.told.at(-2)?.at).toBeGreaterThan(NIGHT + 27 * DAY * 1_000)
  })

  it('says nothing before it knows it, and needs two quarter hours that were seen', () => {
    expect(new Watch(armed(rule)).series(0, 10 * DAY, (s) => (s > 9 * DAY ? 6_000 : 200), 300).story).toBe('')
    const awake = asleep(6_000, 20, 24)
    const seen = (s: number) => s < 20 * DAY || s % 3_600 < 900
    expect(new Watch(armed(rule)).series(0, 21 * DAY, (s) => (seen(s) ? awake(s) : undefined), 300).story).toBe('')
  })
})
