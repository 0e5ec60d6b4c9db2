import { z } from 'zod'
import { Role, Scope, UserName, WHOLE_COUNTY } from '../../../core/contract/access.ts'
import { UtcMs } from '../../../core/contract/time.ts'
import { HouseError } from '../../../core/kit/errors.ts'
import type { Clock } from '../../../platform/clock.ts'
import type { Database, Query } from '../db/database.ts'
import { hashPassword, makePassword } from './passwords.ts'

/** The user made at the first start. */
export const ADMINISTRATOR = 'admin'

/** A scope as a column holds it. */
export const ScopeText = z
  .string()
  .transform((text): unknown => JSON.parse(text))
  .pipe(Scope)

const UserRow = z.object({ name: z.string(), password_hash: z.string(), role: Role, scope: ScopeText })

export interface User {
  readonly name: string
  readonly passwordHash: string
  readonly role: Role
  readonly scope: Scope
}

export async function findUser(q: Query, name: string): Promise<User | null> {
  const row = await q.one(UserRow, 'select name, password_hash, role, scope from users where name = ?', name)
  return row === null ? null : { name: row.name, passwordHash: row.password_hash, role: row.role, scope: row.scope }
}

/** A user with what hangs on it. */
export interface UserFacts {
  readonly name: string
  readonly role: Role
  readonly scope: Scope
  readonly createdAt: UtcMs
  readonly secondFactor: boolean
  readonly sessions: number
}

const FactsRow = z
  .object({
    name: z.string(),
    role: Role,
    scope: ScopeText,
    created_at: UtcMs,
    factors: z.number(),
    sessions: z.number(),
  })
  .transform(({ created_at: createdAt, factors, ...row }) => ({ ...row, createdAt, secondFactor: factors > 0 }))

/** Every user, by name. */
export function listUsers(q: Query, now: UtcMs): Promise<readonly UserFacts[]> {
  return q.all(
    FactsRow,
    `select name, role, scope, created_at,
       (select count(*) from second_factors where user = name and confirmed_at is not null) as factors,
       (select count(*) from sessions where user = name and expires_at > ?) as sessions
     from users order by name`,
    now,
  )
}

export interface NewUser {
  readonly role: Role
  readonly scope?: Scope
  readonly clock: Pick<Clock, 'now'>
}

/** Adds a user and answers the generated password, which is stored nowhere. Throws `http/invalid`, `http/conflict`. */
export async function addUser(
  db: Database,
  name: string,
  user: NewUser,
  alongside?: (q: Query) => Promise<void>,
): Promise<string> {
  const { role, scope = WHOLE_COUNTY, clock } = user
  if (!UserName.safeParse(name).success) {
    throw new HouseError('http/invalid', `expected a name of letters, digits, points and hyphens, came ${name}`)
  }
  checkScope(role, scope)
  const password = makePassword()
  const hash = await hashPassword(password)
  await db.transaction(async (q) => {
    const { changes } = await q.run(
      'insert into users (name, password_hash, role, created_at, scope) values (?, ?, ?, ?, ?) on conflict do nothing',
      ...[name, hash, role, clock.now(), JSON.stringify(scope)],
    )
    if (changes === 0) throw new HouseError('http/conflict', `there is a user ${name} already`, { name })
    await alongside?.(q)
  })
  return password
}

/** Gives a user a new generated password and ends all their sessions. Throws `http/not-found`. */
export async function resetPassword(
  db: Database,
  name: string,
  alongside?: (q: Query) => Promise<void>,
): Promise<string> {
  const password = makePassword()
  const hash = await hashPassword(password)
  await db.transaction(async (q) => {
    await q.run('delete from sessions where user = ?', name)
    const { changes } = await q.run('update users set password_hash = ? where name = ?', hash, name)
    if (changes === 0) throw unknownUser(name)
    await alongside?.(q)
  })
  return password
}

/** Gives a user another role and other places, and ends their sessions. Throws `http/not-found`, `http/invalid`, `http/conflict`. */
export async function setUser(q: Query, name: string, { role, scope }: Pick<User, 'role' | 'scope'>): Promise<void> {
  checkScope(role, scope)
  if ((await findUser(q, name)) === null) throw unknownUser(name)
  await q.run('update users set role = ?, scope = ? where name = ?', role, JSON.stringify(scope), name)
  await q.run('delete from sessions where user = ?', name)
  await checkAdministrators(q)
}

/** Removes a user with their sessions and second factor. Throws `http/not-found`, `http/conflict`. */
export async function removeUser(q: Query, name: string): Promise<void> {
  const { changes } = await q.run('delete from users where name = ?', name)
  if (changes === 0) throw unknownUser(name)
  await checkAdministrators(q)
}

/** Whether anybody can sign in yet. */
export async function hasUsers(db: Database): Promise<boolean> {
  const row = await db.read((q) => q.one(z.object({ n: z.number() }), 'select count(*) as n from users'))
  return (row?.n ?? 0) > 0
}

/** Inside the transaction that would leave nobody: what it did is undone. */
async function checkAdministrators(q: Query): Promise<void> {
  const row = await q.one(z.object({ n: z.number() }), "select count(*) as n from users where role = 'administrator'")
  if ((row?.n ?? 0) > 0) return
  const expected = 'at least one administrator'
  throw new HouseError('http/conflict', `expected ${expected} to stay, came the last one; make another first`, {
    expected,
  })
}

/** Whoever gives out scopes cannot be held to one. */
function checkScope(role: Role, scope: Scope): void {
  if (role !== 'administrator' || scope.of === 'county') return
  const expected = 'the whole county for an administrator'
  throw new HouseError('http/invalid', `scope: expected ${expected}, came some places`, {
    field: 'body.scope',
    expected,
  })
}

function unknownUser(name: string): HouseError {
  return new HouseError('http/not-found', `there is no user ${name}`, { name })
}
