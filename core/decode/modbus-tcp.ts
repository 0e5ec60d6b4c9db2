import { wordAt } from './modbus-cells.ts'
import { encodeRequest, type ModbusRequest } from './modbus-request.ts'

/** One message of a Modbus TCP stream. */
export interface TcpMessage {
  readonly transaction: number
  readonly unit: number
  readonly pdu: Uint8Array
}

/**
 * What a stream's bytes so far come to. `malformed` means that the stream is out of step and must be closed: there is no
 * way to find the next header in it.
 */
export type TcpScan =
  | { readonly kind: 'message'; readonly message: TcpMessage; readonly end: number }
  | { readonly kind: 'incomplete' }
  | { readonly kind: 'malformed'; readonly why: string }

const HEADER = 7
/** Unit id and the longest PDU, 253 bytes. */
const MAX_LENGTH = 254

/** A message with its MBAP header. (MODBUS Messaging on TCP/IP V1.0b §3.1.3) */
export function encodeTcp({ transaction, unit, pdu }: TcpMessage): Uint8Array {
  const length = pdu.length + 1
  const bytes = new Uint8Array(HEADER + pdu.length)
  bytes.set([transaction >>> 8, transaction & 0xff, 0, 0, length >>> 8, length & 0xff, unit])
  bytes.set(pdu, HEADER)
  return bytes
}

/** The request as it goes on the connection. Throws RangeError for a request the protocol does not allow. */
export function encodeTcpRequest(transaction: number, request: ModbusRequest): Uint8Array {
  return encodeTcp({ transaction, unit: request.unit, pdu: encodeRequest(request) })
}

/** The message of a stream that begins at `at`; its protocol id must be 0 and its length that of unit id and a PDU. */
export function scanTcp(seen: Uint8Array, at = 0): TcpScan {
  const there = seen.length - at
  if ((there > 2 && seen[at + 2] !== 0) || (there > 3 && seen[at + 3] !== 0)) {
    return { kind: 'malformed', why: 'protocol id is not 0' }
  }
  if (there < 6) return { kind: 'incomplete' }
  const length = wordAt(seen, at + 4)
  if (length < 2 || length > MAX_LENGTH) return { kind: 'malformed', why: `length ${length} is not 2–${MAX_LENGTH}` }
  const end = at + HEADER - 1 + length
  if (seen.length < end) return { kind: 'incomplete' }
  const message = { transaction: wordAt(seen, at), unit: seen[at + 6] ?? 0, pdu: seen.slice(at + HEADER, end) }
  return { kind: 'message', message, end }
}

/** Whether a message may have this transaction id now, and this unit id as far as that is there. */
export type IsOurs = (transaction: number, unit: number | undefined) => boolean

/**
 * Whether another message stands inside a PDU. Where a message was cut short, the next one fills it up to the length it
 * promised, and nothing but its header in the midst of the data shows it.
 */
export function holdsMessage(pdu: Uint8Array, isOurs: IsOurs): boolean {
  for (let at = pdu.indexOf(0, 3); at !== -1 && at + 4 < pdu.length; at = pdu.indexOf(0, at + 1)) {
    if (beginsMessage(pdu, at - 2, isOurs)) return true
  }
  return false
}

/** Whether a message that `isOurs` may begin at `at`, as far as the bytes are there; at least three are. */
export function beginsMessage(bytes: Uint8Array, at: number, isOurs: IsOurs): boolean {
  if (bytes[at + 2] !== 0 || (bytes[at + 3] ?? 0) !== 0 || (bytes[at + 4] ?? 0) !== 0) return false
  return isPlausible(bytes.subarray(at + 5, at + 9)) && isOurs(wordAt(bytes, at), bytes[at + 6])
}

/**
 * Whether these can be length, unit id, function and byte count, as far as they are there. Data of small numbers has the
 * look of a header too often to be less strict. (MODBUS Application Protocol V1.1b3 §6)
 */
function isPlausible([length, , code, count]: Uint8Array): boolean {
  if (length === undefined) return true
  if (length < 3) return false
  if (code === undefined) return true
  if (code >= 0x80) return length === 3
  switch (code) {
    case 1:
    case 2:
    case 3:
    case 4:
    case 23:
      return count === undefined || length === count + 3
    case 5:
    case 6:
    case 15:
    case 16:
      return length === 6
    case 8:
      return length >= 6
    case 22:
      return length === 8
    case 43:
      return length >= 8
    default:
      return false
  }
}
