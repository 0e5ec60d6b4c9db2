import { z } from 'zod'
import { Session } from '../../../core/contract/http.ts'
import { HouseError } from '../../../core/kit/errors.ts'
import type { Clock } from '../../../platform/clock.ts'
import type { Database } from '../db/database.ts'
import { hashPassword, makePassword } from './passwords.ts'

/** The user made at the first start. */
export const ADMINISTRATOR = 'admin'

export type Role = Session['role']
const RoleWord = Session.shape.role

const UserRow = z.object({ name: z.string(), password_hash: z.string(), role: RoleWord })

export interface User {
  readonly name: string
  readonly passwordHash: string
  readonly role: Role
}

/** Names as people type them: letters of any script, digits and a little punctuation. */
const UserName = z.string().regex(/^[\p{L}\p{N}._-]{1,64}$/u)

export async function findUser(db: Database, name: string): Promise<User | null> {
  const row = await db.read((q) => q.one(UserRow, 'select name, password_hash, role from users where name = ?', name))
  return row === null ? null : { name: row.name, passwordHash: row.password_hash, role: row.role }
}

/** Adds a user and answers the generated password, which is stored nowhere. Throws `http/invalid`, `http/conflict`. */
export async function addUser(
  db: Database,
  name: string,
  { role, clock }: { role: Role; clock: Clock },
): Promise<string> {
  if (!UserName.safeParse(name).success) {
    throw new HouseError('http/invalid', `expected a name of letters, digits, points and hyphens, came ${name}`)
  }
  const password = makePassword()
  const hash = await hashPassword(password)
  const { changes } = await db.transaction((q) =>
    q.run('insert into users values (?, ?, ?, ?) on conflict do nothing', name, hash, role, clock.now()),
  )
  if (changes === 0) throw new HouseError('http/conflict', `there is a user ${name} already`, { name })
  return password
}

/** Gives a user a new generated password and ends all their sessions. Throws `http/not-found`. */
export async function resetPassword(db: Database, name: string): Promise<string> {
  const password = makePassword()
  const hash = await hashPassword(password)
  const { changes } = await db.transaction(async (q) => {
    await q.run('delete from sessions where user = ?', name)
    return q.run('update users set password_hash = ? where name = ?', hash, name)
  })
  if (changes === 0) throw new HouseError('http/not-found', `there is no user ${name}`, { name })
  return password
}

/** Whether anybody can sign in yet. */
export async function hasUsers(db: Database): Promise<boolean> {
  const row = await db.read((q) => q.one(z.object({ n: z.number() }), 'select count(*) as n from users'))
  return (row?.n ?? 0) > 0
}
