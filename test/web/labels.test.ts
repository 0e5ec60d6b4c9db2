import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { placeLabels, type Marked } from '../../dashboard/web/show/labels.ts'

const field = { width: 900, height: 600 }
const mark = (x: number, y: number): Marked => ({ x, y, radius: 16, width: 120, height: 38, side: null })

describe('labels on the map', () => {
  it('stand to the right, unless that is outside or taken', () => {
    expect(placeLabels([mark(100, 300)], field)[0]?.side).toBe('right')
    expect(placeLabels([mark(880, 300)], field)[0]?.side).toBe('left')
    expect(placeLabels([mark(100, 300), mark(180, 300)], field)[0]?.side).not.toBe('right')
  })

  it('stay on their side while it is free, so that they do not jump', () => {
    expect(placeLabels([{ ...mark(300, 300), side: 'below' }], field)[0]?.side).toBe('below')
  })

  it('never cover one another where there is room', () => {
    const sites = fc.uniqueArray(fc.tuple(fc.integer({ min: 0, max: 2 }), fc.integer({ min: 0, max: 3 })), {
      selector: ([column, row]) => `${column} ${row}`,
    })
    fc.assert(
      fc.property(sites, (cells) => {
        const placed = placeLabels(
          cells.map(([column, row]) => mark(60 + column * 300, 60 + row * 150)),
          field,
        )
        for (const [a, one] of placed.entries()) {
          for (const other of placed.slice(a + 1)) {
            expect(Math.abs(one.x - other.x) >= 120 || Math.abs(one.y - other.y) >= 38).toBe(true)
          }
        }
      }),
    )
  })
})
