import { z } from 'zod'
import { Actor } from './ledger.ts'
import { Id, Sha256 } from './text.ts'
import { Duration, UtcMs } from './time.ts'

/** PEM text of one certificate or request; a P-256 one takes less than 1 kB, one of a large RSA key 3 kB. */
const Pem = z.string().min(64).max(8_192)
/** HMAC-SHA256, base64url. */
const Mac = z.string().regex(/^[\w-]{43}$/, 'expected 43 characters of base64url')
/** A certificate's serial number: lower-case hexadecimal, without leading zeros. */
export const Serial = z.string().regex(/^[1-9a-f][0-9a-f]{0,39}$/, 'expected a serial number in lower-case hexadecimal')

/** Names a token without telling it. */
export const TokenId = z.string().regex(/^[0-9a-f]{16}$/, 'expected 16 lower-case hexadecimal digits')

/** A gateway asks for its certificate. `mac` is by the token's secret over everything else. */
export const EnrolRequest = z
  .object({ token: TokenId, site: Id, request: Pem, nonce: z.string().regex(/^[\w-]{22}$/), mac: Mac })
  .strict()
export type EnrolRequest = z.infer<typeof EnrolRequest>

/** What it is given. `mac` is by the token's secret over everything else and the request's nonce. */
export const EnrolAnswer = z
  .object({
    group: Id,
    site: Id,
    certificate: Pem,
    /** The certificate of the authority, which also vouches for the broker. */
    authority: Pem,
    /** Where the broker is; null where the control room cannot say. */
    broker: z.string().nullable(),
    mac: Mac,
  })
  .strict()
export type EnrolAnswer = z.infer<typeof EnrolAnswer>

/** A gateway asks for its next certificate. `signature` is by the key of the one it has, over everything else. */
export const RenewRequest = z.object({ serial: Serial, request: Pem, signature: z.base64().max(1_024) }).strict()
export type RenewRequest = z.infer<typeof RenewRequest>

export const RenewAnswer = z.object({ certificate: Pem }).strict()
export type RenewAnswer = z.infer<typeof RenewAnswer>

/** The longest life of a token. */
const MOST_TOKEN_MS = 30 * 86_400_000

/** Asks for a token with which one gateway can be enrolled for `site`. An older one of the site becomes void. */
export const IssueToken = z
  .object({
    site: Id,
    validFor: Duration.refine(
      (ms) => ms > 0 && ms <= MOST_TOKEN_MS,
      'expected more than 0 and at most 30 days',
    ).default(86_400_000),
  })
  .strict()
export type IssueToken = z.infer<typeof IssueToken>

/** A token, shown once. */
export const IssuedToken = z
  .object({
    site: Id,
    text: z.string(),
    /** The text as a QR code, an SVG image. */
    qr: z.string(),
    expiresAt: UtcMs,
  })
  .strict()
export type IssuedToken = z.infer<typeof IssuedToken>

/** Takes certificates back: one of a site by its serial number, or all of it and its token. */
export const Revoke = z
  .object({ site: Id, serial: Serial.nullable().default(null), reason: z.string().trim().min(4).max(300) })
  .strict()
export type Revoke = z.infer<typeof Revoke>

/** How the control room came to know a certificate: by a token, by a renewal, or from one that was issued elsewhere. */
export const CertificateOrigin = z.enum(['enrolled', 'renewed', 'presented'])

export const GatewayCertificate = z
  .object({
    site: Id,
    serial: Serial,
    origin: CertificateOrigin,
    issuedAt: UtcMs,
    notAfter: UtcMs,
    /** When it connected first; null = never yet, or at a broker that does not tell. */
    seenAt: UtcMs.nullable(),
    revoked: z.object({ at: UtcMs, by: Actor, reason: z.string() }).strict().nullable(),
  })
  .strict()
export type GatewayCertificate = z.infer<typeof GatewayCertificate>

/** What became of a token. */
export const TokenState = z.enum(['open', 'used', 'expired', 'void'])

/** Why the broker turned somebody away. */
export const PeerRefusal = z.enum([
  'unknown-user', // no such name, or a wrong password
  'no-certificate',
  'foreign-certificate', // not of this authority
  'expired-certificate',
  'certificate-not-yet-valid',
  'revoked-certificate',
  'unfit-certificate', // of this authority, and not that of a gateway of this group
  'session-not-clean',
  'client-id-taken',
  'publish', // on a topic that is not the peer's
  'subscribe',
])
export type PeerRefusal = z.infer<typeof PeerRefusal>

/** Who may connect with a certificate, and who has been asked to. */
export const Identities = z
  .object({
    /** Whether this control room can issue certificates. */
    issues: z.boolean(),
    /** The authority; null before it is made. */
    authority: z.object({ fingerprint: Sha256, notAfter: UtcMs }).strict().nullable(),
    certificates: z.array(GatewayCertificate),
    tokens: z.array(z.object({ site: Id, createdAt: UtcMs, expiresAt: UtcMs, state: TokenState }).strict()),
    /** How often the embedded broker has turned somebody away since its start, by reason; empty for another broker. */
    refusals: z.partialRecord(PeerRefusal, z.number().int().positive()),
  })
  .strict()
export type Identities = z.infer<typeof Identities>
