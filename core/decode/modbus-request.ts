import { bitBytes, bitsAt, joinBytes, wordAt, wordBytes, wordsAt } from './modbus-cells.ts'
import {
  decodeReadRequest,
  encodeReadRequest,
  functionOf,
  MAX_REGISTERS,
  type ReadAnswer,
  type ReadRequest,
} from './modbus-pdu.ts'

/** Most cells one request may write. (MODBUS Application Protocol V1.1b3 §6.11, §6.12, §6.17) */
export const MAX_WRITE_BITS = 1_968
export const MAX_WRITE_REGISTERS = 123
export const MAX_READ_WRITE_REGISTERS = 121
/** Most words that function 8 can carry: what is left of a PDU of 253 bytes. */
export const MAX_LOOPBACK_WORDS = 125

/**
 * Everything that can be asked of a Modbus device: function codes 1–6, 8, 15, 16, 22, 23 and 43/14. Addresses count from 0.
 * (MODBUS Application Protocol V1.1b3 §6)
 */
export type ModbusRequest =
  | ({ readonly kind: 'read' } & ReadRequest)
  | { readonly kind: 'write-coil'; readonly unit: number; readonly address: number; readonly bit: boolean }
  | { readonly kind: 'write-register'; readonly unit: number; readonly address: number; readonly word: number }
  | { readonly kind: 'write-coils'; readonly unit: number; readonly address: number; readonly bits: readonly boolean[] }
  | {
      readonly kind: 'write-registers'
      readonly unit: number
      readonly address: number
      readonly words: readonly number[]
    }
  | {
      readonly kind: 'mask-write'
      readonly unit: number
      readonly address: number
      readonly and: number
      readonly or: number
    }
  | {
      readonly kind: 'read-write'
      readonly unit: number
      readonly read: { readonly address: number; readonly quantity: number }
      readonly write: { readonly address: number; readonly words: readonly number[] }
    }
  /** Return query data, function 8 with sub-function 0: the device sends these 1–125 words back. Many take one only. */
  | { readonly kind: 'loopback'; readonly unit: number; readonly data: readonly number[] }
  /** Read device identification, function 43 with MEI type 14. `access` 1 basic, 2 regular, 3 extended, 4 one object. */
  | { readonly kind: 'identify'; readonly unit: number; readonly access: 1 | 2 | 3 | 4; readonly object: number }

/** What a device can answer. An exception is an answer: the device is there and says no. */
export type ModbusAnswer =
  | ReadAnswer
  /** The device says that it has written what it was told. */
  | { readonly kind: 'written' }
  | { readonly kind: 'echo' }
  | {
      readonly kind: 'identification'
      readonly conformity: number
      /** Object id from which to go on asking, null when that was all. */
      readonly next: number | null
      /** Texts by object id: 0 vendor, 1 product code, 2 revision, 4 product name, 5 model name. */
      readonly objects: ReadonlyMap<number, string>
    }

const WRITE_COIL = 5
const WRITE_REGISTER = 6
const DIAGNOSE = 8
const WRITE_COILS = 15
const WRITE_REGISTERS = 16
const MASK_WRITE = 22
const READ_WRITE = 23
const ENCAPSULATED = 43
const DEVICE_IDENTIFICATION = 14
const COIL_ON = 0xff00

/** The function code that carries a request. */
export function functionCodeOf(request: ModbusRequest): number {
  switch (request.kind) {
    case 'read':
      return functionOf(request.table)
    case 'write-coil':
      return WRITE_COIL
    case 'write-register':
      return WRITE_REGISTER
    case 'write-coils':
      return WRITE_COILS
    case 'write-registers':
      return WRITE_REGISTERS
    case 'mask-write':
      return MASK_WRITE
    case 'read-write':
      return READ_WRITE
    case 'loopback':
      return DIAGNOSE
    case 'identify':
      return ENCAPSULATED
  }
}

/** The request's PDU. Throws RangeError for a request the protocol does not allow. */
export function encodeRequest(request: ModbusRequest): Uint8Array {
  if (request.kind === 'read') return encodeReadRequest(request)
  return joinBytes(Uint8Array.of(functionCodeOf(request)), bodyOf(request))
}

function bodyOf(request: Exclude<ModbusRequest, { readonly kind: 'read' }>): Uint8Array {
  switch (request.kind) {
    case 'write-coil':
      return wordBytes(request.address, request.bit ? COIL_ON : 0)
    case 'write-register':
      return wordBytes(request.address, request.word)
    case 'write-coils':
      return blockOf(request.address, request.bits.length, MAX_WRITE_BITS, bitBytes(request.bits))
    case 'write-registers':
      return blockOf(request.address, request.words.length, MAX_WRITE_REGISTERS, wordBytes(...request.words))
    case 'mask-write':
      return wordBytes(request.address, request.and, request.or)
    case 'read-write': {
      const { read, write } = request
      demandCells(read.address, read.quantity, MAX_REGISTERS)
      const written = blockOf(write.address, write.words.length, MAX_READ_WRITE_REGISTERS, wordBytes(...write.words))
      return joinBytes(wordBytes(read.address, read.quantity), written)
    }
    case 'loopback':
      if (request.data.length < 1 || request.data.length > MAX_LOOPBACK_WORDS) {
        throw new RangeError(`expected 1–${MAX_LOOPBACK_WORDS} words to be sent back, came ${request.data.length}`)
      }
      return wordBytes(0, ...request.data)
    case 'identify':
      if (!Number.isInteger(request.object) || request.object < 0 || request.object > 0xff) {
        throw new RangeError(`expected an object id of 0–255, came ${request.object}`)
      }
      return Uint8Array.of(DEVICE_IDENTIFICATION, request.access, request.object)
  }
}

/** Address, quantity, byte count and the cells themselves, as functions 15, 16 and 23 carry what they write. */
function blockOf(address: number, quantity: number, most: number, cells: Uint8Array): Uint8Array {
  demandCells(address, quantity, most)
  return joinBytes(wordBytes(address, quantity), Uint8Array.of(cells.length), cells)
}

function demandCells(address: number, quantity: number, most: number): void {
  if (isCells(address, quantity, most)) return
  throw new RangeError(`expected 1–${most} cells inside 0–65535, came ${quantity} at ${address}`)
}

function isCells(address: number, quantity: number, most: number): boolean {
  return quantity >= 1 && quantity <= most && address >= 0 && address + quantity <= 65_536
}

/** The request a PDU stands for, or null when it is no legal one. Inverse of `encodeRequest`. */
export function decodeRequest(unit: number, pdu: Uint8Array): ModbusRequest | null {
  const read = decodeReadRequest(unit, pdu)
  if (read !== null) return { kind: 'read', ...read }
  const address = wordAt(pdu, 1)
  const word = wordAt(pdu, 3)
  switch (pdu[0]) {
    case WRITE_COIL:
      if (pdu.length !== 5 || (word !== 0 && word !== COIL_ON)) return null
      return { kind: 'write-coil', unit, address, bit: word === COIL_ON }
    case WRITE_REGISTER:
      return pdu.length === 5 ? { kind: 'write-register', unit, address, word } : null
    case DIAGNOSE: {
      const count = (pdu.length - 3) / 2
      if (address !== 0 || !Number.isInteger(count) || count < 1 || count > MAX_LOOPBACK_WORDS) return null
      return { kind: 'loopback', unit, data: wordsAt(pdu, 3, count) }
    }
    case WRITE_COILS:
      if (!isBlock(pdu, 1, MAX_WRITE_BITS, Math.ceil(word / 8))) return null
      return { kind: 'write-coils', unit, address, bits: bitsAt(pdu, 6, word) }
    case WRITE_REGISTERS:
      if (!isBlock(pdu, 1, MAX_WRITE_REGISTERS, word * 2)) return null
      return { kind: 'write-registers', unit, address, words: wordsAt(pdu, 6, word) }
    case MASK_WRITE:
      return pdu.length === 7 ? { kind: 'mask-write', unit, address, and: word, or: wordAt(pdu, 5) } : null
    case READ_WRITE: {
      const [first, count] = [wordAt(pdu, 5), wordAt(pdu, 7)]
      if (!isCells(address, word, MAX_REGISTERS) || !isBlock(pdu, 5, MAX_READ_WRITE_REGISTERS, count * 2)) return null
      const write = { address: first, words: wordsAt(pdu, 10, count) }
      return { kind: 'read-write', unit, read: { address, quantity: word }, write }
    }
    case ENCAPSULATED: {
      const access = ([1, 2, 3, 4] as const).find((candidate) => candidate === pdu[2])
      if (pdu.length !== 4 || pdu[1] !== DEVICE_IDENTIFICATION || access === undefined) return null
      return { kind: 'identify', unit, access, object: pdu[3] ?? 0 }
    }
    default:
      return null
  }
}

/** Whether address, quantity, byte count and `bytes` of cells stand at `index` and end the PDU. */
function isBlock(pdu: Uint8Array, index: number, most: number, bytes: number): boolean {
  return (
    isCells(wordAt(pdu, index), wordAt(pdu, index + 2), most) &&
    pdu[index + 4] === bytes &&
    pdu.length === index + 5 + bytes
  )
}
