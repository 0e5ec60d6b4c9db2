import { createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto'
import { HouseError, messageOf } from '../../core/kit/errors.ts'
import { nothing, oid, sequence } from './der.ts'

/** A new private key: EC on P-256. */
export function makeKey(): KeyObject {
  return generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
}

/** A private key as PEM. (RFC 5958) */
export function keyText(key: KeyObject): string {
  return key.export({ type: 'pkcs8', format: 'pem' }).toString()
}

/** The private key in a PEM text. `whose` names it in the error. Throws `identity/invalid`. */
export function readKey(text: string, whose: string): KeyObject {
  try {
    return createPrivateKey(text)
  } catch (error) {
    throw new HouseError('identity/invalid', `${whose}: expected a private key, came: ${messageOf(error)}`, {}, error)
  }
}

/** SubjectPublicKeyInfo of a key, private or public. */
export function publicDer(key: KeyObject): Buffer {
  const open = key.type === 'private' ? createPublicKey(key) : key
  return open.export({ type: 'spki', format: 'der' })
}

/** Whether two keys, private or public, are of one pair. */
export function isSamePair(a: KeyObject, b: KeyObject): boolean {
  return publicDer(a).equals(publicDer(b))
}

/** How a signature in a certificate, request or list names its kind. Throws `identity/invalid` for keys of other kinds. */
export function signatureKind(key: KeyObject): Buffer {
  switch (key.asymmetricKeyType) {
    case 'ec':
      return sequence(oid('1.2.840.10045.4.3.2'))
    case 'rsa':
      return sequence(oid('1.2.840.113549.1.1.11'), nothing())
    default:
      throw new HouseError(
        'identity/invalid',
        `expected a key on a curve or of RSA, came ${key.asymmetricKeyType ?? '?'}`,
      )
  }
}

/** A signature as certificates, requests and lists carry it. */
export function signDer(bytes: Uint8Array, key: KeyObject): Buffer {
  return sign('sha256', bytes, key)
}
