import { type KeyObject, sign, verify } from 'node:crypto'

/** Signs hashes of links with a gateway's private key (Ed25519, or ECDSA with SHA-256): base64. */
export function linkSigner(key: KeyObject): (hash: string) => string {
  return (hash) => sign(digestFor(key), bytesOf(hash), { key, dsaEncoding: ENCODING }).toString('base64')
}

/** The key among `keys` that has signed the hash of a link; null when none has, or it is no signature. */
export function signerOf(keys: readonly KeyObject[], hash: string, signature: string): KeyObject | null {
  const bytes = Buffer.from(signature, 'base64')
  return keys.find((key) => isSignedBy(key, hash, bytes)) ?? null
}

/** Of fixed length, so that no byte of it can change and leave it valid. (IEEE P1363) */
const ENCODING = 'ieee-p1363'

function isSignedBy(key: KeyObject, hash: string, signature: Uint8Array): boolean {
  try {
    return verify(digestFor(key), bytesOf(hash), { key, dsaEncoding: ENCODING }, signature)
  } catch {
    return false
  }
}

/** A signature of a link is one of nothing else. */
function bytesOf(hash: string): Buffer {
  return Buffer.from(`pitwatch link\n${hash}`, 'utf8')
}

/** Ed25519 hashes by itself. (RFC 8032 §5.1) */
function digestFor(key: KeyObject): 'sha256' | null {
  return key.asymmetricKeyType === 'ed25519' ? null : 'sha256'
}
