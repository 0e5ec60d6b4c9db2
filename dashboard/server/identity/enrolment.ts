import type { KeyObject } from 'node:crypto'
import type { EnrolRequest, RenewRequest } from '../../../core/contract/identity.ts'
import type { UtcMs } from '../../../core/contract/time.ts'
import { HouseError } from '../../../core/kit/errors.ts'
import { fingerprintOf, lifeOf, readCertificates, serialOf } from '../../../platform/identity/certificate.ts'
import { isSamePair } from '../../../platform/identity/keys.ts'
import { keyOfRequest } from '../../../platform/identity/request.ts'
import { verifyRenewal } from '../../../platform/identity/signatures.ts'
import { isRequestSealed } from '../../../platform/identity/token.ts'
import type { LedgerAction } from '../alarms/ledger.ts'
import type { Query } from '../db/database.ts'
import { CERTIFICATE_MS } from './authority.ts'
import { type Authority, issueCertificate } from './issue.ts'
import {
  addCertificate,
  certificateBy,
  certificatesOf,
  countFailure,
  type KeptToken,
  type KnownCertificate,
  tokenBy,
  useToken,
} from './register.ts'

const DAY_MS = 86_400_000
/** A token is void after so many tries that did not fit. */
const MOST_FAILURES = 5
/** A gateway that was off when its certificate ended may still ask for the next one, for so long. */
const LATE_MS = 365 * DAY_MS
/** Certificates of one site within a day; a gateway that asks more often is broken. */
const MOST_A_DAY = 10

/** What an act came to, and what the ledger is told; a refusal is a value, so that what it counted is kept. */
export type Outcome =
  | {
      readonly is: 'issued'
      readonly certificate: string
      readonly key: string
      readonly actions: readonly LedgerAction[]
    }
  | { readonly is: 'refused'; readonly error: HouseError; readonly actions: readonly LedgerAction[] }

export interface IssueContext {
  readonly authority: Authority
  readonly group: string
  readonly now: UtcMs
}

const SYSTEM = { kind: 'system', name: 'control-room' } as const

/** Takes a token in exchange for a certificate. Runs in the caller's transaction, and tells it what the ledger shall hold. */
export async function enrolRow(q: Query, request: EnrolRequest, context: IssueContext): Promise<Outcome> {
  const { authority, group, now } = context
  const token = await tokenBy(q, request.token)
  if (token === null) return refused('this control room knows no such token; ask for a new one')
  if (!isRequestSealed(request, token.key) || token.site !== request.site) {
    const isLast = await countFailure(q, token, { most: MOST_FAILURES, at: now })
    const why = 'the request is not sealed with the secret of its token'
    return refused(
      why,
      isLast ? [act('enrolment-token-void', token.site, { token: token.id, failures: MOST_FAILURES })] : [],
    )
  }
  const publicKey = keyOfRequest(request.request)
  const fault = await tokenFault(q, token, { publicKey, now })
  if (typeof fault === 'string') return refused(fault)
  // The answer to the first request may have been lost on the way: the same key is answered again.
  if (fault !== null) return { is: 'issued', certificate: fault.pem, key: token.key, actions: [] }
  const made = await addIssued(q, { site: token.site, publicKey, origin: 'enrolled' }, { authority, group, now })
  await useToken(q, token.id, { at: now, serial: made.serial })
  const { serial, notAfter, fingerprint } = made
  return {
    is: 'issued',
    certificate: made.pem,
    key: token.key,
    actions: [
      act('enrolment-token-used', token.site, { token: token.id }),
      act('certificate-issued', token.site, { serial, notAfter, fingerprint }),
    ],
  }
}

/** Why a token that was proven cannot be used; the certificate it was used for by this very key; null = it can. */
async function tokenFault(
  q: Query,
  token: KeptToken,
  { publicKey, now }: { readonly publicKey: KeyObject; readonly now: UtcMs },
): Promise<string | KnownCertificate | null> {
  if (token.serial !== null) {
    const issued = await certificateBy(q, token.serial)
    const isAgain = issued !== null && isSamePair(issued.publicKey, publicKey) && issued.revoked === null
    return isAgain ? issued : 'this token has been used already; ask for a new one'
  }
  if (token.isVoid)
    return 'this token is void: a newer one was issued, or it was tried wrongly too often; ask for a new one'
  if (token.expiresAt <= now)
    return `this token expired at ${new Date(token.expiresAt).toISOString()}; ask for a new one`
  return null
}

/** Gives a gateway its next certificate for a request signed with the key of the one it has. As `enrolRow`. */
export async function renewRow(q: Query, request: RenewRequest, context: IssueContext): Promise<Outcome> {
  const { authority, group, now } = context
  const present = await certificateBy(q, request.serial)
  if (present === null || !verifyRenewal(request, request.signature, present.publicKey)) {
    return refused(
      'the request is not signed with the key of a certificate this control room knows; enrol the gateway anew',
    )
  }
  const { site } = present
  const publicKey = keyOfRequest(request.request)
  const all = await certificatesOf(q, site)
  const fault = renewalFault(present, all, { publicKey, now })
  if (fault !== null) return refused(fault)
  // One that has ended is of no use to a gateway that was off meanwhile.
  const again = all.find((one) => one.revoked === null && one.notAfter > now && isSamePair(one.publicKey, publicKey))
  if (again !== undefined) return { is: 'issued', certificate: again.pem, key: '', actions: [] }
  if (all.filter(({ issuedAt }) => issuedAt > now - DAY_MS).length >= MOST_A_DAY) {
    const error = new HouseError(
      'http/too-many',
      `${site} has been issued ${MOST_A_DAY} certificates within a day; see why`,
    )
    return { is: 'refused', error, actions: [] }
  }
  const made = await addIssued(q, { site, publicKey, origin: 'renewed' }, { authority, group, now })
  const { serial, notAfter, fingerprint } = made
  const isLate = present.notAfter < now
  const detail = { serial, notAfter, fingerprint, before: present.serial, ...(isLate ? { late: true } : {}) }
  return { is: 'issued', certificate: made.pem, key: '', actions: [act('certificate-renewed', site, detail)] }
}

function renewalFault(
  present: KnownCertificate,
  all: readonly KnownCertificate[],
  { publicKey, now }: { readonly publicKey: KeyObject; readonly now: UtcMs },
): string | null {
  if (present.revoked !== null) return `this certificate was revoked: ${present.revoked.reason}`
  if (isSamePair(present.publicKey, publicKey)) return 'expected a new key, came the one in use'
  if (present.notAfter + LATE_MS < now) return 'this certificate expired more than a year ago; enrol the gateway anew'
  // Whoever finds an old key must not become the gateway with it.
  const isSuperseded = all.some(({ issuedAt, seenAt }) => issuedAt > present.issuedAt && seenAt !== null)
  return isSuperseded ? 'a later certificate of this site is in use; use that, or enrol the gateway anew' : null
}

interface Issuing {
  readonly site: string
  readonly publicKey: KeyObject
  readonly origin: 'enrolled' | 'renewed'
}

async function addIssued(q: Query, { site, publicKey, origin }: Issuing, { authority, group, now }: IssueContext) {
  const pem = issueCertificate(authority, {
    subject: { group, name: site },
    publicKey,
    purpose: 'client',
    // Before now, so that a clock that is a little behind does not refuse it.
    life: { from: now - DAY_MS, to: now + CERTIFICATE_MS },
  })
  const [certificate] = readCertificates(pem, site)
  const notAfter = lifeOf(certificate).to
  const serial = serialOf(certificate)
  await addCertificate(q, { site, serial, origin, pem, issuedAt: now, notAfter, seenAt: null })
  return { serial, pem, notAfter, fingerprint: fingerprintOf(certificate) }
}

function act(name: LedgerAction['act'], site: string, detail: LedgerAction['detail']): LedgerAction {
  return { actor: SYSTEM, act: name, subject: site, ...(detail === undefined ? {} : { detail }) }
}

function refused(why: string, actions: readonly LedgerAction[] = []): Outcome {
  return { is: 'refused', error: new HouseError('http/unauthenticated', why), actions }
}
