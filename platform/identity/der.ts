import { HouseError } from '../../core/kit/errors.ts'

/** Writing and reading of DER, as far as certificates, requests and revocation lists need it. (X.690) */

const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octets: 0x04,
  nothing: 0x05,
  oid: 0x06,
  utf8: 0x0c,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const

/** Any element: tag, length, content. */
export function der(tag: number, ...content: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(content)
  return Buffer.concat([Uint8Array.of(tag), lengthOf(body.length), body])
}

function lengthOf(length: number): Uint8Array {
  if (length < 0x80) return Uint8Array.of(length)
  const hex = length.toString(16)
  const bytes = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex')
  return Buffer.concat([Uint8Array.of(0x80 | bytes.length), bytes])
}

export function sequence(...parts: readonly Uint8Array[]): Buffer {
  return der(TAG.sequence, ...parts)
}

export function set(...parts: readonly Uint8Array[]): Buffer {
  return der(TAG.set, ...parts)
}

/** An element of a context of its own; `constructed` for one that holds others. */
export function context(number: number, constructed: boolean, ...content: readonly Uint8Array[]): Buffer {
  return der((constructed ? 0xa0 : 0x80) | number, ...content)
}

/** A whole number that is not negative, from its bytes. */
export function integer(bytes: Uint8Array): Buffer {
  const first = bytes.findIndex((byte) => byte !== 0)
  const short = first < 0 ? Uint8Array.of(0) : bytes.subarray(first)
  return der(TAG.integer, (short[0] ?? 0) >= 0x80 ? Uint8Array.of(0) : new Uint8Array(), short)
}

export function boolean(value: boolean): Buffer {
  return der(TAG.boolean, Uint8Array.of(value ? 0xff : 0))
}

export function nothing(): Buffer {
  return der(TAG.nothing)
}

/** Bits that fill their last byte but for `unused`. */
export function bitString(bytes: Uint8Array, unused = 0): Buffer {
  return der(TAG.bitString, Uint8Array.of(unused), bytes)
}

export function octets(...content: readonly Uint8Array[]): Buffer {
  return der(TAG.octets, ...content)
}

export function utf8(text: string): Buffer {
  return der(TAG.utf8, Buffer.from(text, 'utf8'))
}

/** An object identifier such as `2.5.4.3`. */
export function oid(text: string): Buffer {
  const [first = 0, second = 0, ...rest] = text.split('.').map(Number)
  return der(TAG.oid, Uint8Array.from([first * 40 + second, ...rest].flatMap(base128)))
}

function base128(value: number): number[] {
  const digits = [value % 128]
  for (let rest = Math.floor(value / 128); rest > 0; rest = Math.floor(rest / 128)) digits.unshift((rest % 128) | 0x80)
  return digits
}

/** A time to the second: as UTCTime until 2049, as GeneralizedTime after. (RFC 5280 §4.1.2.5) */
export function time(ms: number): Buffer {
  const digits = new Date(ms).toISOString().replace(/\.\d+Z$|[-:T]/g, '')
  return Number(digits.slice(0, 4)) < 2050
    ? der(TAG.utcTime, Buffer.from(`${digits.slice(2)}Z`))
    : der(TAG.generalizedTime, Buffer.from(`${digits}Z`))
}

/** One element read: its tag, its content, and all of it as it stood. */
export interface Element {
  readonly tag: number
  readonly content: Buffer
  readonly whole: Buffer
}

/** The elements that follow one another in `bytes`. Throws `identity/invalid` for anything that is no DER. */
export function elementsOf(bytes: Uint8Array): Element[] {
  const found: Element[] = []
  const all = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  for (let at = 0; at < all.length; at += found.at(-1)?.whole.length ?? all.length) found.push(elementAt(all, at))
  return found
}

/** The elements of one sequence, which must be all that `bytes` holds. Throws `identity/invalid`. */
export function membersOf(bytes: Uint8Array): Element[] {
  const [only, ...more] = elementsOf(bytes)
  if (only?.tag !== TAG.sequence || more.length > 0) throw notDer('one sequence')
  return elementsOf(only.content)
}

function elementAt(all: Buffer, at: number): Element {
  const tag = all[at]
  const first = all[at + 1]
  if (tag === undefined || first === undefined || (tag & 0x1f) === 0x1f) throw notDer('an element')
  const count = first < 0x80 ? 0 : first & 0x7f
  // Four bytes tell a length far beyond every message that is taken; none is the indefinite form.
  if (first === 0x80 || count > 4 || at + 2 + count > all.length) throw notDer('a length')
  const length = count === 0 ? first : all.readUIntBE(at + 2, count)
  const begin = at + 2 + count
  if (begin + length > all.length) throw notDer('the whole element')
  return { tag, content: all.subarray(begin, begin + length), whole: all.subarray(at, begin + length) }
}

function notDer(expected: string): HouseError {
  return new HouseError('identity/invalid', `expected DER (${expected}), came something else`)
}

/** DER as text between its lines. (RFC 7468) */
export function pemOf(label: string, bytes: Uint8Array): string {
  const lines = Buffer.from(bytes).toString('base64').replace(/.{64}/g, '$&\n').trimEnd()
  return `-----BEGIN ${label}-----\n${lines}\n-----END ${label}-----\n`
}

/** The first DER of a label in a PEM text. Throws `identity/invalid`. */
export function derOfPem(label: string, text: string): Buffer {
  const found = new RegExp(`-----BEGIN ${label}-----([\\sA-Za-z0-9+/=]+)-----END ${label}-----`).exec(text)
  if (found?.[1] === undefined) throw new HouseError('identity/invalid', `expected a PEM text with ${label}, came none`)
  return Buffer.from(found[1], 'base64')
}
