import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Bus } from '../../../core/contract/site.ts'
import { crc16 } from '../../../core/decode/crc16.ts'
import type { ReadRequest } from '../../../core/decode/modbus-pdu.ts'
import { encodeRtu } from '../../../core/decode/modbus-rtu.ts'
import { isHouseError } from '../../../core/kit/errors.ts'
import { openBus } from '../../../gateway/link/bus.ts'
import type { FieldBus } from '../../../gateway/link/field-bus.ts'
import { systemClock } from '../../../platform/clock.ts'
import { join } from '../../core/decode/modbus-arbitraries.ts'
import { quietLog } from '../../support/quiet-log.ts'
import { type Habit, startLineDevice } from './line-device.ts'
import { truth, virtualWire } from './wire-world.ts'

const TIMEOUT_MS = 40
const never = new AbortController().signal
const at = (address: number): ReadRequest => ({ unit: 1, table: 'holding-register', address, quantity: 2 })

describe('an RTU line', () => {
  it('finds the answer behind its own echo and noise, and counts what it threw away', async () => {
    const noise = Uint8Array.of(0x00, 0xff, 0x01, 0x03)
    await onLine(
      ({ frame, good }) => [{ afterMs: 0, bytes: join(frame, noise, good) }],
      async (bus) => {
        expect(await bus.read(at(7), never)).toMatchObject({ kind: 'registers', words: [7, 8] })
        expect(bus.counters()).toMatchObject({ exchanges: 1, malformed: 0, discardedBytes: 12 })
      },
    )
  })

  it('puts an answer together that comes byte by byte', async () => {
    await onLine(
      ({ good }) => [...good].map((byte, index) => ({ afterMs: index, bytes: Uint8Array.of(byte) })),
      async (bus) => {
        expect(await bus.read(at(7), never)).toMatchObject({ kind: 'registers', words: [7, 8] })
        expect(bus.counters().discardedBytes).toBe(0)
      },
    )
  })

  it('never takes a late answer for the next one', async () => {
    const lateness = fc.array(fc.integer({ min: 0, max: Math.floor(TIMEOUT_MS * 1.7) }), { minLength: 2, maxLength: 6 })
    await fc.assert(
      fc.asyncProperty(lateness, async (late) => {
        await onLine(
          ({ good, n }) => [{ afterMs: late[(n - 1) % late.length]!, bytes: good }],
          async (bus) => {
            for (const [index] of late.entries()) {
              const address = 100 * (index + 1)
              const answer = await bus.read(at(address), never).catch((error: unknown) => error)
              if (isHouseError(answer, 'link/timeout', 'modbus/malformed')) continue
              expect(answer).toMatchObject({ kind: 'registers', words: [address, address + 1] })
            }
          },
        )
      }),
      { numRuns: 15 },
    )
  })

  it('never takes a second copy of one answer for the next one, not even the first it ever sees', async () => {
    for (const room of [undefined, { before: 0, after: 0 }]) {
      const { read, asked } = virtualWire(TIMEOUT_MS, (_request, good, n) => {
        if (n === 1) {
          return [
            { afterMs: 2, bytes: good },
            { afterMs: 22, bytes: good },
          ]
        }
        return [{ afterMs: n === 2 ? 3 * TIMEOUT_MS : 2, bytes: good }]
      })
      const ask = (address: number) => read({ ...at(address), ...(room === undefined ? {} : { room }) })
      for (const address of [10, 20, 30, 40]) {
        const answer = await ask(address).catch((error: unknown) => error)
        if (!isHouseError(answer, 'link/timeout', 'modbus/malformed')) expect(answer).toMatchObject(truth(at(address)))
      }
      expect(asked.slice(1, 3)).toMatchObject([at(20), at(20)])
    }
  })

  it('asks once more, and no oftener, where two blocks of a device are alike', async () => {
    const zeros = encodeRtu(1, Uint8Array.of(3, 4, 0, 0, 0, 0))
    const { read, asked } = virtualWire(TIMEOUT_MS, () => [{ afterMs: 2, bytes: zeros }])
    for (const address of [10, 10, 20])
      expect(await read(at(address))).toMatchObject({ kind: 'registers', words: [0, 0] })
    expect(asked.map(({ address }) => address)).toEqual([10, 10, 20, 20])
  })

  it('reads what waits before it believes in silence, when the program was held up', async () => {
    await onLine(
      ({ good, n }) => [{ afterMs: n === 1 ? TIMEOUT_MS * 1.5 : 0, bytes: good }],
      async (bus) => {
        await expect(bus.read(at(100), never)).rejects.toMatchObject({ code: 'link/timeout' })
        const next = bus.read(at(200), never)
        // Both the late answer and the end of the silence fall due while nothing runs.
        const until = performance.now() + TIMEOUT_MS * 2
        while (performance.now() < until);
        expect(await next).toMatchObject({ kind: 'registers', words: [200, 201] })
      },
    )
  })

  it(
    'gives the next question its own answer while a late one comes in, however that is spread',
    { retry: 3 },
    async () => {
      await onLine(
        ({ good, n }) => {
          if (n > 1) return [{ afterMs: 0, bytes: good }]
          return [...good].map((byte, index) => ({
            afterMs: TIMEOUT_MS * 1.5 + index * 10,
            bytes: Uint8Array.of(byte),
          }))
        },
        async (bus) => {
          await expect(bus.read(at(100), never)).rejects.toMatchObject({ code: 'link/timeout' })
          expect(await bus.read(at(200), never)).toMatchObject({ kind: 'registers', words: [200, 201] })
          expect(bus.counters()).toMatchObject({ exchanges: 2, timeouts: 1 })
        },
      )
    },
  )

  it('says malformed, not silent, when bytes came that were no answer', async () => {
    await onLine(
      ({ good }) => [{ afterMs: 0, bytes: good.map((byte, index) => (index === 4 ? byte ^ 1 : byte)) }],
      async (bus) => {
        await expect(bus.read(at(7), never)).rejects.toMatchObject({ code: 'modbus/malformed' })
        expect(bus.counters()).toMatchObject({ timeouts: 0, malformed: 1, discardedBytes: 9 })
      },
    )
  })

  it('never takes the late answer to a question a gateway on the line gave up', async () => {
    const body = Uint8Array.of(1, 0x83, 11)
    const gaveUp = join(body, Uint8Array.of(crc16(body) & 0xff, crc16(body) >>> 8))
    await onLine(
      ({ good, n }) => {
        if (n > 1) return [{ afterMs: 25, bytes: good }]
        return [
          { afterMs: 0, bytes: gaveUp },
          { afterMs: 15, bytes: good },
        ]
      },
      async (bus) => {
        expect(await bus.read(at(100), never)).toEqual({ kind: 'exception', code: 11 })
        expect(await bus.read(at(200), never)).toMatchObject({ kind: 'registers', words: [200, 201] })
      },
    )
  })

  it('leaves the line alone after a request that was given up', async () => {
    await onLine(
      ({ good, n }) => [{ afterMs: n === 1 ? 25 : 0, bytes: good }],
      async (bus) => {
        const giveUp = new AbortController()
        const given = bus.read(at(100), giveUp.signal)
        setTimeout(() => giveUp.abort(new Error('given up')), 10)
        await expect(given).rejects.toThrow('given up')
        expect(await bus.read(at(200), never)).toMatchObject({ kind: 'registers', words: [200, 201] })
      },
    )
  })

  // What babbles is a real program: where the machine stands still, so does the babble.
  it('tells its caller when it never falls silent, instead of waiting for ever', { retry: 3 }, async () => {
    await onLine(
      ({ n }) => Array.from({ length: n === 1 ? 200 : 0 }, (_, i) => ({ afterMs: i * 10, bytes: Uint8Array.of(0x55) })),
      async (bus) => {
        await expect(bus.read(at(1), never)).rejects.toMatchObject({ code: 'modbus/malformed' })
        await expect(bus.read(at(2), never)).rejects.toThrow('does not fall silent')
      },
    )
  })
})

async function onLine(habit: Habit, work: (bus: FieldBus) => Promise<void>): Promise<void> {
  await using device = await startLineDevice(habit)
  const config = Bus.parse({
    id: 'line',
    kind: 'rtu-over-tcp',
    host: '127.0.0.1',
    port: device.port,
    baud: 115_200,
    timeout: `${TIMEOUT_MS}ms`,
  })
  const bus = openBus(config, { clock: systemClock, log: quietLog() })
  try {
    await work(bus)
  } finally {
    bus.close()
  }
}
