import { describe, expect, it } from 'vitest'
import { addUser } from '../../../../dashboard/server/access/users.ts'
import { shownBy } from '../../../support/authenticator.ts'
import { DESK, HOME, withAccess, type World } from './world.ts'

const user = 'lin'

/** A user with an authenticator that was confirmed a minute ago. */
async function enrolled({ access, db, clock }: World) {
  const password = await addUser(db, user, { role: 'duty-leader', clock })
  const offer = await access.users.offerFactor(user)
  const codes = await access.users.confirmFactor(user, shownBy(offer.secret, clock.now()))
  await clock.advance(60_000)
  const signIn = (address: string, code?: string) => access.signIn({ user, password, address, code })
  return { password, offer, codes, signIn, shown: () => shownBy(offer.secret, clock.now()) }
}

describe('from outside', () => {
  it('nobody signs in without a second factor, and is told what to do', () =>
    withAccess(async ({ access, db, clock, acts }) => {
      const password = await addUser(db, user, { role: 'viewer', clock })
      const attempt = access.signIn({ user, password, address: HOME })
      await expect(attempt).rejects.toMatchObject({ code: 'http/no-second-factor' })
      await expect(attempt).rejects.toThrow('set one up first, at the control room')
      expect(await access.users.sessions(null, '')).toEqual([])
      expect((await acts()).map(({ act }) => act)).not.toContain('signed-in')
    }))

  it('the code is asked for after the password, and not told to whoever does not know that', () =>
    withAccess(async (world) => {
      const { signIn, shown, codes } = await enrolled(world)
      const guess = world.access.signIn({ user, password: 'guess', address: HOME, code: shown() })
      await expect(guess).rejects.toMatchObject({ code: 'http/unauthenticated' })
      await expect(signIn(HOME)).rejects.toMatchObject({ code: 'http/second-factor' })
      const { id, session } = await signIn(HOME, ` ${shown().slice(0, 3)} ${shown().slice(3)}`)
      expect(session.secondFactor).toBe(true)
      expect(await world.access.identify({ sessionId: id, address: HOME })).toMatchObject({ name: user })
      expect(codes).toHaveLength(8)
    }))

  it('a code opens once', () =>
    withAccess(async (world) => {
      const { signIn, shown } = await enrolled(world)
      const code = shown()
      const both = await Promise.allSettled([signIn(HOME, code), signIn(HOME, code)])
      expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
      await expect(signIn(HOME, code)).rejects.toMatchObject({ code: 'http/second-factor' })
      await world.clock.advance(30_000)
      await signIn(HOME, shown())
    }))

  it('a recovery code stands for a lost authenticator, once, and the ledger says so', () =>
    withAccess(async (world) => {
      const { signIn, codes } = await enrolled(world)
      await signIn(HOME, codes[3]!.toUpperCase())
      await expect(signIn(HOME, codes[3])).rejects.toMatchObject({ code: 'http/second-factor' })
      await signIn(HOME, codes[4])
      expect((await world.acts()).filter(({ act }) => act === 'recovery-code-used')).toHaveLength(2)
    }))

  it('guessing codes is slowed although the password is right each time', () =>
    withAccess(async (world) => {
      const { signIn, shown } = await enrolled(world)
      const wrong = () => signIn(HOME, '000000').catch((error: unknown) => error)
      for (let n = 0; n < 5; n++) expect(await wrong()).toMatchObject({ code: 'http/second-factor' })
      expect(await wrong()).toMatchObject({ code: 'http/too-many' })
      await expect(signIn(HOME, shown())).rejects.toMatchObject({ code: 'http/too-many' })
      const refused = (await world.acts()).filter(({ act }) => act === 'second-factor-refused')
      expect(refused.map(({ detail }) => detail)).toEqual(Array.from({ length: 5 }, () => ({ address: HOME })))
    }))

  it('guessing from many addresses locks nobody out of the desk', () =>
    withAccess(async (world) => {
      const { password, signIn, shown } = await enrolled(world)
      const guess = (n: number) =>
        world.access.signIn({ user, password: 'guess', address: `203.0.113.${n}` }).catch((error: unknown) => error)
      for (let n = 1; n <= 10; n++) expect(await guess(n)).toMatchObject({ code: 'http/unauthenticated' })
      expect(await guess(11)).toMatchObject({ code: 'http/too-many' })
      await expect(signIn(HOME, shown())).rejects.toMatchObject({ code: 'http/too-many' })
      await world.access.signIn({ user, password, address: DESK })
    }))
})

describe('a second factor', () => {
  it('is not asked for at the desk', () =>
    withAccess(async (world) => {
      const { signIn } = await enrolled(world)
      expect((await signIn(DESK)).session.secondFactor).toBe(true)
    }))

  it('counts only once a code of it was typed', () =>
    withAccess(async ({ access, db, clock }) => {
      const password = await addUser(db, user, { role: 'viewer', clock })
      const offer = await access.users.offerFactor(user)
      expect(offer.qr).toMatch(/^<svg /)
      await expect(access.users.confirmFactor(user, '000000')).rejects.toMatchObject({ code: 'http/second-factor' })
      const remote = access.signIn({ user, password, address: HOME, code: shownBy(offer.secret, clock.now()) })
      await expect(remote).rejects.toMatchObject({ code: 'http/no-second-factor' })
      // Begun anew, the first key is worth nothing.
      const second = await access.users.offerFactor(user)
      const old = access.users.confirmFactor(user, shownBy(offer.secret, clock.now()))
      await expect(old).rejects.toMatchObject({ code: 'http/second-factor' })
      await access.users.confirmFactor(user, shownBy(second.secret, clock.now()))
      await expect(access.users.offerFactor(user)).rejects.toMatchObject({ code: 'http/conflict' })
    }))

  it('is checked afresh for an act, and refuses what was used to sign in', () =>
    withAccess(async (world) => {
      const { access, db, clock } = world
      const { signIn, shown } = await enrolled(world)
      const code = shown()
      await signIn(HOME, code)
      const check = (typed: string | undefined, of = user) =>
        access.checkSecondFactor({ user: of, code: typed, address: DESK })
      await expect(check(undefined)).rejects.toMatchObject({ code: 'http/second-factor' })
      await expect(check(code)).rejects.toMatchObject({ code: 'http/second-factor' })
      await clock.advance(30_000)
      await check(shown())
      await addUser(db, 'qiao', { role: 'duty-leader', clock })
      await expect(check(shown(), 'qiao')).rejects.toMatchObject({ code: 'http/no-second-factor' })
    }))

  it('is taken away with all its recovery codes', () =>
    withAccess(async (world) => {
      const { signIn, codes } = await enrolled(world)
      const by = { kind: 'person', name: 'admin' } as const
      await world.access.users.removeFactor(user, by)
      await expect(signIn(HOME, codes[0])).rejects.toMatchObject({ code: 'http/no-second-factor' })
      await expect(world.access.users.removeFactor(user, by)).rejects.toMatchObject({ code: 'http/not-found' })
      const acts = (await world.acts()).map(({ act }) => act)
      expect(acts.filter((act) => act.startsWith('second-factor'))).toEqual([
        'second-factor-enrolled',
        'second-factor-removed',
      ])
    }))
})
