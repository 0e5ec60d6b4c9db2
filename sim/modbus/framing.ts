/** A request as it came over the line, and how its answer has to be wrapped. */
export interface Framed {
  readonly unit: number
  readonly pdu: Uint8Array
  wrap(answer: Uint8Array): Uint8Array
}

/** Cuts requests out of received bytes. What is left over waits for more. */
export type Cutter = (bytes: Uint8Array) => readonly Framed[]

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
      found.push({ unit, pdu: waiting.slice(MBAP_BYTES, 6 + length), wrap: (pdu) => mbap(transaction, unit, pdu) })
      waiting = waiting.slice(6 + length)
    }
    return found
  }
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

/** Requests in RTU framing, found by their CRC behind any noise. Function codes 15 and 16 carry their own length. */
export function rtuCutter(): Cutter {
  let waiting: Uint8Array = new Uint8Array()
  return (bytes) => {
    waiting = joined(waiting, bytes)
    const found: Framed[] = []
    for (let start = 0; start < waiting.length;) {
      const length = rtuLength(waiting, start)
      const frame = waiting.subarray(start, start + length)
      if (frame.length < length || crc(frame) !== 0) {
        start++
        continue
      }
      const unit = frame[0] ?? 0
      found.push({ unit, pdu: frame.slice(1, -2), wrap: (pdu) => rtu(unit, pdu) })
      waiting = waiting.slice(start + length)
      start = 0
    }
    waiting = waiting.slice(Math.max(0, waiting.length - MAX_ADU))
    return found
  }
}

function rtuLength(bytes: Uint8Array, start: number): number {
  const code = bytes[start + 1] ?? 0
  return code === 15 || code === 16 ? 9 + (bytes[start + 6] ?? 0) : 8
}

function rtu(unit: number, pdu: Uint8Array): Uint8Array {
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

function joined(left: Uint8Array, right: Uint8Array): Uint8Array {
  const both = new Uint8Array(left.length + right.length)
  both.set(left)
  both.set(right, left.length)
  return both
}
