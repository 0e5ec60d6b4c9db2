import { describe, expect, it } from 'vitest'
import { ModbusPoint } from '../../../../core/contract/device-profile.ts'
import { bridgeFor, roundMs, transactionMs } from '../../../../gateway/drivers/modbus/bus-time.ts'
import { planReads } from '../../../../gateway/drivers/modbus/plan.ts'

const BAUDS = [9_600, 19_200, 115_200]
const registers = (quantity: number, baud: number, latencyMs: number) =>
  Math.round(transactionMs({ table: 'holding-register', quantity }, { baud }, latencyMs) * 10) / 10

describe('the time a read takes on its bus', () => {
  it('is 13 characters and two a register, both silences and the latency', () => {
    expect([1, 10, 20, 60, 125].map((quantity) => registers(quantity, 9_600, 5))).toEqual([
      30.2, 50.8, 73.8, 165.4, 314.4,
    ])
    expect([1, 20, 125].map((quantity) => registers(quantity, 115_200, 5))).toEqual([9.9, 13.6, 33.6])
  })

  it('counts bits by the byte', () => {
    const bits = (quantity: number) => transactionMs({ table: 'coil', quantity }, { baud: 9_600 }, 0)
    expect(bits(8)).toBe(bits(1))
    expect(bits(9)).toBeGreaterThan(bits(8))
  })

  it('is the latency over Modbus TCP', () => {
    expect(transactionMs({ table: 'coil', quantity: 2_000 }, null, 12)).toBe(12)
  })
})

describe('the time of a round', () => {
  it('has the device’s rest between its requests, and none after the last', () => {
    const read = { request: { table: 'holding-register', quantity: 1 } } as const
    const round = (plan: readonly (typeof read)[]) => roundMs(plan, { timing: null, latencyMs: 5, restMs: 100 })
    expect([round([]), round([read]), round([read, read, read])]).toEqual([0, 5, 215])
  })
})

describe('a gap worth bridging', () => {
  it('is as long as one more request takes on the line', () => {
    expect(BAUDS.map((baud) => bridgeFor({ baud }, 5))).toEqual([12, 14, 51])
    // The break-even lies at 18.8, 27.8 and 129.7 registers.
    expect(BAUDS.map((baud) => bridgeFor({ baud }, 20))).toEqual([18, 27, 129])
  })

  it('is what a slow line behind a TCP gateway would pay for', () => {
    expect([5, 20].map((latencyMs) => bridgeFor(null, latencyMs))).toEqual([28, 28])
  })
})

describe('the plan of a three-phase meter of 52 floats over 382 registers at 9600 baud', () => {
  const timing = { baud: 9_600 }
  const points = threePhase().map((address) =>
    ModbusPoint.parse({
      point: `p${address}`,
      quantity: 'count',
      table: 'input-register',
      address,
      type: 'f32',
      unit: '1',
      range: [0, 1],
    }),
  )
  const took = (runs: readonly number[]) =>
    Math.round(
      roundMs(
        runs.map((quantity) => ({ request: { table: 'input-register', quantity } })),
        { timing, latencyMs: 5 },
      ),
    )

  it('takes 387 ms a round, where neighbours alone take 490 and one request a point 1690', () => {
    const plan = planReads(points, { maxRegisters: 125, timing, latencyMs: 5 })
    expect(points).toHaveLength(52)
    expect(Math.max(...points.map(({ address }) => address + 2))).toBe(382)
    expect(took(points.map(() => 2))).toBe(1_690)
    expect(took(neighbours(points.map(({ address }) => address)))).toBe(490)
    expect(took(plan.map(({ request }) => request.quantity))).toBe(387)
  })
})

/** Registers of each run of floats without a gap. */
function neighbours(addresses: readonly number[]): readonly number[] {
  const starts = addresses.filter((address) => !addresses.includes(address - 2))
  return starts.map((start) => {
    let end = start
    while (addresses.includes(end)) end += 2
    return end - start
  })
}

/** Nine runs of floats, as meters of this kind have them. */
function threePhase(): readonly number[] {
  const run = (first: number, count: number) => Array.from({ length: count }, (_, index) => first + 2 * index)
  return [
    ...run(0x0000, 18),
    ...[0x0034, 0x0038, 0x003c, 0x003e],
    ...run(0x0046, 5),
    0x0054,
    ...run(0x00ea, 6),
    0x00f8,
    ...run(0x015c, 17),
  ]
}
