import { describe, expect, it } from 'vitest'
import type { Scope } from '../../../../core/contract/access.ts'
import { seesSite } from '../../../../core/contract/access.ts'
import { DESK as address, withAccess } from './world.ts'

const by = { kind: 'person', name: 'admin' } as const
const COUNTY: Scope = { of: 'county' }
const WHITEWATER: Scope = { of: 'places', towns: ['白水镇'], villages: [] }

describe('users', () => {
  it('are added with a password that is shown once and works, and every act is in the ledger without it', () =>
    withAccess(async ({ access, acts }) => {
      await access.openFirst()
      const { password } = await access.users.add({ name: '李站长', role: 'operator', scope: WHITEWATER }, by)
      const { id } = await access.signIn({ user: '李站长', password, address })
      expect(await access.identify({ sessionId: id, address })).toMatchObject({ role: 'operator', scope: WHITEWATER })
      const reset = await access.users.resetPassword('李站长', by)
      expect(await access.identify({ sessionId: id, address })).toBeNull()
      await expect(access.signIn({ user: '李站长', password, address })).rejects.toThrow()
      await access.signIn({ user: '李站长', password: reset.password, address })
      await access.users.set('李站长', { role: 'duty-leader', scope: COUNTY }, by)
      await access.users.remove('李站长', by)
      const told = (await acts()).filter(({ subject }) => subject === '李站长')
      expect(told.map(({ act }) => act)).toEqual([
        ...['user-added', 'signed-in', 'password-reset', 'sign-in-refused', 'signed-in'],
        ...['user-changed', 'user-removed'],
      ])
      expect(told[5]?.detail).toEqual({
        from: { role: 'operator', scope: WHITEWATER },
        to: { role: 'duty-leader', scope: COUNTY },
      })
      for (const secret of [password, reset.password]) expect(JSON.stringify(told)).not.toContain(secret)
    }))

  it('of another role or other places sign in anew', () =>
    withAccess(async ({ access }) => {
      await access.openFirst()
      const { password } = await access.users.add({ name: 'lin', role: 'operator' }, by)
      const { id } = await access.signIn({ user: 'lin', password, address })
      await access.users.set('lin', { role: 'viewer', scope: WHITEWATER }, by)
      expect(await access.identify({ sessionId: id, address })).toBeNull()
      const { session } = await access.signIn({ user: 'lin', password, address })
      expect(session).toMatchObject({ role: 'viewer', scope: WHITEWATER })
    }))

  it('always leave one administrator, who sees the whole county', () =>
    withAccess(async ({ access }) => {
      await access.openFirst()
      const last = { code: 'http/conflict' }
      await expect(access.users.remove('admin', by)).rejects.toMatchObject(last)
      await expect(access.users.set('admin', { role: 'viewer', scope: COUNTY }, by)).rejects.toMatchObject(last)
      expect((await access.users.list()).map(({ name, role }) => [name, role])).toEqual([['admin', 'administrator']])
      await access.users.add({ name: 'qiao', role: 'administrator' }, by)
      await expect(access.users.set('qiao', { role: 'administrator', scope: WHITEWATER }, by)).rejects.toMatchObject({
        code: 'http/invalid',
      })
      await access.users.remove('admin', by)
      await expect(access.users.remove('admin', by)).rejects.toMatchObject({ code: 'http/not-found' })
    }))

  it('choose a password nobody guesses, which ends their other sessions', () =>
    withAccess(async ({ access }) => {
      const first = (await access.openFirst())!
      const here = await access.signIn({ user: 'admin', password: first, address })
      const there = await access.signIn({ user: 'admin', password: first, address })
      const caller = await access.identify({ sessionId: here.id, address })
      const own = caller?.session?.id ?? ''
      for (const next of ['short-one', 'Password2026!', 'admin-of-the-pits', 'qwertyuiopas']) {
        const refused = await access.users.choosePassword('admin', next, own).catch((error: unknown) => error)
        expect(refused).toMatchObject({ code: 'http/invalid', facts: { field: 'body.next' } })
        expect(JSON.stringify(refused)).not.toContain(next)
      }
      await access.users.choosePassword('admin', 'four doves on a tower', own)
      expect(await access.identify({ sessionId: here.id, address })).not.toBeNull()
      expect(await access.identify({ sessionId: there.id, address })).toBeNull()
      await access.signIn({ user: 'admin', password: 'four doves on a tower', address })
    }))
})

describe('a scope', () => {
  const site = (area: string, village?: string) => ({
    area: { 'zh-CN': area, en: area },
    ...(village === undefined ? {} : { village: { 'zh-CN': village, en: village } }),
  })

  it('of towns and villages sees what lies in them, and a village only in its own town', () => {
    const scope: Scope = { of: 'places', towns: ['白水镇'], villages: [{ town: '青石镇', village: '柳村' }] }
    const sites = [
      site('白水镇'),
      site('白水镇', '柳村'),
      site('青石镇', '柳村'),
      site('青石镇'),
      site('石桥镇', '柳村'),
    ]
    expect(sites.map((one) => seesSite(scope, one))).toEqual([true, true, true, false, false])
    expect(sites.every((one) => seesSite(COUNTY, one))).toBe(true)
    expect(seesSite({ of: 'places', towns: [], villages: [] }, site('白水镇'))).toBe(false)
  })
})
