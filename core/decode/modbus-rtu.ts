import { crc16 } from './crc16.ts'
import { answerLengthAt, decodeAnswer, identificationLengthAt } from './modbus-answer.ts'
import { encodeRequest, type ModbusAnswer, type ModbusRequest } from './modbus-request.ts'

/** What the bytes seen so far come to. `start` and `end` say where the frame lies; all bytes outside it are noise. */
export type RtuScan =
  | {
      readonly kind: 'frame'
      readonly answer: ModbusAnswer
      readonly pdu: Uint8Array
      readonly start: number
      readonly end: number
      /** True when a copy of the request stood before the answer: the line sends back what is sent on it. */
      readonly echoed: boolean
    }
  | { readonly kind: 'nothing' }

/** A frame in which somebody answers something. */
export interface RtuFrame {
  readonly unit: number
  readonly pdu: Uint8Array
  readonly start: number
  readonly end: number
}

/** Bytes of a frame beside its PDU: unit id and CRC. */
export const RTU_OVERHEAD = 3
/** An exception, the shortest answer. */
const SHORTEST = 5

/** A frame for the line: unit id, PDU, CRC low byte first. (MODBUS over Serial Line V1.02 §2.5.1) */
export function encodeRtu(unit: number, pdu: Uint8Array): Uint8Array {
  const frame = new Uint8Array(pdu.length + RTU_OVERHEAD)
  frame[0] = unit
  frame.set(pdu, 1)
  const crc = crc16(frame.subarray(0, pdu.length + 1))
  frame[pdu.length + 1] = crc & 0xff
  frame[pdu.length + 2] = crc >>> 8
  return frame
}

/** The request as it goes on the line. Throws RangeError for a request the protocol does not allow. */
export function encodeRtuRequest(request: ModbusRequest): Uint8Array {
  return encodeRtu(request.unit, encodeRequest(request))
}

/**
 * Finds the answer to `request` behind any noise: the first place where it stands whole with a fitting CRC. Silence is
 * not needed, so split and glued frames are no matter.
 *
 * Some two-wire lines send back what is sent on them: `echoes`, which any answer to a read shows by `RtuScan.echoed`. A
 * read's own request is never taken for its answer, nor is the beginning of it while the rest may still come. The answer to
 * a write or a loop-back may be the request itself, byte for byte, and nothing in it tells the two apart: on a line that
 * echoes only what follows the first copy can be the answer; on another line the first copy is the answer.
 */
export function scanRtu(seen: Uint8Array, request: ModbusRequest, echoes = false): RtuScan {
  const own = encodeRtuRequest(request)
  const likeness = likenessOf(request)
  let echoed = false
  for (let start = 0; start + SHORTEST <= seen.length; start += 1) {
    if (seen[start] !== request.unit) continue
    const common = commonBytes(seen, start, own)
    if (common === own.length && (likeness === 'whole' ? echoes && !echoed : true)) {
      echoed = true
      start += own.length - 1
      continue
    }
    const mayBeEcho = likeness === 'none' ? start + common === seen.length : echoes && !echoed
    const end = mayBeEcho ? null : frameEnd(seen, start, answerLengthAt(request, seen, start + 1))
    if (end === null) continue
    const pdu = seen.slice(start + 1, end - 2)
    const answer = decodeAnswer(request, pdu)
    if (answer !== null) return { kind: 'frame', answer, pdu, start, end, echoed }
  }
  return { kind: 'nothing' }
}

/**
 * The first frame at or behind `from` that answers anything at all, whoever asked: an answer that came too late is known
 * by it. Requests are not found, but for writes, whose answers look like them.
 */
export function rtuAnswerIn(seen: Uint8Array, from = 0): RtuFrame | null {
  for (let start = from; start + SHORTEST <= seen.length; start += 1) {
    const end = frameEnd(seen, start, anyAnswerLengthAt(seen, start + 1))
    if (end !== null) return { unit: seen[start] ?? 0, pdu: seen.slice(start + 1, end - 2), start, end }
  }
  return null
}

/** How much of a request its answer repeats. */
function likenessOf(request: ModbusRequest): 'none' | 'start' | 'whole' {
  switch (request.kind) {
    case 'read':
    case 'read-write':
    case 'identify':
      return 'none'
    case 'write-coils':
    case 'write-registers':
      return 'start'
    case 'write-coil':
    case 'write-register':
    case 'mask-write':
    case 'loopback':
      return 'whole'
  }
}

/** Bytes from `start` on that are those of `frame`. */
function commonBytes(seen: Uint8Array, start: number, frame: Uint8Array): number {
  let common = 0
  while (common < frame.length && start + common < seen.length && seen[start + common] === frame[common]) common += 1
  return common
}

/** Where the frame ends that starts at `start` and holds a PDU of `length`; null when it is not all there or damaged. */
function frameEnd(seen: Uint8Array, start: number, length: number | null): number | null {
  if (length === null) return null
  const end = start + length + RTU_OVERHEAD
  return end <= seen.length && crc16(seen.subarray(start, end)) === 0 ? end : null
}

/** Bytes of the PDU at `at`, if one of the known functions answers there. (MODBUS Application Protocol V1.1b3 §6) */
function anyAnswerLengthAt(seen: Uint8Array, at: number): number | null {
  const [code = 0, count = 0] = seen.subarray(at, at + 2)
  if (code >= 0x80) return count === 0 ? null : 2
  switch (code) {
    case 1:
    case 2:
      return count >= 1 && count <= 250 ? 2 + count : null
    case 3:
    case 4:
    case 23:
      return count >= 2 && count <= 250 && count % 2 === 0 ? 2 + count : null
    case 5:
    case 6:
    case 8:
    case 15:
    case 16:
      return 5
    case 22:
      return 7
    default:
      return identificationLengthAt(seen, at)
  }
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
