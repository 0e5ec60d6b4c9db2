import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { RangeBatch } from '../../../core/decode/range-body.ts'
import { decodeTrendBody, encodeTrendBody } from '../../../core/decode/trend-body.ts'
import { TrendColumnsBuilder, trendWidth } from '../../../gateway/uplink/trend.ts'

const MINUTE = 60_000

const reading = fc
  .record({
    point: fc.constantFrom('a', 'b'),
    value: fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.boolean(), fc.string()),
    isGood: fc.boolean(),
    mono: fc.nat(30 * MINUTE),
  })
  .map(({ point, value, isGood, mono }) => ({
    point,
    value: isGood ? value : null,
    quality: isGood ? ('good' as const) : ('bad' as const),
    reason: isGood ? null : ('timeout' as const),
    mono,
    at: mono + 1_000,
    validForMs: 1_000,
  }))
const batch = fc.record({ device: fc.constantFrom('m', 'p'), firstSeq: fc.nat(), readings: fc.array(reading) })

describe('the columns of a trend', () => {
  it('hold every good number once, between its least and its most, and survive the wire', () => {
    fc.assert(
      fc.property(fc.array(batch, { maxLength: 8 }), fc.constantFrom(1, 5, 60), (batches, minutes) => {
        const builder = new TrendColumnsBuilder(minutes * MINUTE)
        for (const one of batches) builder.add([one], 0)
        const columns = builder.columns()
        expect(decodeTrendBody(encodeTrendBody(columns))).toEqual(columns)
        expect(columns.reduce((sum, one) => sum + one.columns.length, 0)).toBe(builder.cells)
        for (const { device, point, columns: cells } of columns) {
          expect(cells.map(({ index }) => index)).toEqual(cells.map(({ index }) => index).toSorted((x, y) => x - y))
          for (const { index, good, min, mean, max } of cells) {
            const within = goodIn(batches, { device, point, index, widthMs: minutes * MINUTE })
            expect(good).toBe(within.length)
            if (good === 0) expect([min, mean, max]).toEqual([null, null, null])
            else {
              const [least, most] = [Math.min(...within), Math.max(...within)]
              const fine = spreadOf(cells) / 99
              expect(min).toBeLessThanOrEqual(least)
              expect(max).toBeGreaterThanOrEqual(most)
              expect(least - min!).toBeLessThanOrEqual(fine)
              expect(max! - most).toBeLessThanOrEqual(fine)
              expect(mean).toBeGreaterThanOrEqual(min!)
              expect(mean).toBeLessThanOrEqual(max!)
            }
          }
        }
      }),
    )
  })

  it('are as fine as a chart needs, rounded outwards, and exact where they have no further digits', () => {
    const cellOf = (...values: number[]) => {
      const builder = new TrendColumnsBuilder(MINUTE)
      const readings = values.map((value, index) => ({ ...plain('a', value), mono: index * 1_000 }))
      builder.add([{ device: 'm', firstSeq: 0, readings }], 0)
      const { min, mean, max } = builder.columns()[0]!.columns[0]!
      return [min, mean, max]
    }
    expect(cellOf(10, 10.1, 10.3)).toEqual([10, 10.133, 10.3])
    expect(cellOf(0.1 + 0.2, 0.7)).toEqual([0.3, 0.5, 0.7])
    expect(cellOf(1.23456, 2.34567)).toEqual([1.23, 1.79, 2.35])
    expect(cellOf(123_456, 987_654)).toEqual([123_000, 556_000, 988_000])
    expect(cellOf(230.04, 230.04)).toEqual([230.04, 230.04, 230.04])
    expect(cellOf(-1e308, 1e308)).toEqual([-1e308, 0, 1e308])
    expect(cellOf(5e-324, 999.9999999999994)).toEqual([0, 500, 1_000])
    expect(cellOf(-999.9999999999994, 5e-324)).toEqual([-1_000, -500, 5e-324])
  })

  it('are dated by what is known now of the boot, and as they were read where nothing is', () => {
    const one: RangeBatch = {
      device: 'm',
      firstSeq: 0,
      readings: [{ ...plain('a', 1), mono: 90_000, at: 90_000 + 7 * MINUTE }],
    }
    const indexOf = (offsetMs: number | null) => {
      const builder = new TrendColumnsBuilder(MINUTE)
      builder.add([one], offsetMs)
      return builder.columns()[0]?.columns[0]?.index
    }
    expect(indexOf(100 * MINUTE)).toBe(101)
    expect(indexOf(null)).toBe(8)
  })
})

describe('the width of a trend', () => {
  it('is the finest that its budget allows', () => {
    const day = { points: 500, spanMs: 24 * 60 * MINUTE, bytesPerColumn: 3 }
    const cost = (minutes: number) => day.points * (1_440 / minutes) * day.bytesPerColumn
    for (const [finer, coarser] of [
      [1, 2],
      [2, 5],
      [5, 10],
      [10, 15],
      [15, 30],
      [30, 60],
    ] as const) {
      expect(trendWidth({ ...day, bytes: cost(finer) })).toBe(finer * MINUTE)
      expect(trendWidth({ ...day, bytes: cost(finer) - 1 })).toBe(coarser * MINUTE)
    }
    expect(trendWidth({ ...day, bytes: cost(60) - 1 })).toBeNull()
  })
})

function spreadOf(cells: readonly { min: number | null; max: number | null }[]): number {
  const good = cells.filter(({ min }) => min !== null)
  return Math.max(...good.map(({ max }) => max!)) - Math.min(...good.map(({ min }) => min!))
}

function plain(point: string, value: number) {
  return { point, value, quality: 'good' as const, reason: null, mono: 0, at: 0, validForMs: 1_000 }
}

function goodIn(
  batches: readonly RangeBatch[],
  cell: { device: string; point: string; index: number; widthMs: number },
): number[] {
  return batches
    .filter(({ device }) => device === cell.device)
    .flatMap(({ readings }) => readings)
    .filter(({ point, mono }) => point === cell.point && Math.floor(mono / cell.widthMs) === cell.index)
    .flatMap(({ value, quality }) => {
      if (quality !== 'good' || typeof value === 'string' || value === null) return []
      return [Number(value)]
    })
}
