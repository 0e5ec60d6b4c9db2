import { hotp, stepOf } from '../../dashboard/server/access/totp.ts'

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** Bytes of a key as people type it. (RFC 4648 section 6, without padding) */
export function unbase32(text: string): Buffer {
  const bits = Array.from(text, (sign) => ALPHABET.indexOf(sign).toString(2).padStart(5, '0')).join('')
  return Buffer.from(Array.from(bits.matchAll(/.{8}/g), ([byte]) => Number.parseInt(byte, 2)))
}

/** What an authenticator shows at `atMs` that was told this key. */
export function shownBy(secret: string, atMs: number): string {
  return hotp(unbase32(secret), stepOf(atMs))
}
