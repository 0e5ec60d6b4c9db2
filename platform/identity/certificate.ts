import { X509Certificate } from 'node:crypto'
import { isIP } from 'node:net'
import { Id } from '../../core/contract/text.ts'
import { UtcMs } from '../../core/contract/time.ts'
import { HouseError, messageOf } from '../../core/kit/errors.ts'
import type { Subject } from './request.ts'

/** What a certificate may be used for. (RFC 5280 §4.2.1.12) */
const PURPOSE = { server: '1.3.6.1.5.5.7.3.1', client: '1.3.6.1.5.5.7.3.2' } as const
export type Purpose = keyof typeof PURPOSE

/** Certificates between that of a peer and the authority, at most. */
const MOST_STEPS = 4

/** All certificates of a PEM text, at least one. Throws `identity/invalid`. */
export function readCertificates(text: string, whose: string): readonly [X509Certificate, ...X509Certificate[]] {
  const blocks = text.match(/-----BEGIN CERTIFICATE-----[\sA-Za-z0-9+/=]+-----END CERTIFICATE-----/g) ?? []
  try {
    const [first, ...more] = blocks.map((block) => new X509Certificate(block))
    if (first !== undefined) return [first, ...more]
  } catch (error) {
    throw new HouseError('identity/invalid', `${whose}: expected a certificate, came: ${messageOf(error)}`, {}, error)
  }
  throw new HouseError('identity/invalid', `${whose}: expected a certificate in PEM, came none`)
}

/** A certificate's serial number in lower-case hexadecimal without leading zeros. */
export function serialOf(certificate: X509Certificate): string {
  return certificate.serialNumber.toLowerCase().replace(/^0+/, '')
}

/** SHA-256 of the whole certificate, in lower-case hexadecimal. */
export function fingerprintOf(certificate: X509Certificate): string {
  return certificate.fingerprint256.replaceAll(':', '').toLowerCase()
}

/** Whose a gateway's certificate is: the site (CN) and its group (O); null for a certificate that names no such. */
export function subjectOf(certificate: X509Certificate): Subject | null {
  const parts = certificate.subject.split('\n').map((line) => line.split('='))
  const only = (kind: string) => {
    const values = parts.filter(([key]) => key === kind).map(([, ...value]) => value.join('='))
    return values.length === 1 && Id.safeParse(values[0]).success ? values[0] : undefined
  }
  const [group, name] = [only('O'), only('CN')]
  return group === undefined || name === undefined ? null : { group, name }
}

/** From when until when a certificate holds. */
export function lifeOf(certificate: X509Certificate): { readonly from: UtcMs; readonly to: UtcMs } {
  const at = (date: Date) => UtcMs.parse(Math.max(0, date.getTime()))
  return { from: at(certificate.validFromDate), to: at(certificate.validToDate) }
}

export interface Expectation {
  /** Who may have issued it. */
  readonly authorities: readonly X509Certificate[]
  readonly purpose: Purpose
  /** The host it must name; null for a peer that is known by its subject. */
  readonly host: string | null
  /** The time it must hold at; null = it is not known what time it is. */
  readonly at: number | null
}

/** What is wrong with a peer's certificate, in words; null = nothing. `chain` begins with it. */
export function certificateFault(chain: readonly X509Certificate[], expected: Expectation): string | null {
  const [peer] = chain
  if (peer === undefined) return 'expected a certificate, came none'
  const path = pathOf(chain, expected.authorities)
  if (path === null) return `expected a certificate of our authority, came one of ${oneLine(peer.issuer)}`
  const uses = usesOf(peer)
  if (uses !== undefined && !uses.includes(PURPOSE[expected.purpose])) {
    return `expected a certificate for a ${expected.purpose}, came one for something else`
  }
  if (expected.host !== null && !names(peer, expected.host)) {
    return `expected a certificate for ${expected.host}, came one for ${peer.subjectAltName ?? oneLine(peer.subject)}`
  }
  return expected.at === null
    ? null
    : (path.map((one) => timeFault(one, expected.at ?? 0)).find((why) => why !== null) ?? null)
}

/** Why a certificate does not hold at a time, in words; null = it does. */
export function timeFault(certificate: X509Certificate, at: number): string | null {
  const { from, to } = lifeOf(certificate)
  const told = (ms: number) => new Date(ms).toISOString()
  // To the day, so that the same trouble has the same words for a while.
  const today = told(at).slice(0, 10)
  if (at < from) return `the certificate is not valid before ${told(from)}; today is ${today}`
  if (at > to) return `the certificate has expired at ${told(to)}; today is ${today}`
  return null
}

/** From the peer's certificate to an authority, each issued by the next; null where there is no such way. */
function pathOf(chain: readonly X509Certificate[], authorities: readonly X509Certificate[]): X509Certificate[] | null {
  const path: X509Certificate[] = []
  for (let at = chain[0]; at !== undefined && path.length < MOST_STEPS;) {
    const here: X509Certificate = at
    path.push(here)
    const authority = authorities.find((one) => isIssuedBy(here, one))
    if (authority !== undefined) return [...path, authority]
    at = chain.find((one) => !path.includes(one) && isIssuedBy(here, one))
  }
  return null
}

function isIssuedBy(certificate: X509Certificate, issuer: X509Certificate): boolean {
  return issuer.ca && certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey)
}

function names(certificate: X509Certificate, host: string): boolean {
  return (isIP(host) === 0 ? certificate.checkHost(host) : certificate.checkIP(host)) !== undefined
}

/** Extended key usages; undefined for a certificate that may be used for anything. */
function usesOf(certificate: X509Certificate): readonly string[] | undefined {
  return certificate.keyUsage
}

function oneLine(name: string): string {
  return name.replaceAll('\n', ', ')
}
