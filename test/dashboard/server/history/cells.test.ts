import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  addedCells,
  type Cells,
  cellsOf,
  decodeCells,
  encodeCells,
  someCells,
} from '../../../../dashboard/server/history/cells.ts'
import { sorted } from '../../../../dashboard/server/history/samples.ts'
import { type Sample, samplesOf } from './batches.ts'

const sample: fc.Arbitrary<Sample> = fc.record({
  at: fc.integer({ min: 0, max: 20_000 }),
  value: fc.oneof(fc.integer({ min: -1_000, max: 1_000 }), fc.constant(null)),
  quality: fc.constantFrom('good', 'uncertain', 'bad'),
})
const WIDTH = 1_000

function cells(list: readonly Sample[]): Cells {
  return cellsOf(sorted(samplesOf(list)), WIDTH)
}

function plain({ length, ...columns }: Cells) {
  return { length, ...Object.fromEntries(Object.entries(columns).map(([key, column]) => [key, Array.from(column)])) }
}

describe('history cells', () => {
  it('add up: those of two sets of samples are those of all of them', () => {
    fc.assert(
      fc.property(fc.array(sample), fc.array(sample), (some, others) => {
        expect(plain(addedCells(cells(some), cells(others)))).toEqual(plain(cells([...some, ...others])))
      }),
    )
  })

  it('come back from their bytes', () => {
    fc.assert(
      fc.property(fc.array(sample), fc.integer({ min: 0, max: 20 }), (list, from) => {
        const all = cells(list)
        const some = someCells(all, Math.min(from, all.length), all.length)
        expect(plain(decodeCells(encodeCells(some, some.index[0] ?? 0), some.index[0] ?? 0))).toEqual(plain(some))
      }),
    )
  })

  it('follow a worked example', () => {
    const list: Sample[] = [
      { at: 1_000, value: 2.5, quality: 'good' },
      { at: 1_999, value: 0.5, quality: 'good' },
      { at: 1_500, value: 99, quality: 'uncertain' },
      { at: 3_000, value: null, quality: 'bad' },
    ]
    expect(plain(cells(list))).toEqual({
      ...{ length: 2, index: [1, 3], n: [3, 1], good: [2, 0] },
      ...{ min: [0.5, Infinity], max: [2.5, -Infinity], sum: [3, 0] },
    })
  })

  it('keep a sum without the noise that adding floats has left, and one that is too large as the largest', () => {
    const noisy = cells(Array.from({ length: 10 }, () => ({ at: 0, value: 0.1, quality: 'good' })))
    expect(decodeCells(encodeCells(noisy, 0), 0).sum[0]).toBe(1)
    const huge = cells(Array.from({ length: 2 }, () => ({ at: 0, value: Number.MAX_VALUE, quality: 'good' })))
    expect(decodeCells(encodeCells(huge, 0), 0).sum[0]).toBe(Number.MAX_VALUE)
  })

  it('say that bytes are damaged and never end in another way, whatever they are', () => {
    const data = encodeCells(cells([{ at: 0, value: 1, quality: 'good' }]), 0)
    const bytes = fc.oneof(
      fc.uint8Array({ maxLength: 100 }),
      fc.tuple(fc.nat(data.length - 1), fc.nat(255)).map(([at, byte]) => data.with(at, byte)),
    )
    fc.assert(
      fc.property(bytes, (given) => {
        try {
          decodeCells(given, 0)
        } catch (error) {
          expect(error).toMatchObject({ code: 'store/failed' })
        }
      }),
    )
  })
})
