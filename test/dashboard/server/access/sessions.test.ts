import { describe, expect, it } from 'vitest'
import type { Role } from '../../../../core/contract/access.ts'
import { addUser } from '../../../../dashboard/server/access/users.ts'
import { DESK, HOME, withAccess, type World } from './world.ts'

const MIN = 60_000
const HOUR = 60 * MIN

/** Adds a user of a role and signs them in at the desk. */
async function signedIn({ access, db, clock }: World, role: Role = 'operator', part: { desk?: boolean } = {}) {
  const user = `${role}-lin`
  const password = await addUser(db, user, { role, clock })
  const { id, session } = await access.signIn({ user, password, address: DESK, agent: 'curl/8', ...part })
  const caller = () => access.identify({ sessionId: id, address: DESK })
  return { user, password, id, session, caller, isLocked: async () => (await caller())?.session?.isLocked }
}

describe('a session', () => {
  it('locks after 15 min without an act, however much the page asks meanwhile, and opens with the password', () =>
    withAccess(async (world) => {
      const { access, clock, acts } = world
      const { user, password, caller, isLocked } = await signedIn(world)
      for (let minute = 0; minute < 15; minute++) {
        expect(await isLocked()).toBe(false)
        await clock.advance(MIN)
      }
      await clock.advance(1)
      expect(await isLocked()).toBe(true)
      const { id } = (await caller())!.session!
      await expect(access.unlock(id, { password: 'guess', address: DESK })).rejects.toMatchObject({
        code: 'http/unauthenticated',
      })
      expect(await isLocked()).toBe(true)
      await access.unlock(id, { password, address: DESK })
      expect(await isLocked()).toBe(false)
      expect((await acts()).slice(-2).map(({ act, subject }) => [act, subject])).toEqual([
        ['sign-in-refused', user],
        ['session-unlocked', user],
      ])
    }))

  it('stays open while somebody does something', () =>
    withAccess(async (world) => {
      const { caller, isLocked } = await signedIn(world)
      for (let n = 0; n < 10; n++) {
        await world.clock.advance(14 * MIN)
        expect(await isLocked()).toBe(false)
        await world.access.acted((await caller())!.session!.id)
      }
    }))

  it('of a desk does not lock, and ends after a month all the same', () =>
    withAccess(async (world) => {
      const { session, caller, isLocked } = await signedIn(world, 'operator', { desk: true })
      expect(session).toMatchObject({ desk: true, locksAfterMs: null })
      for (let hour = 0; hour < 31 * 24; hour += 8) {
        expect(await isLocked()).toBe(false)
        await world.clock.advance(8 * HOUR)
      }
      expect(await caller()).toBeNull()
    }))

  it('ends a day after it was begun, however much it is used', () =>
    withAccess(async (world) => {
      const { caller } = await signedIn(world)
      for (let hour = 0; hour < 24; hour++) {
        expect(await caller()).not.toBeNull()
        await world.clock.advance(HOUR)
      }
      expect(await caller()).toBeNull()
    }))

  it('is no desk for those who hold the keys to the system, nor outside', () =>
    withAccess(async (world) => {
      for (const role of ['administrator', 'technician'] as const) {
        await expect(signedIn(world, role, { desk: true })).rejects.toMatchObject({ code: 'http/forbidden' })
      }
      for (const role of ['viewer', 'operator', 'duty-leader'] as const) {
        expect((await signedIn(world, role, { desk: true })).session.desk).toBe(true)
      }
    }))

  it('is worth nothing outside when it was begun without a second factor', () =>
    withAccess(async (world) => {
      const { id } = await signedIn(world)
      expect(await world.access.identify({ sessionId: id, address: HOME })).toBeNull()
      expect(await world.access.identify({ sessionId: id, address: '127.0.0.1 (forwarded)' })).toBeNull()
    }))

  it('is listed with where and how it was begun, and ended by its name, which opens nothing', () =>
    withAccess(async (world) => {
      const { access, acts } = world
      const { user, id, caller } = await signedIn(world)
      const other = await signedIn(world, 'viewer')
      const own = (await caller())!.session!.id
      const [listed, ...more] = await access.users.sessions(user, own)
      expect(more).toEqual([])
      expect(listed).toMatchObject({
        id: own,
        user,
        own: true,
        address: DESK,
        agent: 'curl/8',
        desk: false,
        locked: false,
      })
      expect(await access.identify({ sessionId: own, address: DESK })).toBeNull()
      expect(await access.users.sessions(null, own)).toHaveLength(2)
      const by = { kind: 'person', name: 'viewer-lin' } as const
      await expect(access.users.endSession(own, 'viewer-lin', by)).rejects.toMatchObject({ code: 'http/not-found' })
      await access.users.endSession(own, null, by)
      expect(await access.identify({ sessionId: id, address: DESK })).toBeNull()
      expect(await other.caller()).not.toBeNull()
      expect((await acts()).at(-1)).toMatchObject({ act: 'session-ended', subject: user })
    }))
})
