import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { ModbusPoint, type RegisterType } from '../../../../core/contract/device-profile.ts'
import { encodeReadRequest, isBitTable } from '../../../../core/decode/modbus-pdu.ts'
import { cellsOf, covers } from '../../../../core/decode/readings.ts'
import { planCostMs, roundMs } from '../../../../gateway/drivers/modbus/bus-time.ts'
import { type PlanOptions, planReads } from '../../../../gateway/drivers/modbus/plan.ts'
import { contains } from '../../../../gateway/drivers/modbus/span.ts'

const point = (name: string, table: ModbusPoint['table'], address: number, type: RegisterType) =>
  ModbusPoint.parse({ point: name, quantity: 'count', table, address, type, unit: '1', range: [0, 1] })
const floats = (...addresses: readonly number[]) => addresses.map((at) => point(`p${at}`, 'input-register', at, 'f32'))
const slow = (more: Partial<PlanOptions> = {}): PlanOptions => ({
  maxRegisters: 125,
  timing: { baud: 9_600 },
  latencyMs: 5,
  ...more,
})
const shape = (points: readonly ModbusPoint[], options: PlanOptions) =>
  planReads(points, options).map(({ request }) => [request.address, request.quantity])

const pointsOf = (most: number, addresses: fc.Arbitrary<number>) =>
  fc
    .array(
      fc.record({
        table: fc.constantFrom('coil', 'discrete-input', 'holding-register', 'input-register'),
        address: addresses,
        type: fc.constantFrom('u16', 's32', 'f32', 'u64'),
      }),
      { maxLength: most },
    )
    .map((all) =>
      all.map(({ table, address, type }, index) =>
        point(`p${index}`, table, address, isBitTable(table) ? 'bit' : type),
      ),
    )
const anyPoints = pointsOf(60, fc.oneof(fc.nat({ max: 300 }), fc.nat({ max: 65_532 })))
const anySpan = fc.record({
  table: fc.constantFrom('coil' as const, 'holding-register' as const),
  address: fc.nat({ max: 300 }),
  quantity: fc.integer({ min: 1, max: 6 }),
})
const anyOptions = fc.record({
  maxRegisters: fc.integer({ min: 4, max: 125 }),
  timing: fc.constantFrom(null, { baud: 1_200 }, { baud: 9_600 }, { baud: 115_200 }),
  latencyMs: fc.constantFrom(0, 5, 20, 200),
  learned: fc.record({
    refused: fc.array(anySpan, { maxLength: 4 }),
    maxRegisters: fc.option(fc.integer({ min: 1, max: 125 })),
    maxBits: fc.option(fc.integer({ min: 1, max: 2_000 })),
  }),
})
const most = (table: ModbusPoint['table'], { maxRegisters, learned }: PlanOptions) =>
  isBitTable(table)
    ? Math.min(maxRegisters * 16, learned?.maxBits ?? 2_000)
    : Math.min(maxRegisters, learned?.maxRegisters ?? 125)

describe('a plan of reads', () => {
  it('has each point in exactly one legal request, within what the device has shown', () => {
    fc.assert(
      fc.property(anyPoints, anyOptions, (points, options) => {
        const plan = planReads(points, options)
        expect(plan.flatMap((read) => read.points).length).toBe(points.length)
        expect(new Set(plan.flatMap((read) => read.points))).toEqual(new Set(points))
        for (const read of plan) {
          const request = { unit: 1, ...read.request }
          expect(() => encodeReadRequest(request)).not.toThrow()
          expect(read.points.every((one) => covers(request, one))).toBe(true)
          if (read.points.length === 1) continue
          expect(request.quantity).toBeLessThanOrEqual(most(request.table, options))
          expect(options.learned.refused.some((span) => contains(request, span))).toBe(false)
        }
      }),
    )
  })

  it('costs no more than any other way to share the points out over requests', () => {
    fc.assert(
      fc.property(pointsOf(6, fc.nat({ max: 60 })), anyOptions, (all, options) => {
        const points = all.filter(({ table }) => table === 'holding-register')
        const cost = (requests: readonly { readonly quantity: number }[]) =>
          requests.reduce((sum, { quantity }) => {
            return sum + planCostMs({ table: 'holding-register', quantity }, options.timing, options.latencyMs)
          }, 0)
        const planned = cost(planReads(points, options).map(({ request }) => request))
        const costs = partitions(points)
          .filter((groups) => groups.every((group) => isAllowed(group, options)))
          .map((groups) => cost(groups.map(spanOver)))
        expect(planned).toBeLessThanOrEqual(Math.min(...costs) + 1e-3)
      }),
      { numRuns: 60 },
    )
  })

  it('is not parted by a point that can share no request', () => {
    const at = (point: string, address: number, type: ModbusPoint['type']) => ({
      ...floats(address)[0]!,
      point,
      address,
      type,
    })
    const points = [at('p0', 0, 'u16'), at('p1', 1, 'u16'), at('p2', 0, 'u64')]
    const refused = [{ table: 'input-register' as const, address: 0, quantity: 3 }]
    const learned = { refused, maxRegisters: null, maxBits: null }
    const plan = planReads(points, { maxRegisters: 4, timing: null, latencyMs: 0, learned })
    expect(plan.map(({ points: read }) => read.map(({ point }) => point))).toEqual([['p0', 'p1'], ['p2']])
  })

  it('says of each request whether it reads cells no point asked for', () => {
    fc.assert(
      fc.property(anyPoints, anyOptions, (points, options) => {
        for (const { request, points: read, bridges } of planReads(points, options)) {
          const wanted = new Set(read.flatMap((one) => Array.from({ length: cellsOf(one) }, (_, i) => one.address + i)))
          expect(bridges).toBe(wanted.size < request.quantity)
        }
      }),
    )
  })

  it('merges neighbours, bridges a gap that is cheaper than a request and no larger one', () => {
    expect(shape(floats(0, 2, 4), slow())).toEqual([[0, 6]])
    expect(shape(floats(0, 14), slow())).toEqual([[0, 16]])
    expect(shape(floats(0, 15), slow())).toEqual([
      [0, 2],
      [15, 2],
    ])
  })

  it('bridges more where the device thinks longer', () => {
    expect(shape(floats(0, 15), slow({ latencyMs: 20 }))).toEqual([[0, 17]])
    const both = [slow(), slow({ latencyMs: 20 })].map((options) => planReads(floats(0, 15), options))
    const [quick = 0, patient = 0] = both.map((plan) => roundMs(plan, { timing: { baud: 9_600 }, latencyMs: 20 }))
    expect(patient).toBeLessThan(quick)
  })

  it('cuts between points where the device gives no more at once', () => {
    expect(shape(floats(0, 2, 4, 6), slow({ maxRegisters: 5 }))).toEqual([
      [0, 4],
      [4, 4],
    ])
  })

  it('asks for what is longer than the learned limit by itself, and refuses a point that fits into no request', () => {
    const learned = { refused: [], maxRegisters: 1, maxBits: null }
    expect(shape(floats(0, 2), slow({ learned }))).toEqual([
      [0, 2],
      [2, 2],
    ])
    expect(() => planReads(floats(0), slow({ maxRegisters: 1 }))).toThrow(RangeError)
  })
})

function isAllowed(group: readonly ModbusPoint[], options: PlanOptions): boolean {
  const request = { table: 'holding-register', ...spanOver(group) } as const
  if (group.length === 1) return true
  const isRefused = options.learned?.refused.some((refused) => contains(request, refused)) ?? false
  return request.quantity <= most('holding-register', options) && !isRefused
}

function spanOver(points: readonly ModbusPoint[]) {
  const address = Math.min(...points.map((one) => one.address))
  return { address, quantity: Math.max(...points.map((one) => one.address + cellsOf(one))) - address }
}

/** Every way to share things out over groups. */
function partitions<T>([first, ...rest]: readonly T[]): readonly (readonly (readonly T[])[])[] {
  if (first === undefined) return [[]]
  return partitions(rest).flatMap((groups) => [
    [[first], ...groups],
    ...groups.map((group, index) => groups.toSpliced(index, 1, [first, ...group])),
  ])
}
