import type { ModbusTable } from '../../core/contract/device-profile.ts'
import type { Image } from './image.ts'

/** A device on a bus as its protocol sees it. */
export interface Station {
  readonly unit: number
  /** Most registers it gives in one answer. */
  readonly maxRegisters: number
  /** What it holds now. */
  image(): Image
}

const ILLEGAL_FUNCTION = 0x01
const ILLEGAL_ADDRESS = 0x02
const ILLEGAL_VALUE = 0x03

const TABLE_OF: Readonly<Record<number, ModbusTable>> = {
  1: 'coil',
  2: 'discrete-input',
  3: 'holding-register',
  4: 'input-register',
}

/** Registers that makers leave free between two values still answer, with 0, when the hole is no wider than this. */
const RESERVED_HOLE = 16

/**
 * What `station` answers to a request: function codes 1–4, else exception 1; an address it does not have is exception 2;
 * a count it does not give is exception 3. (MODBUS Application Protocol V1.1b3 §6.1–6.4, §7)
 */
export function answerOf(station: Station, request: Uint8Array): Uint8Array {
  const view = new DataView(request.buffer, request.byteOffset, request.byteLength)
  const code = request[0] ?? 0
  const table = TABLE_OF[code]
  if (table === undefined) return exception(code, ILLEGAL_FUNCTION)
  if (request.length !== 5) return exception(code, ILLEGAL_VALUE)
  const address = view.getUint16(1)
  const count = view.getUint16(3)
  const bits = code <= 2
  if (count < 1 || count > (bits ? 2_000 : station.maxRegisters)) return exception(code, ILLEGAL_VALUE)
  const held = station.image()[table]
  const cells = read(held, address, count)
  if (cells === null) return exception(code, ILLEGAL_ADDRESS)
  return bits ? packedBits(code, cells) : packedWords(code, cells)
}

function read(held: ReadonlyMap<number, number>, address: number, count: number): readonly number[] | null {
  const cells: number[] = []
  for (let cell = address; cell < address + count; cell++) {
    const word = held.get(cell) ?? (isReserved(held, cell) ? 0 : null)
    if (word === null) return null
    cells.push(word)
  }
  return cells
}

function isReserved(held: ReadonlyMap<number, number>, address: number): boolean {
  const near = (step: 1 | -1) => {
    for (let away = 1; away <= RESERVED_HOLE; away++) if (held.has(address + step * away)) return away
    return Infinity
  }
  return near(1) + near(-1) <= RESERVED_HOLE + 1
}

function packedBits(code: number, cells: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(2 + Math.ceil(cells.length / 8))
  bytes[0] = code
  bytes[1] = bytes.length - 2
  for (const [index, cell] of cells.entries()) {
    const at = 2 + (index >> 3)
    if (cell !== 0) bytes[at] = (bytes[at] ?? 0) | (1 << (index & 7))
  }
  return bytes
}

function packedWords(code: number, cells: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(2 + cells.length * 2)
  const view = new DataView(bytes.buffer)
  bytes[0] = code
  bytes[1] = cells.length * 2
  for (const [index, cell] of cells.entries()) view.setUint16(2 + index * 2, cell)
  return bytes
}

function exception(code: number, reason: number): Uint8Array {
  return Uint8Array.of((code | 0x80) & 0xff, reason)
}
