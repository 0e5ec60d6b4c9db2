import { createHash, randomBytes } from 'node:crypto'
import { z } from 'zod'
import { Role, type Scope, type SessionInfo } from '../../../core/contract/access.ts'
import { UtcMs, utcMs } from '../../../core/contract/time.ts'
import { later } from '../../../core/kit/time.ts'
import type { Database, Query } from '../db/database.ts'
import { ScopeText } from './users.ts'

/** A session that is not used for this long ends. */
const UNUSED_MS = 12 * 3_600_000

/** However much it is used, a session ends after two shifts, and at a desk or wall after a month. */
const MOST_MS = 24 * 3_600_000
const MOST_AT_DESK_MS = 31 * 24 * 3_600_000

/** That a session is used is written at most this often. */
const USED_EVERY_MS = 5 * 60_000

/** That somebody did something is written at most this often, so a session may lock so much too early. */
const ACTED_EVERY_MS = 5_000

/** Without an act of a person for this long a session locks, unless it is a desk. */
export const IDLE_MS = 15 * 60_000

/** A session that has not ended, with whose it is. */
export interface OpenSession {
  /** Hash of the secret in the cookie; opens nothing. */
  readonly id: string
  readonly user: string
  readonly role: Role
  readonly scope: Scope
  readonly begunAt: UtcMs
  readonly usedAt: UtcMs
  readonly actedAt: UtcMs
  readonly endsAt: UtcMs
  readonly address: string
  readonly agent: string
  readonly isDesk: boolean
  /** Begun with a second factor. */
  readonly hasSecond: boolean
}

export type NewSession = Pick<OpenSession, 'user' | 'address' | 'agent' | 'isDesk' | 'hasSecond'>

const truth = z.number().transform((value) => value !== 0)

const Row = z
  .object({
    ...{ id_hash: z.string(), user: z.string(), role: Role, scope: ScopeText, address: z.string(), agent: z.string() },
    ...{ created_at: UtcMs, used_at: UtcMs, acted_at: UtcMs, expires_at: UtcMs, is_desk: truth, has_second: truth },
  })
  .transform((row): OpenSession => ({
    ...{ id: row.id_hash, user: row.user, role: row.role, scope: row.scope, address: row.address, agent: row.agent },
    ...{ begunAt: row.created_at, usedAt: row.used_at, actedAt: row.acted_at, endsAt: row.expires_at },
    ...{ isDesk: row.is_desk, hasSecond: row.has_second },
  }))

const SESSIONS = 'select s.*, u.role, u.scope from sessions s join users u on u.name = s.user where s.expires_at > ?'

/** What a session is called by the secret in its cookie. */
export function sessionIdOf(secret: string): string {
  return createHash('sha256').update(secret).digest('hex')
}

/** Begins a session; its secret. Those that have ended are forgotten. */
export async function beginSession(q: Query, session: NewSession, now: UtcMs): Promise<string> {
  const secret = randomBytes(32).toString('base64url')
  const { user, address, agent, isDesk, hasSecond } = session
  await q.run('delete from sessions where expires_at <= ?', now)
  await q.run(
    `insert into sessions (id_hash, user, created_at, expires_at, used_at, acted_at, address, agent, is_desk, has_second)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ...[sessionIdOf(secret), user, now, endOf({ begunAt: now, isDesk }, now), now, now, address, agent],
    ...[Number(isDesk), Number(hasSecond)],
  )
  return secret
}

export function findSession(q: Query, id: string, now: UtcMs): Promise<OpenSession | null> {
  return q.one(Row, `${SESSIONS} and s.id_hash = ?`, now, id)
}

/** Sessions of a user, or of all (null), those used last first. */
export function listSessions(q: Query, user: string | null, now: UtcMs): Promise<readonly OpenSession[]> {
  const of = user === null ? '' : 'and s.user = ?'
  return q.all(Row, `${SESSIONS} ${of} order by s.used_at desc`, now, ...(user === null ? [] : [user]))
}

/** Notes that a session was used, which puts off its end. */
export async function noteUse(db: Database, session: OpenSession, now: UtcMs): Promise<void> {
  if (now - session.usedAt < USED_EVERY_MS) return
  const end = endOf(session, now)
  await db.transaction((q) =>
    q.run('update sessions set used_at = ?, expires_at = ? where id_hash = ?', now, end, session.id),
  )
}

/** Notes that a person did something. */
export async function noteAct(db: Database, session: OpenSession, now: UtcMs): Promise<void> {
  if (now - session.actedAt >= ACTED_EVERY_MS) await db.transaction((q) => writeAct(q, session.id, now))
}

/** Writes that a person did something. */
export async function writeAct(q: Query, id: string, now: UtcMs): Promise<void> {
  await q.run('update sessions set acted_at = ? where id_hash = ?', now, id)
}

/** Ends a session; false where there is none. */
export async function endSession(q: Query, id: string): Promise<boolean> {
  return (await q.run('delete from sessions where id_hash = ?', id)).changes > 0
}

/** Ends the sessions of a user but one. */
export async function endOthers(q: Query, user: string, but: string): Promise<void> {
  await q.run('delete from sessions where user = ? and id_hash <> ?', user, but)
}

/** Whether a session wants its password again. */
export function isLocked({ isDesk, actedAt }: Pick<OpenSession, 'isDesk' | 'actedAt'>, now: UtcMs): boolean {
  return !isDesk && now - actedAt > IDLE_MS
}

/** A session as people are told of it; `own` is the one that asks. */
export function sessionInfo(session: OpenSession, own: string, now: UtcMs): SessionInfo {
  const { id, user, begunAt, usedAt, endsAt, address, agent, isDesk } = session
  const facts = { id, user, begunAt, lastUsedAt: usedAt, endsAt, address, agent, desk: isDesk }
  return { ...facts, own: id === own, locked: isLocked(session, now) }
}

function endOf({ begunAt, isDesk }: Pick<OpenSession, 'begunAt' | 'isDesk'>, now: UtcMs): UtcMs {
  const most = later(begunAt, isDesk ? MOST_AT_DESK_MS : MOST_MS)
  return utcMs(Math.min(most, later(now, UNUSED_MS)))
}
