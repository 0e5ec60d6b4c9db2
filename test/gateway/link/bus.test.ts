import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { Bus } from '../../../core/contract/site.ts'
import type { ReadRequest } from '../../../core/decode/modbus-pdu.ts'
import { openBus } from '../../../gateway/link/bus.ts'
import type { FieldBus } from '../../../gateway/link/field-bus.ts'
import { systemClock } from '../../../platform/clock.ts'
import { freePort, testFolder, type TestFolder } from '../../support/processes.ts'
import {
  type PtyPair,
  type PymodbusServer,
  type ServedUnits,
  startPtyPair,
  startPymodbus,
} from '../../support/pymodbus.ts'
import { type QuietLog, quietLog } from '../../support/quiet-log.ts'

const never = new AbortController().signal
const holding = (unit: number, address: number, quantity = 2): ReadRequest => ({
  unit,
  table: 'holding-register',
  address,
  quantity,
})
const units = { 1: { 'holding-register': { 100: [1, 2, 3, 4] } }, 2: { 'holding-register': { 100: [5, 6, 7, 8] } } }
const words = (...values: readonly number[]) => ({ kind: 'registers', words: values })

/** A bus of one kind with an independent server at its other end that can be taken away and put back. */
interface Wiring {
  readonly bus: FieldBus
  readonly log: QuietLog
  serve(served: ServedUnits): Promise<void>
  /** Kills the server and whatever makes the line. */
  cut(): Promise<void>
  end(): Promise<void>
}

async function wireTcp(mode: 'tcp' | 'rtu-over-tcp'): Promise<Wiring> {
  const log = quietLog()
  const port = await freePort()
  let server: PymodbusServer | null = null
  const config = Bus.parse({ id: 'bus', kind: mode, host: '127.0.0.1', port, timeout: '250ms' })
  const bus = openBus(config, { clock: systemClock, log })
  const cut = async () => server?.stop()
  return {
    bus,
    log,
    serve: async (served) => {
      server = await startPymodbus({ mode, port }, served)
    },
    cut,
    end: async () => {
      bus.close()
      await cut()
    },
  }
}

async function wireSerial(): Promise<Wiring> {
  const log = quietLog()
  const folder: TestFolder = await testFolder()
  let pair: PtyPair | null = null
  let server: PymodbusServer | null = null
  const config = Bus.parse({ id: 'bus', kind: 'rtu', path: `${folder.path}/line-a`, baud: 19_200, timeout: '250ms' })
  const bus = openBus(config, { clock: systemClock, log })
  const cut = async () => {
    await server?.stop()
    await pair?.stop()
  }
  return {
    bus,
    log,
    serve: async (served) => {
      pair = await startPtyPair(folder.path)
      server = await startPymodbus({ mode: 'rtu', path: pair.ends[1], baud: 19_200 }, served)
    },
    cut,
    end: async () => {
      bus.close()
      await cut()
      await folder[Symbol.asyncDispose]()
    },
  }
}

describe.each([
  ['Modbus TCP', () => wireTcp('tcp')],
  ['RTU over TCP', () => wireTcp('rtu-over-tcp')],
  ['RTU on a serial port', wireSerial],
])('%s to an independent server', (_kind, wire) => {
  let wiring: Wiring
  beforeEach(async () => {
    wiring = await wire()
  })
  afterEach(async () => {
    await wiring.end()
  })

  it('reads all four tables', async () => {
    await wiring.serve({
      units: {
        1: {
          coil: { 0: [1, 0, 0, 1, 1] },
          'discrete-input': { 0: [1, 0, 1, 0, 0, 0, 0, 0, 1] },
          'holding-register': { 100: [0xffff] },
          'input-register': { 52: [0x4640, 0xe666] },
        },
      },
    })
    const { bus } = wiring
    const read = (table: ReadRequest['table'], address: number, quantity: number) =>
      bus.read({ unit: 1, table, address, quantity }, never)
    expect(await read('coil', 0, 5)).toEqual({ kind: 'bits', bits: [true, false, false, true, true] })
    expect(await read('discrete-input', 2, 7)).toMatchObject({ bits: [true, false, false, false, false, false, true] })
    expect(await read('holding-register', 100, 1)).toMatchObject(words(0xffff))
    expect(await read('input-register', 52, 2)).toMatchObject(words(0x4640, 0xe666))
    expect(bus.counters()).toMatchObject({ state: 'up', exchanges: 4, timeouts: 0, discardedBytes: 0 })
  })

  it('gives an exception as an answer', async () => {
    await wiring.serve({ units })
    expect(await wiring.bus.read(holding(1, 9), never)).toEqual({ kind: 'exception', code: 2 })
    expect(wiring.bus.counters()).toMatchObject({ exceptions: 1, timeouts: 0 })
  })

  it('writes coils and registers as a command, reads them back, and tells what was refused', async () => {
    await wiring.serve({ units: { 1: { coil: { 0: [0, 0, 0] }, 'holding-register': { 100: [1, 2, 3, 4] } } } })
    const { bus } = wiring
    const unit = 1
    const verified = { kind: 'verified' }
    expect(await bus.write({ unit, table: 'coil', address: 1, bits: [true] }, never)).toEqual(verified)
    expect(await bus.write({ unit, table: 'coil', address: 0, bits: [true, false, true] }, never)).toEqual(verified)
    expect(await bus.write({ unit, table: 'holding-register', address: 101, words: [77] }, never)).toEqual(verified)
    expect(await bus.write({ unit, table: 'holding-register', address: 102, words: [8, 9] }, never)).toEqual(verified)
    expect(await bus.read({ unit, table: 'coil', address: 0, quantity: 3 }, never)).toMatchObject({
      bits: [true, false, true],
    })
    expect(await bus.read(holding(1, 100, 4), never)).toMatchObject(words(1, 77, 8, 9))
    const refused = await bus.write({ unit, table: 'holding-register', address: 900, words: [1] }, never)
    expect(refused).toEqual({ kind: 'exception', code: 2 })
    await expect(bus.write({ unit: 77, table: 'coil', address: 0, bits: [true] }, never)).rejects.toMatchObject({
      code: 'link/timeout',
    })
  })

  it('goes on with the live units when one is silent', async () => {
    await wiring.serve({ units })
    const { bus } = wiring
    const [one, silent, two] = await Promise.allSettled([
      bus.read(holding(1, 100), never),
      bus.read(holding(77, 100), never),
      bus.read(holding(2, 100), never),
    ])
    expect(one).toMatchObject({ status: 'fulfilled', value: words(1, 2) })
    expect(silent).toMatchObject({ status: 'rejected', reason: { code: 'link/timeout' } })
    expect(two).toMatchObject({ status: 'fulfilled', value: words(5, 6) })
    expect(bus.counters()).toMatchObject({ exchanges: 3, timeouts: 1 })
  })

  it('gives each of many callers the answer to its own question', async () => {
    await wiring.serve({ units: { 1: { 'holding-register': { 0: Array.from({ length: 64 }, (_, i) => i) } } } })
    const asked = Array.from({ length: 16 }, (_, index) => index * 3)
    const answers = await Promise.all(asked.map((address) => wiring.bus.read(holding(1, address), never)))
    expect(answers).toMatchObject(asked.map((address) => words(address, address + 1)))
  })

  it('throws a late answer away and gives the next question its own', async () => {
    await wiring.serve({ units, slow: { 1: [0.4] } })
    const { bus } = wiring
    await expect(bus.read(holding(1, 100), never)).rejects.toMatchObject({ code: 'link/timeout' })
    expect(await bus.read(holding(1, 102), never)).toMatchObject(words(3, 4))
    expect(await bus.read(holding(1, 100), never)).toMatchObject(words(1, 2))
  })

  it('fails at once while the line is lost, says so once, and comes back by itself', async () => {
    await wiring.serve({ units, slow: { 1: [0, 30] } })
    const { bus, log } = wiring
    expect(await bus.read(holding(1, 100), never)).toMatchObject(words(1, 2))
    const waiting = expect(bus.read(holding(1, 100), never)).rejects.toThrow()
    await wiring.cut()
    await waiting
    await expect
      .poll(() => bus.read(holding(1, 100), never).catch((error: unknown) => error), { timeout: 10_000 })
      .toMatchObject({ code: 'link/down' })
    expect(bus.counters().state).toBe('down')
    await wiring.serve({ units })
    await expect
      .poll(() => bus.read(holding(1, 102), never).catch((error: unknown) => error), { timeout: 20_000 })
      .toMatchObject(words(3, 4))
    expect(bus.counters().state).toBe('up')
    const said = log.lines.filter(({ level }) => level !== 'debug')
    expect(said.map(({ message }) => message)).toEqual(['bus is down', 'bus is back'])
  })

  it('is reported and retried when it is not there at the start', async () => {
    await expect(wiring.bus.read(holding(1, 100), never)).rejects.toMatchObject({ code: 'link/down' })
    await wiring.serve({ units })
    await expect
      .poll(() => wiring.bus.read(holding(1, 100), never).catch((error: unknown) => error), { timeout: 20_000 })
      .toMatchObject(words(1, 2))
  })

  it('refuses everything once it is closed', async () => {
    await wiring.serve({ units })
    const { bus } = wiring
    const waiting = [holding(77, 100), holding(1, 100)].map((request) => bus.read(request, never))
    bus.close()
    for (const { status } of await Promise.allSettled(waiting)) expect(status).toBe('rejected')
    await expect(bus.read(holding(1, 100), never)).rejects.toMatchObject({ code: 'link/down' })
  })
})

describe('a serial port', () => {
  it('that another program has open is reported as busy, and never shared', async () => {
    await using folder = await testFolder()
    await using pair = await startPtyPair(folder.path)
    await using _server = await startPymodbus({ mode: 'rtu', path: pair.ends[1] }, { units })
    const config = Bus.parse({ id: 'bus', kind: 'rtu', path: pair.ends[0], timeout: '2s' })
    const [first, second] = [1, 2].map(() => openBus(config, { clock: systemClock, log: quietLog() }))
    try {
      expect(await first!.read(holding(1, 100), never)).toMatchObject(words(1, 2))
      await expect(second!.read(holding(1, 100), never)).rejects.toMatchObject({ code: 'link/busy' })
      expect(await first!.read(holding(1, 102), never)).toMatchObject(words(3, 4))
    } finally {
      first!.close()
      second!.close()
    }
  })
})
