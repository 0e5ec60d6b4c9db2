import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ModbusPoint, REGISTERS_OF, type RegisterType } from '../../../../core/contract/device-profile.ts'
import { encodeReadRequest, isBitTable } from '../../../../core/decode/modbus-pdu.ts'
import { cellsOf, covers } from '../../../../core/decode/readings.ts'
import { bridgeFor, planReads } from '../../../../gateway/drivers/modbus/plan.ts'

const point = (name: string, table: ModbusPoint['table'], address: number, type: RegisterType) =>
  ModbusPoint.parse({ point: name, quantity: 'count', table, address, type, unit: '1', range: [0, 1] })
const floats = (...addresses: readonly number[]) => addresses.map((at) => point(`p${at}`, 'input-register', at, 'f32'))
const shape = (points: readonly ModbusPoint[], limits: { maxRegisters: number; bridge: number }) =>
  planReads(points, limits).map(({ request }) => [request.address, request.quantity])

const anyPoints = fc
  .array(
    fc.record({
      table: fc.constantFrom('coil', 'discrete-input', 'holding-register', 'input-register'),
      address: fc.oneof(fc.nat({ max: 300 }), fc.nat({ max: 65_532 })),
      type: fc.constantFrom('u16', 's32', 'f32', 'u64'),
    }),
    { maxLength: 60 },
  )
  .map((all) =>
    all.map(({ table, address, type }, index) => point(`p${index}`, table, address, isBitTable(table) ? 'bit' : type)),
  )
const anyLimits = fc.record({ maxRegisters: fc.integer({ min: 4, max: 125 }), bridge: fc.nat({ max: 60 }) })

describe('a plan of reads', () => {
  it('has each point in exactly one legal request', () => {
    fc.assert(
      fc.property(anyPoints, anyLimits, (points, limits) => {
        const plan = planReads(points, limits)
        expect(plan.flatMap((read) => read.points).length).toBe(points.length)
        expect(new Set(plan.flatMap((read) => read.points))).toEqual(new Set(points))
        for (const read of plan) {
          const request = { unit: 1, ...read.request }
          expect(() => encodeReadRequest(request)).not.toThrow()
          expect(read.points.every((one) => covers(request, one))).toBe(true)
          const most = isBitTable(request.table) ? limits.maxRegisters * 16 : limits.maxRegisters
          expect(request.quantity).toBeLessThanOrEqual(most)
        }
      }),
    )
  })

  it('never costs more than one request a point, nor than merging whatever is near', () => {
    fc.assert(
      fc.property(anyPoints, anyLimits, (points, limits) => {
        const registers = points.filter(({ table }) => table === 'holding-register')
        const cost = (reads: readonly { readonly quantity: number }[]) =>
          reads.reduce((sum, { quantity }) => sum + limits.bridge + quantity, 0)
        const planned = cost(planReads(registers, limits).map(({ request }) => request))
        expect(planned).toBeLessThanOrEqual(cost(registers.map((one) => ({ quantity: cellsOf(one) }))))
        expect(planned).toBeLessThanOrEqual(cost(greedy(registers, limits)))
      }),
    )
  })

  it('says of each request whether it reads cells no point asked for', () => {
    fc.assert(
      fc.property(anyPoints, anyLimits, (points, limits) => {
        for (const { request, points: read, bridges } of planReads(points, limits)) {
          const wanted = new Set(read.flatMap((one) => Array.from({ length: cellsOf(one) }, (_, i) => one.address + i)))
          expect(bridges).toBe(wanted.size < request.quantity)
        }
      }),
    )
  })

  it('merges neighbours, bridges a gap that is cheaper than a request and no larger one', () => {
    expect(shape(floats(0, 2, 4), { maxRegisters: 125, bridge: 12 })).toEqual([[0, 6]])
    expect(shape(floats(0, 14), { maxRegisters: 125, bridge: 12 })).toEqual([[0, 16]])
    expect(shape(floats(0, 15), { maxRegisters: 125, bridge: 12 })).toEqual([
      [0, 2],
      [15, 2],
    ])
  })

  it('bridges nothing when told so', () => {
    expect(shape(floats(0, 2, 5), { maxRegisters: 125, bridge: 0 })).toEqual([
      [0, 4],
      [5, 2],
    ])
  })

  it('cuts between points where the device gives no more at once', () => {
    expect(shape(floats(0, 2, 4, 6), { maxRegisters: 5, bridge: 12 })).toEqual([
      [0, 4],
      [4, 4],
    ])
  })

  it('refuses a point that fits into no request', () => {
    expect(() => planReads(floats(0), { maxRegisters: 1, bridge: 12 })).toThrow(RangeError)
  })
})

describe('a gap worth bridging', () => {
  it('is as long as one more request takes on the line', () => {
    expect([9_600, 19_200, 115_200].map(bridgeFor)).toEqual([12, 14, 51])
  })
})

/** What a planner does that merges the next point whenever the gap is small enough. */
function greedy(points: readonly ModbusPoint[], limits: { maxRegisters: number; bridge: number }) {
  const reads: { address: number; quantity: number }[] = []
  for (const one of points.toSorted((a, b) => a.address - b.address)) {
    const last = reads.at(-1)
    const end = one.address + REGISTERS_OF[one.type]
    const near = last !== undefined && one.address - (last.address + last.quantity) <= limits.bridge
    const merged = last === undefined ? 0 : Math.max(last.quantity, end - last.address)
    if (last !== undefined && near && merged <= limits.maxRegisters) last.quantity = merged
    else reads.push({ address: one.address, quantity: cellsOf(one) })
  }
  return reads
}
