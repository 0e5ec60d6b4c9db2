import { createHmac, timingSafeEqual } from 'node:crypto'

/** Seconds a code is good for, and its digits: what every authenticator takes without being told. (RFC 6238 section 4) */
const STEP_S = 30
const DIGITS = 6

/** Steps before and after the present one whose codes are taken too, for clocks that differ. (RFC 6238 section 5.2) */
const WINDOW = 1

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** The code of a counter, from 0 to 2^53, as `digits` digits. (RFC 4226 section 5.3) */
export function hotp(secret: Uint8Array, counter: number, digits = DIGITS): string {
  const message = Buffer.alloc(8)
  message.writeBigUInt64BE(BigInt(counter))
  const mac = createHmac('sha1', secret).update(message).digest()
  const at = (mac.at(-1) ?? 0) & 0x0f
  return String((mac.readUInt32BE(at) & 0x7f_ff_ff_ff) % 10 ** digits).padStart(digits, '0')
}

/** The step of an instant: whole half minutes since 1970. (RFC 6238 section 4.2) */
export function stepOf(atMs: number): number {
  return Math.floor(atMs / 1_000 / STEP_S)
}

/** The step whose code this is, of those near `atMs` and after `lastStep`, which has been used; null = none. */
export function fittingStep(
  secret: Uint8Array,
  code: string,
  { atMs, lastStep }: { readonly atMs: number; readonly lastStep: number },
): number | null {
  const now = stepOf(atMs)
  const typed = Buffer.from(code)
  let found: number | null = null
  for (let step = Math.max(0, now - WINDOW); step <= now + WINDOW; step += 1) {
    const right = Buffer.from(hotp(secret, step))
    if (typed.length === right.length && timingSafeEqual(typed, right) && step > lastStep) found ??= step
  }
  return found
}

/** Bytes as Base32 without padding, as authenticators take a key that is typed. (RFC 4648 section 6) */
export function base32(bytes: Uint8Array): string {
  let bits = 0
  let held = 0
  let text = ''
  for (const byte of bytes) {
    held = (held << 8) | byte
    for (bits += 8; bits >= 5; bits -= 5) text += BASE32.charAt((held >>> (bits - 5)) & 31)
    held &= (1 << bits) - 1
  }
  return bits === 0 ? text : text + BASE32.charAt((held << (5 - bits)) & 31)
}

/** What an authenticator reads from a QR code. */
export function otpauthUri(secret: Uint8Array, { issuer, user }: { readonly issuer: string; readonly user: string }) {
  const label = `${encodeURIComponent(issuer)}:${encodeURIComponent(user)}`
  const query = `secret=${base32(secret)}&issuer=${encodeURIComponent(issuer)}`
  return `otpauth://totp/${label}?${query}&algorithm=SHA1&digits=${DIGITS}&period=${STEP_S}`
}
