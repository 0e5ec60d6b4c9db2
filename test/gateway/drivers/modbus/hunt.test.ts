import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ModbusPoint } from '../../../../core/contract/device-profile.ts'
import { hunt } from '../../../../gateway/drivers/modbus/hunt.ts'
import type { Span } from '../../../../gateway/drivers/modbus/span.ts'

const point = (address: number) =>
  ModbusPoint.parse({
    point: `p${address}`,
    quantity: 'count',
    table: 'holding-register',
    address,
    type: 'u16',
    unit: '1',
    range: [0, 1],
  })

/** Hunts on a device that gives what `isGiven` says, and counts the questions. */
function hunted(addresses: readonly number[], isGiven: (span: Span) => boolean, longestGiven = 0) {
  const search = hunt(addresses.map(point), { longestGiven })
  let asked = 0
  let next = search.next()
  for (; next.done !== true; asked += 1) next = search.next(isGiven(next.value))
  const { kind, span } = next.value
  return { lesson: [kind, span.address, span.quantity], span, asked }
}

const row = Array.from({ length: 64 }, (_, index) => index)
const without =
  (...cells: readonly number[]) =>
  ({ address, quantity }: Span) =>
    !cells.some((cell) => address <= cell && cell < address + quantity)

describe('a hunt for what a device does not give', () => {
  it('finds a point, a gap and a limit', () => {
    expect(hunted(row, without(37)).lesson).toEqual(['refused', 37, 1])
    expect(hunted([0, 1, 2, 6, 7], without(4)).lesson).toEqual(['refused', 2, 5])
    expect(hunted(row, ({ quantity }) => quantity <= 29).lesson).toEqual(['limit', 0, 29])
    expect(hunted([0, 1, 60], ({ quantity }) => quantity <= 29).lesson).toEqual(['refused', 1, 60])
  })

  it('does not take for a limit what was given before', () => {
    const halves = ({ address, quantity }: Span) => quantity <= 2 || address >= 32 || address + quantity <= 32
    expect(hunted(row, halves, 64).lesson[0]).toBe('refused')
  })

  it('always comes to something that the device really does not give, in log₂ of the points and a few more questions', () => {
    const map = fc.record({
      addresses: fc.uniqueArray(fc.nat({ max: 124 }), { minLength: 1, maxLength: 60 }),
      holes: fc.uniqueArray(fc.nat({ max: 124 }), { maxLength: 5 }),
      limit: fc.integer({ min: 1, max: 125 }),
    })
    fc.assert(
      fc.property(map, ({ addresses, holes, limit }) => {
        const sorted = addresses.toSorted((a, b) => a - b)
        const isGiven = (span: Span) => span.quantity <= limit && without(...holes)(span)
        const whole = {
          table: 'holding-register',
          address: sorted[0]!,
          quantity: sorted.at(-1)! - sorted[0]! + 1,
        } as const
        fc.pre(!isGiven(whole))
        const { lesson, span, asked } = hunted(sorted, isGiven)
        if (lesson[0] === 'limit') expect(span.quantity).toBe(limit)
        else expect(isGiven(span)).toBe(false)
        const gap = Math.ceil(Math.log2(lesson[0] === 'limit' ? 125 : 1))
        expect(asked).toBeLessThanOrEqual(Math.ceil(Math.log2(sorted.length)) + 2 + gap)
      }),
    )
  })
})
