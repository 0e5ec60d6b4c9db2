import { textOfSeptets, unpackSeptets } from './sms-alphabet.ts'

/** Upper-case hex of octets. */
export function hexOf(bytes: Iterable<number>): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0'))
    .join('')
    .toUpperCase()
}

/** Octets of hex; null when it is none. */
export function octetsOf(hex: string): Uint8Array | null {
  if (hex.length % 2 !== 0 || !/^[0-9a-f]*$/i.test(hex)) return null
  return Uint8Array.from({ length: hex.length / 2 }, (_, at) => Number.parseInt(hex.slice(at * 2, at * 2 + 2), 16))
}

/** Digits of a number in octets, in order of their codes. (3GPP TS 23.040 §9.1.2.3) */
const DIGITS = '0123456789*#abc'
/** Types of number and the plan: ISDN in all of them. (§9.1.2.5) */
const INTERNATIONAL = 0x91
const UNKNOWN = 0x81
const TYPE_OF_NUMBER = 0x70
const ALPHANUMERIC = 0x50

/** Most digits of an address. (§9.1.2.5) */
const MOST_DIGITS = 20

/** A number as an address field: count of digits, type, digits in pairs; null when it is no number. */
export function encodeAddress(number: string): number[] | null {
  const isInternational = number.startsWith('+')
  const digits = isInternational ? number.slice(1) : number
  if (!/^[0-9*#]+$/.test(digits) || digits.length > MOST_DIGITS) return null
  const nibbles = Array.from(digits).map((digit) => DIGITS.indexOf(digit))
  if (nibbles.length % 2 === 1) nibbles.push(0xf)
  const pairs = Array.from({ length: nibbles.length / 2 }, (_, at) => {
    return ((nibbles[at * 2 + 1] ?? 0) << 4) | (nibbles[at * 2] ?? 0)
  })
  return [digits.length, isInternational ? INTERNATIONAL : UNKNOWN, ...pairs]
}

/** The address field at the beginning of `octets`, and how long it is; null when it is none. */
export function decodeAddress(octets: Uint8Array): { readonly number: string; readonly length: number } | null {
  const [count, type] = octets
  if (count === undefined || type === undefined || count > MOST_DIGITS) return null
  const length = 2 + Math.ceil(count / 2)
  if (octets.length < length) return null
  const value = octets.subarray(2, length)
  if ((type & TYPE_OF_NUMBER) === ALPHANUMERIC) {
    const septets = unpackSeptets(value, Math.floor((count * 4) / 7))
    return { number: textOfSeptets(septets), length }
  }
  const digits = nibblesOf(value)
    .slice(0, count)
    .map((nibble) => DIGITS[nibble] ?? '')
    .join('')
  return { number: (type & TYPE_OF_NUMBER) === (INTERNATIONAL & TYPE_OF_NUMBER) ? `+${digits}` : digits, length }
}

/** Half octets, the lower half of each first. */
export function nibblesOf(octets: Uint8Array): number[] {
  return Array.from(octets).flatMap((octet) => [octet & 0xf, octet >> 4])
}
