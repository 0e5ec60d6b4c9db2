import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ModbusRequest } from '../../core/decode/modbus-request.ts'
import { serialConnect } from '../../platform/serial/serial-channel.ts'
import { tcpConnect } from '../../platform/serial/tcp-channel.ts'
import { testFolder } from '../support/processes.ts'
import { type ServedUnits, startPtyPair, startPymodbus } from '../support/pymodbus.ts'
import { type OpenLine, rtuLine, tcpLine } from './lines.ts'

const unit = 3
const baud = 115_200
// Long enough that not all of them fit into one answer.
const texts = [
  'Beishan Instruments',
  'BM-300',
  'V1.20',
  'bm.example'.repeat(10),
  'Meter '.repeat(12),
  'Model '.repeat(12),
]
const served: ServedUnits = {
  units: { [unit]: { 'holding-register': { 0: [18, 2, 3, 4] }, coil: { 0: [1, 0, 1] } } },
  identity: Object.fromEntries(texts.entries()),
}

describe.each(['tcp', 'rtu'] as const)('pymodbus over %s', (kind) => {
  const stack = new AsyncDisposableStack()
  let line: OpenLine
  const ask = (request: ModbusRequest) => line.ask(request)

  beforeAll(async () => {
    if (kind === 'tcp') {
      const server = stack.use(await startPymodbus({ mode: 'tcp' }, served))
      line = stack.use(tcpLine(tcpConnect('127.0.0.1', server.port)))
      return
    }
    const folder = stack.use(await testFolder())
    const [ours, theirs] = stack.use(await startPtyPair(folder.path)).ends
    stack.use(await startPymodbus({ mode: 'rtu', path: theirs, baud }, served))
    line = stack.use(rtuLine(serialConnect({ path: ours, baud, parity: 'none', stopBits: 1 }), baud))
  })
  afterAll(() => stack.disposeAsync())

  it('says who it is, over as many answers as that takes', async () => {
    const told = new Map<number, string>()
    let object: number | null = 0
    while (object !== null) {
      const answer = await ask({ kind: 'identify', unit, access: 2, object })
      if (answer.kind !== 'identification') throw new Error(`expected an identification, came ${answer.kind}`)
      for (const [id, text] of answer.objects) told.set(id, text)
      object = answer.next
    }
    expect(told).toEqual(new Map(texts.entries()))
  })

  it('masks a register, writes and reads in one request, and reads it all back', async () => {
    expect(await ask({ kind: 'mask-write', unit, address: 0, and: 0xf2, or: 0x25 })).toEqual({ kind: 'written' })
    const write = { address: 1, words: [0xaa, 0xbb] }
    const both = await ask({ kind: 'read-write', unit, read: { address: 0, quantity: 4 }, write })
    expect(both).toEqual({ kind: 'registers', words: [0x17, 0xaa, 0xbb, 4] })
    expect(await ask({ kind: 'write-coils', unit, address: 0, bits: [false, true, true] })).toEqual({ kind: 'written' })
    const coils = await ask({ kind: 'read', unit, table: 'coil', address: 0, quantity: 3 })
    expect(coils).toEqual({ kind: 'bits', bits: [false, true, true] })
  })

  it('sends back what it is sent', async () => {
    expect(await ask({ kind: 'loopback', unit, data: [0xa537] })).toEqual({ kind: 'echo' })
  })
})
