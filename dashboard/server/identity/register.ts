import { type KeyObject, X509Certificate } from 'node:crypto'
import { z } from 'zod'
import { CertificateOrigin, type GatewayCertificate, type Identities, Serial } from '../../../core/contract/identity.ts'
import { Actor } from '../../../core/contract/ledger.ts'
import { Id } from '../../../core/contract/text.ts'
import { UtcMs } from '../../../core/contract/time.ts'
import type { Query } from '../db/database.ts'

/** Rows of certificates and tokens. Every function runs inside a transaction or read of its caller. */

const CertificateRow = z.object({
  serial: Serial,
  site: Id,
  origin: CertificateOrigin,
  pem: z.string(),
  issued_at: UtcMs,
  not_after: UtcMs,
  seen_at: UtcMs.nullable(),
  revoked_at: UtcMs.nullable(),
  revoked_by: z.string().nullable(),
  revoke_reason: z.string().nullable(),
})

/** A certificate the control room knows. */
export interface KnownCertificate extends GatewayCertificate {
  readonly pem: string
  readonly publicKey: KeyObject
}

const TokenRow = z.object({
  id: z.string(),
  key: z.string(),
  site: Id,
  created_at: UtcMs,
  expires_at: UtcMs,
  failures: z.number(),
  voided_at: UtcMs.nullable(),
  used_at: UtcMs.nullable(),
  serial: z.string().nullable(),
})

/** A token as it is kept: without its secret. */
export interface KeptToken {
  readonly id: string
  readonly key: string
  readonly site: string
  readonly createdAt: UtcMs
  readonly expiresAt: UtcMs
  readonly failures: number
  readonly isVoid: boolean
  /** The certificate it was used for. */
  readonly serial: string | null
}

/** All certificates, those of a site together, newest first. */
export async function allCertificates(q: Query): Promise<KnownCertificate[]> {
  return (await q.all(CertificateRow, 'select * from gateway_certificates order by site, issued_at desc')).map(known)
}

export async function certificatesOf(q: Query, site: string): Promise<KnownCertificate[]> {
  return (
    await q.all(CertificateRow, 'select * from gateway_certificates where site = ? order by issued_at desc', site)
  ).map(known)
}

export async function certificateBy(q: Query, serial: string): Promise<KnownCertificate | null> {
  const row = await q.one(CertificateRow, 'select * from gateway_certificates where serial = ?', serial)
  return row === null ? null : known(row)
}

/** Changes whenever a certificate is added or taken back, also by another program. */
export async function certificatesMark(q: Query): Promise<string> {
  const Mark = z.object({ n: z.number(), revoked: z.number() })
  const mark = await q.one(Mark, 'select count(*) as n, count(revoked_at) as revoked from gateway_certificates')
  return `${mark?.n ?? 0} ${mark?.revoked ?? 0}`
}

export interface NewCertificate {
  readonly site: string
  readonly serial: string
  readonly origin: z.infer<typeof CertificateOrigin>
  readonly pem: string
  readonly issuedAt: UtcMs
  readonly notAfter: UtcMs
  readonly seenAt: UtcMs | null
}

/** Adds a certificate; one that is known already stays as it is. */
export async function addCertificate(q: Query, made: NewCertificate): Promise<void> {
  await q.run(
    `insert into gateway_certificates (serial, site, origin, pem, issued_at, not_after, seen_at)
     values (?, ?, ?, ?, ?, ?, ?) on conflict do nothing`,
    ...[made.serial, made.site, made.origin, made.pem, made.issuedAt, made.notAfter, made.seenAt],
  )
}

export async function markSeen(q: Query, serial: string, at: UtcMs): Promise<void> {
  await q.run('update gateway_certificates set seen_at = ? where serial = ? and seen_at is null', at, serial)
}

/** Takes back certificates of a site that are not yet; answers their serial numbers. */
export async function revokeRows(
  q: Query,
  which: { readonly site: string; readonly serial: string | null },
  how: { readonly at: UtcMs; readonly by: Actor; readonly reason: string },
): Promise<readonly string[]> {
  const rows = await q.all(
    z.object({ serial: Serial }),
    `update gateway_certificates set revoked_at = ?, revoked_by = ?, revoke_reason = ?
     where site = ? and revoked_at is null and (? is null or serial = ?) returning serial`,
    ...[how.at, JSON.stringify(how.by), how.reason, which.site, which.serial, which.serial],
  )
  return rows.map(({ serial }) => serial)
}

export async function allTokens(q: Query, now: UtcMs): Promise<Identities['tokens']> {
  const rows = await q.all(TokenRow, 'select * from enrol_tokens order by created_at desc limit 200')
  return rows.map((row) => ({
    site: row.site,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    state: row.used_at !== null ? 'used' : row.voided_at !== null ? 'void' : row.expires_at <= now ? 'expired' : 'open',
  }))
}

export async function addToken(
  q: Query,
  token: Pick<KeptToken, 'id' | 'key' | 'site' | 'createdAt' | 'expiresAt'>,
): Promise<void> {
  const { id, key, site, createdAt, expiresAt } = token
  await q.run(
    'insert into enrol_tokens (id, key, site, created_at, expires_at) values (?, ?, ?, ?, ?)',
    ...[id, key, site, createdAt, expiresAt],
  )
}

export async function tokenBy(q: Query, id: string): Promise<KeptToken | null> {
  const row = await q.one(TokenRow, 'select * from enrol_tokens where id = ?', id)
  if (row === null) return null
  return {
    ...{ id: row.id, key: row.key, site: row.site, createdAt: row.created_at, expiresAt: row.expires_at },
    ...{ failures: row.failures, isVoid: row.voided_at !== null, serial: row.serial },
  }
}

/** Counts a failed try; true when it was the one that made the token void. */
export async function countFailure(q: Query, token: KeptToken, limit: { most: number; at: UtcMs }): Promise<boolean> {
  const failures = token.failures + 1
  const isLast = failures >= limit.most && !token.isVoid && token.serial === null
  await q.run('update enrol_tokens set failures = ? where id = ?', failures, token.id)
  if (isLast) await q.run('update enrol_tokens set voided_at = ? where id = ?', limit.at, token.id)
  return isLast
}

/** Makes a site's open tokens void; answers how many there were. */
export async function voidTokens(q: Query, site: string, at: UtcMs): Promise<number> {
  const open = 'site = ? and used_at is null and voided_at is null and expires_at > ?'
  return (await q.run(`update enrol_tokens set voided_at = ? where ${open}`, at, site, at)).changes
}

export async function useToken(q: Query, id: string, used: { at: UtcMs; serial: string }): Promise<void> {
  await q.run('update enrol_tokens set used_at = ?, serial = ? where id = ?', used.at, used.serial, id)
}

function known(row: z.infer<typeof CertificateRow>): KnownCertificate {
  const revoked =
    row.revoked_at === null
      ? null
      : { at: row.revoked_at, by: Actor.parse(JSON.parse(row.revoked_by ?? 'null')), reason: row.revoke_reason ?? '' }
  return {
    ...{ site: row.site, serial: row.serial, origin: row.origin, issuedAt: row.issued_at, notAfter: row.not_after },
    ...{ seenAt: row.seen_at, revoked, pem: row.pem, publicKey: new X509Certificate(row.pem).publicKey },
  }
}
