import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { History } from '../../core/contract/http.ts'
import { atCursor, moved } from '../../dashboard/web/stores/trend-cursor.ts'
import { trendOf } from '../../dashboard/web/stores/trend.ts'

const history: History = {
  ...{ point: 'feeder/power', source: 'embedded', readings: 9 },
  at: [0, 1_000, 2_000, 3_000, 20_000, 21_000],
  min: [1, 2, null, 4, 5, 6],
  mean: [1, 2, null, 4, 5, 6],
  max: [1, 3, null, 4, 5, 6],
  provisional: [false, false, false, false, false, true],
}
const trend = trendOf(history, 1_000)

describe('the value at the cursor', () => {
  it.each([
    [-1, { is: 'gap' }],
    [0, { is: 'good', at: 0, mean: 1 }],
    [1_999, { is: 'good', at: 1_000, min: 2, mean: 2, max: 3 }],
    [2_500, { is: 'bad', at: 2_000 }],
    [3_001, { is: 'gap' }],
    [10_000, { is: 'gap' }],
    [20_500, { is: 'good', at: 20_000, mean: 5 }],
    [21_200, { is: 'provisional', at: 21_000, mean: 6 }],
    [60_000, { is: 'gap' }],
  ])('at %i is what was known then, never an older value without saying so', (at, expected) => {
    expect(atCursor(trend, at)).toMatchObject(expected)
  })

  it('is never older than what may be drawn as one line', () => {
    fc.assert(
      fc.property(fc.integer({ min: -5_000, max: 90_000 }), (at) => {
        const found = atCursor(trend, at)
        if ('at' in found) expect(at - found.at).toBeLessThanOrEqual(trend.gapMs)
      }),
    )
  })
})

describe('the cursor', () => {
  const window = { from: 0, to: 100_000, columnMs: 1_000 }
  it('moves by columns from the end, and stays inside', () => {
    expect(moved(null, -1, window)).toBe(99_000)
    expect(moved(50_000, 3, window)).toBe(53_000)
    expect(moved(99_500, 3, window)).toBe(100_000)
    expect(moved(500, -3, window)).toBe(0)
  })
})
