import type { ModbusTable } from '../../core/contract/device-profile.ts'
import type { Image } from './image.ts'

/** The tables that can be written. */
export type WritableTable = 'coil' | 'holding-register'

/** A device on a bus as its protocol sees it. */
export interface Station {
  readonly unit: number
  /** Most registers it gives in one answer. */
  readonly maxRegisters: number
  /** What it holds now. */
  image(): Image
  /** Takes what is written; where it is absent nothing can be written. Called only with cells that the image has. */
  readonly write?: (table: WritableTable, address: number, values: readonly number[]) => void
  /** Whether it sends query data back. (function 8, sub-function 0) */
  readonly loopback?: boolean
  /** What it tells of itself, as texts by object id; 0–2 are vendor, product code and revision. (function 43/14) */
  readonly identification?: ReadonlyMap<number, string>
  /** The exception 1–11 with which it refuses this request, such as 6 while it is busy; null = it serves it. */
  readonly refusal?: (request: Uint8Array) => number | null
}

const ILLEGAL_FUNCTION = 0x01
const ILLEGAL_ADDRESS = 0x02
const ILLEGAL_VALUE = 0x03

const MAX_READ_BITS = 2_000
const MAX_WRITE_BITS = 1_968
const MAX_WRITE_REGISTERS = 123
const MAX_READ_WRITE_REGISTERS = 121
const COIL_ON = 0xff00
const READ_IDENTIFICATION = 14
/** Bytes of identification objects that one answer holds. */
const MAX_OBJECT_BYTES = 244

const TABLE_OF: Readonly<Record<number, ModbusTable>> = {
  1: 'coil',
  2: 'discrete-input',
  3: 'holding-register',
  4: 'input-register',
}

/** Registers that makers leave free between two values still answer, with 0, when the hole is no wider than this. */
const RESERVED_HOLE = 16

interface Asked {
  readonly station: Station
  readonly code: number
  readonly request: Uint8Array
  readonly view: DataView
}

/**
 * What `station` answers to a request: function codes 1–6, 8, 15, 16, 22, 23 and 43/14 as far as it has them, else exception 1;
 * an address it does not have is exception 2; a count or value it does not take is exception 3.
 * (MODBUS Application Protocol V1.1b3 §6, §7)
 */
export function answerOf(station: Station, request: Uint8Array): Uint8Array {
  const code = request[0] ?? 0
  const refused = station.refusal?.(request) ?? null
  if (refused !== null) return exception(code, refused)
  const view = new DataView(request.buffer, request.byteOffset, request.byteLength)
  const serve = servantOf(station, code)
  return serve === null ? exception(code, ILLEGAL_FUNCTION) : serve({ station, code, request, view })
}

function servantOf(station: Station, code: number): ((asked: Asked) => Uint8Array) | null {
  const { write, loopback, identification } = station
  if (code in TABLE_OF) return readCells
  if (code === 8) return loopback === true ? sendBack : null
  if (code === 43) return identification === undefined ? null : identify
  if (write === undefined) return null
  if (code === 5 || code === 6) return writeOne
  if (code === 15 || code === 16) return writeMany
  if (code === 22) return maskWrite
  return code === 23 ? readWrite : null
}

function readCells({ station, code, request, view }: Asked): Uint8Array {
  const table = TABLE_OF[code]
  if (table === undefined || request.length !== 5) return exception(code, ILLEGAL_VALUE)
  const address = view.getUint16(1)
  const count = view.getUint16(3)
  const bits = code <= 2
  if (count < 1 || count > (bits ? MAX_READ_BITS : station.maxRegisters)) return exception(code, ILLEGAL_VALUE)
  const cells = read(station.image()[table], address, count)
  if (cells === null) return exception(code, ILLEGAL_ADDRESS)
  return bits ? packedBits(code, cells) : packedWords(code, cells)
}

function writeOne({ station, code, request, view }: Asked): Uint8Array {
  if (request.length !== 5) return exception(code, ILLEGAL_VALUE)
  const address = view.getUint16(1)
  const value = view.getUint16(3)
  if (code === 5 && value !== 0 && value !== COIL_ON) return exception(code, ILLEGAL_VALUE)
  const values = [code === 5 ? Number(value === COIL_ON) : value]
  return put(station, code === 5 ? 'coil' : 'holding-register', address, values) ? request : noAddress(code)
}

function writeMany({ station, code, request, view }: Asked): Uint8Array {
  const isBits = code === 15
  if (request.length < 7) return exception(code, ILLEGAL_VALUE)
  const address = view.getUint16(1)
  const count = view.getUint16(3)
  const bytes = isBits ? Math.ceil(count / 8) : count * 2
  const most = isBits ? MAX_WRITE_BITS : MAX_WRITE_REGISTERS
  if (count < 1 || count > most || request[5] !== bytes || request.length !== 6 + bytes) {
    return exception(code, ILLEGAL_VALUE)
  }
  const values = Array.from({ length: count }, (_, index) => {
    return isBits ? ((request[6 + (index >> 3)] ?? 0) >> (index & 7)) & 1 : view.getUint16(6 + index * 2)
  })
  const isPut = put(station, isBits ? 'coil' : 'holding-register', address, values)
  return isPut ? request.slice(0, 5) : noAddress(code)
}

function maskWrite({ station, code, request, view }: Asked): Uint8Array {
  if (request.length !== 7) return exception(code, ILLEGAL_VALUE)
  const address = view.getUint16(1)
  const and = view.getUint16(3)
  const or = view.getUint16(5)
  const now = station.image()['holding-register'].get(address)
  const isPut = now !== undefined && put(station, 'holding-register', address, [(now & and) | (or & ~and & 0xffff)])
  return isPut ? request : noAddress(code)
}

/** Writes first, then reads. (MODBUS Application Protocol V1.1b3 §6.17) */
function readWrite({ station, code, request, view }: Asked): Uint8Array {
  if (request.length < 12) return exception(code, ILLEGAL_VALUE)
  const [from, quantity, address, count] = [1, 3, 5, 7].map((at) => view.getUint16(at))
  if (from === undefined || quantity === undefined || address === undefined || count === undefined)
    return noAddress(code)
  const isLegal = quantity >= 1 && quantity <= station.maxRegisters && count >= 1 && count <= MAX_READ_WRITE_REGISTERS
  if (!isLegal || request[9] !== count * 2 || request.length !== 10 + count * 2) return exception(code, ILLEGAL_VALUE)
  if (read(station.image()['holding-register'], from, quantity) === null) return noAddress(code)
  const values = Array.from({ length: count }, (_, index) => view.getUint16(10 + index * 2))
  if (!put(station, 'holding-register', address, values)) return noAddress(code)
  return packedWords(code, read(station.image()['holding-register'], from, quantity) ?? [])
}

function sendBack({ code, request, view }: Asked): Uint8Array {
  if (request.length < 3 || request.length % 2 === 0) return exception(code, ILLEGAL_VALUE)
  return view.getUint16(1) === 0 ? request : exception(code, ILLEGAL_FUNCTION)
}

/** Objects from the one asked for; `more follows` where they do not all fit. (MODBUS Application Protocol V1.1b3 §6.21) */
function identify({ station, code, request }: Asked): Uint8Array {
  const [, mei, access = 0, asked = 0] = request
  const objects = station.identification ?? new Map<number, string>()
  if (mei !== READ_IDENTIFICATION || request.length !== 4 || access < 1 || access > 4) {
    return exception(code, ILLEGAL_VALUE)
  }
  if (access === 4 && !objects.has(asked)) return exception(code, ILLEGAL_ADDRESS)
  const last = access === 4 ? asked : ({ 1: 0x02, 2: 0x7f, 3: 0xff }[access] ?? 0)
  // An object there is not is answered as if the first had been asked for.
  const first = access === 4 || objects.has(asked) ? asked : 0
  const wanted = [...objects.keys()].filter((id) => id >= first && id <= last).sort((a, b) => a - b)
  const body: number[] = []
  let given = 0
  for (const id of wanted) {
    const text = [...new TextEncoder().encode(objects.get(id))]
    if (body.length + text.length + 2 > MAX_OBJECT_BYTES) break
    body.push(id, text.length, ...text)
    given += 1
  }
  const next = wanted[given]
  const conformity = 0x80 | Math.min(3, access)
  const more = next === undefined ? [0, 0] : [0xff, next]
  return Uint8Array.of(code, READ_IDENTIFICATION, access, conformity, ...more, given, ...body)
}

function put(station: Station, table: WritableTable, address: number, values: readonly number[]): boolean {
  const held = station.image()[table]
  if (!values.every((_, index) => held.has(address + index))) return false
  station.write?.(table, address, values)
  return true
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

function noAddress(code: number): Uint8Array {
  return exception(code, ILLEGAL_ADDRESS)
}

/** The answer with which a device refuses function `code`. (MODBUS Application Protocol V1.1b3 §7) */
export function exception(code: number, reason: number): Uint8Array {
  return Uint8Array.of((code | 0x80) & 0xff, reason)
}
