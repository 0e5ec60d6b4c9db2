import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Quality } from '../../../../core/contract/reading.ts'
import { decodeChunk, encodeChunk, sumOf } from '../../../../dashboard/server/history/chunk.ts'
import { sorted } from '../../../../dashboard/server/history/samples.ts'
import { listOf, type Sample, samplesOf } from './batches.ts'

const value = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.integer(),
  fc.integer({ min: -100_000, max: 100_000 }).map((hundredths) => hundredths / 100),
  fc.constant(null),
)
const sample: fc.Arbitrary<Sample> = fc.record({
  at: fc.integer({ min: 0, max: 4_102_444_800_000 }),
  value,
  quality: fc.constantFrom(...Quality.options),
})
const samples = fc.array(sample, { minLength: 1, maxLength: 600 }).map((list) => list.toSorted((a, b) => a.at - b.at))

describe('a history chunk', () => {
  it('gives back every sample bit for bit', () => {
    fc.assert(
      fc.property(samples, (given) => {
        expect(listOf(decodeChunk(encodeChunk(samplesOf(given))))).toEqual(given)
      }),
    )
  })

  it('gives back values of few decimal places bit for bit, which it keeps as whole numbers', () => {
    const places = fc.integer({ min: 0, max: 6 })
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -1e9, max: 1e9 }), { minLength: 1 }), places, (units, count) => {
        const given = units.map((unit, index): Sample => ({ at: index, value: unit / 10 ** count, quality: 'good' }))
        expect(listOf(decodeChunk(encodeChunk(samplesOf(given))))).toEqual(given)
      }),
    )
  })

  it('has a sum that says what its good samples say', () => {
    fc.assert(
      fc.property(samples, (given) => {
        const values = given.flatMap((one) => (one.quality === 'good' && one.value !== null ? [one.value] : []))
        const { n, good, min, max, sum } = sumOf(samplesOf(given))
        expect([n, good]).toEqual([given.length, values.length])
        expect([min, max]).toEqual([Math.min(...values), Math.max(...values)])
        expect(sum).toBe(values.reduce((all, one) => all + one, 0))
      }),
    )
  })

  it('holds a known block: 500 samples a second apart in less than a byte each', () => {
    const given = Array.from({ length: 500 }, (_, index): Sample => {
      return { at: 1_700_000_000_000 + index * 1_000, value: 230 + (index % 7) / 10, quality: 'good' }
    })
    const data = encodeChunk(samplesOf(given))
    expect(data.length).toBeLessThan(500)
    expect(listOf(decodeChunk(data))[499]).toEqual(given[499])
  })

  it('refuses what is no finite number', () => {
    expect(() => encodeChunk(samplesOf([{ at: 1, value: Number.NaN, quality: 'good' }]))).toThrow(RangeError)
    expect(() => encodeChunk(samplesOf([{ at: 1, value: Infinity, quality: 'good' }]))).toThrow(RangeError)
  })

  it('says that bytes are damaged and never ends in another way, whatever they are', () => {
    const data = encodeChunk(samplesOf([{ at: 1, value: 1, quality: 'good' }]))
    expect(() => decodeChunk(data.slice(0, -3))).toThrow(/damaged/)
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 200 }),
      fc.tuple(fc.nat(data.length - 1), fc.nat(255)).map(([at, byte]) => data.with(at, byte)),
    )
    fc.assert(
      fc.property(bytes, (given) => {
        try {
          const { length, at, value: values, flag } = decodeChunk(given)
          expect([at.length, values.length, flag.length]).toEqual([length, length, length])
        } catch (error) {
          expect(error).toMatchObject({ code: 'store/failed' })
        }
      }),
    )
  })
})

describe('samples', () => {
  it('are sorted by time, those of one instant in the order they came', () => {
    const few = fc.array(sample.map((one) => ({ ...one, at: one.at % 10 })))
    fc.assert(
      fc.property(few, (given) => {
        expect(listOf(sorted(samplesOf(given)))).toEqual(given.toSorted((a, b) => a.at - b.at))
      }),
    )
  })
})
