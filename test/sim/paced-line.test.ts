import { openSync, readSync, writeSync, constants, closeSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { rtu } from '../../sim/modbus/framing.ts'
import { startPacedDevice } from '../../sim/modbus/paced-child.ts'
import { startPtyPair } from '../support/pymodbus.ts'
import { testFolder } from '../support/processes.ts'

const LATENCY_MS = 5
/** So slow that a machine which stands still for a moment keeps no silence by that. */
const BAUD = 1_200
const T35_MS = 38_500 / BAUD

describe('a paced line', () => {
  it('takes at least the time of the wire, and counts requests that come before t3.5 of silence', async () => {
    await using folder = await testFolder()
    await using pair = await startPtyPair(folder.path)
    const [ours, theirs] = pair.ends
    await using device = await startPacedDevice({
      path: theirs,
      settings: { baud: BAUD, parity: 'none', stopBits: 1 },
      latencyMs: LATENCY_MS,
      devices: [{ unit: 1, cells: { 'holding-register': [[100, 20]] } }],
    })
    const fd = openSync(ours, constants.O_RDWR | constants.O_NOCTTY | constants.O_NONBLOCK)
    const ask = rtu(1, Uint8Array.of(3, 0, 100, 0, 10))
    const spent: number[] = []
    for (let n = 0; n < 6; n++) {
      const from = performance.now()
      writeSync(fd, ask)
      const answer = received(fd, 25)
      spent.push(performance.now() - from)
      expect(answer.length).toBe(25)
      expect([answer[3], answer[4], answer[21], answer[22]]).toEqual([0, 100, 0, 109])
      // The first three requests wait for the silence, the others come too soon.
      if (n < 3) idle(T35_MS + 1)
    }
    closeSync(fd)
    const figures = await device.stop()
    const wireMs = ((8 + 25) * 11_000) / BAUD
    for (const ms of spent) expect(ms).toBeGreaterThan(wireMs + T35_MS + LATENCY_MS - 0.5)
    expect(figures).toMatchObject({ requests: 6, answers: 6, interruptions: 0 })
    // The fourth waited as well: it followed the third pause.
    expect(figures.t35Violations).toBe(2)
    expect(figures.wireMs).toBeCloseTo(6 * wireMs)
  })
})

function received(fd: number, wanted: number): Uint8Array {
  const bytes = new Uint8Array(wanted)
  const deadline = performance.now() + 5_000
  for (let count = 0; count < wanted && performance.now() < deadline;) {
    try {
      count += readSync(fd, bytes, count, wanted - count, null)
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EAGAIN')) throw error
    }
  }
  return bytes
}

function idle(ms: number): void {
  const until = performance.now() + ms
  while (performance.now() < until);
}
