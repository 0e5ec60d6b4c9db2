import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { RangeReading } from '../../../core/decode/range-body.ts'
import { decodeTrendBody, encodeTrendBody } from '../../../core/decode/trend-body.ts'
import { trendColumns } from '../../../core/decode/trend-columns.ts'
import { rangeBatches } from './range-arbitrary.ts'

const MINUTE = 60_000
const reading = (at: number, value: RangeReading['value'], point = 'p'): RangeReading => ({
  point,
  value,
  quality: value === null ? 'bad' : 'good',
  reason: value === null ? 'timeout' : null,
  mono: 0,
  at,
  validForMs: 1_000,
})

describe('the columns of a trend', () => {
  it('hold least, mean and most of the good readings of their time', () => {
    const readings = [reading(0, 1), reading(59_999, 2), reading(MINUTE, 5), reading(3 * MINUTE, null)]
    expect(trendColumns([{ device: 'm', firstSeq: 0, readings }], MINUTE)).toEqual([
      {
        device: 'm',
        point: 'p',
        columns: [
          { index: 0, good: 2, min: 1, mean: 1.5, max: 2 },
          { index: 1, good: 1, min: 5, mean: 5, max: 5 },
          { index: 3, good: 0, min: null, mean: null, max: null },
        ],
      },
    ])
  })

  it('take a contact as how much of the time it was closed, and pass over what is uncertain or text', () => {
    const uncertain: RangeReading = { ...reading(0, 900), quality: 'uncertain', reason: 'out-of-range' }
    const readings = [
      ...[true, false, false, true, true].map((value) => reading(0, value)),
      uncertain,
      reading(0, 'on'),
    ]
    const [{ columns } = { columns: [] }] = trendColumns([{ device: 'm', firstSeq: 0, readings }], MINUTE)
    expect(columns).toEqual([{ index: 0, good: 5, min: 0, mean: 0.6, max: 1 }])
  })

  it('keep least ≤ mean ≤ most, count every good number once, and can be sent', () => {
    fc.assert(
      fc.property(rangeBatches, (batches) => {
        const trend = trendColumns(batches, MINUTE)
        const columns = trend.flatMap((point) => point.columns)
        for (const { min, mean, max } of columns) {
          if (min === null || mean === null || max === null) continue
          expect(min <= mean && mean <= max).toBe(true)
        }
        const countable = batches
          .flatMap(({ readings }) => readings)
          .filter(({ value, quality }) => quality === 'good' && ['number', 'boolean'].includes(typeof value))
        expect(columns.reduce((sum, { good }) => sum + good, 0)).toBe(countable.length)
        expect(decodeTrendBody(encodeTrendBody(trend))).toEqual(trend)
      }),
      { numRuns: 300 },
    )
  })
})
