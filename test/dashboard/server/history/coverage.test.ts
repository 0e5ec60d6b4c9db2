import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Coverage, MOST_RANGES, type Range } from '../../../../dashboard/server/history/coverage.ts'

const range = fc
  .tuple(fc.integer({ min: 0, max: 60 }), fc.integer({ min: 0, max: 8 }))
  .map(([from, length]): Range => [from, from + length])

function numbers(ranges: readonly Range[]): number[] {
  return ranges.flatMap(([from, to]) => Array.from({ length: to - from + 1 }, (_, index) => from + index))
}

describe('the coverage of a stream', () => {
  it('calls each number new once, in whatever order and however often ranges come', () => {
    fc.assert(
      fc.property(fc.array(range), range, (ranges, asked) => {
        const coverage = new Coverage()
        const seen = new Set<number>()
        for (const [from, to] of ranges) {
          const fresh = numbers(coverage.add(from, to)!)
          expect(fresh).toEqual(numbers([[from, to]]).filter((one) => !seen.has(one)))
          for (const one of fresh) seen.add(one)
        }
        expect(numbers(coverage.ranges())).toEqual([...seen].sort((a, b) => a - b))
        expect(coverage.holds(...asked)).toBe(numbers([asked]).every((one) => seen.has(one)))
        const starts = coverage.ranges().map(([from]) => from)
        expect(starts.every((from) => from === 0 || !seen.has(from - 1))).toBe(true)
      }),
    )
  })

  it('tells its changes so that whoever writes them down has the same ranges', () => {
    fc.assert(
      fc.property(fc.array(fc.array(range)), (writes) => {
        const coverage = new Coverage()
        const written = new Map<number, number>()
        for (const ranges of writes) {
          for (const [from, to] of ranges) coverage.add(from, to)
          const changes = coverage.changes()
          for (const from of changes.gone) written.delete(from)
          for (const [from, to] of changes.written) written.set(from, to)
          expect([...written].sort(([a], [b]) => a - b)).toEqual(coverage.ranges())
        }
      }),
    )
  })

  it('follows a worked example: a gap is filled from both sides', () => {
    const coverage = new Coverage()
    expect(coverage.add(1, 10)).toEqual([[1, 10]])
    expect(coverage.add(16, 20)).toEqual([[16, 20]])
    expect(coverage.add(8, 17)).toEqual([[11, 15]])
    expect(coverage.add(1, 20)).toEqual([])
    expect(coverage.ranges()).toEqual([[1, 20]])
  })

  it('refuses one gap too many and still takes what fills one', () => {
    const coverage = new Coverage()
    for (let index = 0; index < 10; index++) coverage.add(index * 2, index * 2, 10)
    expect(coverage.add(100, 100, 10)).toBeNull()
    expect(coverage.add(3, 3, 10)).toEqual([[3, 3]])
  })

  it('bears a month of links, newest first and none beside another, with live readings between', () => {
    const links = 43_200
    expect(MOST_RANGES).toBeGreaterThan(2 * links)
    const coverage = new Coverage()
    const top = links * 4_096
    for (let link = links - 1; link >= 0; link--) {
      expect(coverage.add(link * 4_096, link * 4_096 + 4_094)).toHaveLength(1)
      coverage.add(top + (links - link) * 2, top + (links - link) * 2)
    }
    expect(coverage.ranges()).toHaveLength(2 * links)
  })
})
