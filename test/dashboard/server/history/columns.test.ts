import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cellsOf } from '../../../../dashboard/server/history/cells.ts'
import { sumOf } from '../../../../dashboard/server/history/chunk.ts'
import { ColumnSum, columnWidth } from '../../../../dashboard/server/history/columns.ts'
import { part, sorted } from '../../../../dashboard/server/history/samples.ts'
import { type Sample, samplesOf } from './batches.ts'

const sample: fc.Arbitrary<Sample> = fc.record({
  at: fc.integer({ min: 0, max: 1_100 }),
  value: fc.oneof(fc.integer({ min: -100, max: 100 }), fc.constant(null)),
  quality: fc.constantFrom('good', 'bad', 'uncertain'),
})

describe('columns of a trend', () => {
  it('are the same whether samples come one by one, as whole chunks or as cells', () => {
    const query = { from: 100, to: 1_000, columns: 9 }
    fc.assert(
      fc.property(fc.array(sample, { minLength: 1 }), fc.integer({ min: 1, max: 20 }), (list, size) => {
        const all = sorted(samplesOf(list))
        const [single, whole, cells] = [new ColumnSum(query), new ColumnSum(query), new ColumnSum(query)]
        single.addSamples(all, query.from, query.to)
        for (let start = 0; start < all.length; start += size) {
          const some = part(all, start, Math.min(all.length, start + size))
          const [first, last] = [some.at[0] ?? 0, some.at[some.length - 1] ?? 0]
          const isInside = first >= query.from && last < query.to
          if (!isInside || !whole.addSum(sumOf(some), first, last)) whole.addSamples(some, query.from, query.to)
        }
        cells.addCells(cellsOf(all, 50), 50, [query.from, query.to])
        expect(whole.finish()).toEqual(single.finish())
        expect(cells.finish()).toEqual(single.finish())
      }),
    )
  })

  it('show a worked example: a gap is null, an empty column is left out', () => {
    const sum = new ColumnSum({ from: 0, to: 400, columns: 4 })
    const list: Sample[] = [
      { at: 0, value: 1, quality: 'good' },
      { at: 99, value: 4, quality: 'good' },
      { at: 150, value: null, quality: 'bad' },
      { at: 399, value: 7, quality: 'good' },
      { at: 400, value: 9, quality: 'good' },
    ]
    sum.addSamples(samplesOf(list), 0, 400)
    expect(sum.finish()).toEqual({
      at: [0, 100, 300],
      min: [1, null, 7],
      mean: [2.5, null, 7],
      max: [4, null, 7],
      readings: 4,
    })
  })

  it('have a mean between min and max, also where the sum is more than a float holds', () => {
    const sum = new ColumnSum({ from: 0, to: 1, columns: 1 })
    const huge = Array.from({ length: 3 }, (): Sample => ({ at: 0, value: Number.MAX_VALUE, quality: 'good' }))
    sum.addSamples(samplesOf(huge), 0, 1)
    expect(sum.finish().mean).toEqual([Number.MAX_VALUE])
  })

  it('are never more than were asked for', () => {
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
