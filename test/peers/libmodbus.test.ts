import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ModbusRequest } from '../../core/decode/modbus-request.ts'
import { serialConnect } from '../../platform/serial/serial-channel.ts'
import { tcpConnect } from '../../platform/serial/tcp-channel.ts'
import { testFolder } from '../support/processes.ts'
import { startPtyPair } from '../support/pymodbus.ts'
import { startLibmodbus } from './libmodbus.ts'
import { type OpenLine, rtuLine, tcpLine } from './lines.ts'

const unit = 17
const baud = 115_200

const count = (length: number) => Array.from({ length }, (_, index) => index)
const registers = (words: readonly number[]) => ({ kind: 'registers', words })

describe.each(['tcp', 'rtu'] as const)('libmodbus over %s', (kind) => {
  const stack = new AsyncDisposableStack()
  let line: OpenLine
  const ask = (request: ModbusRequest) => line.ask(request)

  beforeAll(async () => {
    if (kind === 'tcp') {
      const server = stack.use(await startLibmodbus({ kind }, unit))
      line = stack.use(tcpLine(tcpConnect('127.0.0.1', server.port)))
      return
    }
    const folder = stack.use(await testFolder())
    const [ours, theirs] = stack.use(await startPtyPair(folder.path)).ends
    stack.use(await startLibmodbus({ kind, path: theirs, baud }, unit))
    line = stack.use(rtuLine(serialConnect({ path: ours, baud, parity: 'none', stopBits: 1 }), baud))
  })
  afterAll(() => stack.disposeAsync())

  it('gives what it holds in all four tables', async () => {
    expect(await ask({ kind: 'read', unit, table: 'coil', address: 3, quantity: 11 })).toEqual({
      kind: 'bits',
      bits: count(11).map((index) => (index + 3) % 3 === 0),
    })
    expect(await ask({ kind: 'read', unit, table: 'discrete-input', address: 0, quantity: 200 })).toEqual({
      kind: 'bits',
      bits: count(200).map((index) => index % 2 === 0),
    })
    const words = await ask({ kind: 'read', unit, table: 'holding-register', address: 75, quantity: 125 })
    expect(words).toEqual(registers(count(125).map((index) => 7 * (index + 75) + 1)))
    const inputs = await ask({ kind: 'read', unit, table: 'input-register', address: 199, quantity: 1 })
    expect(inputs).toEqual(registers([3 * 199 + 2]))
  })

  it('holds what it was told, register by register and many at once', async () => {
    expect(await ask({ kind: 'write-register', unit, address: 10, word: 0xbeef })).toEqual({ kind: 'written' })
    expect(await ask({ kind: 'write-registers', unit, address: 11, words: [1, 65_535, 3] })).toEqual({
      kind: 'written',
    })
    const words = await ask({ kind: 'read', unit, table: 'holding-register', address: 10, quantity: 5 })
    expect(words).toEqual(registers([0xbeef, 1, 65_535, 3, 7 * 14 + 1]))
  })

  it('holds what it was told, coil by coil and many at once', async () => {
    const bits = [true, true, false, true, true, true, false, false, true]
    expect(await ask({ kind: 'write-coil', unit, address: 20, bit: true })).toEqual({ kind: 'written' })
    expect(await ask({ kind: 'write-coil', unit, address: 21, bit: false })).toEqual({ kind: 'written' })
    expect(await ask({ kind: 'write-coils', unit, address: 22, bits })).toEqual({ kind: 'written' })
    const answer = await ask({ kind: 'read', unit, table: 'coil', address: 20, quantity: 11 })
    expect(answer).toEqual({ kind: 'bits', bits: [true, false, ...bits] })
  })

  it('masks a register, and writes and reads in one request', async () => {
    await ask({ kind: 'write-register', unit, address: 30, word: 0x12 })
    expect(await ask({ kind: 'mask-write', unit, address: 30, and: 0xf2, or: 0x25 })).toEqual({ kind: 'written' })
    const both = await ask({
      kind: 'read-write',
      unit,
      read: { address: 30, quantity: 3 },
      write: { address: 31, words: [0xaa, 0xbb] },
    })
    // MODBUS Application Protocol V1.1b3 §6.16: 12 masked by F2 and 25 is 17
    expect(both).toEqual(registers([0x17, 0xaa, 0xbb]))
  })

  it('says no by an exception, and answers the next question', async () => {
    const beyond = await ask({ kind: 'read', unit, table: 'holding-register', address: 199, quantity: 2 })
    expect(beyond).toEqual({ kind: 'exception', code: 2 })
    expect(await ask({ kind: 'write-register', unit, address: 200, word: 1 })).toEqual({ kind: 'exception', code: 2 })
    // On a wire it cannot tell where a function that it does not know ends.
    const unknown = kind === 'tcp' ? await ask({ kind: 'identify', unit, access: 1, object: 0 }) : null
    expect(unknown).toEqual(kind === 'tcp' ? { kind: 'exception', code: 1 } : null)
    const words = await ask({ kind: 'read', unit, table: 'holding-register', address: 199, quantity: 1 })
    expect(words).toEqual(registers([7 * 199 + 1]))
  })

  it('was heard without a byte too many', () => {
    expect(line.tally).toMatchObject({ timeouts: 0, malformed: 0, discardedBytes: 0, staleAnswers: 0 })
  })
})
