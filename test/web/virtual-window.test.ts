import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { rowsDrawn, rowWindow, scrollToRow, type ListView } from '../../dashboard/web/show/virtual-window.ts'

const view = fc
  .record({
    count: fc.integer({ min: 1, max: 20_000 }),
    rowHeight: fc.integer({ min: 16, max: 120 }),
    height: fc.integer({ min: 0, max: 4_000 }),
    scrolled: fc.double({ min: 0, max: 1, noNaN: true }),
  })
  .map(({ count, rowHeight, height, scrolled }): ListView => {
    const furthest = Math.max(0, count * rowHeight - height)
    return { count, rowHeight, height, scrollTop: Math.round(furthest * scrolled) }
  })
const overscan = fc.integer({ min: 0, max: 20 })

function isSeen({ rowHeight, scrollTop, height }: ListView, row: number): boolean {
  return (row + 1) * rowHeight > scrollTop && row * rowHeight < scrollTop + height
}

describe('a list that draws what is seen', () => {
  it('draws every row that is seen, even in part, and no more than the window and its margins hold', () => {
    fc.assert(
      fc.property(view, overscan, (list, margin) => {
        const { from, to } = rowWindow(list, margin)
        expect(from).toBeGreaterThanOrEqual(0)
        expect(to).toBeLessThanOrEqual(list.count)
        const first = Math.floor(list.scrollTop / list.rowHeight)
        const last = Math.min(list.count, Math.ceil((list.scrollTop + list.height) / list.rowHeight)) - 1
        for (const row of [first, first + 1, last - 1, last]) {
          if (row >= 0 && row < list.count && isSeen(list, row)) expect(row >= from && row < to).toBe(true)
        }
        expect(to - from).toBeLessThanOrEqual(Math.ceil(list.height / list.rowHeight) + 1 + 2 * margin)
      }),
    )
  })

  it('draws the row in focus wherever it is, each row once and in order', () => {
    fc.assert(
      fc.property(view, overscan, fc.nat(20_000), (list, margin, at) => {
        const kept = at % list.count
        const rows = rowsDrawn(rowWindow(list, margin), kept)
        expect(rows).toContain(kept)
        expect(rows).toEqual([...new Set(rows)].sort((a, b) => a - b))
      }),
    )
  })

  it('moves so far that a row is seen whole, and not at all where it is', () => {
    fc.assert(
      fc.property(view, fc.nat(20_000), (list, at) => {
        const row = at % list.count
        const scrollTop = scrollToRow(list, row)
        const top = row * list.rowHeight
        expect(top).toBeGreaterThanOrEqual(scrollTop)
        expect(top + list.rowHeight).toBeLessThanOrEqual(scrollTop + Math.max(list.height, list.rowHeight))
        expect(scrollToRow({ ...list, scrollTop }, row)).toBe(scrollTop)
      }),
    )
  })

  it('draws rows 92 to 127 of ten thousand at 40 px when scrolled to 4 000 px in a window of 800 px', () => {
    const list = { count: 10_000, rowHeight: 40, scrollTop: 4_000, height: 800 }
    expect(rowWindow(list, 8)).toEqual({ from: 92, to: 128 })
    expect(scrollToRow(list, 300)).toBe(11_240)
    expect(rowsDrawn({ from: 3, to: 5 }, 9_999)).toEqual([3, 4, 9_999])
  })

  it('draws nothing of an empty list', () => {
    expect(rowWindow({ count: 0, rowHeight: 40, scrollTop: 0, height: 800 }, 8)).toEqual({ from: 0, to: 0 })
  })
})
