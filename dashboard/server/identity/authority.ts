import { createPublicKey, type KeyObject } from 'node:crypto'
import { hostname } from 'node:os'
import { join, resolve } from 'node:path'
import type { z } from 'zod'
import { HouseError } from '../../../core/kit/errors.ts'
import { readConfig } from '../../../platform/config.ts'
import type { Clock } from '../../../platform/clock.ts'
import { lifeOf, type Purpose, readCertificates } from '../../../platform/identity/certificate.ts'
import { PUBLIC_MODE, SECRET_MODE, textOf, writeWhole } from '../../../platform/identity/files.ts'
import { isSamePair, keyText, makeKey, readKey } from '../../../platform/identity/keys.ts'
import type { Subject } from '../../../platform/identity/request.ts'
import type { TlsMaterial } from '../../../platform/identity/tls-stream.ts'
import type { IdentityConfig } from './config.ts'
import { type Authority, authorityCertificate, issueCertificate } from './issue.ts'

const DAY_MS = 86_400_000
/** How long a certificate of a gateway, and the control room's own, is good for. */
export const CERTIFICATE_MS = 90 * DAY_MS
const AUTHORITY_MS = 3_650 * DAY_MS
/** A certificate begins before it is made, so that clocks that differ a little do not refuse it. */
const EARLIER_MS = DAY_MS

/** The name the control room has at a broker elsewhere. The underscore keeps it from being any site's. */
export const CONTROL_NAME = 'control_room'

/** A key with its certificate, as a server or client of TLS takes them; PEM. */
export type OwnPair = Pick<TlsMaterial, 'key' | 'cert' | 'ca'>

/** Who vouches in this county, and the control room's own certificates by it. */
export interface AuthorityDesk {
  /** Whether certificates can be issued here. */
  readonly issues: boolean
  /** The authority's certificate as PEM; null while there is none. Throws `store/failed`, `identity/invalid`. */
  known(): string | null
  /** The authority with its key; made where there is none yet. Throws `http/conflict` where certificates are issued elsewhere. */
  authority(): Authority
  /** The control room's own pair, made anew two thirds into its life. Throws `store/failed`, `identity/invalid`. */
  pair(purpose: Purpose): OwnPair
  /** A pair for a server that does not renew itself, for as long as `lifeMs`. */
  pairFor(names: readonly string[], lifeMs: number): OwnPair
  /** How this control room's servers are called. The first is the one others are told. */
  readonly names: readonly string[]
}

export interface AuthorityDeps {
  /** Where the authority and the own certificates lie. */
  readonly folder: string
  readonly group: string
  readonly config: z.infer<typeof IdentityConfig>
  readonly baseFolder: string
  readonly clock: Clock
}

/** Opening reads and makes nothing; the first use does. */
export function openAuthority({ folder, group, config, baseFolder, clock }: AuthorityDeps): AuthorityDesk {
  const given = (path: string) => readConfig(resolve(baseFolder, path))
  const names = config.names ?? [...new Set([hostname(), 'localhost', '127.0.0.1'])]
  const own = { key: join(folder, 'ca.key'), certificate: join(folder, 'ca.pem') }
  const issues = config.caFile === undefined || config.caKeyFile !== undefined
  const known = () => (config.caFile === undefined ? textOf(own.certificate) : given(config.caFile))
  const from = () => clock.now() - EARLIER_MS

  const authority = (): Authority => {
    if (!issues) {
      throw new HouseError(
        'http/conflict',
        'the certificates of this control room are issued elsewhere: identity.caFile is set and identity.caKeyFile is not',
      )
    }
    if (config.caFile !== undefined && config.caKeyFile !== undefined) {
      return fitting(given(config.caFile), given(config.caKeyFile), config.caFile)
    }
    // The certificate is written last: with it there, the authority is whole.
    const pem = textOf(own.certificate)
    if (pem !== null) return fitting(pem, textOf(own.key) ?? '', own.certificate)
    const key = makeKey()
    writeWhole(own.key, keyText(key), SECRET_MODE)
    const made = authorityCertificate(key, group, { from: from(), to: clock.now() + AUTHORITY_MS })
    writeWhole(own.certificate, made, PUBLIC_MODE)
    return fitting(made, keyText(key), own.certificate)
  }
  const issued = (
    subject: Subject,
    about: { key: KeyObject; purpose: Purpose; names?: readonly string[]; lifeMs: number },
  ) => {
    const { key, purpose, lifeMs } = about
    const life = { from: from(), to: clock.now() + lifeMs }
    const publicKey = createPublicKey(key)
    const facts = { subject, publicKey, purpose, life, ...(about.names === undefined ? {} : { names: about.names }) }
    return issueCertificate(authority(), facts)
  }

  const pair = (purpose: Purpose): OwnPair => {
    if (config.certFile !== undefined && config.keyFile !== undefined && config.caFile !== undefined) {
      return { key: given(config.keyFile), cert: given(config.certFile), ca: given(config.caFile) }
    }
    const ca = authority().certificate.toString()
    const path = join(folder, `${purpose}.pem`)
    const wanted = { names: purpose === 'server' ? names : [], ca, now: clock.now() }
    const present = textOf(path)
    if (present !== null && isFresh(present, wanted)) return pairOf(present, ca)
    const key = makeKey()
    const about = { key, purpose, lifeMs: CERTIFICATE_MS, ...(purpose === 'server' ? { names } : {}) }
    const text = `${keyText(key)}${issued({ group, name: CONTROL_NAME }, about)}`
    writeWhole(path, text, SECRET_MODE)
    return pairOf(text, ca)
  }
  return {
    issues,
    names,
    known,
    authority,
    pair,
    pairFor: (hosts, lifeMs) => {
      const key = makeKey()
      const cert = issued({ group, name: hosts[0] ?? CONTROL_NAME }, { key, purpose: 'server', names: hosts, lifeMs })
      return { key: keyText(key), cert, ca: authority().certificate.toString() }
    },
  }
}

/** An authority's two halves. Throws `identity/invalid` when they are none. */
function fitting(certificateText: string, key: string, whose: string): Authority {
  const [certificate] = readCertificates(certificateText, whose)
  const secret = readKey(key, `key of ${whose}`)
  if (!certificate.ca) throw new HouseError('identity/invalid', `${whose}: expected the certificate of an authority`)
  if (!isSamePair(certificate.publicKey, secret)) {
    throw new HouseError('identity/invalid', `${whose}: expected a certificate and a key that belong together`)
  }
  return { certificate, key: secret }
}

/** The peer is shown the authority too, so that one who knows only its fingerprint can find it. */
function pairOf(text: string, ca: string): OwnPair {
  const at = text.indexOf('-----BEGIN CERTIFICATE-----')
  return { key: text.slice(0, at), cert: `${text.slice(at)}${ca}`, ca }
}

function isFresh(text: string, wanted: { names: readonly string[]; ca: string; now: number }): boolean {
  try {
    const [certificate] = readCertificates(text, 'own certificate')
    const [authority] = readCertificates(wanted.ca, 'the authority')
    const { from, to } = lifeOf(certificate)
    const told = (certificate.subjectAltName ?? '').split(', ').filter((name) => name !== '')
    return (
      wanted.now < from + ((to - from) * 2) / 3 &&
      told.length === wanted.names.length &&
      wanted.names.every(
        (name) => certificate.checkHost(name) !== undefined || certificate.checkIP(name) !== undefined,
      ) &&
      certificate.checkIssued(authority) &&
      certificate.verify(authority.publicKey)
    )
  } catch {
    // Whatever is wrong with it, a new one takes its place.
    return false
  }
}
