import {
  answerBytes,
  functionOf,
  isBitTable,
  MAX_BITS,
  MAX_REGISTERS,
  type ReadAnswer,
  type ReadRequest,
} from '../../core/decode/modbus-pdu.ts'
import type { Room } from './field-bus.ts'

/** What tells one answer of a unit from another: function code and byte count, as one number. There are not more than 1,024. */
export type Shape = number

/** Answer lengths looked through where there is room for more. */
const MOST_STEPS = 64

/** The shape of the answer to `request`. */
export function shapeOf(request: ReadRequest): Shape {
  return shape(functionOf(request.table), answerBytes(request))
}

/** The shape of the answer to a read that `pdu` is; null when it is none. */
export function shapeIn(pdu: Uint8Array): Shape | null {
  const [code = 0, bytes = 0] = pdu
  return code >= 1 && code <= 4 && pdu.length === 2 + bytes ? shape(code, bytes) : null
}

/** The function code of a shape. */
export function codeOf(shape: Shape): number {
  return shape >>> 8
}

/** The byte count of a shape. */
export function bytesOf(shape: Shape): number {
  return shape & 0xff
}

/** What `wanted` asked for of the answer to the wider `sent`; an exception is handed on as it is. */
export function cutBack(wanted: ReadRequest, sent: ReadRequest, answer: ReadAnswer): ReadAnswer {
  const start = wanted.address - sent.address
  const end = start + wanted.quantity
  switch (answer.kind) {
    case 'registers':
      return { kind: 'registers', words: answer.words.slice(start, end) }
    case 'bits':
      return { kind: 'bits', bits: answer.bits.slice(start, end) }
    case 'exception':
      return answer
  }
}

/** The request itself and then ever wider ones, each with an answer of another length; those after it come first. */
export function* widenings(request: ReadRequest, room: Room): Generator<ReadRequest> {
  yield request
  const { address, quantity, table } = request
  const most = isBitTable(table) ? MAX_BITS : MAX_REGISTERS
  const before = Math.max(0, Math.min(room.before, address))
  const after = Math.max(0, Math.min(room.after, 65_536 - address - quantity))
  const step = isBitTable(table) ? 8 : 1
  for (let count = 1; count <= MOST_STEPS; count += 1) {
    const more = count * step
    if (more > before + after || quantity + more > most) return
    const behind = Math.min(more, after)
    const ahead = Math.min(more, before)
    yield { ...request, address: address - (more - behind), quantity: quantity + more }
    if (ahead !== more - behind) yield { ...request, address: address - ahead, quantity: quantity + more }
  }
}

function shape(code: number, bytes: number): Shape {
  return (code << 8) | bytes
}
