import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeAnswer, longestAnswerBytes } from '../../../core/decode/modbus-answer.ts'
import {
  decodeRequest,
  encodeRequest,
  type ModbusAnswer,
  type ModbusRequest,
} from '../../../core/decode/modbus-request.ts'
import { hex } from './hex.ts'
import { anyModbusExchange, anyModbusRequest, join } from './modbus-arbitraries.ts'

const unit = 1
const text = (words: string) => Uint8Array.from(words, (sign) => sign.charCodeAt(0))
const bitsOf = (ones: string) => Array.from(ones, (bit) => bit === '1')
const objects = join(
  Uint8Array.of(0, 22),
  text('Company identification'),
  Uint8Array.of(1, 15),
  text('Product code XX'),
  Uint8Array.of(2, 5),
  text('V2.11'),
)

/** The examples of MODBUS Application Protocol V1.1b3: clause, question, answer. */
const EXAMPLES: readonly (readonly [string, ModbusRequest, Uint8Array, Uint8Array, ModbusAnswer])[] = [
  [
    '§6.1 read coils',
    { kind: 'read', unit, table: 'coil', address: 0x13, quantity: 19 },
    hex('01 00 13 00 13'),
    hex('01 03 CD 6B 05'),
    { kind: 'bits', bits: bitsOf('1011001111010110101') },
  ],
  [
    '§6.2 read discrete inputs',
    { kind: 'read', unit, table: 'discrete-input', address: 0xc4, quantity: 22 },
    hex('02 00 C4 00 16'),
    hex('02 03 AC DB 35'),
    { kind: 'bits', bits: bitsOf('0011010111011011101011') },
  ],
  [
    '§6.3 read holding registers',
    { kind: 'read', unit, table: 'holding-register', address: 0x6b, quantity: 3 },
    hex('03 00 6B 00 03'),
    hex('03 06 02 2B 00 00 00 64'),
    { kind: 'registers', words: [0x022b, 0, 100] },
  ],
  [
    '§6.4 read input registers',
    { kind: 'read', unit, table: 'input-register', address: 8, quantity: 1 },
    hex('04 00 08 00 01'),
    hex('04 02 00 0A'),
    { kind: 'registers', words: [10] },
  ],
  [
    '§6.5 write single coil',
    { kind: 'write-coil', unit, address: 0xac, bit: true },
    hex('05 00 AC FF 00'),
    hex('05 00 AC FF 00'),
    { kind: 'written' },
  ],
  [
    '§6.6 write single register',
    { kind: 'write-register', unit, address: 1, word: 3 },
    hex('06 00 01 00 03'),
    hex('06 00 01 00 03'),
    { kind: 'written' },
  ],
  [
    '§6.8 return query data',
    { kind: 'loopback', unit, data: [0xa537] },
    hex('08 00 00 A5 37'),
    hex('08 00 00 A5 37'),
    { kind: 'echo' },
  ],
  [
    '§6.11 write multiple coils',
    { kind: 'write-coils', unit, address: 0x13, bits: bitsOf('1011001110') },
    hex('0F 00 13 00 0A 02 CD 01'),
    hex('0F 00 13 00 0A'),
    { kind: 'written' },
  ],
  [
    '§6.12 write multiple registers',
    { kind: 'write-registers', unit, address: 1, words: [0x000a, 0x0102] },
    hex('10 00 01 00 02 04 00 0A 01 02'),
    hex('10 00 01 00 02'),
    { kind: 'written' },
  ],
  [
    '§6.16 mask write register',
    { kind: 'mask-write', unit, address: 4, and: 0xf2, or: 0x25 },
    hex('16 00 04 00 F2 00 25'),
    hex('16 00 04 00 F2 00 25'),
    { kind: 'written' },
  ],
  [
    '§6.17 read and write registers',
    { kind: 'read-write', unit, read: { address: 3, quantity: 6 }, write: { address: 14, words: [0xff, 0xff, 0xff] } },
    hex('17 00 03 00 06 00 0E 00 03 06 00 FF 00 FF 00 FF'),
    hex('17 0C 00 FE 0A CD 00 01 00 03 00 0D 00 FF'),
    { kind: 'registers', words: [0xfe, 0x0acd, 1, 3, 0x0d, 0xff] },
  ],
  [
    '§6.21 read device identification',
    { kind: 'identify', unit, access: 1, object: 0 },
    hex('2B 0E 01 00'),
    join(hex('2B 0E 01 01 00 00 03'), objects),
    {
      kind: 'identification',
      conformity: 1,
      next: null,
      objects: new Map([
        [0, 'Company identification'],
        [1, 'Product code XX'],
        [2, 'V2.11'],
      ]),
    },
  ],
]

describe('a Modbus request', () => {
  it.each(EXAMPLES)('%s stands on the wire as the standard has it', (_clause, request, question, answered, answer) => {
    expect(encodeRequest(request)).toEqual(question)
    expect(decodeRequest(unit, question)).toEqual(request)
    expect(decodeAnswer(request, answered)).toEqual(answer)
  })

  it('of any function comes back from its own bytes', () => {
    fc.assert(
      fc.property(anyModbusRequest, (request) => {
        expect(decodeRequest(request.unit, encodeRequest(request))).toEqual(request)
      }),
    )
  })

  it('is the only reading of its bytes: whatever bytes are a request are encoded to themselves', () => {
    const anyPdu = fc.tuple(fc.constantFrom(1, 2, 3, 4, 5, 6, 8, 15, 16, 22, 23, 43), fc.uint8Array({ maxLength: 12 }))
    fc.assert(
      fc.property(anyPdu, ([code, rest]) => {
        const pdu = Uint8Array.of(code, ...rest)
        const request = decodeRequest(unit, pdu)
        // Bits left over in the last byte are the sender's own matter.
        if (request !== null && request.kind !== 'write-coils') expect(encodeRequest(request)).toEqual(pdu)
      }),
      { numRuns: 2_000 },
    )
  })

  it('cut short or too long is none', () => {
    fc.assert(
      fc.property(anyModbusRequest, fc.nat({ max: 300 }), (request, length) => {
        const pdu = encodeRequest(request)
        // A shorter loop-back is a loop-back.
        fc.pre(length < pdu.length && (request.kind !== 'loopback' || length % 2 === 0 || length < 5))
        expect(decodeRequest(unit, pdu.slice(0, length))).toBeNull()
        if (request.kind !== 'loopback') expect(decodeRequest(unit, join(pdu, Uint8Array.of(0)))).toBeNull()
      }),
    )
  })

  const many = (count: number) => Array.from({ length: count }, () => 0)
  const bits = (count: number) => many(count).map(() => true)
  it.each<ModbusRequest>([
    { kind: 'read', unit, table: 'coil', address: 0, quantity: 2_001 },
    { kind: 'write-coil', unit, address: 65_536, bit: true },
    { kind: 'write-register', unit, address: -1, word: 0 },
    { kind: 'write-register', unit, address: 0, word: 65_536 },
    { kind: 'write-register', unit, address: 0, word: 1.5 },
    { kind: 'write-coils', unit, address: 0, bits: [] },
    { kind: 'write-coils', unit, address: 0, bits: bits(1_969) },
    { kind: 'write-registers', unit, address: 65_535, words: [1, 2] },
    { kind: 'write-registers', unit, address: 0, words: many(124) },
    { kind: 'mask-write', unit, address: 0, and: -1, or: 0 },
    { kind: 'read-write', unit, read: { address: 0, quantity: 126 }, write: { address: 0, words: [1] } },
    { kind: 'read-write', unit, read: { address: 0, quantity: 1 }, write: { address: 0, words: many(122) } },
    { kind: 'loopback', unit, data: [] },
    { kind: 'loopback', unit, data: many(126) },
    { kind: 'identify', unit, access: 4, object: 256 },
  ])('beyond what the protocol allows is refused: %j', (request) => {
    expect(() => encodeRequest(request)).toThrow(RangeError)
  })
})

describe('an answer to it', () => {
  it('comes back from the bytes a device sends, and is as long as was foretold', () => {
    fc.assert(
      fc.property(anyModbusExchange, ({ request, answer, pdu }) => {
        expect(decodeAnswer(request, pdu)).toEqual(answer)
        expect(pdu.length).toBeLessThanOrEqual(longestAnswerBytes(request))
        const isVariable = answer.kind === 'exception' || answer.kind === 'identification'
        if (!isVariable) expect(pdu.length).toBe(longestAnswerBytes(request))
      }),
    )
  })

  it('cut short or too long is none', () => {
    fc.assert(
      fc.property(anyModbusExchange, fc.nat({ max: 252 }), ({ request, pdu }, length) => {
        fc.pre(length < pdu.length)
        expect(decodeAnswer(request, pdu.slice(0, length))).toBeNull()
        expect(decodeAnswer(request, join(pdu, Uint8Array.of(0)))).toBeNull()
      }),
    )
  })

  it('to another function is none', () => {
    fc.assert(
      fc.property(anyModbusExchange, anyModbusExchange, ({ request, pdu }, other) => {
        fc.pre(((other.pdu[0] ?? 0) & 0x7f) !== ((pdu[0] ?? 0) & 0x7f))
        expect(decodeAnswer(request, other.pdu)).toBeNull()
      }),
    )
  })

  it.each([
    ['another address', { kind: 'write-register', unit, address: 1, word: 3 }, '06 00 02 00 03'],
    ['another value', { kind: 'write-register', unit, address: 1, word: 3 }, '06 00 01 00 04'],
    ['another coil state', { kind: 'write-coil', unit, address: 1, bit: true }, '05 00 01 00 00'],
    ['fewer registers', { kind: 'write-registers', unit, address: 1, words: [1, 2] }, '10 00 01 00 01'],
    ['other query data', { kind: 'loopback', unit, data: [1] }, '08 00 00 00 02'],
    ['another level', { kind: 'identify', unit, access: 1, object: 0 }, '2B 0E 02 01 00 00 01 00 01 41'],
    ['half a promise of more', { kind: 'identify', unit, access: 1, object: 0 }, '2B 0E 01 01 01 00 01 00 01 41'],
    ['an object twice', { kind: 'identify', unit, access: 1, object: 0 }, '2B 0E 01 01 00 00 02 00 01 41 00 01 42'],
  ] as const)('with %s is none', (_what, request, pdu) => {
    expect(decodeAnswer(request, hex(pdu))).toBeNull()
  })

  it('may say where to go on with the identification', () => {
    const request: ModbusRequest = { kind: 'identify', unit, access: 2, object: 0 }
    expect(decodeAnswer(request, hex('2B 0E 02 82 FF 04 01 00 02 41 42'))).toEqual({
      kind: 'identification',
      conformity: 0x82,
      next: 4,
      objects: new Map([[0, 'AB']]),
    })
  })
})
