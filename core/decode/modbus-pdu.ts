import { ModbusTable } from '../contract/device-profile.ts'
import { bitsAt, wordAt, wordsAt } from './modbus-cells.ts'

/** Most registers and bits one request may ask for. (MODBUS Application Protocol V1.1b3 §6.1–6.4) */
export const MAX_REGISTERS = 125
export const MAX_BITS = 2_000

const FUNCTIONS: Readonly<Record<ModbusTable, number>> = {
  coil: 1,
  'discrete-input': 2,
  'holding-register': 3,
  'input-register': 4,
}

/** What is asked of one table of one unit. Addresses count from 0; `quantity` is 1–125 registers or 1–2000 bits. */
export interface ReadRequest {
  readonly unit: number
  readonly table: ModbusTable
  readonly address: number
  readonly quantity: number
}

/**
 * What a device can answer. An exception is an answer: the device is there and says no. `heldMs`: how long ago it came, where it was
 * not believed at once.
 */
export type ReadAnswer =
  | { readonly kind: 'registers'; readonly words: readonly number[]; readonly heldMs?: number }
  | { readonly kind: 'bits'; readonly bits: readonly boolean[]; readonly heldMs?: number }
  | { readonly kind: 'exception'; readonly code: number }

/** Function code that reads a table, 1–4. */
export function functionOf(table: ModbusTable): number {
  return FUNCTIONS[table]
}

/** True for the tables that hold single bits. */
export function isBitTable(table: ModbusTable): boolean {
  return table === 'coil' || table === 'discrete-input'
}

/** The request's PDU, 5 bytes. Throws RangeError for a request the protocol does not allow. */
export function encodeReadRequest(request: ReadRequest): Uint8Array {
  const { table, address, quantity } = request
  const most = isBitTable(table) ? MAX_BITS : MAX_REGISTERS
  if (quantity < 1 || quantity > most || address < 0 || address + quantity > 65_536) {
    throw new RangeError(
      `expected 1–${most} cells inside 0–65535, came ${quantity} at ${address} of table ${request.table}`,
    )
  }
  const high = (value: number) => value >>> 8
  const low = (value: number) => value & 0xff
  return Uint8Array.of(functionOf(table), high(address), low(address), high(quantity), low(quantity))
}

/** The request a PDU stands for, or null when it is no legal read request. Inverse of `encodeReadRequest`. */
export function decodeReadRequest(unit: number, pdu: Uint8Array): ReadRequest | null {
  const table = ModbusTable.options.find((candidate) => functionOf(candidate) === pdu[0])
  if (table === undefined || pdu.length !== 5) return null
  const address = wordAt(pdu, 1)
  const quantity = wordAt(pdu, 3)
  const most = isBitTable(table) ? MAX_BITS : MAX_REGISTERS
  if (quantity < 1 || quantity > most || address + quantity > 65_536) return null
  return { unit, table, address, quantity }
}

/** Data bytes a full answer to `request` carries. */
export function answerBytes(request: ReadRequest): number {
  return isBitTable(request.table) ? Math.ceil(request.quantity / 8) : request.quantity * 2
}

/** What a PDU answers to `request`, or null when it is no answer to it: other function, other length, no code. */
export function decodeReadAnswer(request: ReadRequest, pdu: Uint8Array): ReadAnswer | null {
  const expected = functionOf(request.table)
  const code = exceptionIn(expected, pdu)
  if (code !== null) return { kind: 'exception', code }
  const bytes = answerBytes(request)
  if (pdu[0] !== expected || pdu[1] !== bytes || pdu.length !== 2 + bytes) return null
  return isBitTable(request.table)
    ? { kind: 'bits', bits: bitsAt(pdu, 2, request.quantity) }
    : { kind: 'registers', words: wordsAt(pdu, 2, request.quantity) }
}

/** The code of an exception to the function `expected`, or null when the PDU is none. */
export function exceptionIn(expected: number, pdu: Uint8Array): number | null {
  const [first, code] = pdu
  return first === (expected | 0x80) && pdu.length === 2 && code !== undefined && code !== 0 ? code : null
}

const EXCEPTIONS: Readonly<Record<number, string>> = {
  1: 'illegal function',
  2: 'illegal data address',
  3: 'illegal data value',
  4: 'server device failure',
  5: 'acknowledge',
  6: 'server device busy',
  8: 'memory parity error',
  10: 'gateway path unavailable',
  11: 'gateway target device failed to respond',
}

/** The standard's name of an exception code. (MODBUS Application Protocol V1.1b3 §7) */
export function exceptionName(code: number): string {
  return EXCEPTIONS[code] ?? `exception code ${code}`
}

/** True for the exceptions with which a gateway says that the device behind it is silent. */
export function isGatewayException(code: number): boolean {
  return code === 10 || code === 11
}

/** True for the exceptions with which a device says that it has no such registers. */
export function isAddressException(code: number): boolean {
  return code === 2 || code === 3
}
