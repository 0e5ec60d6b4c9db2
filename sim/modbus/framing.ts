/** A request as it came over the line, and how its answer has to be wrapped. */
export interface Framed {
  readonly unit: number
  readonly pdu: Uint8Array
  /** null on RTU lines, which have none. */
  readonly transaction: number | null
  /** The answer for the line, as from this unit to this request, or with another's marks. */
  wrap(answer: Uint8Array, as?: Marks): Uint8Array
}

/** What ties an answer to a request. */
export interface Marks {
  readonly unit?: number
  readonly transaction?: number
}

/** Cuts requests out of received bytes. What is left over waits for more. */
export type Cutter = (bytes: Uint8Array) => readonly Framed[]

const LOOPBACK = 8
const MBAP_BYTES = 7
const MAX_ADU = 260

/** Requests in Modbus/TCP framing: transaction, protocol 0, length, unit. Throws RangeError where the stream is not that. */
export function tcpCutter(): Cutter {
  let waiting: Uint8Array = new Uint8Array()
  return (bytes) => {
    waiting = joined(waiting, bytes)
    const found: Framed[] = []
    while (waiting.length >= MBAP_BYTES) {
      const view = new DataView(waiting.buffer, waiting.byteOffset)
      const length = view.getUint16(4)
      if (view.getUint16(2) !== 0 || length < 2 || length > MAX_ADU - 6) throw new RangeError('not Modbus/TCP')
      if (waiting.length < 6 + length) break
      const transaction = view.getUint16(0)
      const unit = view.getUint8(6)
      found.push(tcpFramed(transaction, unit, waiting.slice(MBAP_BYTES, 6 + length)))
      waiting = waiting.slice(6 + length)
    }
    return found
  }
}

function tcpFramed(transaction: number, unit: number, pdu: Uint8Array): Framed {
  const wrap = (answer: Uint8Array, as: Marks = {}) => mbap(as.transaction ?? transaction, as.unit ?? unit, answer)
  return { unit, pdu, transaction, wrap }
}

/** A request that stood in an RTU frame. */
export function rtuFramed(unit: number, pdu: Uint8Array): Framed {
  return { unit, pdu, transaction: null, wrap: (answer, as = {}) => rtu(as.unit ?? unit, answer) }
}

function mbap(transaction: number, unit: number, pdu: Uint8Array): Uint8Array {
  const frame = new Uint8Array(MBAP_BYTES + pdu.length)
  const view = new DataView(frame.buffer)
  view.setUint16(0, transaction)
  view.setUint16(4, pdu.length + 1)
  view.setUint8(6, unit)
  frame.set(pdu, MBAP_BYTES)
  return frame
}

/** Requests in RTU framing, found by their CRC behind any noise. */
export function rtuCutter(): Cutter {
  let waiting: Uint8Array = new Uint8Array()
  return (bytes) => {
    waiting = joined(waiting, bytes)
    const found: Framed[] = []
    for (let start = 0; start < waiting.length;) {
      const end = frameEnd(waiting, start)
      if (end === null) {
        start++
        continue
      }
      const unit = waiting[start] ?? 0
      found.push(rtuFramed(unit, waiting.slice(start + 1, end - 2)))
      waiting = waiting.slice(end)
      start = 0
    }
    waiting = waiting.slice(Math.max(0, waiting.length - MAX_ADU))
    return found
  }
}

/** Where the whole request that starts here ends, or null where none does. */
function frameEnd(bytes: Uint8Array, start: number): number | null {
  const fits = (length: number) => {
    return start + length <= bytes.length && crc(bytes.subarray(start, start + length)) === 0
  }
  if (bytes[start + 1] !== LOOPBACK) {
    const length = lengthOf(bytes, start)
    return fits(length) ? start + length : null
  }
  // It carries any number of words and does not say how many.
  for (let length = 6; start + length <= bytes.length; length += 2) if (fits(length)) return start + length
  return null
}

/** Length of the request that may start here. Functions 15, 16 and 23 say how many bytes they carry. */
function lengthOf(bytes: Uint8Array, start: number): number {
  switch (bytes[start + 1]) {
    case 15:
    case 16:
      return 9 + (bytes[start + 6] ?? 0)
    case 22:
      return 10
    case 23:
      return 13 + (bytes[start + 10] ?? 0)
    case 43:
      return 7
    default:
      return 8
  }
}

/** A frame for an RTU line: unit id, PDU, CRC low byte first. */
export function rtu(unit: number, pdu: Uint8Array): Uint8Array {
  const frame = new Uint8Array(pdu.length + 3)
  frame[0] = unit
  frame.set(pdu, 1)
  const check = crc(frame.subarray(0, -2))
  frame[frame.length - 2] = check & 0xff
  frame[frame.length - 1] = check >> 8
  return frame
}

/** CRC-16/MODBUS, bit by bit. Over a frame with its own CRC it is 0. (MODBUS over Serial Line V1.02 §6.2.2) */
export function crc(bytes: Uint8Array): number {
  let sum = 0xffff
  for (const byte of bytes) {
    sum ^= byte
    for (let bit = 0; bit < 8; bit++) sum = (sum & 1) === 1 ? (sum >> 1) ^ 0xa001 : sum >> 1
  }
  return sum
}

/** Two pieces of bytes as one. */
export function joined(left: Uint8Array, right: Uint8Array): Uint8Array {
  const both = new Uint8Array(left.length + right.length)
  both.set(left)
  both.set(right, left.length)
  return both
}
