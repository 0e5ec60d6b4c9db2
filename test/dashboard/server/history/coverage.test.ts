import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  cover,
  coverBelow,
  type Coverage,
  MOST_RANGES,
  NOTHING_COVERED,
} from '../../../../dashboard/server/history/coverage.ts'

const range = fc
  .tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 8 }))
  .map(([from, length]): [number, number] => [from, from + length])

function numbers(ranges: readonly (readonly [number, number])[]): number[] {
  return ranges.flatMap(([from, to]) => Array.from({ length: to - from + 1 }, (_, index) => from + index))
}

describe('the coverage of a stream', () => {
  it('calls each number fresh once, in whatever order and however often ranges come', () => {
    fc.assert(
      fc.property(fc.array(range), (ranges) => {
        let coverage: Coverage = NOTHING_COVERED
        const seen = new Set<number>()
        for (const [from, to] of ranges) {
          const covered = cover(coverage, from, to)!
          const fresh = numbers(covered.fresh)
          expect(fresh).toEqual(numbers([[from, to]]).filter((one) => !seen.has(one)))
          for (const one of fresh) seen.add(one)
          coverage = covered.coverage
        }
        let upTo = -1
        while (seen.has(upTo + 1)) upTo++
        expect(coverage.upTo).toBe(upTo)
        expect(numbers(coverage.ranges)).toEqual([...seen].filter((one) => one > upTo).sort((a, b) => a - b))
      }),
    )
  })

  it('follows a worked example: a gap holds the receipt back until it is filled', () => {
    const first = cover(coverBelow(NOTHING_COVERED, 1), 1, 10)!.coverage
    expect(first).toEqual({ upTo: 10, ranges: [] })
    const gap = cover(first, 16, 20)!.coverage
    expect(gap).toEqual({ upTo: 10, ranges: [[16, 20]] })
    const again = cover(gap, 8, 17)!
    expect(again.fresh).toEqual([[11, 15]])
    expect(again.coverage).toEqual({ upTo: 20, ranges: [] })
  })

  it('takes the word of the edge that nothing below the floor will come', () => {
    const gap = cover(NOTHING_COVERED, 5_000, 5_009)!.coverage
    expect(gap.upTo).toBe(-1)
    expect(coverBelow(gap, 5_000)).toEqual({ upTo: 5_009, ranges: [] })
    expect(coverBelow({ upTo: 9, ranges: [] }, 3)).toEqual({ upTo: 9, ranges: [] })
  })

  it('refuses one gap too many and still takes what fills one', () => {
    let coverage: Coverage = NOTHING_COVERED
    for (let index = 1; index < MOST_RANGES; index++) coverage = cover(coverage, index * 2, index * 2)!.coverage
    expect(cover(coverage, MOST_RANGES * 2, MOST_RANGES * 2)).toBeNull()
    expect(cover(coverage, 3, 3)).not.toBeNull()
  })
})
