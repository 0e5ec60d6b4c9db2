import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { History, LatestReading } from '../../core/contract/http.ts'
import {
  alarmPeriods,
  beginOf,
  gapsOf,
  mayBeginLater,
  since,
  trendOf,
  withReading,
} from '../../dashboard/web/stores/trend.ts'
import { alarmWith } from './support/alarms.ts'

const history = (at: number[], mean: (number | null)[]) =>
  History.parse({ point: 'm/p', source: 'embedded', at, min: mean, mean, max: mean, readings: at.length })
const reading = (at: number, value: number | null) =>
  LatestReading.parse({ value, quality: value === null ? 'bad' : 'good', reason: null, at, validUntil: at + 2_500 })

describe('a trend', () => {
  it('breaks the line where readings stayed away, and says where that was', () => {
    const trend = trendOf(history([0, 1_000, 2_000, 60_000, 61_000], [1, 2, 3, 4, 5]), 1_000)
    expect(trend.at).toEqual([0, 1_000, 2_000, 2_001, 60_000, 61_000])
    expect(trend.mean[3]).toBeNull()
    expect(gapsOf(trend, 0, 62_000)).toEqual([{ from: 2_000, to: 60_000 }])
  })

  it('counts a run of bad readings as a gap, one bad reading not', () => {
    const at = Array.from({ length: 20 }, (_, index) => index * 1_000)
    const bad = at.map((_, index) => (index === 3 || (index > 8 && index < 15) ? null : 1))
    expect(gapsOf(trendOf(history(at, bad), 1_000), 0, 19_000)).toEqual([{ from: 8_000, to: 15_000 }])
  })

  it('says where its columns come from a trend that was sent before the readings', () => {
    const stored = {
      ...history([0, 1_000, 2_000, 3_000, 9_000], [1, 2, 3, 4, 5]),
      provisional: [false, true, true, false, true],
    }
    expect(trendOf(stored, 1_000).provisional).toEqual([
      { from: 1_000, to: 3_000 },
      { from: 9_000, to: 10_000 },
    ])
    expect(trendOf(history([0], [1]), 1_000).provisional).toEqual([])
  })

  it('hatches all of it when there is nothing, and what comes after the last reading', () => {
    expect(gapsOf(trendOf(history([], []), 1_000), 0, 90_000)).toEqual([{ from: 0, to: 90_000 }])
    expect(gapsOf(trendOf(history([0, 1_000], [1, 1]), 1_000), 0, 90_000)).toEqual([{ from: 1_000, to: 90_000 }])
  })

  it('takes a live reading into its last column, or begins a new one', () => {
    const trend = trendOf(history([0, 10_000], [4, 4]), 10_000)
    const same = withReading(trend, reading(14_000, 8))
    expect([same.at.length, same.min[1], same.mean[1], same.max[1]]).toEqual([2, 4, 6, 8])
    const next = withReading(same, reading(20_000, 5))
    expect([next.at.at(-1), next.mean.at(-1)]).toEqual([20_000, 5])
  })

  it('breaks the line at a bad reading instead of drawing over it', () => {
    const trend = withReading(trendOf(history([0, 1_000], [4, 4]), 500), reading(2_000, null))
    expect(trend.mean.at(-1)).toBeNull()
  })

  it('keeps its columns in order and its band around the mean, whatever comes', () => {
    const readings = fc.array(fc.tuple(fc.integer({ min: 0, max: 90_000 }), fc.option(fc.integer({ min: -9, max: 9 }))))
    fc.assert(
      fc.property(readings, (came) => {
        const trend = came.reduce(
          (known, [at, value]) => withReading(known, reading(at, value)),
          trendOf(history([], []), 1_000),
        )
        expect([...trend.at]).toEqual([...trend.at].sort((a, b) => a - b))
        for (const [index, mean] of trend.mean.entries()) {
          if (mean === null) continue
          expect(trend.min[index]).toBeLessThanOrEqual(mean + 1e-9)
          expect(trend.max[index]).toBeGreaterThanOrEqual(mean - 1e-9)
        }
      }),
    )
  })

  it('drops what has left the window', () => {
    expect(since(trendOf(history([0, 1_000, 2_000], [1, 2, 3]), 1_000), 1_500).at).toEqual([2_000])
  })

  it('shades each activation of the alarms of its point', () => {
    const activations = [
      { occurrence: 'a.b.1', from: 10, to: 20 },
      { occurrence: 'a.b.2', from: 30, to: null },
    ]
    const alarm = alarmWith({ id: 'a.b.1', site: 'a', point: 'm/p', activations })
    expect(alarmPeriods([alarm], 'a', 'm/p').map(({ from, to }) => [from, to])).toEqual([
      [10, 20],
      [30, null],
    ])
    expect(alarmPeriods([alarm], 'a', 'm/other')).toEqual([])
  })
})

const MINUTE = 60_000
const hour = { from: 0, to: 60 * MINUTE, live: true }

describe('the window of a trend', () => {
  it('may leave out a leading stretch of nothing when it follows the feed and is an hour long at most', () => {
    const late = history([58 * MINUTE], [1])
    expect(mayBeginLater(late, hour)).toBe(true)
    expect(mayBeginLater(history([], []), hour)).toBe(true)
    expect(mayBeginLater(late, { ...hour, live: false })).toBe(false)
    expect(mayBeginLater(late, { ...hour, from: -1 })).toBe(false)
    expect(mayBeginLater(history([10_000], [1]), hour)).toBe(false)
  })

  it('then begins shortly before the first reading, and says that there was nothing before it', () => {
    const at = Array.from({ length: 300 }, (_, index) => 55 * MINUTE + index * 1_000)
    const trend = trendOf(
      history(
        at,
        at.map(() => 1),
      ),
      1_000,
    )
    const from = beginOf(trend, hour)
    expect(from).toBe(55 * MINUTE - 20_000)
    expect(gapsOf(trend, from, hour.to)).toEqual([{ from, to: 55 * MINUTE }])
  })

  it('stays three minutes wide, and whole when there is no reading at all', () => {
    expect(beginOf(trendOf(history([59 * MINUTE], [1]), 1_000), hour)).toBe(57 * MINUTE)
    expect(beginOf(trendOf(history([], []), 1_000), hour)).toBe(0)
  })

  it('never shows more than was asked for, nor hides a reading', () => {
    const readings = fc.uniqueArray(fc.integer({ min: 0, max: hour.to }), { minLength: 1 })
    fc.assert(
      fc.property(readings, fc.integer({ min: 0, max: hour.to }), (came, from) => {
        const at = came.filter((instant) => instant >= from).sort((a, b) => a - b)
        const begin = beginOf(
          trendOf(
            history(
              at,
              at.map(() => 1),
            ),
            1_000,
          ),
          { ...hour, from },
        )
        expect(begin).toBeGreaterThanOrEqual(from)
        expect(begin).toBeLessThanOrEqual(at[0] ?? from)
        expect(hour.to - begin).toBeGreaterThanOrEqual(Math.min(3 * MINUTE, hour.to - from))
      }),
    )
  })
})
