import type { KeyObject, X509Certificate } from 'node:crypto'
import { join } from 'node:path'
import type {
  EnrolAnswer,
  EnrolRequest,
  Identities,
  IssuedToken,
  IssueToken,
  RenewAnswer,
  RenewRequest,
  Revoke,
} from '../../../core/contract/identity.ts'
import type { Actor } from '../../../core/contract/ledger.ts'
import { UtcMs } from '../../../core/contract/time.ts'
import { HouseError, isHouseError, messageOf } from '../../../core/kit/errors.ts'
import { later } from '../../../core/kit/time.ts'
import { type Clock, systemClock } from '../../../platform/clock.ts'
import { fingerprintOf, lifeOf, readCertificates, serialOf, subjectOf } from '../../../platform/identity/certificate.ts'
import { PUBLIC_MODE, textOf, writeWhole } from '../../../platform/identity/files.ts'
import { signCommand, signConfig } from '../../../platform/identity/signatures.ts'
import { keyOfSecret, makeSecret, sealAnswer, tokenText } from '../../../platform/identity/token.ts'
import type { Log } from '../../../platform/log.ts'
import { openThrottle, type Throttle } from '../access/throttle.ts'
import type { AlarmDesk } from '../alarms/desk.ts'
import type { CertificateVerdict } from '../broker/tls-door.ts'
import type { Database } from '../db/database.ts'
import type { AuthorityDesk } from './authority.ts'
import { enrolRow, type IssueContext, type Outcome, renewRow } from './enrolment.ts'
import { type Held, judge, listOf, load } from './held.ts'
import { qrSvg } from './qr.ts'
import { addCertificate, addToken, allTokens, certificatesMark, markSeen, revokeRows, voidTokens } from './register.ts'

/** Another program may take a certificate back; it is looked for this often. */
const LOOK_MS = 1_000
/** Own certificates are looked at, and those of connected gateways, this often. */
const TEND_MS = 60_000

const SYSTEM = { kind: 'system', name: 'control-room' } as const

/** Identities of the county: tokens, certificates, and what was taken back. Every act is in the ledger. */
export interface Identity {
  /** A token for one gateway; the site's older ones become void. Throws `http/conflict` where certificates are issued elsewhere. */
  issueToken(asked: IssueToken, by: Actor): Promise<IssuedToken>
  /** Throws `http/unauthenticated` (the token), `identity/invalid` (the request), `http/too-many`, `http/conflict`. */
  enrol(request: EnrolRequest, address: string): Promise<EnrolAnswer>
  /** Throws as `enrol`. */
  renew(request: RenewRequest, address: string): Promise<RenewAnswer>
  /** Answers the serial numbers taken back. Throws `http/not-found` when there was nothing to take back. */
  revoke(asked: Revoke, by: Actor): Promise<readonly string[]>
  overview(): Promise<Omit<Identities, 'refusals'>>
  /** Whom the certificate of a connected peer names, once TLS has found it to be of the authority and in time. */
  judge(certificate: X509Certificate): CertificateVerdict
  /** A gateway has connected with this certificate. */
  seen(certificate: X509Certificate): Promise<void>
  /** Keys of all certificates a site ever had, newest first, so that what was signed long ago can still be checked. */
  keysOf(site: string): readonly KeyObject[]
  /** The authority's list of what was taken back; PEM. Throws `http/conflict` where certificates are issued elsewhere. */
  revocationList(): string
  /** Signs a configuration by the authority, base64; null where the county has none that could. */
  signConfig(config: unknown): string | null
  /** The same for the order of a command. */
  signCommand(order: unknown): string | null
  /** Looks after what other programs change and what grows old, until the signal aborts. */
  run(signal: AbortSignal): Promise<void>
}

export interface IdentityDeps {
  readonly db: Database
  readonly desk: Pick<AlarmDesk, 'append'>
  readonly authority: AuthorityDesk
  /** Where the list of what was taken back is written. */
  readonly folder: string
  readonly group: string
  /** Real time, also where the county's time is played faster. */
  readonly clock: Clock
  readonly log: Log
  /** How gateways reach this control room's API, and the broker (null = nobody knows). */
  readonly places: () => { readonly url: string; readonly broker: string | null }
  /** What connected peers may has changed, or the own certificate has. */
  readonly changed: () => void
}

export async function openIdentity(deps: IdentityDeps): Promise<Identity> {
  const { db, desk, authority, group, clock, log } = deps
  const throttle = openThrottle()
  let held: Held = await load(db)
  const reload = async () => {
    held = await load(db)
    writeList(deps, held)
    tellChanged(deps)
  }
  const context = (): IssueContext => ({ authority: authority.authority(), group, now: clock.now() })
  /** One exchange in one transaction; what it counted stays also when it is refused. */
  const exchange = async (address: string, work: (q: Parameters<typeof enrolRow>[0]) => Promise<Outcome>) => {
    checkThrottle(throttle, address, clock)
    const outcome = await db.transaction(async (q) => {
      const made = await work(q)
      if (made.actions.length > 0) await desk.append(q, made.actions)
      return made
    })
    if (outcome.is === 'refused') {
      log.warn(
        { code: outcome.error.code, address, why: outcome.error.message },
        'a request for a certificate is refused',
      )
      throw outcome.error
    }
    throttle.succeeded([address])
    if (outcome.actions.length > 0) await reload()
    return outcome
  }

  return {
    issueToken: (asked, by) => issueToken(deps, asked, by),
    enrol: async (request, address) => {
      const issuing = context()
      const { certificate, key } = await exchange(address, (q) => enrolRow(q, request, issuing))
      const answer = {
        ...{ group, site: request.site, certificate, authority: issuing.authority.certificate.toString() },
        broker: deps.places().broker,
      }
      return sealAnswer(answer, request.nonce, key)
    },
    renew: async (request, address) => {
      const issuing = context()
      const { certificate } = await exchange(address, (q) => renewRow(q, request, issuing))
      return { certificate }
    },
    revoke: async (asked, by) => {
      const serials = await revoke(deps, asked, by)
      await reload()
      return serials
    },
    overview: async () => {
      const pem = authority.known()
      const [known] = pem === null ? [] : readCertificates(pem, 'the authority')
      return {
        issues: authority.issues,
        authority: known === undefined ? null : { fingerprint: fingerprintOf(known), notAfter: lifeOf(known).to },
        certificates: Array.from(held.bySerial.values(), ({ pem: _pem, publicKey: _key, ...told }) => told),
        tokens: await db.read((q) => allTokens(q, clock.now())),
      }
    },
    judge: (certificate) => judge(certificate, held, { group, now: clock.now() }),
    seen: async (certificate) => {
      const serial = serialOf(certificate)
      const known = held.bySerial.get(serial)
      if (known !== undefined && known.seenAt !== null) return
      const at = clock.now()
      await noteSeen(deps, certificate, { isKnown: known !== undefined, at })
      if (known === undefined) await reload()
      // As it is known now: it may have been taken back meanwhile.
      const present = held.bySerial.get(serial)
      if (present !== undefined) held.bySerial.set(serial, { ...present, seenAt: present.seenAt ?? at })
    },
    keysOf: (site) => [...held.bySerial.values()].filter((one) => one.site === site).map(({ publicKey }) => publicKey),
    revocationList: () => listOf(authority.authority(), held, clock.now()),
    signConfig: (config) => (authority.issues ? signConfig(config, authority.authority().key) : null),
    signCommand: (order) => (authority.issues ? signCommand(order, authority.authority().key) : null),
    run: async (signal) => {
      let tendedAt = clock.mono()
      writeList(deps, held)
      while (!signal.aborted) {
        await systemClock.sleep(LOOK_MS, signal).catch(() => undefined)
        try {
          if ((await db.read(certificatesMark)) !== held.mark) await reload()
        } catch (error) {
          log.warn(
            { code: 'store/failed', why: messageOf(error) },
            'certificates cannot be read; those read before stay',
          )
        }
        if (clock.mono() - tendedAt < TEND_MS) continue
        tendedAt = clock.mono()
        tellChanged(deps)
      }
    },
  }
}

async function issueToken(deps: IdentityDeps, { site, validFor }: IssueToken, by: Actor): Promise<IssuedToken> {
  const { db, desk, authority, clock, places } = deps
  const known = authority.authority()
  const secret = makeSecret()
  const { id, key } = keyOfSecret(secret)
  const now = clock.now()
  const expiresAt = UtcMs.parse(Math.floor(later(now, validFor)))
  await db.transaction(async (q) => {
    const voided = await voidTokens(q, site, now)
    await addToken(q, { id, key, site, createdAt: now, expiresAt })
    await desk.append(q, [
      { actor: by, act: 'enrolment-token-issued', subject: site, detail: { token: id, expiresAt, voided } },
    ])
  })
  const text = tokenText({ url: places().url, site, secret, authority: fingerprintOf(known.certificate) })
  return { site, text, qr: qrSvg(text), expiresAt }
}

async function revoke({ db, desk, clock }: IdentityDeps, asked: Revoke, by: Actor): Promise<readonly string[]> {
  const { site, serial, reason } = asked
  const at = clock.now()
  return db.transaction(async (q) => {
    const serials = await revokeRows(q, { site, serial }, { at, by, reason })
    const voided = serial === null ? await voidTokens(q, site, at) : 0
    if (serials.length === 0 && voided === 0) {
      throw new HouseError('http/not-found', `${site} has no certificate or token that could be taken back`, { site })
    }
    await desk.append(q, [
      ...serials.map(
        (one) => ({ actor: by, act: 'certificate-revoked', subject: site, detail: { serial: one, reason } }) as const,
      ),
      ...(voided > 0 ? [{ actor: by, act: 'enrolment-token-void', subject: site, detail: { reason } } as const] : []),
    ])
    return serials
  })
}

/** Writes down that a certificate has been used; one issued elsewhere becomes known by it. */
async function noteSeen(
  { db, desk }: IdentityDeps,
  certificate: X509Certificate,
  { isKnown, at }: { readonly isKnown: boolean; readonly at: UtcMs },
): Promise<void> {
  const serial = serialOf(certificate)
  const site = subjectOf(certificate)?.name
  if (site === undefined) return
  const { from, to } = lifeOf(certificate)
  await db.transaction(async (q) => {
    if (isKnown) {
      await markSeen(q, serial, at)
      return
    }
    const facts = {
      site,
      serial,
      origin: 'presented',
      pem: certificate.toString(),
      issuedAt: from,
      notAfter: to,
    } as const
    await addCertificate(q, { ...facts, seenAt: at })
    const detail = { serial, notAfter: to, fingerprint: fingerprintOf(certificate) }
    await desk.append(q, [{ actor: SYSTEM, act: 'certificate-presented', subject: site, detail }])
  })
}

/** What cannot be read or written of the own certificates must not end the program, nor undo what was decided. */
function tellChanged({ changed, log }: IdentityDeps): void {
  try {
    changed()
  } catch (error) {
    const code = isHouseError(error) ? error.code : 'store/failed'
    log.error({ code, why: messageOf(error) }, 'the own certificate cannot be made anew; the one before goes on')
  }
}

/** Keeps `crl.pem` beside the authority, for brokers elsewhere. */
function writeList(deps: IdentityDeps, held: Held): void {
  const { authority, folder, clock, log } = deps
  try {
    if (!authority.issues || authority.known() === null) return
    const path = join(folder, 'crl.pem')
    const isEmpty = ![...held.bySerial.values()].some((one) => one.revoked !== null)
    if (isEmpty && textOf(path) !== null) return
    writeWhole(path, listOf(authority.authority(), held, clock.now()), PUBLIC_MODE)
  } catch (error) {
    log.error({ code: 'store/failed', why: messageOf(error) }, 'the list of revoked certificates cannot be written')
  }
}

function checkThrottle(throttle: Throttle, address: string, clock: Clock): void {
  const waitMs = throttle.waitMs([address], clock.mono())
  if (waitMs > 0) {
    const waitS = Math.ceil(waitMs / 1_000)
    throw new HouseError('http/too-many', `too many failed requests for a certificate; try again in ${waitS} s`, {
      waitS,
    })
  }
  throttle.failed([address], clock.mono())
}
