import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Marked, type Placed, placeLabels } from '../../dashboard/web/show/labels.ts'

const field = { width: 900, height: 600 }
const mark = (x: number, y: number): Marked => ({
  ...{ x, y, radius: 16, width: 120, height: 38 },
  side: null,
  isPinned: false,
})
const place = (...marks: readonly Marked[]) => placeLabels(marks, marks, field)
const anywhere = fc.record({ x: fc.integer({ min: 0, max: 900 }), y: fc.integer({ min: 0, max: 600 }) })

const isApart = (a: Placed, b: Placed) => Math.abs(a.x - b.x) >= 120 || Math.abs(a.y - b.y) >= 38

describe('labels on the map', () => {
  it('stand to the right, unless that is outside or taken', () => {
    expect(place(mark(100, 300))[0]?.side).toBe('right')
    expect(place(mark(880, 300))[0]?.side).toBe('left')
    expect(place(mark(100, 300), mark(180, 300))[0]?.side).not.toBe('right')
  })

  it('stay on their side while it is free, so that they do not jump', () => {
    expect(place({ ...mark(300, 300), side: 'below' })[0]?.side).toBe('below')
  })

  it('never cover one another nor a marker, however many there are', () => {
    fc.assert(
      fc.property(fc.array(anywhere, { maxLength: 60 }), (all) => {
        const marks = all.map(({ x, y }) => mark(x, y))
        const placed = place(...marks).filter((one) => one !== null)
        for (const [a, one] of placed.entries()) {
          expect(placed.slice(a + 1).every((other) => isApart(one, other))).toBe(true)
          const covers = ({ x, y }: Marked) =>
            x + 16 > one.x && x - 16 < one.x + 120 && y + 16 > one.y && y - 16 < one.y + 38
          expect(marks.some(covers)).toBe(false)
        }
      }),
    )
  })

  it('are all there where there is room', () => {
    const cells = [0, 1, 2].flatMap((column) => [0, 1, 2, 3].map((row) => mark(60 + column * 300, 60 + row * 150)))
    expect(place(...cells)).not.toContain(null)
  })

  it('are left out where there is none, except for what somebody points at', () => {
    const crowd = Array.from({ length: 9 }, (_, index) =>
      mark(300 + (index % 3) * 20, 300 + Math.floor(index / 3) * 20),
    )
    const [first, ...rest] = crowd
    if (first === undefined) throw new Error('expected a crowd')
    expect(place(...rest, first)).toContain(null)
    expect(place(...rest, { ...first, isPinned: true }).at(-1)).not.toBeNull()
  })
})
