import fc from 'fast-check'
import {
  answerBytes,
  functionOf,
  isBitTable,
  MAX_BITS,
  MAX_REGISTERS,
  type ReadRequest,
} from '../../../core/decode/modbus-pdu.ts'
import type { ModbusAnswer, ModbusRequest } from '../../../core/decode/modbus-request.ts'

/** Any legal read request. */
export const anyRequest: fc.Arbitrary<ReadRequest> = fc
  .record({
    unit: fc.integer({ min: 1, max: 247 }),
    table: fc.constantFrom('coil', 'discrete-input', 'holding-register', 'input-register'),
    start: fc.nat(),
    size: fc.nat(),
  })
  .map(({ unit, table, start, size }) => {
    const quantity = 1 + (size % (isBitTable(table) ? MAX_BITS : MAX_REGISTERS))
    return { unit, table, quantity, address: start % (65_536 - quantity + 1) }
  })

/** A request and the PDU of a full answer to it with any data, or of an exception. */
export const anyExchange: fc.Arbitrary<{ request: ReadRequest; pdu: Uint8Array }> = anyRequest.chain((request) => {
  const bytes = answerBytes(request)
  const code = functionOf(request.table)
  const full = fc.uint8Array({ minLength: bytes, maxLength: bytes }).map((data) => Uint8Array.of(code, bytes, ...data))
  const exception = fc.integer({ min: 1, max: 255 }).map((why) => Uint8Array.of(code | 0x80, why))
  return fc.oneof(full, exception).map((pdu) => ({ request, pdu }))
})

const anyUnit = fc.integer({ min: 0, max: 255 })
const anyWord = fc.integer({ min: 0, max: 0xffff })
const words = (most: number) => fc.array(anyWord, { minLength: 1, maxLength: most })
const bits = (most: number) => fc.array(fc.boolean(), { minLength: 1, maxLength: most })
/** A first address at which `count` cells still fit. */
const fitting = (start: number, count: number) => start % (65_536 - count + 1)

/** Any legal request of any function. */
export const anyModbusRequest: fc.Arbitrary<ModbusRequest> = fc.oneof(
  anyRequest.map((read) => ({ kind: 'read' as const, ...read })),
  fc.record({ kind: fc.constant('write-coil' as const), unit: anyUnit, address: anyWord, bit: fc.boolean() }),
  fc.record({ kind: fc.constant('write-register' as const), unit: anyUnit, address: anyWord, word: anyWord }),
  fc
    .record({ kind: fc.constant('write-coils' as const), unit: anyUnit, address: anyWord, bits: bits(1_968) })
    .map((request) => ({ ...request, address: fitting(request.address, request.bits.length) })),
  fc
    .record({ kind: fc.constant('write-registers' as const), unit: anyUnit, address: anyWord, words: words(123) })
    .map((request) => ({ ...request, address: fitting(request.address, request.words.length) })),
  fc.record({ kind: fc.constant('mask-write' as const), unit: anyUnit, address: anyWord, and: anyWord, or: anyWord }),
  fc
    .record({
      unit: anyUnit,
      from: anyWord,
      quantity: fc.integer({ min: 1, max: 125 }),
      to: anyWord,
      words: words(121),
    })
    .map(({ unit, from, quantity, to, words: written }) => ({
      kind: 'read-write' as const,
      unit,
      read: { address: fitting(from, quantity), quantity },
      write: { address: fitting(to, written.length), words: written },
    })),
  fc.record({ kind: fc.constant('loopback' as const), unit: anyUnit, data: words(125) }),
  fc.record({
    kind: fc.constant('identify' as const),
    unit: anyUnit,
    access: fc.constantFrom(1, 2, 3, 4),
    object: fc.integer({ min: 0, max: 255 }),
  }),
)

/** A request of any function, an answer to it, and the PDU that a device would send for it. */
export interface ModbusExchange {
  readonly request: ModbusRequest
  readonly answer: ModbusAnswer
  readonly pdu: Uint8Array
}

export const anyModbusExchange: fc.Arbitrary<ModbusExchange> = anyModbusRequest.chain((request) =>
  fc
    .oneof(
      { weight: 4, arbitrary: fullAnswer(request) },
      fc.integer({ min: 1, max: 255 }).map((code): ModbusAnswer => ({ kind: 'exception', code })),
    )
    .map((answer) => ({ request, answer, pdu: answerPdu(request, answer) })),
)

function fullAnswer(request: ModbusRequest): fc.Arbitrary<ModbusAnswer> {
  switch (request.kind) {
    case 'read':
    case 'read-write': {
      const count = request.kind === 'read' ? request.quantity : request.read.quantity
      if (request.kind === 'read' && isBitTable(request.table)) {
        return fc
          .array(fc.boolean(), { minLength: count, maxLength: count })
          .map((answered) => ({ kind: 'bits', bits: answered }))
      }
      return fc
        .array(anyWord, { minLength: count, maxLength: count })
        .map((answered) => ({ kind: 'registers', words: answered }))
    }
    case 'loopback':
      return fc.constant({ kind: 'echo' })
    case 'identify':
      return fc
        .record({
          conformity: fc.constantFrom(1, 2, 3, 0x81, 0x82, 0x83),
          next: fc.option(fc.integer({ min: 0, max: 255 })),
          objects: fc
            .uniqueArray(
              fc.tuple(
                fc.integer({ min: 0, max: 255 }),
                fc.uint8Array({ maxLength: 28 }).map((bytes) => String.fromCharCode(...bytes)),
              ),
              { maxLength: 8, selector: ([id]) => id },
            )
            .map((pairs) => new Map(pairs)),
        })
        .map((identification) => ({ kind: 'identification', ...identification }))
    default:
      return fc.constant({ kind: 'written' })
  }
}

/** The answer's PDU, written down from the standard and not from our encoder. (MODBUS Application Protocol V1.1b3 §6) */
function answerPdu(request: ModbusRequest, answer: ModbusAnswer): Uint8Array {
  const code = FUNCTION_CODES[request.kind] ?? functionOf(request.kind === 'read' ? request.table : 'coil')
  const high = (word: number) => [word >>> 8, word & 0xff]
  switch (answer.kind) {
    case 'exception':
      return Uint8Array.of(code | 0x80, answer.code)
    case 'registers':
      return Uint8Array.of(code, 2 * answer.words.length, ...answer.words.flatMap(high))
    case 'bits': {
      const bytes = Array.from({ length: Math.ceil(answer.bits.length / 8) }, (_, index) =>
        answer.bits.slice(8 * index, 8 * index + 8).reduce((sum, bit, place) => sum + (bit ? 2 ** place : 0), 0),
      )
      return Uint8Array.of(code, bytes.length, ...bytes)
    }
    case 'identification': {
      const objects = [...answer.objects].flatMap(([id, text]) => [
        id,
        text.length,
        ...Array.from(text, (sign) => sign.charCodeAt(0)),
      ])
      const access = request.kind === 'identify' ? request.access : 0
      const more = answer.next === null ? [0, 0] : [0xff, answer.next]
      return Uint8Array.of(code, 14, access, answer.conformity, ...more, answer.objects.size, ...objects)
    }
    case 'echo':
      return Uint8Array.of(code, 0, 0, ...(request.kind === 'loopback' ? request.data.flatMap(high) : []))
    case 'written':
      return Uint8Array.of(code, ...writtenBack(request).flatMap(high))
  }
}

const FUNCTION_CODES: Partial<Record<ModbusRequest['kind'], number>> = {
  'write-coil': 5,
  'write-register': 6,
  loopback: 8,
  'write-coils': 15,
  'write-registers': 16,
  'mask-write': 22,
  'read-write': 23,
  identify: 43,
}

function writtenBack(request: ModbusRequest): readonly number[] {
  switch (request.kind) {
    case 'write-coil':
      return [request.address, request.bit ? 0xff00 : 0]
    case 'write-register':
      return [request.address, request.word]
    case 'write-coils':
      return [request.address, request.bits.length]
    case 'write-registers':
      return [request.address, request.words.length]
    case 'mask-write':
      return [request.address, request.and, request.or]
    default:
      return []
  }
}

export function join(...parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]))
}
