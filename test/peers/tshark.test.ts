import { execFile } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { bitBytes } from '../../core/decode/modbus-cells.ts'
import { encodeRequest, functionCodeOf, type ModbusRequest } from '../../core/decode/modbus-request.ts'
import { encodeRtu, encodeRtuRequest } from '../../core/decode/modbus-rtu.ts'
import { encodeTcp, encodeTcpRequest } from '../../core/decode/modbus-tcp.ts'
import { anyModbusExchange, type ModbusExchange } from '../core/decode/modbus-arbitraries.ts'
import { testFolder } from '../support/processes.ts'
import { captureOf, type Said } from './capture.ts'

/** By this port tshark tells a question from an answer. */
const PORT = 502

/** What tshark is asked to print of each frame, and under which of its names. */
const FIELDS = {
  transaction: 'mbtcp.trans_id',
  unit: 'mbtcp.unit_id',
  rtuUnit: 'mbrtu.unit_id',
  crc: 'mbrtu.crc16.status',
  code: 'modbus.func_code',
  exception: 'modbus.exception_code',
  address: 'modbus.reference_num',
  words: 'modbus.word_cnt',
  bits: 'modbus.bit_cnt',
  data: 'modbus.data',
  registers: 'modbus.regval_uint16',
  coils: 'modbus.bitval',
  and: 'modbus.and_mask',
  or: 'modbus.or_mask',
  readAddress: 'modbus.read_reference_num',
  readWords: 'modbus.read_word_cnt',
  writeAddress: 'modbus.write_reference_num',
  writeWords: 'modbus.write_word_cnt',
  query: 'modbus.diagnostic.return_query_data.request',
  echo: 'modbus.diagnostic.return_query_data.echo',
  access: 'modbus.read_device_id',
  objects: 'modbus.object_id',
  conformity: 'modbus.conformity_level',
  more: 'modbus.more_follows',
  next: 'modbus.next_object_id',
  texts: 'modbus.object_str_value',
} as const
type Seen = Readonly<Record<keyof typeof FIELDS, string>>

// An exception to a loop-back and texts beyond ASCII are shown by tshark in ways of its own.
const exchanges = fc.sample(
  anyModbusExchange.filter(({ request, answer }) => {
    const isAscii =
      answer.kind !== 'identification' || [...answer.objects.values()].every((text) => /^[ -~]*$/.test(text))
    return isAscii && !(request.kind === 'loopback' && answer.kind === 'exception')
  }),
  { numRuns: 400, seed: 20_260_214 },
)
/** On a serial line a unit is one of 247. (MODBUS over Serial Line V1.02 §2.2) */
const serial = exchanges.filter(({ request: { unit } }) => unit >= 1 && unit <= 247)

type Frames = (exchange: ModbusExchange, index: number) => readonly [Uint8Array, Uint8Array]
const conversations = (of: readonly ModbusExchange[], said: Frames) =>
  of.map((exchange, index): readonly Said[] => {
    const [question, answer] = said(exchange, index)
    return [
      { by: 'client', bytes: question },
      { by: 'server', bytes: answer },
    ]
  })

describe('what tshark reads in our Modbus TCP messages', () => {
  let seen: readonly Seen[] = []
  beforeAll(async () => {
    const said = conversations(exchanges, ({ request, pdu }, index) => [
      encodeTcpRequest(index + 1, request),
      encodeTcp({ transaction: index + 1, unit: request.unit, pdu }),
    ])
    seen = await dissected(captureOf(said, PORT), 'mbtcp')
  })

  it('is the transaction, the unit and the function of every question and answer', () => {
    expect(seen.map(({ transaction, unit, code }) => [transaction, unit, code].map(Number))).toEqual(
      exchanges.flatMap(({ request }, index) => {
        const header = [index + 1, request.unit, functionCodeOf(request)]
        return [header, header]
      }),
    )
  })

  it('is what was asked', () => {
    for (const [index, { request }] of exchanges.entries()) expect(seen[2 * index]).toMatchObject(asAsked(request))
  })

  it('is what was answered', () => {
    for (const [index, exchange] of exchanges.entries()) expect(seen[2 * index + 1]).toMatchObject(asAnswered(exchange))
  })
})

describe('what tshark reads in our RTU frames', () => {
  let seen: readonly Seen[] = []
  beforeAll(async () => {
    const said = conversations(serial, ({ request, pdu }) => [encodeRtuRequest(request), encodeRtu(request.unit, pdu)])
    seen = await dissected(captureOf(said, PORT), 'mbrtu')
  })

  it('is the unit, the function and a right CRC of every question and answer', () => {
    expect(seen.map(({ rtuUnit, crc, code }) => [rtuUnit, crc, code].map(Number))).toEqual(
      serial.flatMap(({ request }) => {
        const header = [request.unit, 1, functionCodeOf(request)]
        return [header, header]
      }),
    )
  })

  it('is what was asked and answered, where it can tell the two apart', () => {
    for (const [index, exchange] of serial.entries()) {
      if (exchange.request.kind !== 'read') continue
      expect(seen[2 * index]).toMatchObject(asAsked(exchange.request))
      expect(seen[2 * index + 1]).toMatchObject(asAnswered(exchange))
    }
  })
})

async function dissected(capture: Uint8Array, dissector: 'mbtcp' | 'mbrtu'): Promise<readonly Seen[]> {
  await using folder = await testFolder()
  const path = join(folder.path, 'frames.pcap')
  await writeFile(path, capture)
  const fields = Object.values(FIELDS).flatMap((field) => ['-e', field])
  const format = ['-T', 'fields', '-E', 'separator=/t', '-E', 'aggregator=|', ...fields]
  const how = ['-d', `tcp.port==${PORT},${dissector}`, '-o', 'mbrtu.crc_verification:TRUE']
  const { stdout } = await promisify(execFile)('tshark', ['-r', path, ...how, ...format], { maxBuffer: 2 ** 26 })
  return stdout
    .trimEnd()
    .split('\n')
    .map((line) => {
      const cells = line.split('\t')
      return Object.fromEntries(Object.keys(FIELDS).map((name, index) => [name, cells[index] ?? ''])) as Seen
    })
}

function asAsked(request: ModbusRequest): Partial<Seen> {
  const data = (from: number) => Buffer.from(encodeRequest(request).slice(from)).toString('hex')
  switch (request.kind) {
    case 'read': {
      const isBits = functionCodeOf(request) <= 2
      return { address: text(request.address), [isBits ? 'bits' : 'words']: text(request.quantity) }
    }
    case 'write-coil':
    case 'write-register':
      return { address: text(request.address), data: data(3) }
    case 'write-coils': {
      const cells = Buffer.from(bitBytes(request.bits)).toString('hex')
      return { address: text(request.address), bits: text(request.bits.length), data: cells }
    }
    case 'write-registers':
      return { address: text(request.address), words: text(request.words.length), registers: list(request.words) }
    case 'mask-write':
      return { address: text(request.address), and: word(request.and), or: word(request.or) }
    case 'read-write':
      return {
        readAddress: text(request.read.address),
        readWords: text(request.read.quantity),
        writeAddress: text(request.write.address),
        writeWords: text(request.write.words.length),
        data: data(10),
      }
    case 'loopback':
      return { query: data(3) }
    case 'identify':
      return { access: text(request.access), objects: text(request.object) }
  }
}

function asAnswered({ request, answer, pdu }: ModbusExchange): Partial<Seen> {
  switch (answer.kind) {
    case 'exception':
      return { exception: text(answer.code) }
    case 'registers':
      if (request.kind === 'read-write') return { data: Buffer.from(pdu.slice(2)).toString('hex') }
      return { registers: list(answer.words) }
    case 'bits':
      return { coils: list(answer.bits.map(Number)) }
    case 'echo':
      return { echo: Buffer.from(pdu.slice(3)).toString('hex') }
    case 'written':
      return request.kind === 'write-coils' || request.kind === 'write-registers' ? {} : asAsked(request)
    case 'identification':
      return {
        conformity: `0x${answer.conformity.toString(16).padStart(2, '0')}`,
        more: answer.next === null ? '0x00' : '0xff',
        next: text(answer.next ?? 0),
        objects: list([...answer.objects.keys()]),
      }
  }
}

const text = (value: number) => String(value)
const list = (values: readonly number[]) => values.join('|')
const word = (value: number) => `0x${value.toString(16).padStart(4, '0')}`
