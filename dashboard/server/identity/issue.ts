import { createHash, type KeyObject, randomBytes, type X509Certificate } from 'node:crypto'
import { isIP, isIPv6 } from 'node:net'
import { HouseError } from '../../../core/kit/errors.ts'
import type { Purpose } from '../../../platform/identity/certificate.ts'
import {
  bitString,
  boolean,
  context,
  elementsOf,
  integer,
  membersOf,
  octets,
  oid,
  pemOf,
  sequence,
  time,
} from '../../../platform/identity/der.ts'
import { publicDer, signatureKind, signDer } from '../../../platform/identity/keys.ts'
import { nameDer, type Subject } from '../../../platform/identity/request.ts'

/** Who vouches: a certificate and the key that belongs to it. */
export interface Authority {
  readonly certificate: X509Certificate
  readonly key: KeyObject
}

export interface Life {
  readonly from: number
  readonly to: number
}

const OID = {
  subjectKeyId: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  crlNumber: '2.5.29.20',
  authorityKeyId: '2.5.29.35',
  extendedKeyUsage: '2.5.29.37',
  server: '1.3.6.1.5.5.7.3.1',
  client: '1.3.6.1.5.5.7.3.2',
} as const

/** Bits of keyUsage, from the left: signatures; certificates and revocation lists as well. */
const SIGNS = bitString(Uint8Array.of(0x80), 7)
const SIGNS_ALL = bitString(Uint8Array.of(0x86), 1)

/** An authority of our own, vouched for by itself; PEM. (RFC 5280) */
export function authorityCertificate(key: KeyObject, group: string, life: Life): string {
  const name = nameDer({ group, name: 'Pitwatch authority' })
  const extensions = [
    extension(OID.basicConstraints, sequence(boolean(true), integer(Uint8Array.of(0))), true),
    extension(OID.keyUsage, SIGNS_ALL, true),
    extension(OID.subjectKeyId, octets(keyIdOf(publicDer(key)))),
  ]
  return signedCertificate(
    { issuer: name, subject: name, spki: publicDer(key), serial: makeSerial(), life, extensions },
    key,
  )
}

export interface CertificateFor {
  readonly subject: Subject
  readonly publicKey: KeyObject
  readonly purpose: Purpose
  /** Host names and addresses, for a server. */
  readonly names?: readonly string[]
  readonly life: Life
}

/** A certificate by an authority, never longer than the authority's own; PEM. */
export function issueCertificate(
  authority: Authority,
  { subject, publicKey, purpose, names, life }: CertificateFor,
): string {
  const spki = publicDer(publicKey)
  const own = detailsOf(authority.certificate)
  const extensions = [
    extension(OID.basicConstraints, sequence(), true),
    extension(OID.keyUsage, SIGNS, true),
    extension(OID.extendedKeyUsage, sequence(oid(OID[purpose]))),
    extension(OID.subjectKeyId, octets(keyIdOf(spki))),
    extension(OID.authorityKeyId, sequence(context(0, false, own.keyId))),
    ...(names === undefined ? [] : [extension(OID.subjectAltName, sequence(...names.map(nameOf)))]),
  ]
  const end = Math.min(life.to, authority.certificate.validToDate.getTime())
  const facts = {
    issuer: own.subject,
    subject: nameDer(subject),
    spki,
    serial: makeSerial(),
    life: { ...life, to: end },
  }
  return signedCertificate({ ...facts, extensions }, authority.key)
}

export interface RevokedSerial {
  /** Hexadecimal. */
  readonly serial: string
  readonly at: number
}

/**
 * The authority's list of what it has taken back; PEM. It holds as long as the authority does: a list whose next is late
 * would shut every gateway out. (RFC 5280 §5)
 */
export function revocationList(authority: Authority, revoked: readonly RevokedSerial[], at: number): string {
  const own = detailsOf(authority.certificate)
  const entries = revoked.map((one) => sequence(integer(bytesOf(one.serial)), time(one.at)))
  const number = bytesOf(Math.floor(at).toString(16))
  const extensions = [
    extension(OID.authorityKeyId, sequence(context(0, false, own.keyId))),
    extension(OID.crlNumber, integer(number)),
  ]
  const list = sequence(
    integer(Uint8Array.of(1)),
    signatureKind(authority.key),
    own.subject,
    time(at),
    time(authority.certificate.validToDate.getTime()),
    ...(entries.length === 0 ? [] : [sequence(...entries)]),
    context(0, true, sequence(...extensions)),
  )
  return pemOf('X509 CRL', sealed(list, authority.key))
}

interface CertificateFacts {
  readonly issuer: Buffer
  readonly subject: Buffer
  readonly spki: Buffer
  readonly serial: Buffer
  readonly life: Life
  readonly extensions: readonly Buffer[]
}

function signedCertificate(
  { issuer, subject, spki, serial, life, extensions }: CertificateFacts,
  key: KeyObject,
): string {
  const body = sequence(
    context(0, true, integer(Uint8Array.of(2))),
    integer(serial),
    signatureKind(key),
    issuer,
    sequence(time(life.from), time(life.to)),
    subject,
    spki,
    context(3, true, sequence(...extensions)),
  )
  return pemOf('CERTIFICATE', sealed(body, key))
}

function sealed(body: Buffer, key: KeyObject): Buffer {
  return sequence(body, signatureKind(key), bitString(signDer(body, key)))
}

function extension(kind: string, value: Buffer, isCritical = false): Buffer {
  return sequence(oid(kind), ...(isCritical ? [boolean(true)] : []), octets(value))
}

/** 126 random bits, positive and without a leading zero. */
function makeSerial(): Buffer {
  const bytes = randomBytes(16)
  bytes[0] = 0x40 | ((bytes[0] ?? 0) & 0x3f)
  return bytes
}

function nameOf(name: string): Buffer {
  if (isIP(name) === 0) return context(2, false, Buffer.from(name, 'ascii'))
  return context(7, false, isIPv6(name) ? bytesOfIpv6(name) : Uint8Array.from(name.split('.').map(Number)))
}

function bytesOfIpv6(address: string): Uint8Array {
  const [head = '', tail] = new URL(`http://[${address}]`).hostname.slice(1, -1).split('::')
  const groups = (part: string) => part.split(':').filter((group) => group !== '')
  const [before, after] = [groups(head), groups(tail ?? '')]
  const all = [...before, ...Array.from({ length: 8 - before.length - after.length }, () => '0'), ...after]
  return Buffer.from(all.map((group) => group.padStart(4, '0')).join(''), 'hex')
}

function bytesOf(hex: string): Buffer {
  return Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex')
}

/** A key's name: SHA-1 of its bits. (RFC 5280 §4.2.1.2) */
function keyIdOf(spki: Uint8Array): Buffer {
  const [, bits] = membersOf(spki)
  return createHash('sha1')
    .update(bits?.content.subarray(1) ?? new Uint8Array())
    .digest()
}

/** An authority's name as it stands in its certificate, and the name of its key. Throws `identity/invalid`. */
function detailsOf(certificate: X509Certificate): { readonly subject: Buffer; readonly keyId: Buffer } {
  const [body] = membersOf(certificate.raw)
  const parts = body === undefined ? [] : membersOf(body.whole)
  const subject = parts[5]
  const spki = parts[6]
  if (parts[0]?.tag !== 0xa0 || subject === undefined || spki === undefined) {
    throw new HouseError('identity/invalid', 'expected an authority with a certificate of version 3, came another')
  }
  const extensions = parts.find(({ tag }) => tag === 0xa3)?.content
  const kind = oid(OID.subjectKeyId)
  const told = (extensions === undefined ? [] : membersOf(extensions))
    .map(({ whole }) => membersOf(whole))
    .find(([first]) => first?.whole.equals(kind) === true)
    ?.at(-1)
  const keyId = told === undefined ? keyIdOf(spki.whole) : elementsOf(told.content)[0]?.content
  return { subject: subject.whole, keyId: keyId ?? keyIdOf(spki.whole) }
}
