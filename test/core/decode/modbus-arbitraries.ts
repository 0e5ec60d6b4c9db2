import fc from 'fast-check'
import {
  answerBytes,
  functionOf,
  isBitTable,
  MAX_BITS,
  MAX_REGISTERS,
  type ReadRequest,
} from '../../../core/decode/modbus-pdu.ts'

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

export function join(...parts: readonly Uint8Array[]): Uint8Array {
  return Uint8Array.from(parts.flatMap((part) => [...part]))
}
