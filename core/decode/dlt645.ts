/** The address every meter answers to; a pair of A stands for any two digits. (DL/T 645-2007 §5.2.2) */
export const ANY_METER = 'AAAAAAAAAAAA'

/** Bytes of a frame beside its data: two starts, address, control, length, checksum, end. */
export const FRAME_BYTES = 12
/** Most bytes of data in an answer to a read. (DL/T 645-2007 §5.2.4) */
export const MAX_DATA = 200
/** Bytes with which an answer says which item it gives. */
export const ITEM_BYTES = 4

const PREAMBLE = 0xfe
const START = 0x68
const END = 0x16
const ADDED = 0x33
const MOST_PREAMBLE = 4

const READ = 0x11
const READ_NEXT = 0x12
const READ_ADDRESS = 0x13
/** Set in an answer; beside it, set where more frames follow or where the meter refuses. (DL/T 645-2007 §5.2.3) */
const ANSWER = 0x80
const MORE = 0x20
const REFUSED = 0x40

/**
 * What a gateway may ask. There is nothing here that writes, switches or sets a clock, so no such frame can be built.
 * `address` has 12 digits, or pairs of A in place of any; `sequence` counts the following frames from 1.
 */
export type Dlt645Request =
  | { readonly kind: 'read'; readonly address: string; readonly item: string }
  | { readonly kind: 'next'; readonly address: string; readonly item: string; readonly sequence: number }
  /** Only with one meter on the line: all that are there answer. */
  | { readonly kind: 'address' }

/** What a meter says. `address` is its own, also where it was asked by a wildcard. */
export type Dlt645Answer =
  | { readonly kind: 'data'; readonly address: string; readonly data: Uint8Array; readonly more: boolean }
  | { readonly kind: 'address'; readonly address: string }
  /** `error` is the error word, `refusalText` its meaning. */
  | { readonly kind: 'refused'; readonly address: string; readonly error: number }

/** What `scanDlt645` has found: where it begins, preamble included, and ends. */
export type Dlt645Scan =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'answer'; readonly answer: Dlt645Answer; readonly start: number; readonly end: number }

/**
 * A request as it stands on the line, behind `preamble` bytes FE that wake the meter.
 * Throws RangeError for an address, item, sequence or preamble that cannot be sent.
 */
export function encodeDlt645(request: Dlt645Request, preamble = MOST_PREAMBLE): Uint8Array {
  if (!Number.isInteger(preamble) || preamble < 0 || preamble > MOST_PREAMBLE) {
    throw new RangeError(`expected a preamble of 0–${MOST_PREAMBLE} bytes, came ${preamble}`)
  }
  const [control, data] = bodyOf(request)
  const body = [START, ...addressBytes(addressOf(request)), START, control, data.length, ...data.map(plus33)]
  return Uint8Array.from([...Array.from({ length: preamble }, () => PREAMBLE), ...body, sumOf(body), END])
}

/** The request a whole frame carries, with or without its preamble; null when it is none that `encodeDlt645` could have built. */
export function decodeDlt645Request(bytes: Uint8Array): Dlt645Request | null {
  const frame = frameAt(bytes, preambleOf(bytes))
  if (frame?.end !== bytes.length) return null
  const { address, control, data } = frame
  if (!ASKABLE.test(address)) return null
  const item = itemOf(data)
  if (control === READ && data.length === ITEM_BYTES) return { kind: 'read', address, item }
  const sequence = data[ITEM_BYTES]
  if (control === READ_NEXT && data.length === ITEM_BYTES + 1 && sequence !== undefined && sequence > 0) {
    return { kind: 'next', address, item, sequence }
  }
  return control === READ_ADDRESS && data.length === 0 && address === ANY_METER ? { kind: 'address' } : null
}

/**
 * Looks for the answer to `request` in everything that has come since it was sent, behind any noise: a start byte may also
 * be data or a checksum, so every one is tried. Taken is only a whole frame with the right checksum, from the address asked,
 * with the control code of an answer to this request and its item (and sequence) repeated, and no more data than may be.
 *
 * The checksum is a sum of 8 bits. It finds every single wrong bit and every burst within a byte; two wrong bits of the
 * same weight and opposite direction in the value, or two bytes changed for one another, pass it. On a serial port the
 * parity bit of each character finds these too; through a converter without it nothing does, so a value that matters is
 * to be read twice.
 */
export function scanDlt645(bytes: Uint8Array, request: Dlt645Request): Dlt645Scan {
  for (let at = 0; at + FRAME_BYTES <= bytes.length; at += 1) {
    const frame = frameAt(bytes, at)
    if (frame === null) continue
    const answer = answerOf(frame, request)
    if (answer !== null) return { kind: 'answer', answer, start: at - preambleBefore(bytes, at), end: frame.end }
  }
  return { kind: 'nothing' }
}

/** What an error word says; its bits may come together. (DL/T 645-2007 annex C) */
export function refusalText(error: number): string {
  const said = REFUSALS.filter((_, bit) => ((error >>> bit) & 1) === 1)
  return said.length > 0 ? said.join(', ') : 'no reason given'
}

/** True when the meter says that it has no such item. */
export function isUnknownItem(error: number): boolean {
  return (error & 0b10) !== 0
}

const ASKABLE = /^(\d\d|AA){6}$/

/** By bit, the lowest first. */
const REFUSALS = [
  'other error',
  'no such data',
  'not authorised',
  'baud rate cannot be changed',
  'too many seasons',
  'too many day periods',
  'too many tariffs',
]

interface Frame {
  readonly address: string
  readonly control: number
  /** Without the 33 that is added to each byte on the line. */
  readonly data: Uint8Array
  /** Where the next byte after it stands. */
  readonly end: number
}

function bodyOf(request: Dlt645Request): readonly [control: number, data: readonly number[]] {
  switch (request.kind) {
    case 'read':
      return [READ, itemBytes(request.item)]
    case 'next': {
      const { item, sequence } = request
      if (!Number.isInteger(sequence) || sequence < 1 || sequence > 255) {
        throw new RangeError(`expected a sequence of 1–255, came ${sequence}`)
      }
      return [READ_NEXT, [...itemBytes(item), sequence]]
    }
    case 'address':
      return [READ_ADDRESS, []]
  }
}

/** The frame that begins at `at` and is complete; null when there is none. */
function frameAt(bytes: Uint8Array, at: number): Frame | null {
  if (bytes[at] !== START || bytes[at + 7] !== START) return null
  const length = bytes[at + 9] ?? 0
  const end = at + FRAME_BYTES + length
  if (length > MAX_DATA || end > bytes.length || bytes[end - 1] !== END) return null
  if (sumOf(bytes.subarray(at, end - 2)) !== bytes[end - 2]) return null
  const data = bytes.slice(at + 10, end - 2).map((byte) => byte - ADDED)
  const address = hexOf(bytes.subarray(at + 1, at + 7).toReversed())
  return { address, control: bytes[at + 8] ?? 0, data, end }
}

function answerOf({ address, control, data }: Frame, request: Dlt645Request): Dlt645Answer | null {
  if (!/^\d{12}$/.test(address) || !isFor(address, addressOf(request))) return null
  const asked = controlOf(request)
  if (request.kind === 'address') {
    const said = hexOf(data.toReversed())
    return control === (asked | ANSWER) && said === address ? { kind: 'address', address } : null
  }
  const [error] = data
  if (control === (asked | ANSWER | REFUSED)) {
    return data.length === 1 && error !== undefined ? { kind: 'refused', address, error } : null
  }
  const more = control === (asked | ANSWER | MORE)
  if (!more && control !== (asked | ANSWER)) return null
  if (itemOf(data) !== request.item) return null
  if (request.kind === 'read') return { kind: 'data', address, data: data.slice(ITEM_BYTES), more }
  const isNext = data.length > ITEM_BYTES && data.at(-1) === request.sequence
  return isNext ? { kind: 'data', address, data: data.slice(ITEM_BYTES, -1), more } : null
}

function controlOf({ kind }: Dlt645Request): number {
  switch (kind) {
    case 'read':
      return READ
    case 'next':
      return READ_NEXT
    case 'address':
      return READ_ADDRESS
  }
}

function addressOf(request: Dlt645Request): string {
  return request.kind === 'address' ? ANY_METER : request.address
}

function isFor(address: string, asked: string): boolean {
  return Array.from(asked).every((digit, index) => digit === 'A' || digit === address[index])
}

function addressBytes(address: string): readonly number[] {
  if (!ASKABLE.test(address)) {
    throw new RangeError(`expected 12 digits, or AA for any two of them, came ${address}`)
  }
  return bytesOf(address).toReversed()
}

function itemBytes(item: string): readonly number[] {
  if (!/^[0-9A-F]{8}$/.test(item)) throw new RangeError(`expected an item of 8 hex digits, came ${item}`)
  return bytesOf(item).toReversed()
}

function itemOf(data: Uint8Array): string {
  return hexOf(data.slice(0, ITEM_BYTES).toReversed())
}

function preambleOf(bytes: Uint8Array): number {
  let count = 0
  while (count < MOST_PREAMBLE && bytes[count] === PREAMBLE) count += 1
  return count
}

function preambleBefore(bytes: Uint8Array, at: number): number {
  let count = 0
  while (count < MOST_PREAMBLE && bytes[at - count - 1] === PREAMBLE) count += 1
  return count
}

function plus33(byte: number): number {
  return (byte + ADDED) & 0xff
}

function sumOf(bytes: Iterable<number>): number {
  let sum = 0
  for (const byte of bytes) sum = (sum + byte) & 0xff
  return sum
}

function bytesOf(digits: string): readonly number[] {
  return Array.from({ length: digits.length / 2 }, (_, index) =>
    Number.parseInt(digits.slice(2 * index, 2 * index + 2), 16),
  )
}

function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0').toUpperCase()).join('')
}
