import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { encodeChunk, type Sample } from '../../../../dashboard/server/history/chunk.ts'
import { columnWidth, sumColumns } from '../../../../dashboard/server/history/columns.ts'

const sample: fc.Arbitrary<Sample> = fc.record({
  at: fc.integer({ min: 0, max: 1_100 }),
  value: fc.oneof(fc.integer({ min: -100, max: 100 }), fc.constant(null)),
  quality: fc.constantFrom('good', 'bad', 'uncertain'),
})

describe('columns of a trend', () => {
  it('are the same whether samples come one by one or as whole chunks', () => {
    const query = { from: 100, to: 1_000, columns: 9 }
    fc.assert(
      fc.property(fc.array(sample, { minLength: 1 }), fc.integer({ min: 1, max: 20 }), (samples, size) => {
        const single = sumColumns(query)
        const whole = sumColumns(query)
        for (const one of samples) single.add(one)
        const sorted = samples.toSorted((a, b) => a.at - b.at)
        for (let start = 0; start < sorted.length; start += size) {
          const part = sorted.slice(start, start + size)
          if (!whole.addWhole(encodeChunk(part))) for (const one of part) whole.add(one)
        }
        expect(whole.finish()).toEqual(single.finish())
      }),
    )
  })

  it('shows a worked example: a gap is null, an empty column is left out', () => {
    const sum = sumColumns({ from: 0, to: 400, columns: 4 })
    sum.add({ at: 0, value: 1, quality: 'good' })
    sum.add({ at: 99, value: 4, quality: 'good' })
    sum.add({ at: 150, value: null, quality: 'bad' })
    sum.add({ at: 399, value: 7, quality: 'good' })
    sum.add({ at: 400, value: 9, quality: 'good' })
    expect(sum.finish()).toEqual({
      at: [0, 100, 300],
      min: [1, null, 7],
      mean: [2.5, null, 7],
      max: [4, null, 7],
      readings: 4,
    })
  })

  it('never has more columns than were asked for', () => {
    fc.assert(
      fc.property(
        fc.nat(1e9),
        fc.integer({ min: 1, max: 1e9 }),
        fc.integer({ min: 1, max: 4_000 }),
        (from, length, columns) => {
          const width = columnWidth({ from, to: from + length, columns })
          expect(Math.ceil(length / width)).toBeLessThanOrEqual(columns)
        },
      ),
    )
  })
})
