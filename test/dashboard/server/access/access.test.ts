import { describe, expect, it } from 'vitest'
import { hashPassword, makePassword, passwordFits } from '../../../../dashboard/server/access/passwords.ts'
import { openThrottle } from '../../../../dashboard/server/access/throttle.ts'
import { addUser, hasUsers, resetPassword } from '../../../../dashboard/server/access/users.ts'
import { MonoMs } from '../../../../core/contract/time.ts'
import { handClock } from '../../../support/hand-clock.ts'
import { z } from 'zod'
import { DESK as address, withAccess } from './world.ts'

describe('passwords', () => {
  it('fit the hash they made and no other', async () => {
    const hash = await hashPassword('鸽子 dove')
    expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/)
    expect(await passwordFits('鸽子 dove', hash)).toBe(true)
    expect(await passwordFits('鸽子 Dove', hash)).toBe(false)
    expect(await passwordFits('', hash)).toBe(false)
    expect(await hashPassword('鸽子 dove')).not.toBe(hash)
  })

  it('fit a hash that another implementation of argon2id made', async () => {
    // RFC 9106 names the parameters; this one is of the reference implementation's command-line tool:
    // echo -n "password" | argon2 somesalt -id -t 2 -k 65536 -p 1 -l 32
    const hash = '$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc'
    expect(await passwordFits('password', hash)).toBe(true)
    expect(await passwordFits('passwore', hash)).toBe(false)
  })

  it('never fit a text that is no hash', async () => {
    for (const text of ['', 'password', '$argon2id$v=19$m=1,t=1,p=1$$', '$2b$10$abc']) {
      expect(await passwordFits('password', text)).toBe(false)
    }
  })

  it('are generated readable and never twice', () => {
    const made = Array.from({ length: 200 }, makePassword)
    expect(new Set(made).size).toBe(200)
    for (const one of made) expect(one).toMatch(/^([a-z2-9]{4}-){3}[a-z2-9]{4}$/)
    expect(made.join('')).not.toMatch(/[01oil]/)
  })
})

describe('access', () => {
  it('makes one administrator at the first start, whose password opens and is stored nowhere', () =>
    withAccess(async ({ access, db, acts }) => {
      expect(await hasUsers(db)).toBe(false)
      const password = (await access.openFirst())!
      expect(await access.openFirst()).toBeNull()
      const { session } = await access.signIn({ user: 'admin', password, address })
      expect(session).toMatchObject({
        user: 'admin',
        role: 'administrator',
        desk: false,
        locked: false,
        secondFactor: false,
      })
      expect((await acts()).map(({ act }) => act)).toEqual(['administrator-created', 'signed-in'])
      const rows = await db.read((q) => q.all(z.unknown(), 'select * from users'))
      expect(JSON.stringify([rows, await acts()])).not.toContain(password)
    }))

  it('knows a session by its id until it is signed out, and stores no id', () =>
    withAccess(async ({ access, db }) => {
      const password = await addUser(db, '王站长', { role: 'operator', clock: handClock() })
      const { id } = await access.signIn({ user: '王站长', password, address })
      expect(await access.identify({ sessionId: id, address })).toMatchObject({
        kind: 'person',
        name: '王站长',
        role: 'operator',
      })
      const rows = await db.read((q) => q.all(z.unknown(), 'select * from sessions'))
      expect(JSON.stringify(rows)).not.toContain(id)
      await access.signOut(id)
      expect(await access.identify({ sessionId: id, address })).toBeNull()
    }))

  it('ends a session that is not used, and keeps one that is', () =>
    withAccess(async ({ access, db, clock }) => {
      const password = await addUser(db, 'wang', { role: 'viewer', clock })
      const { id } = await access.signIn({ user: 'wang', password, address })
      for (let hour = 0; hour < 20; hour++) {
        await clock.advance(3_600_000)
        expect(await access.identify({ sessionId: id, address })).not.toBeNull()
      }
      await clock.advance(12 * 3_600_000)
      expect(await access.identify({ sessionId: id, address })).toBeNull()
    }))

  it('gives a service the rights of an operator by its token', () =>
    withAccess(async ({ access }) => {
      const flows = { kind: 'service', name: 'flows', role: 'operator' }
      expect(await access.identify({ authorization: 'Bearer flows-token', address })).toMatchObject(flows)
      for (const authorization of ['Bearer flows-toke', 'Bearer ', 'Basic flows-token', 'flows-token']) {
        expect(await access.identify({ authorization, address })).toBeNull()
      }
      expect(await access.identify({ sessionId: 'made-up', address })).toBeNull()
      expect(await access.identify({ address })).toBeNull()
    }))

  it('refuses a wrong password and an unknown name with the same words, and slows guessing down', () =>
    withAccess(async ({ access, clock, acts }) => {
      const password = (await access.openFirst())!
      const wrong = (user: string) =>
        access.signIn({ user, password: 'wrong', address }).catch((error: unknown) => error)
      const [known, unknown] = [await wrong('admin'), await wrong('nobody')]
      expect(known).toMatchObject({ code: 'http/unauthenticated', message: (unknown as Error).message })
      for (let n = 0; n < 3; n++) await wrong('admin')
      expect(await wrong('admin')).toMatchObject({ code: 'http/too-many' })
      await expect(access.signIn({ user: 'admin', password, address })).rejects.toMatchObject({ code: 'http/too-many' })
      // From elsewhere the operator still gets in.
      await access.signIn({ user: 'admin', password, address: '192.168.7.2' })
      await clock.advance(3_000)
      await access.signIn({ user: 'admin', password, address })
      expect((await acts()).filter(({ act }) => act === 'sign-in-refused')).toHaveLength(5)
    }))

  it('ends all sessions of a user who gets a new password', () =>
    withAccess(async ({ access, db }) => {
      const first = (await access.openFirst())!
      const { id } = await access.signIn({ user: 'admin', password: first, address })
      const second = await resetPassword(db, 'admin')
      expect(await access.identify({ sessionId: id, address })).toBeNull()
      await expect(access.signIn({ user: 'admin', password: first, address })).rejects.toThrow()
      await access.signIn({ user: 'admin', password: second, address })
      await expect(resetPassword(db, 'nobody')).rejects.toMatchObject({ code: 'http/not-found' })
    }))

  it('adds a user once and only under a name people can type', () =>
    withAccess(async ({ db, clock }) => {
      await addUser(db, 'wang.li', { role: 'viewer', clock })
      await expect(addUser(db, 'wang.li', { role: 'viewer', clock })).rejects.toMatchObject({ code: 'http/conflict' })
      for (const name of ['', 'a b', 'a\nb', 'x'.repeat(65)]) {
        await expect(addUser(db, name, { role: 'viewer', clock })).rejects.toMatchObject({ code: 'http/invalid' })
      }
    }))
})

describe('the throttle', () => {
  it('doubles the wait with each failure after the fifth, up to a quarter of an hour', () => {
    const throttle = openThrottle()
    const now = MonoMs.parse(0)
    const waits = Array.from({ length: 20 }, () => {
      throttle.failed(['a'], now)
      return throttle.waitMs(['a'], now)
    })
    expect(waits.slice(0, 8)).toEqual([0, 0, 0, 0, 2_000, 4_000, 8_000, 16_000])
    expect(waits.at(-1)).toBe(900_000)
    expect(throttle.waitMs(['b'], now)).toBe(0)
    throttle.succeeded(['a'])
    expect(throttle.waitMs(['a'], now)).toBe(0)
  })
})
