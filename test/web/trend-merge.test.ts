import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { History } from '../../core/contract/http.ts'
import { ManyHistory } from '../../core/contract/trends.ts'
import { lanesOf } from '../../dashboard/web/stores/trend-lanes.ts'
import { columnWidth } from '../../dashboard/server/history/columns.ts'
import { align, columnsOver, shifted, wholeColumn, withTail } from '../../dashboard/web/stores/trend-merge.ts'
import { trendOf } from '../../dashboard/web/stores/trend.ts'

const history = (at: readonly number[], part: Partial<History> = {}): History => ({
  ...{ point: 'feeder/power', source: 'embedded', at: [...at], readings: at.length },
  ...{ min: at.map((instant) => instant - 1), mean: [...at], max: at.map((instant) => instant + 1) },
  ...part,
})
const instants = fc
  .uniqueArray(
    fc.integer({ min: 0, max: 400 }).map((step) => step * 1_000),
    { maxLength: 80 },
  )
  .map((list) => list.sort((a, b) => a - b))

describe('trends over one axis', () => {
  it('keep every column at its instant, whatever the others have', () => {
    fc.assert(
      fc.property(fc.array(instants, { minLength: 1, maxLength: 8 }), (lists) => {
        const trends = lists.map((list) => trendOf(history(list), 1_000))
        const { at, mean } = align(trends)
        expect(at).toEqual([...new Set(trends.flatMap((trend) => trend.at))].sort((a, b) => a - b))
        for (const [line, trend] of trends.entries()) {
          const found = at.flatMap((instant, index) => {
            const value = mean[line]?.[index]
            return typeof value === 'number' ? [[instant, value]] : []
          })
          expect(found).toEqual(
            trend.at.flatMap((instant, index) => (trend.mean[index] === null ? [] : [[instant, trend.mean[index]]])),
          )
        }
      }),
    )
  })

  it('draw no line over a break, also where another trend has columns in it', () => {
    const broken = trendOf(history([0, 1_000, 2_000, 60_000, 61_000]), 1_000)
    const whole = trendOf(history(Array.from({ length: 62 }, (_, index) => index * 1_000)), 1_000)
    const { at, mean } = align([broken, whole])
    const inBreak = at.flatMap((instant, index) => (instant > 2_000 && instant < 60_000 ? [mean[0]?.[index]] : []))
    expect(inBreak).toHaveLength(58)
    expect(new Set(inBreak)).toEqual(new Set([null]))
  })

  it('stand where they would be now when they are of an earlier time', () => {
    const trend = trendOf(history([1_000, 2_000], { provisional: [false, true] }), 1_000)
    expect(shifted(trend, 500)).toMatchObject({ at: [1_500, 2_500], provisional: [{ from: 2_500, to: 3_500 }] })
  })
})

describe('what comes live', () => {
  const many = (from: number, to: number, at: readonly number[], part: Partial<History> = {}) =>
    ManyHistory.parse({
      ...{ from, to, columnMs: 1_000, unknown: [] },
      points: [
        {
          ...{ site: 'east-pit', point: 'feeder/power', quantity: 'power', latest: null, history: history(at, part) },
          ...{ siteName: { 'zh-CN': '东', en: 'E' }, deviceName: { 'zh-CN': '表', en: 'M' }, pointName: null },
        },
      ],
    })

  it('takes the place of the columns it covers, and the oldest leave', () => {
    const known = many(0, 5_000, [0, 1_000, 2_000, 3_000, 4_000])
    const tail = many(3_000, 7_000, [3_000, 5_000, 6_000], { provisional: [true, false, false] })
    const joined = withTail(known, tail, 2_000)
    expect(joined).toMatchObject({ from: 2_000, to: 7_000 })
    expect(joined.points[0]?.history).toMatchObject({
      at: [2_000, 3_000, 5_000, 6_000],
      mean: [2_000, 3_000, 5_000, 6_000],
      provisional: [false, true, false, false],
    })
  })

  it('leaves a point alone of which nothing came', () => {
    const known = many(0, 5_000, [0, 1_000])
    expect(withTail(known, { ...known, points: [], to: 9_000 }, 0).points).toEqual(known.points)
  })

  it('is asked for from the beginning of a column', () => {
    const known = { from: 100, columnMs: 1_000 }
    expect([0, 100, 1_099, 1_100, 5_432].map((at) => wholeColumn(known, at))).toEqual([100, 100, 100, 1_100, 5_100])
  })
})

describe('the columns asked for', () => {
  it('cover the window with at most a thousand, each of whole units and beginning with one', () => {
    const window = fc.tuple(fc.nat(2_000_000_000_000), fc.integer({ min: 60_000, max: 400 * 86_400_000 }))
    fc.assert(
      fc.property(window, ([from, length]) => {
        const asked = columnsOver({ from, to: from + length })
        const width = columnWidth(asked)
        expect(asked.from).toBeLessThanOrEqual(from)
        expect(asked.to).toBeGreaterThanOrEqual(from + length)
        expect(asked.columns).toBeLessThanOrEqual(1_001)
        expect(asked.to - asked.from).toBe(width * asked.columns)
        const unit = [3_600_000, 60_000, 1_000].find((ms) => length / 1_000 >= ms) ?? 1
        expect([asked.from % unit, width % unit]).toEqual([0, 0])
      }),
    )
  })

  it('are nine hours wide for a year', () => {
    const from = Date.UTC(2026, 0, 1)
    expect(columnsOver({ from: from + 5, to: from + 365 * 86_400_000 })).toEqual({
      ...{ from, to: from + 974 * 9 * 3_600_000, columns: 974 },
    })
  })
})

describe('lanes', () => {
  it('hold the points of a quantity together, and those with an axis of their own apart', () => {
    const point = (index: number, quantity: 'power' | 'level', own = false) => ({ index, quantity, own })
    const lanes = lanesOf([point(0, 'power'), point(1, 'level'), point(2, 'power', true), point(3, 'power')])
    expect(lanes.map(({ points }) => points.map(({ index }) => index))).toEqual([[0, 3], [1], [2]])
  })
})
