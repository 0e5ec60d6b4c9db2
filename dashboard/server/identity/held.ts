import type { X509Certificate } from 'node:crypto'
import type { PeerRefusal } from '../../../core/contract/identity.ts'
import { lifeOf, serialOf, subjectOf } from '../../../platform/identity/certificate.ts'
import type { CertificateVerdict } from '../broker/tls-door.ts'
import type { Database } from '../db/database.ts'
import { type Authority, revocationList } from './issue.ts'
import { allCertificates, certificatesMark, type KnownCertificate } from './register.ts'

/** What is asked for at every connection, in memory. */
export interface Held {
  readonly mark: string
  /** Those of a site together, newest first. */
  readonly bySerial: Map<string, KnownCertificate>
}

/** Reads all of it. Throws `store/failed`. */
export function load(db: Database): Promise<Held> {
  return db.read(async (q) => {
    // The mark first: what another program changes in between is then seen at the next look, and not taken for known.
    const mark = await certificatesMark(q)
    const all = await allCertificates(q)
    return { mark, bySerial: new Map(all.map((one) => [one.serial, one])) }
  })
}

/** Whom a certificate names that TLS has found to be of the authority and in time. */
export function judge(
  certificate: X509Certificate,
  held: Held,
  { group, now }: { group: string; now: number },
): CertificateVerdict {
  const serial = serialOf(certificate)
  const subject = subjectOf(certificate)
  const refused = (reason: PeerRefusal, why: string) => ({ is: 'refused', reason, why }) as const
  if (subject?.group !== group) {
    const came = certificate.subject.replaceAll('\n', ', ')
    return refused('unfit-certificate', `expected a certificate of a gateway of ${group}, came one of ${came}`)
  }
  const site = subject.name
  const { from, to } = lifeOf(certificate)
  if (now > to)
    return refused('expired-certificate', `the certificate of ${site} expired at ${new Date(to).toISOString()}`)
  if (now < from) return refused('certificate-not-yet-valid', `the certificate of ${site} is not valid yet`)
  const known = held.bySerial.get(serial)
  if (known !== undefined && known.site !== site)
    return refused('foreign-certificate', `serial ${serial} is another site's`)
  if (known !== undefined && known.revoked !== null)
    return refused('revoked-certificate', `the certificate of ${site} was revoked: ${known.revoked.reason}`)
  return { is: 'gateway', site }
}

/** The authority's list of what was taken back; PEM. */
export function listOf(authority: Authority, held: Held, at: number): string {
  const revoked = [...held.bySerial.values()].flatMap(({ serial, revoked: taken }) =>
    taken === null ? [] : [{ serial, at: taken.at }],
  )
  return revocationList(authority, revoked, at)
}
