import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeChunk, encodeChunk, type Sample } from '../../../../dashboard/server/history/chunk.ts'
import { Quality } from '../../../../core/contract/reading.ts'

const value = fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer(), fc.constant(null))
const sample: fc.Arbitrary<Sample> = fc.record({
  at: fc.integer({ min: 0, max: 4_102_444_800_000 }),
  value,
  quality: fc.constantFrom(...Quality.options),
})
const samples = fc.array(sample, { minLength: 1, maxLength: 600 })

describe('a history chunk', () => {
  it('gives back every sample bit for bit, sorted by time, those of one instant in the order they came', () => {
    fc.assert(
      fc.property(samples, (given) => {
        const decoded = decodeChunk(encodeChunk(given).data)
        expect(decoded).toEqual(given.toSorted((a, b) => a.at - b.at))
        expect(decoded.every((one) => one.value === null || Number.isFinite(one.value))).toBe(true)
      }),
    )
  })

  it('has a header that says what its good samples say', () => {
    fc.assert(
      fc.property(samples, (given) => {
        const { n, good, min, max, sum, from, to } = encodeChunk(given)
        const values = given.flatMap((one) => (one.quality === 'good' && one.value !== null ? [one.value] : []))
        expect(n).toBe(given.length)
        expect(good).toBe(values.length)
        expect([from, to]).toEqual([Math.min(...given.map(({ at }) => at)), Math.max(...given.map(({ at }) => at))])
        if (values.length === 0) expect([min, max, sum]).toEqual([null, null, null])
        else {
          expect([min, max]).toEqual([Math.min(...values), Math.max(...values)])
          expect(sum).toBe(
            given
              .toSorted((a, b) => a.at - b.at)
              .reduce((all, one) => all + (one.quality === 'good' ? (one.value ?? 0) : 0), 0),
          )
        }
      }),
    )
  })

  it('holds a known block: 500 samples a second apart in a fraction of their plain size', () => {
    const given = Array.from({ length: 500 }, (_, index): Sample => {
      return { at: 1_700_000_000_000 + index * 1_000, value: 230 + (index % 7) / 10, quality: 'good' }
    })
    const chunk = encodeChunk(given)
    expect(chunk.sum).toBeCloseTo(given.reduce((sum, one) => sum + (one.value ?? 0), 0))
    expect(chunk.data.length).toBeLessThan(500 * 4)
    expect(decodeChunk(chunk.data)[499]).toEqual(given[499])
  })

  it('refuses what is no finite number, and nothing at all', () => {
    expect(() => encodeChunk([{ at: 1, value: Number.NaN, quality: 'good' }])).toThrow(RangeError)
    expect(() => encodeChunk([{ at: 1, value: Infinity, quality: 'good' }])).toThrow(RangeError)
    expect(() => encodeChunk([])).toThrow(RangeError)
  })

  it('says that bytes are damaged instead of giving other samples', () => {
    const { data } = encodeChunk([{ at: 1, value: 1, quality: 'good' }])
    expect(() => decodeChunk(data.slice(0, -3))).toThrow(/damaged/)
    expect(() => decodeChunk(new Uint8Array([1, 2, 3]))).toThrow(/damaged/)
  })
})
