import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'
import { canonicalJson } from '../../core/kit/canonical-json.ts'
import { HouseError, messageOf } from '../../core/kit/errors.ts'
import { Sheet } from './sheet.ts'

const KEY_FILE = 'commission-key.pem'

/** A sheet with its signature over the canonical JSON of `sheet`. */
export const SignedSheet = z
  .object({
    sheet: Sheet,
    signature: z
      .object({
        algorithm: z.literal('Ed25519'),
        /** SubjectPublicKeyInfo, DER, base64. (RFC 8410) */
        publicKey: z.base64(),
        fingerprint: z.string(),
        value: z.base64(),
      })
      .strict(),
  })
  .strict()
export type SignedSheet = z.infer<typeof SignedSheet>

/** The gateway's own key for sheets, in its store's folder, readable by its user only; made at first use. Throws `store/failed`. */
export function signingKey(store: string): KeyObject {
  const path = join(store, KEY_FILE)
  try {
    return createPrivateKey(readFileSync(path, 'utf8'))
  } catch (error) {
    if (!isMissing(error)) throw keyError(path, error)
  }
  try {
    mkdirSync(store, { recursive: true })
    const { privateKey } = generateKeyPairSync('ed25519')
    // Fails when another program has just made one, so that no sheet is signed with a key that is lost.
    writeFileSync(path, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600, flag: 'wx' })
    return privateKey
  } catch (error) {
    throw keyError(path, error)
  }
}

export function signedSheet(sheet: Sheet, key: KeyObject): SignedSheet {
  const publicKey = createPublicKey(key).export({ type: 'spki', format: 'der' })
  const value = sign(null, Buffer.from(canonicalJson(sheet)), key).toString('base64')
  const fingerprint = fingerprintOf(publicKey)
  return { sheet, signature: { algorithm: 'Ed25519', publicKey: publicKey.toString('base64'), fingerprint, value } }
}

/** Whether the sheet is as it was signed, by the key it names. Whose key that is, its fingerprint tells. */
export function isGenuine({ sheet, signature }: SignedSheet): boolean {
  const der = Buffer.from(signature.publicKey, 'base64')
  try {
    const key = createPublicKey({ key: der, type: 'spki', format: 'der' })
    const isSigned = verify(null, Buffer.from(canonicalJson(sheet)), key, Buffer.from(signature.value, 'base64'))
    return key.asymmetricKeyType === 'ed25519' && isSigned && fingerprintOf(der) === signature.fingerprint
  } catch {
    return false
  }
}

/** SHA-256 of a sheet's canonical JSON: what is signed, short enough to be printed. */
export function sheetHash(sheet: Sheet): string {
  return createHash('sha256').update(canonicalJson(sheet)).digest('hex')
}

/** The first 80 bits of the key's SHA-256 in groups of four, to be compared by eye. */
function fingerprintOf(publicKey: Uint8Array): string {
  const digits = createHash('sha256').update(publicKey).digest('hex').slice(0, 20).toUpperCase()
  return digits.replaceAll(/(.{4})(?=.)/g, '$1 ')
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}

function keyError(path: string, error: unknown): HouseError {
  return new HouseError(
    'store/failed',
    `${path}: expected the key that signs sheets: ${messageOf(error)}`,
    { path },
    error,
  )
}
