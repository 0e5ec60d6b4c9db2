import type { Dlt645Point } from '../contract/device-profile.ts'

/**
 * The number that BCD digits hold, low byte first, with `decimals` behind the point; the highest bit is a sign where
 * `signed`. null for digits that are none. Beyond 15 digits the number is rounded.
 */
export function bcdNumber(
  bytes: Uint8Array,
  { decimals, signed }: Pick<Dlt645Point, 'decimals' | 'signed'>,
): number | null {
  const high = bytes.at(-1) ?? 0
  const isNegative = signed && high >= 0x80
  const magnitude = bytes.with(bytes.length - 1, isNegative ? high & 0x7f : high)
  const digits = Array.from(magnitude.toReversed(), (byte) => byte.toString(16).padStart(2, '0')).join('')
  if (!/^\d+$/.test(digits)) return null
  const padded = digits.padStart(decimals + 1, '0')
  const cut = padded.length - decimals
  const number = Number(`${padded.slice(0, cut)}.${padded.slice(cut)}`)
  return isNegative && number !== 0 ? -number : number
}
