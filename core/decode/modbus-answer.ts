import { sameBytes, wordsAt } from './modbus-cells.ts'
import { answerBytes, decodeReadAnswer, exceptionIn, isGatewayException, type ReadAnswer } from './modbus-pdu.ts'
import { encodeRequest, functionCodeOf, type ModbusAnswer, type ModbusRequest } from './modbus-request.ts'

/** The longest PDU there can be. (MODBUS Application Protocol V1.1b3 §4.1) */
export const MAX_PDU = 253
/** Function, MEI type, access, conformity, more, next object and the number of objects. (§6.21) */
const IDENTIFICATION_HEAD = 7

/** What a PDU answers to `request`, or null when it is no answer to it: another function, length, address or value. */
export function decodeAnswer(request: ModbusRequest, pdu: Uint8Array): ModbusAnswer | null {
  if (request.kind === 'read') return decodeReadAnswer(request, pdu)
  const expected = functionCodeOf(request)
  const code = exceptionIn(expected, pdu)
  if (code !== null) return { kind: 'exception', code }
  switch (request.kind) {
    case 'read-write': {
      const { quantity } = request.read
      const isFull = pdu[0] === expected && pdu[1] === 2 * quantity && pdu.length === 2 + 2 * quantity
      return isFull ? { kind: 'registers', words: wordsAt(pdu, 2, quantity) } : null
    }
    case 'identify':
      return identificationIn(request.access, pdu)
    case 'loopback':
      return sameBytes(pdu, echoOf(request)) ? { kind: 'echo' } : null
    case 'write-coil':
    case 'write-register':
    case 'mask-write':
    case 'write-coils':
    case 'write-registers':
      return sameBytes(pdu, echoOf(request)) ? { kind: 'written' } : null
  }
}

/** True for what a read can be answered with. */
export function isReadAnswer(answer: ModbusAnswer): answer is ReadAnswer {
  return answer.kind === 'registers' || answer.kind === 'bits' || answer.kind === 'exception'
}

/** True when a gateway answered that the device behind it was silent; the device's own answer may still come. */
export function isGivenUp(answer: ModbusAnswer): boolean {
  return answer.kind === 'exception' && isGatewayException(answer.code)
}

/** Bytes of the longest PDU that can answer `request`, for its time on the wire. */
export function longestAnswerBytes(request: ModbusRequest): number {
  switch (request.kind) {
    case 'read':
      return 2 + answerBytes(request)
    case 'read-write':
      return 2 + 2 * request.read.quantity
    case 'identify':
      return MAX_PDU
    case 'write-coil':
    case 'write-register':
    case 'mask-write':
    case 'write-coils':
    case 'write-registers':
    case 'loopback':
      return echoOf(request).length
  }
}

/**
 * Bytes of the answer to `request` whose PDU begins at `at`, an exception included; null where none begins there, or where
 * too little of it has come to tell.
 */
export function answerLengthAt(request: ModbusRequest, seen: Uint8Array, at: number): number | null {
  const code = functionCodeOf(request)
  if (seen[at] === (code | 0x80)) return (seen[at + 1] ?? 0) === 0 ? null : 2
  if (seen[at] !== code) return null
  if (request.kind === 'identify') return identificationLengthAt(seen, at)
  const longest = longestAnswerBytes(request)
  const isCounted = request.kind === 'read' || request.kind === 'read-write'
  return isCounted && seen[at + 1] !== longest - 2 ? null : longest
}

/** Bytes of a read device identification answer whose PDU begins at `at`; null as with `answerLengthAt`. */
export function identificationLengthAt(seen: Uint8Array, at: number): number | null {
  if (seen[at] !== 0x2b || seen[at + 1] !== 14) return null
  const objects = seen[at + 6]
  if (objects === undefined) return null
  let length = IDENTIFICATION_HEAD
  for (let object = 0; object < objects; object += 1) {
    const bytes = seen[at + length + 1]
    if (bytes === undefined || length + 2 + bytes > MAX_PDU) return null
    length += 2 + bytes
  }
  return length
}

/** The PDU with which functions 5, 6, 8 and 22 repeat the request, and 15 and 16 its address and quantity. (§6.5–6.16) */
function echoOf(request: ModbusRequest): Uint8Array {
  const pdu = encodeRequest(request)
  return request.kind === 'write-coils' || request.kind === 'write-registers' ? pdu.subarray(0, 5) : pdu
}

function identificationIn(access: number, pdu: Uint8Array): ModbusAnswer | null {
  const [, , level, conformity, more, next, count] = pdu
  if (identificationLengthAt(pdu, 0) !== pdu.length || level !== access) return null
  if (conformity === undefined || next === undefined || (more !== 0 && more !== 0xff)) return null
  const objects = new Map<number, string>()
  for (let at = IDENTIFICATION_HEAD; at < pdu.length; at += 2 + (pdu[at + 1] ?? 0)) {
    const text = pdu.subarray(at + 2, at + 2 + (pdu[at + 1] ?? 0))
    objects.set(pdu[at] ?? 0, String.fromCharCode(...text))
  }
  // Two objects of one id: nothing can be told from that. None at all is what a device without an identity answers.
  if (objects.size !== count) return null
  return { kind: 'identification', conformity, next: more === 0 ? null : next, objects }
}
