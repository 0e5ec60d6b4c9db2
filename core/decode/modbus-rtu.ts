import { crc16 } from './crc16.ts'
import { answerBytes, encodeReadRequest, functionOf, type ReadRequest } from './modbus-pdu.ts'

/** What the bytes seen so far come to. `start` and `end` say where the frame lies; all bytes outside it are noise. */
export type RtuScan =
  | { readonly kind: 'frame'; readonly pdu: Uint8Array; readonly start: number; readonly end: number }
  | { readonly kind: 'nothing' }

/** A frame for the line: unit id, PDU, CRC low byte first. (MODBUS over Serial Line V1.02 §2.5.1) */
export function encodeRtu(unit: number, pdu: Uint8Array): Uint8Array {
  const frame = new Uint8Array(pdu.length + 3)
  frame[0] = unit
  frame.set(pdu, 1)
  const crc = crc16(frame.subarray(0, pdu.length + 1))
  frame[pdu.length + 1] = crc & 0xff
  frame[pdu.length + 2] = crc >>> 8
  return frame
}

/** The request as it goes on the line. Throws RangeError for a request the protocol does not allow. */
export function encodeRtuRequest(request: ReadRequest): Uint8Array {
  return encodeRtu(request.unit, encodeReadRequest(request))
}

/**
 * Finds the answer to `request` behind any noise: the first place where unit id, function and byte count (or an
 * exception of the function) stand with a fitting CRC. Silence is not needed, so split and glued frames are no matter.
 *
 * The echo of our own request on a two-wire line looks like an answer of three bytes of bits when these are read at
 * 0x03xx; an exact copy of the request is therefore never taken for its answer.
 */
export function scanRtu(seen: Uint8Array, request: ReadRequest): RtuScan {
  const echo = encodeRtuRequest(request)
  const code = functionOf(request.table)
  const bytes = answerBytes(request)
  for (let start = 0; start + 5 <= seen.length; start += 1) {
    if (seen[start] !== request.unit) continue
    const length = frameLength(seen, start, code, bytes)
    if (length === null || start + length > seen.length) continue
    const frame = seen.subarray(start, start + length)
    if (crc16(frame) !== 0 || same(frame, echo)) continue
    return { kind: 'frame', pdu: frame.slice(1, -2), start, end: start + length }
  }
  return { kind: 'nothing' }
}

function frameLength(seen: Uint8Array, start: number, code: number, bytes: number): number | null {
  if (seen[start + 1] === code && seen[start + 2] === bytes) return bytes + 5
  return seen[start + 1] === (code | 0x80) && seen[start + 2] !== 0 ? 5 : null
}

function same(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index])
}

/**
 * Silence that ends a frame, in ms: 3.5 characters of 11 bits, and 1.75 ms above 19200 baud.
 * (MODBUS over Serial Line V1.02 §2.5.1.1)
 */
export function frameSilenceMs(baud: number): number {
  return baud > 19_200 ? 1.75 : (3.5 * 11 * 1_000) / baud
}

/** Time `bytes` take on the line, in ms, at 11 bits a character. */
export function wireTimeMs(bytes: number, baud: number): number {
  return (bytes * 11 * 1_000) / baud
}
