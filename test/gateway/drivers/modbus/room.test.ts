import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { roomAround } from '../../../../gateway/drivers/modbus/room.ts'
import { contains, type Span } from '../../../../gateway/drivers/modbus/span.ts'

const span = (address: number, quantity: number): Span => ({ table: 'holding-register', address, quantity })
const nothing = { refused: [], most: 125 }

describe('the room around a request', () => {
  it('is what lies before and after it in cells that are known', () => {
    expect(roomAround(span(10, 2), [span(8, 2), span(10, 2), span(12, 5)], nothing)).toEqual({ before: 2, after: 5 })
    expect(roomAround(span(10, 2), [span(10, 2), span(13, 5)], nothing)).toBeUndefined()
  })

  it('is none where the request is as long as it may be', () => {
    expect(roomAround(span(10, 2), [span(0, 100)], { refused: [], most: 2 })).toEqual({ before: 0, after: 0 })
  })

  it('never leads to a request that is too long, unknown or known to be refused', () => {
    const spans = fc.array(fc.tuple(fc.nat({ max: 60 }), fc.integer({ min: 1, max: 10 })), { maxLength: 8 })
    fc.assert(
      fc.property(spans, spans, fc.integer({ min: 1, max: 40 }), (known, refused, most) => {
        const asked = span(30, 2)
        const cells = [asked, ...known.map(([address, quantity]) => span(address, quantity))]
        const learned = refused
          .map(([address, quantity]) => span(address, quantity))
          .filter((one) => !contains(asked, one))
        const room = roomAround(asked, cells, { refused: learned, most: Math.max(2, most) })
        if (room === undefined) return
        const wider = span(30 - room.before, 2 + room.before + room.after)
        expect(wider.quantity).toBeLessThanOrEqual(Math.max(2, most))
        expect(learned.some((one) => contains(wider, one))).toBe(false)
        for (let cell = wider.address; cell < wider.address + wider.quantity; cell += 1) {
          expect(cells.some((one) => contains(one, span(cell, 1)))).toBe(true)
        }
      }),
    )
  })
})
