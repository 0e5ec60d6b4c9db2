import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { TrendColumns } from '../../../core/contract/chain.ts'
import { decodeTrendBody, encodeTrendBody, MOST_COLUMNS } from '../../../core/decode/trend-body.ts'
import { isHouseError } from '../../../core/kit/errors.ts'
import { bytesOf } from './hex.ts'

const value = fc.oneof(
  fc.constant(null),
  fc.integer({ min: -10_000, max: 10_000 }).map((units) => units / 100),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
)
const column = fc.record({ index: fc.nat(30_000_000), good: fc.nat(1_000), min: value, mean: value, max: value })
const trend: fc.Arbitrary<TrendColumns[]> = fc.array(
  fc.record({
    device: fc.constantFrom('feeder-meter', 'fan'),
    point: fc.constantFrom('a', 'active-power'),
    columns: fc.array(column, { maxLength: 8 }),
  }),
  { maxLength: 8 },
)

function isRefused(bytes: Uint8Array): boolean {
  try {
    decodeTrendBody(bytes)
    return false
  } catch (error) {
    if (!isHouseError(error, 'message/malformed')) throw error
    return true
  }
}

describe('the body of a trend', () => {
  it('gives back every column exactly as it was', () => {
    fc.assert(
      fc.property(trend, (points) => {
        expect(decodeTrendBody(encodeTrendBody(points))).toEqual(points)
      }),
      { numRuns: 500 },
    )
  })

  it('is the bytes a hand comes to', () => {
    const columns = [
      { index: 100, good: 6, min: 1, mean: 1.5, max: 2 },
      { index: 101, good: 0, min: null, mean: null, max: null },
    ]
    const bytes = bytesOf(`
      01                      version
      01 016d 0170            one point: m, p
      01 02                   it has two columns
      01 c801 01 02           the first is column 100, the second one more
      01 06 01 00             six good readings, then none
      03 01 03 00             min, mean and max are numbers, then there are none
      01                      one place behind the point
      14 0a 0a                1.0, 1.5, 2.0, each by how much it is more
    `)
    expect(encodeTrendBody([{ device: 'm', point: 'p', columns }])).toEqual(bytes)
    expect(decodeTrendBody(bytes)).toEqual([{ device: 'm', point: 'p', columns }])
  })

  it('refuses any noise and any damaged body, and never falls', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (noise) => {
        isRefused(noise)
        isRefused(Uint8Array.from([1, ...noise]))
      }),
      { numRuns: 10_000 },
    )
    fc.assert(
      fc.property(trend, fc.nat(), fc.nat(255), (points, at, to) => {
        const bytes = encodeTrendBody(points)
        bytes[at % bytes.length] = to
        isRefused(bytes)
      }),
      { numRuns: 3_000 },
    )
  })

  it('refuses a body that is cut anywhere, has a byte too many, or holds what is no number', () => {
    const columns = [{ index: 100, good: 6, min: 1, mean: 1.5, max: 2 }]
    const bytes = encodeTrendBody([{ device: 'm', point: 'p', columns }])
    for (let end = 0; end < bytes.length; end += 1) expect(isRefused(bytes.subarray(0, end))).toBe(true)
    expect(isRefused(Uint8Array.from([...bytes, 0]))).toBe(true)
    expect(isRefused(bytesOf('01 01 016d 0170 01 01 01 00 01 06 03 02 07'))).toBe(true)
  })

  it('does not unfold a few bytes to more columns than a body may have', () => {
    const names = '016d 0170'.repeat(2)
    expect(isRefused(bytesOf(`01 02 ${names} 02 808004 01 00 01 00 01 00`))).toBe(true)
    const columns = Array.from({ length: MOST_COLUMNS + 1 }, (_, index) => {
      return { index, good: 0, min: null, mean: null, max: null }
    })
    expect(() => encodeTrendBody([{ device: 'm', point: 'p', columns }])).toThrow(RangeError)
  })
})
