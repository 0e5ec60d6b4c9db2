import { createHash, timingSafeEqual } from 'node:crypto'
import { type Role, type Scope, seesSite, type Session, WHOLE_COUNTY } from '../../../core/contract/access.ts'
import type { Site } from '../../../core/contract/site.ts'
import { HouseError } from '../../../core/kit/errors.ts'
import type { Clock } from '../../../platform/clock.ts'
import type { Log } from '../../../platform/log.ts'
import type { AlarmDesk } from '../alarms/desk.ts'
import type { ServiceToken } from '../broker/accounts.ts'
import type { Database } from '../db/database.ts'
import { shortAgent } from './agent.ts'
import { type Attempt, type CheckCode, type CodeAttempt, codeChecker, openPasswords } from './checks.ts'
import { type Networks, nearNetworks } from './networks.ts'
import { type FactorUsed, hasFactor } from './second-factors.ts'
import {
  beginSession,
  endSession,
  findSession,
  IDLE_MS,
  isLocked,
  noteAct,
  noteUse,
  type OpenSession,
  sessionIdOf,
  writeAct,
} from './sessions.ts'
import { openUserDesk, type UserDesk } from './user-desk.ts'
import { ADMINISTRATOR, addUser, hasUsers, type User } from './users.ts'

/** Who may have a page that never locks: whoever holds keys to the system may not. */
const DESK_ROLES: readonly Role[] = ['viewer', 'operator', 'duty-leader']

/** Who is asking. A service account may what an operator may, except acknowledge; the ledger says that it was a program. */
export interface Caller {
  readonly kind: 'person' | 'service'
  readonly name: string
  readonly role: Role
  readonly scope: Scope
  /** A person's session; null of a program. A locked one may nothing but be opened again. */
  readonly session: { readonly id: string; readonly isDesk: boolean; readonly isLocked: boolean } | null
  /** Whether the caller may be told of a site. */
  sees(site: Pick<Site, 'area' | 'village'>): boolean
}

/** What a request shows of itself. */
export interface Credentials {
  readonly sessionId?: string | undefined
  readonly authorization?: string | undefined
  /** Where it comes from; a session begun in the county without a second factor is worth nothing elsewhere. */
  readonly address: string
}

/** The same with what signing in takes beyond that. */
export interface SignInAttempt extends Attempt {
  readonly code?: string | undefined
  readonly desk?: boolean
  readonly agent?: string
}

/** What the page is told of a session, but for what is not of it. */
export type SessionFacts = Omit<Session, 'flows'>

/** Who may do what: users and sessions in the database, service accounts by token. */
export interface Access {
  /** Makes the first administrator when there is no user; the password, to be shown once, or null. */
  openFirst(): Promise<string | null>
  /**
   * The new session's secret and whose it is. Throws `http/unauthenticated`, `http/too-many`, `http/forbidden` (a desk that may not be
   * one), `http/second-factor`, and `http/no-second-factor` from outside without one.
   */
  signIn(attempt: SignInAttempt): Promise<{ id: string; session: SessionFacts }>
  /**
   * Who somebody is that types name and password beside the person signed in. A wrong one counts as a failed sign-in. Throws
   * `http/unauthenticated`, `http/too-many`.
   */
  vouch(attempt: Attempt): Promise<{ name: string; role: Role; scope: Scope }>
  /**
   * Checks a code of the second factor afresh, and uses it up. Throws `http/no-second-factor` where the user has none, `http/second-factor`
   * for a code that is missing, wrong or was used before, `http/too-many`.
   */
  checkSecondFactor(attempt: CodeAttempt): Promise<void>
  signOut(sessionId: string): Promise<void>
  /** Null when the credentials are missing, unknown or old. */
  identify(credentials: Credentials): Promise<Caller | null>
  /** A person has done something with their session (`Caller.session.id`): it does not lock for a while. */
  acted(session: string): Promise<void>
  /** Opens a locked session with its user's password. Throws `http/unauthenticated`, `http/too-many`. */
  unlock(session: string, attempt: Pick<Attempt, 'password' | 'address'>): Promise<void>
  /** What the page is told of a caller. */
  factsOf(caller: Caller): Promise<SessionFacts>
  readonly users: UserDesk
}

export interface AccessDeps {
  readonly db: Database
  readonly desk: Pick<AlarmDesk, 'record' | 'append'>
  readonly services: readonly ServiceToken[]
  /** Where people sign in without a second factor. Default: private addresses. */
  readonly near?: Networks
  /** Real time, also where the county's time is played faster. */
  readonly clock: Clock
  readonly log: Log
}

export async function openAccess(deps: AccessDeps): Promise<Access> {
  const { db, desk, services, clock, near = nearNetworks() } = deps
  const passwords = await openPasswords({ ...deps, near })
  const checkCode = codeChecker({ ...deps, near })
  const bearers = services.map(({ name, token }) => ({ name, digest: digestOf(token) }))
  const sessionNamed = (id: string) => db.read((q) => findSession(q, id, clock.now()))
  const sessionOf = (secret: string) => sessionNamed(sessionIdOf(secret))

  const personOf = async ({ sessionId, address }: Credentials): Promise<Caller | null> => {
    const session = sessionId === undefined ? null : await sessionOf(sessionId)
    if (session === null || (!session.hasSecond && !near.has(address))) return null
    const now = clock.now()
    await noteUse(db, session, now)
    return personFor(session, isLocked(session, now))
  }
  const serviceOf = (token: string): Caller | null => {
    const digest = digestOf(token)
    const found = bearers.find((bearer) => timingSafeEqual(bearer.digest, digest))
    if (found === undefined) return null
    return { kind: 'service', name: found.name, role: 'operator', session: null, ...seeing(WHOLE_COUNTY) }
  }

  return {
    openFirst: async () => {
      if (await hasUsers(db)) return null
      const actor = { kind: 'system', name: 'control-room' } as const
      const entry = { actor, act: 'administrator-created', subject: ADMINISTRATOR } as const
      return addUser(db, ADMINISTRATOR, { role: 'administrator', clock }, (q) => desk.append(q, [entry]))
    },
    signIn: async (attempt) => {
      const user = await passwords.check(attempt)
      const factor = await secondOf(attempt, { db, near, checkCode })
      checkDesk(attempt, user, near)
      const { address, desk: isDesk = false } = attempt
      const begun = { user: user.name, address, agent: shortAgent(attempt.agent ?? ''), isDesk }
      const detail = {
        address,
        ...(isDesk ? { desk: true } : {}),
        ...(factor === null ? {} : { secondFactor: factor }),
      }
      const actor = { kind: 'person', name: user.name } as const
      const id = await db.transaction(async (q) => {
        await desk.append(q, [{ actor, act: 'signed-in', subject: user.name, detail }])
        return beginSession(q, { ...begun, hasSecond: factor !== null }, clock.now())
      })
      const session = { id: sessionIdOf(id), isDesk, isLocked: false }
      return { id, session: await factsOf(db, { name: user.name, role: user.role, scope: user.scope, session }) }
    },
    vouch: async (attempt) => {
      const { name, role, scope } = await passwords.check(attempt)
      return { name, role, scope }
    },
    checkSecondFactor: async (attempt) => {
      await checkCode(attempt)
    },
    signOut: async (sessionId) => {
      const session = await sessionOf(sessionId)
      if (session === null) return
      const actor = { kind: 'person', name: session.user } as const
      await db.transaction(async (q) => {
        if (await endSession(q, session.id)) await desk.append(q, [{ actor, act: 'signed-out', subject: session.user }])
      })
    },
    identify: (credentials) => {
      const token = /^Bearer +(\S+)$/i.exec(credentials.authorization ?? '')?.[1]
      return token === undefined ? personOf(credentials) : Promise.resolve(serviceOf(token))
    },
    acted: async (id) => {
      const session = await sessionNamed(id)
      if (session !== null) await noteAct(db, session, clock.now())
    },
    unlock: async (id, { password, address }) => {
      const session = await sessionNamed(id)
      if (session === null) throw new HouseError('http/unauthenticated', 'the session has ended; sign in again')
      await passwords.check({ user: session.user, password, address })
      const actor = { kind: 'person', name: session.user } as const
      await db.transaction(async (q) => {
        await writeAct(q, session.id, clock.now())
        await desk.append(q, [{ actor, act: 'session-unlocked', subject: session.user, detail: { address } }])
      })
    },
    factsOf: (caller) => factsOf(db, caller),
    users: openUserDesk({ db, desk, clock }),
  }
}

interface Signing {
  readonly db: Database
  readonly near: Networks
  readonly checkCode: CheckCode
}

/** The second factor of a sign-in: needed from outside, taken where it is given; null = none. */
async function secondOf(
  { user, code, address }: SignInAttempt,
  { db, near, checkCode }: Signing,
): Promise<FactorUsed | null> {
  if (near.has(address) && (code === undefined || !(await db.read((q) => hasFactor(q, user))))) return null
  return checkCode({ user, code, address })
}

function checkDesk({ desk, address }: SignInAttempt, { role }: User, near: Networks): void {
  if (desk !== true || (near.has(address) && DESK_ROLES.includes(role))) return
  const expected = "a viewer, operator or duty leader in the county's own network for a page that does not lock"
  const came = near.has(address) ? `a ${role}` : 'somebody from outside'
  throw new HouseError('http/forbidden', `expected ${expected}, came ${came}`, { expected, came, field: 'body.desk' })
}

async function factsOf(
  db: Database,
  { name, role, scope, session }: Pick<Caller, 'name' | 'role' | 'scope' | 'session'>,
): Promise<SessionFacts> {
  const desk = session?.isDesk ?? false
  const secondFactor = await db.read((q) => hasFactor(q, name))
  const locks = session === null || desk ? null : IDLE_MS
  return { user: name, role, scope, desk, locked: session?.isLocked ?? false, locksAfterMs: locks, secondFactor }
}

function personFor({ id, user, role, scope, isDesk }: OpenSession, locked: boolean): Caller {
  return { kind: 'person', name: user, role, session: { id, isDesk, isLocked: locked }, ...seeing(scope) }
}

function seeing(scope: Scope): Pick<Caller, 'scope' | 'sees'> {
  return { scope, sees: (site) => seesSite(scope, site) }
}

function digestOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest()
}
