import { describe, expect, it } from 'vitest'
import { Bus } from '../../../core/contract/site.ts'
import type { ReadRequest } from '../../../core/decode/modbus-pdu.ts'
import { encodeTcp } from '../../../core/decode/modbus-tcp.ts'
import { openBus } from '../../../gateway/link/bus.ts'
import type { FieldBus } from '../../../gateway/link/field-bus.ts'
import { systemClock } from '../../../platform/clock.ts'
import { hex } from '../../core/decode/hex.ts'
import { join } from '../../core/decode/modbus-arbitraries.ts'
import { quietLog } from '../../support/quiet-log.ts'
import { type Habit, startTcpDevice } from './line-device.ts'

const never = new AbortController().signal
const at = (address: number): ReadRequest => ({ unit: 1, table: 'holding-register', address, quantity: 1 })
const transactionOf = (frame: Uint8Array) => (frame[0]! << 8) | frame[1]!

describe('a Modbus TCP connection', () => {
  it('skips answers to other questions and counts them', async () => {
    const stray = encodeTcp({ transaction: 9_999, unit: 1, pdu: hex('03 02 00 63') })
    await onConnection(
      ({ good }) => [{ afterMs: 0, bytes: join(stray, good) }],
      async (bus) => {
        expect(await bus.read(at(7), never)).toEqual({ kind: 'registers', words: [7] })
        expect(bus.counters()).toMatchObject({ malformed: 0, discardedBytes: stray.length })
      },
    )
  })

  it.each([
    ['another unit', (t: number) => encodeTcp({ transaction: t, unit: 2, pdu: hex('03 02 00 07') })],
    ['another function', (t: number) => encodeTcp({ transaction: t, unit: 1, pdu: hex('04 02 00 07') })],
    ['another length', (t: number) => encodeTcp({ transaction: t, unit: 1, pdu: hex('03 04 00 07 00 08') })],
    ['no known protocol', () => hex('00 01 00 07 00 03 01')],
  ])('refuses an answer of %s and starts anew', async (_what, wrong) => {
    await onConnection(
      ({ frame, good, n }) => [{ afterMs: 0, bytes: n === 1 ? wrong(transactionOf(frame)) : good }],
      async (bus) => {
        await expect(bus.read(at(7), never)).rejects.toMatchObject({ code: 'modbus/malformed' })
        expect(await bus.read(at(8), never)).toEqual({ kind: 'registers', words: [8] })
        expect(bus.counters()).toMatchObject({ state: 'up', malformed: 1 })
      },
    )
  })

  it('does not hear the late answer of a connection it has given up', async () => {
    await onConnection(
      ({ good, n }) => [{ afterMs: n === 1 ? 130 : 0, bytes: good }],
      async (bus) => {
        await expect(bus.read(at(7), never)).rejects.toMatchObject({ code: 'link/timeout' })
        expect(await bus.read(at(8), never)).toEqual({ kind: 'registers', words: [8] })
        expect(bus.counters()).toMatchObject({ timeouts: 1, discardedBytes: 0 })
      },
    )
  })

  it.each([10, 11])('never takes the late answer to a question its gateway gave up with exception %i', async (code) => {
    await onConnection(
      ({ frame, good, n }) => {
        if (n > 1) return [{ afterMs: 60, bytes: good }]
        const transaction = transactionOf(frame)
        return [
          { afterMs: 0, bytes: encodeTcp({ transaction, unit: 1, pdu: Uint8Array.of(0x83, code) }) },
          { afterMs: 30, bytes: encodeTcp({ transaction: transaction + 1, unit: 1, pdu: hex('03 02 00 07') }) },
        ]
      },
      async (bus) => {
        expect(await bus.read(at(7), never)).toEqual({ kind: 'exception', code })
        expect(await bus.read(at(8), never)).toEqual({ kind: 'registers', words: [8] })
      },
    )
  })

  it('puts an answer together that comes byte by byte', async () => {
    await onConnection(
      ({ good }) => [...good].map((byte, index) => ({ afterMs: index, bytes: Uint8Array.of(byte) })),
      async (bus) => {
        expect(await bus.read(at(7), never)).toEqual({ kind: 'registers', words: [7] })
      },
    )
  })
})

async function onConnection(habit: Habit, work: (bus: FieldBus) => Promise<void>): Promise<void> {
  await using device = await startTcpDevice(habit)
  const config = Bus.parse({ id: 'net', kind: 'tcp', host: '127.0.0.1', port: device.port, timeout: '100ms' })
  const bus = openBus(config, { clock: systemClock, log: quietLog() })
  try {
    await work(bus)
  } finally {
    bus.close()
  }
}
