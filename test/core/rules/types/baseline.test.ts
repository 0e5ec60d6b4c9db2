import { describe, expect, it } from 'vitest'
import { sitePlan, Watch } from '../world.ts'
import { wobble } from './known-load.ts'

const HOUR = 3_600
const DAY = 86_400
/** Friday 2026-01-16 is a holiday. NIGHT is Monday 2026-01-12, 02:00. */
const calendar = { calendar: 'cn', source: 'x', years: { 2026: { announced: true, off: ['2026-01-30'] } } }
const hourOf = (s: number) => (s / HOUR + 2) % 24
const dayOf = (s: number) => Math.floor((s + 2 * HOUR) / DAY)

/** An office: 4 kW from 8 to 18 on working days, 800 W otherwise. */
function office(s: number): number {
  const isOff = dayOf(s) % 7 >= 5 || dayOf(s) === 18
  const hour = hourOf(s)
  return (hour >= 8 && hour < 18 && !isOff ? 4_000 : 800) * (1 + 0.02 * wobble(s))
}

const watchOf = (knowsHolidays: boolean) =>
  new Watch(sitePlan({ rules: [{ type: 'baseline', quantity: 'power' }], ...(knowsHolidays ? { calendar } : {}) }))

const play = (watch: Watch, to: number, value: (s: number) => number, from = 0) =>
  watch.series(from, to, (s) => ({ value: value(s), validMs: 120_000 }), 60)

describe('baseline', () => {
  it('says nothing of three weeks that are as always, a holiday among them that it knows', () => {
    expect(play(watchOf(true), 21 * DAY, office).told).toEqual([])
  })

  it('takes a holiday it does not know for an odd day (detection.md §0.5)', () => {
    const { told } = play(watchOf(false), 21 * DAY, office)
    expect(told.length).toBeGreaterThan(0)
    expect(told.every(({ at }) => dayOf((at - Date.UTC(2026, 0, 11, 18)) / 1_000) === 18)).toBe(true)
  })

  it('finds 1 kW more after three minutes, and tells what is usual at that hour', () => {
    const watch = watchOf(true)
    const from = 15 * DAY + HOUR
    play(watch, 15 * DAY + 3 * HOUR, (s) => office(s) + (s >= from ? 1_000 : 0))
    expect(watch.told[0]?.kind).toBe('raise')
    expect((watch.told[0]!.at - Date.UTC(2026, 0, 11, 18)) / 1_000 - from).toBeLessThanOrEqual(240)
    expect(watch.zh(0)).toMatch(/^功率 1\.\d+ kW，平时此时约 80\d W（依据 \d+ 个同类日期），偏离为平时波动的 \d+ 倍/)
    expect(watch.en(0)).toMatch(/^Power 1\.\d+ kW; at this hour it is usually about 80\d W \(by \d+ like days\)/)
  })
})
