import { createPublicKey, type KeyObject, verify } from 'node:crypto'
import { HouseError } from '../../core/kit/errors.ts'
import { bitString, context, derOfPem, integer, membersOf, oid, pemOf, sequence, set, utf8 } from './der.ts'
import { publicDer, signatureKind, signDer } from './keys.ts'

/** Whose a certificate is: a site of a group, or the control room's own name. */
export interface Subject {
  readonly group: string
  readonly name: string
}

/** `O=<group>, CN=<name>` as it stands in requests and certificates. */
export function nameDer({ group, name }: Subject): Buffer {
  const part = (kind: string, text: string) => set(sequence(oid(kind), utf8(text)))
  return sequence(part('2.5.4.10', group), part('2.5.4.3', name))
}

/** A request for a certificate, signed with its own key, as PEM. (RFC 2986) */
export function certificateRequest(key: KeyObject, subject: Subject): string {
  const info = sequence(integer(Uint8Array.of(0)), nameDer(subject), publicDer(key), context(0, true))
  return pemOf('CERTIFICATE REQUEST', sequence(info, signatureKind(key), bitString(signDer(info, key))))
}

/**
 * The public key of a request. Whoever made it has the private one: its signature is checked. What it says of its subject
 * is not looked at. Throws `identity/invalid`.
 */
export function keyOfRequest(pem: string): KeyObject {
  const [info, , signature] = membersOf(derOfPem('CERTIFICATE REQUEST', pem))
  const [, , spki] = info === undefined ? [] : membersOf(info.whole)
  if (info === undefined || spki === undefined || signature?.tag !== 0x03 || signature.content[0] !== 0) {
    throw new HouseError('identity/invalid', 'expected a certificate request, came something else')
  }
  const key = publicKeyOf(spki.whole)
  // Small keys are refused here, so that none is ever vouched for.
  const { modulusLength, namedCurve } = key.asymmetricKeyDetails ?? {}
  const isStrong = key.asymmetricKeyType === 'rsa' ? (modulusLength ?? 0) >= 2_048 : isCurve(namedCurve)
  if (!isStrong)
    throw new HouseError('identity/invalid', 'expected a key on P-256 or P-384, or of RSA with 2048 bits or more')
  if (!verify('sha256', info.whole, key, signature.content.subarray(1))) {
    throw new HouseError('identity/invalid', 'expected a request signed with its own key, came one that is not')
  }
  return key
}

function isCurve(name: string | undefined): boolean {
  return name === 'prime256v1' || name === 'secp384r1'
}

function publicKeyOf(spki: Buffer): KeyObject {
  try {
    return createPublicKey({ key: spki, format: 'der', type: 'spki' })
  } catch (error) {
    throw new HouseError('identity/invalid', 'expected a public key in the request, came something else', {}, error)
  }
}
