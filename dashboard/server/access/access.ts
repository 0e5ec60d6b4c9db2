import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'
import { Session } from '../../../core/contract/http.ts'
import { UtcMs } from '../../../core/contract/time.ts'
import { HouseError, messageOf } from '../../../core/kit/errors.ts'
import { later } from '../../../core/kit/time.ts'
import type { Clock } from '../../../platform/clock.ts'
import type { Log } from '../../../platform/log.ts'
import type { AlarmDesk } from '../alarms/desk.ts'
import type { LedgerAction } from '../alarms/ledger.ts'
import type { ServiceToken } from '../broker/accounts.ts'
import type { Database } from '../db/database.ts'
import { hashPassword, passwordFits } from './passwords.ts'
import { openThrottle } from './throttle.ts'
import { ADMINISTRATOR, addUser, findUser, hasUsers, type Role } from './users.ts'

/** A session that is not used for this long ends. */
const SESSION_MS = 12 * 3_600_000

/** A used session's end is written anew at most this often. */
const RENEW_MS = 15 * 60_000

/** Who is asking. A service account may what an operator may, except acknowledge; the ledger says that it was a program. */
export interface Caller {
  readonly kind: 'person' | 'service'
  readonly name: string
  readonly role: Role
}

/** What a request shows of itself. */
export interface Credentials {
  readonly sessionId?: string | undefined
  readonly authorization?: string | undefined
}

/** Who may do what: users and sessions in the database, service accounts by token. */
export interface Access {
  /** Makes the first administrator when there is no user; the password, to be shown once, or null. */
  openFirst(): Promise<string | null>
  /** The new session's id and whose it is. Throws `http/unauthenticated`, `http/too-many`. */
  signIn(attempt: {
    user: string
    password: string
    address: string
  }): Promise<{ id: string; session: Pick<Session, 'user' | 'role'> }>
  /**
   * Who somebody is that types name and password beside the person signed in. A wrong one counts as a failed sign-in. Throws
   * `http/unauthenticated`, `http/too-many`.
   */
  vouch(attempt: { user: string; password: string; address: string }): Promise<{ name: string; role: Role }>
  signOut(sessionId: string): Promise<void>
  /** Null when the credentials are missing, unknown or old. */
  identify(credentials: Credentials): Promise<Caller | null>
}

export interface AccessDeps {
  readonly db: Database
  readonly desk: Pick<AlarmDesk, 'record'>
  readonly services: readonly ServiceToken[]
  /** Real time, also where the county's time is played faster. */
  readonly clock: Clock
  readonly log: Log
}

const SessionRow = z.object({ user: z.string(), role: Session.shape.role, expires_at: UtcMs })

export async function openAccess({ db, desk, services, clock, log }: AccessDeps): Promise<Access> {
  const throttle = openThrottle()
  // Checked against when there is no such user, so that a wrong name takes as long as a wrong password.
  const nobody = await hashPassword(randomBytes(16).toString('hex'))
  const record = (action: LedgerAction) => desk.record(action)
  const bearers = services.map(({ name, token }) => ({ name, digest: digestOf(token) }))

  const personOf = async (sessionId: string): Promise<Caller | null> => {
    const idHash = digestOf(sessionId).toString('hex')
    const row = await db.read((q) =>
      q.one(
        SessionRow,
        'select s.user, u.role, s.expires_at from sessions s join users u on u.name = s.user where s.id_hash = ?',
        idHash,
      ),
    )
    const now = clock.now()
    if (row === null || row.expires_at <= now) return null
    if (row.expires_at < later(now, SESSION_MS - RENEW_MS)) await renew(db, idHash, later(now, SESSION_MS))
    return { kind: 'person', name: row.user, role: row.role }
  }
  const serviceOf = (token: string): Caller | null => {
    const digest = digestOf(token)
    const found = bearers.find((bearer) => timingSafeEqual(bearer.digest, digest))
    return found === undefined ? null : { kind: 'service', name: found.name, role: 'operator' }
  }

  const refuseSignIn = async (user: string, address: string): Promise<never> => {
    await record({
      actor: { kind: 'system', name: 'control-room' },
      act: 'sign-in-refused',
      subject: user,
      detail: { address },
    }).catch((error: unknown) =>
      log.error({ code: 'store/failed', why: messageOf(error) }, 'the ledger cannot be written'),
    )
    throw new HouseError('http/unauthenticated', 'this user and password do not fit together')
  }

  const vouch: Access['vouch'] = async ({ user, password, address }) => {
    const waitMs = throttle.waitMs(keysOf(user, address), clock.mono())
    if (waitMs > 0) {
      const waitS = Math.ceil(waitMs / 1_000)
      throw new HouseError('http/too-many', `too many failed sign-ins; try again in ${waitS} s`, { waitS })
    }
    // Counted before it is looked at, so that many at the same time are not all free.
    throttle.failed(keysOf(user, address), clock.mono())
    const known = await findUser(db, user)
    const fits = await passwordFits(password, known?.passwordHash ?? nobody)
    if (known === null || !fits) return refuseSignIn(user, address)
    throttle.succeeded(keysOf(user, address))
    return { name: user, role: known.role }
  }

  return {
    openFirst: async () => {
      if (await hasUsers(db)) return null
      const password = await addUser(db, ADMINISTRATOR, { role: 'administrator', clock })
      await record({
        actor: { kind: 'system', name: 'control-room' },
        act: 'administrator-created',
        subject: ADMINISTRATOR,
      })
      return password
    },
    signIn: async (attempt) => {
      const { name: user, role } = await vouch(attempt)
      const id = randomBytes(32).toString('base64url')
      await startSession(db, { idHash: digestOf(id).toString('hex'), user, now: clock.now() })
      const detail = { address: attempt.address }
      await record({ actor: { kind: 'person', name: user }, act: 'signed-in', subject: user, detail })
      return { id, session: { user, role } }
    },
    vouch,
    signOut: async (sessionId) => {
      const caller = await personOf(sessionId)
      await db.transaction((q) => q.run('delete from sessions where id_hash = ?', digestOf(sessionId).toString('hex')))
      if (caller === null) return
      await record({ actor: { kind: 'person', name: caller.name }, act: 'signed-out', subject: caller.name })
    },
    identify: ({ sessionId, authorization }) => {
      const token = /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1]
      if (token !== undefined) return Promise.resolve(serviceOf(token))
      return sessionId === undefined ? Promise.resolve(null) : personOf(sessionId)
    },
  }
}

async function startSession(db: Database, session: { idHash: string; user: string; now: UtcMs }): Promise<void> {
  const { idHash, user, now } = session
  await db.transaction(async (q) => {
    await q.run('delete from sessions where expires_at <= ?', now)
    await q.run('insert into sessions values (?, ?, ?, ?)', idHash, user, now, later(now, SESSION_MS))
  })
}

async function renew(db: Database, idHash: string, until: UtcMs): Promise<void> {
  await db.transaction((q) => q.run('update sessions set expires_at = ? where id_hash = ?', until, idHash))
}

/** A name is slowed for one address only: somebody guessing elsewhere must not lock the operator out in the night. */
function keysOf(user: string, address: string): readonly string[] {
  return [`user ${user} at ${address}`, `address ${address}`]
}

function digestOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest()
}
