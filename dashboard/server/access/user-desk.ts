import type {
  AddUser,
  NewPassword,
  SecondFactorOffer,
  SessionInfo,
  SetUser,
  UserInfo,
} from '../../../core/contract/access.ts'
import type { Actor } from '../../../core/contract/ledger.ts'
import { HouseError } from '../../../core/kit/errors.ts'
import type { Clock } from '../../../platform/clock.ts'
import type { AlarmDesk } from '../alarms/desk.ts'
import type { Database } from '../db/database.ts'
import { passwordFault, SHORTEST_PASSWORD } from './common-passwords.ts'
import { hashPassword } from './passwords.ts'
import { confirmFactor, offerFactor, removeFactor } from './second-factors.ts'
import { endOthers, endSession, findSession, listSessions, sessionInfo } from './sessions.ts'
import { addUser, listUsers, removeUser, resetPassword, setUser } from './users.ts'

/** What is done about users, their sessions and what they sign in with. Every act is in the ledger, in the transaction that does it. */
export interface UserDesk {
  list(): Promise<readonly UserInfo[]>
  /** Throws `http/invalid`, `http/conflict`. */
  add(user: AddUser, by: Actor): Promise<NewPassword>
  /** Gives another role and other places; ends the user's sessions. Throws `http/not-found`, `http/invalid`, `http/conflict`. */
  set(name: string, to: SetUser, by: Actor): Promise<UserInfo>
  /** Gives a new generated password; ends the user's sessions. Throws `http/not-found`. */
  resetPassword(name: string, by: Actor): Promise<NewPassword>
  /** Throws `http/not-found`, and `http/conflict` for the last administrator. */
  remove(name: string, by: Actor): Promise<void>
  /** Takes the password a person chose; ends their other sessions. Throws `http/invalid`. */
  choosePassword(name: string, next: string, session: string): Promise<void>
  /** Throws `http/conflict`. */
  offerFactor(name: string): Promise<SecondFactorOffer>
  /** Throws `http/second-factor`, `http/conflict`. */
  confirmFactor(name: string, code: string): Promise<readonly string[]>
  /** Throws `http/not-found` where there is none. */
  removeFactor(name: string, by: Actor): Promise<void>
  /** Sessions of a user, or of all (null); `own` is the one that asks. */
  sessions(of: string | null, own: string): Promise<readonly SessionInfo[]>
  /** Ends a session of a user, or of anybody (null). Throws `http/not-found`. */
  endSession(id: string, of: string | null, by: Actor): Promise<void>
}

export interface UserDeskDeps {
  readonly db: Database
  readonly desk: Pick<AlarmDesk, 'append'>
  readonly clock: Pick<Clock, 'now'>
}

/** Opens the desk over the control room's database. */
export function openUserDesk({ db, desk, clock }: UserDeskDeps): UserDesk {
  const list = () => db.read((q) => listUsers(q, clock.now()))
  const named = async (name: string): Promise<UserInfo> => {
    const found = (await list()).find((user) => user.name === name)
    if (found === undefined) throw new HouseError('http/not-found', `there is no user ${name}`, { name })
    return found
  }
  return {
    list,
    add: async ({ name, role, scope = { of: 'county' } }, actor) => {
      const entry = { actor, act: 'user-added', subject: name, detail: { role, scope } } as const
      const password = await addUser(db, name, { role, scope, clock }, (q) => desk.append(q, [entry]))
      return { name, password }
    },
    set: async (name, to, actor) => {
      const { role, scope } = await named(name)
      const detail = { from: { role, scope }, to }
      await db.transaction(async (q) => {
        await setUser(q, name, to)
        await desk.append(q, [{ actor, act: 'user-changed', subject: name, detail }])
      })
      return named(name)
    },
    resetPassword: async (name, actor) => {
      const entry = { actor, act: 'password-reset', subject: name } as const
      return { name, password: await resetPassword(db, name, (q) => desk.append(q, [entry])) }
    },
    remove: (name, actor) =>
      db.transaction(async (q) => {
        await removeUser(q, name)
        await desk.append(q, [{ actor, act: 'user-removed', subject: name }])
      }),
    choosePassword: async (name, next, session) => {
      checkPassword(next, name)
      const hash = await hashPassword(next)
      await db.transaction(async (q) => {
        await q.run('update users set password_hash = ? where name = ?', hash, name)
        await endOthers(q, name, session)
        await desk.append(q, [{ actor: { kind: 'person', name }, act: 'password-changed', subject: name }])
      })
    },
    ...factorActs({ db, desk, clock }),
    ...sessionActs({ db, desk, clock }),
  }
}

function factorActs({
  db,
  desk,
  clock,
}: UserDeskDeps): Pick<UserDesk, 'offerFactor' | 'confirmFactor' | 'removeFactor'> {
  return {
    offerFactor: (name) => db.transaction((q) => offerFactor(q, name)),
    confirmFactor: (name, code) =>
      db.transaction(async (q) => {
        const codes = await confirmFactor(q, name, { code, now: clock.now() })
        await desk.append(q, [{ actor: { kind: 'person', name }, act: 'second-factor-enrolled', subject: name }])
        return codes
      }),
    removeFactor: (name, actor) =>
      db.transaction(async (q) => {
        if (!(await removeFactor(q, name)))
          throw new HouseError('http/not-found', `expected an authenticator of ${name}, there is none`, { name })
        await desk.append(q, [{ actor, act: 'second-factor-removed', subject: name }])
      }),
  }
}

function sessionActs({ db, desk, clock }: UserDeskDeps): Pick<UserDesk, 'sessions' | 'endSession'> {
  return {
    sessions: async (of, own) => {
      const now = clock.now()
      return (await db.read((q) => listSessions(q, of, now))).map((session) => sessionInfo(session, own, now))
    },
    endSession: (id, of, actor) =>
      db.transaction(async (q) => {
        const found = await findSession(q, id, clock.now())
        if (found === null || (of !== null && found.user !== of))
          throw new HouseError('http/not-found', 'there is no such session; it may have ended', { id })
        await endSession(q, id)
        const { user, address, agent } = found
        await desk.append(q, [{ actor, act: 'session-ended', subject: user, detail: { address, agent } }])
      }),
  }
}

const WORDS = {
  short: 'fewer',
  common: 'one that lists of common passwords begin with',
  name: 'one with the name of the user in it',
  pattern: 'a row of keys or a pattern',
} as const

/** Throws `http/invalid`. The password itself is in no message. */
function checkPassword(next: string, user: string): void {
  const fault = passwordFault(next, user)
  if (fault === null) return
  const expected = `at least ${SHORTEST_PASSWORD} characters that nobody guesses`
  const came = WORDS[fault]
  const facts = { expected, came, field: 'body.next', because: `password-${fault}` }
  throw new HouseError('http/invalid', `body.next: expected ${expected}, came ${came}`, facts)
}
