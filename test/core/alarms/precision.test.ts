import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { shareOf } from '../../../core/alarms/precision.ts'

describe('how often a rule was right', () => {
  // As printed in tables: 8 of 10 lies in 49.0–94.3 %, none of 10 in 0–27.8 %.
  it.each([
    [8, 10, 0.4902, 0.9433],
    [0, 10, 0, 0.2775],
    [10, 10, 0.7225, 1],
  ])('gives %d of %d the interval of Wilson', (count, of, low, high) => {
    const share = shareOf(count, of)
    expect(share?.low).toBeCloseTo(low, 3)
    expect(share?.high).toBeCloseTo(high, 3)
  })

  it('lies within its interval, which lies between nothing and all', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 10_000 }), fc.integer({ min: 0, max: 10_000 }), (of, some) => {
        const { value, low, high } = shareOf(Math.min(some, of), of) ?? { value: NaN, low: NaN, high: NaN }
        expect(low).toBeGreaterThanOrEqual(0)
        expect(high).toBeLessThanOrEqual(1)
        expect(low).toBeLessThanOrEqual(value + 1e-12)
        expect(high).toBeGreaterThanOrEqual(value - 1e-12)
      }),
    )
  })

  it('says nothing of rules nobody has judged', () => {
    expect(shareOf(0, 0)).toBeNull()
  })
})
