import { encodeReadRequest, type ReadRequest } from './modbus-pdu.ts'

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
export function encodeTcpRequest(transaction: number, request: ReadRequest): Uint8Array {
  return encodeTcp({ transaction, unit: request.unit, pdu: encodeReadRequest(request) })
}

/** The first message of a stream; its protocol id must be 0 and its length that of unit id and a PDU. */
export function scanTcp(seen: Uint8Array): TcpScan {
  const [t1, t2, p1, p2, l1, l2, unit] = seen
  if ((p1 ?? 0) !== 0 || (p2 ?? 0) !== 0) return { kind: 'malformed', why: 'protocol id is not 0' }
  if (l1 === undefined || l2 === undefined) return { kind: 'incomplete' }
  const length = (l1 << 8) | l2
  if (length < 2 || length > MAX_LENGTH) return { kind: 'malformed', why: `length ${length} is not 2–${MAX_LENGTH}` }
  const end = HEADER - 1 + length
  if (t1 === undefined || t2 === undefined || unit === undefined || seen.length < end) return { kind: 'incomplete' }
  return { kind: 'message', message: { transaction: (t1 << 8) | t2, unit, pdu: seen.slice(HEADER, end) }, end }
}
