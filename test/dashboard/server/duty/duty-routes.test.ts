import cookie from '@fastify/cookie'
import fastify from 'fastify'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { DutyCalendar, DutyNow, RosterNow } from '../../../../core/contract/duty-acts.ts'
import { openAccess } from '../../../../dashboard/server/access/access.ts'
import type { Role } from '../../../../core/contract/access.ts'
import { networksOf } from '../../../../dashboard/server/access/networks.ts'
import { addUser } from '../../../../dashboard/server/access/users.ts'
import { DUTY_API } from '../../../../dashboard/server/http/duty-api.ts'
import { serveDuty } from '../../../../dashboard/server/http/duty-routes.ts'
import { openGate } from '../../../../dashboard/server/http/gate.ts'
import { refusalOf, sendProblem } from '../../../../dashboard/server/http/refusals.ts'
import type { HttpServices } from '../../../../dashboard/server/http/services.ts'
import { at } from '../../../core/alarms/roster/build.ts'
import { quietLog } from '../../../support/quiet-log.ts'
import { codeIn, countyRoster, type DutyWorld, openDutyWorld } from './world.ts'

const HOST = '127.0.0.1'
let world: DutyWorld
let web: Awaited<ReturnType<typeof openWeb>>

beforeEach(async () => {
  const cycle = { startsOn: '2026-03-02', crews: [['an'], ['bo']] }
  world = await openDutyWorld(countyRoster({ cycle }))
  web = await openWeb(world)
})
afterEach(async () => {
  await web.close()
  await world.end()
})

/** The routes of duty behind the real gate, with users of the roster's persons. */
async function openWeb({ db, clock, time, book }: DutyWorld) {
  const log = quietLog()
  const services = [{ name: 'flows', token: 'flows-token' }]
  const access = await openAccess({
    db,
    desk: { record: () => Promise.resolve(), append: () => Promise.resolve() },
    services,
    clock,
    log,
  })
  const app = fastify()
  app.decorateRequest('caller', null)
  await app.register(cookie)
  app.addHook(
    'onRequest',
    openGate({
      access,
      places: { site: () => null, siteOfAlarm: () => Promise.resolve(null) },
      publicUrl: null,
      proxies: networksOf([]),
    }).open,
  )
  app.setErrorHandler((error, _request, reply) => {
    return sendProblem(reply, refusalOf(error))
  })
  serveDuty(app, { duty: book, desk: { time } as HttpServices['desk'] })
  const cookies = new Map<string, string>()
  for (const [user, role] of Object.entries<Role>({
    admin: 'administrator',
    ...{ 'an-user': 'operator', 'bo-user': 'operator', 'zhu-user': 'operator', wall: 'viewer' },
  })) {
    const password = await addUser(db, user, { role, clock })
    const { id } = await access.signIn({ user, password, address: HOST })
    cookies.set(user, `pitwatch_session=${id}`)
  }
  const ask = async (user: string, method: 'GET' | 'POST' | 'DELETE', path: string, body?: object) => {
    const who = user === 'flows' ? { authorization: 'Bearer flows-token' } : { cookie: cookies.get(user) ?? '' }
    const headers = { host: HOST, origin: `http://${HOST}`, ...who }
    const answer = await app.inject({ method, url: path, headers, ...(body === undefined ? {} : { payload: body }) })
    return { status: answer.statusCode, json: answer.json<Record<string, unknown>>() }
  }
  return { ask, close: () => app.close() }
}

describe('the routes of duty', () => {
  it('each let in only those they are for', async () => {
    const bodies = { role: 'duty', persons: ['zhu'], from: 1, to: 2, reason: '', person: 'an', channel: 'sms' }
    for (const { method, path, allowed } of Object.values(DUTY_API)) {
      for (const [user, role] of [
        ['', null],
        ['wall', 'viewer'],
        ['an-user', 'operator'],
      ] as const) {
        const { status } = await web.ask(
          user,
          method,
          path.replace(':id', 'none'),
          method === 'POST' ? bodies : undefined,
        )
        if (role === null) expect(status).toBe(401)
        else if (!(allowed as readonly string[]).includes(role)) expect(status).toBe(403)
        else expect(status).not.toBe(401)
      }
    }
  })

  it('show names to everybody and addresses to administrators only', async () => {
    const whole = RosterNow.parse((await web.ask('admin', 'GET', '/api/duty/roster')).json)
    const part = RosterNow.parse((await web.ask('an-user', 'GET', '/api/duty/roster')).json)
    expect(whole.roster.persons[0]?.contacts[1]?.address).toBe('http://127.0.0.1:1/an')
    expect(part.roster.persons[0]).toMatchObject({ name: 'an', contacts: [{ address: '…' }, { address: '…an' }] })
    expect(JSON.stringify(part)).not.toContain('127.0.0.1')
  })

  it('save a roster of the newest version, and refuse a broken one with every fault', async () => {
    const { roster } = RosterNow.parse((await web.ask('admin', 'GET', '/api/duty/roster')).json)
    const save = (version: number, change: object = {}) =>
      web.ask('admin', 'POST', '/api/duty/roster', { version, roster: { ...roster, ...change } })
    expect(await save(1)).toMatchObject({ status: 200, json: { version: 2, by: 'admin' } })
    expect(await save(1)).toMatchObject({ status: 409, json: { code: 'http/conflict' } })
    const broken = await save(2, { office: { notices: 'a', leader: 'b' } })
    expect(broken).toMatchObject({
      status: 400,
      json: { message: expect.stringMatching(/office\.notices[^]*office\.leader/) },
    })
  })

  it('say who is on duty now and who has checked in, and show a month with its days off', async () => {
    await web.ask('an-user', 'POST', '/api/duty/check-ins', { onSite: true })
    const { roles } = DutyNow.parse((await web.ask('wall', 'GET', '/api/duty/now')).json)
    expect(roles[0]).toMatchObject({
      role: 'duty',
      shift: 'day',
      persons: [{ name: 'an', checkedInAt: at('2026-03-02 12:00'), onSite: true }],
    })
    const [from, to] = [at('2026-10-01 00:00'), at('2026-11-01 00:00')]
    const month = DutyCalendar.parse((await web.ask('wall', 'GET', `/api/duty/calendar?from=${from}&to=${to}`)).json)
    expect(month.days).toHaveLength(31)
    // National Day, the Sunday after the worked Saturday, and the weekends 17/18, 24/25 and Saturday 31.
    const off = month.days.filter(({ isOff }) => isOff).map(({ day }) => Number(day.slice(8)))
    expect(off).toEqual([1, 2, 3, 4, 5, 6, 7, 11, 17, 18, 24, 25, 31])
    const ofDuty = month.spans.filter(({ role }) => role === 'duty')
    expect([ofDuty[0]?.from, ofDuty.at(-1)?.until]).toEqual([from, to])
    expect((await web.ask('wall', 'GET', `/api/duty/calendar?from=${to}&to=${from}`)).status).toBe(400)
  })

  it('let operators act for themselves only, administrators for everybody, and programs for nobody', async () => {
    const checkIn = (user: string, person?: string) =>
      web.ask(user, 'POST', '/api/duty/check-ins', { onSite: true, ...(person === undefined ? {} : { person }) })
    expect((await checkIn('bo-user', 'an')).status).toBe(403)
    expect((await checkIn('flows', 'an')).status).toBe(403)
    expect((await checkIn('admin', 'an')).status).toBe(200)
    expect(await checkIn('admin')).toMatchObject({
      status: 403,
      json: { message: expect.stringContaining('user admin') },
    })
    expect((await web.ask('bo-user', 'POST', '/api/duty/proofs/code', { person: 'an', channel: 'sms' })).status).toBe(
      403,
    )
    expect((await web.ask('an-user', 'POST', '/api/duty/proofs/code', { person: 'an', channel: 'sms' })).status).toBe(
      200,
    )
    const code = codeIn(world.memos.at(-1))
    const proof = { person: 'an', channel: 'sms', code }
    expect(await web.ask('an-user', 'POST', '/api/duty/proofs', proof)).toMatchObject({
      status: 200,
      json: { channel: 'sms' },
    })
  })

  it('carry a swap from one who asks over the other who agrees to a leader who approves', async () => {
    const give = { person: 'an', shiftAt: at('2026-03-04 08:00') }
    const take = { person: 'bo', shiftAt: at('2026-03-05 08:00') }
    const body = { role: 'duty', give, take }
    expect((await web.ask('bo-user', 'POST', '/api/duty/swaps', body)).status).toBe(403)
    const { json } = await web.ask('an-user', 'POST', '/api/duty/swaps', body)
    const act = async (user: string, what: string) =>
      (await web.ask(user, 'POST', `/api/duty/swaps/${String(json.id)}/${what}`)).status
    expect(await act('an-user', 'agree')).toBe(403)
    expect(await act('bo-user', 'agree')).toBe(200)
    expect(await act('an-user', 'approve')).toBe(403)
    expect(await act('zhu-user', 'approve')).toBe(200)
    expect(world.book.onDuty('duty', give.shiftAt)).toMatchObject({ persons: ['bo'], source: 'swap' })
    expect(await act('bo-user', 'refuse')).toBe(409)
  })

  it('enter overrides and leave, and end an override', async () => {
    const times = { from: at('2026-03-02 13:00'), to: at('2026-03-02 15:00'), reason: 'ill' }
    const entry = { role: 'duty', persons: ['zhu'], ...times }
    const { json } = await web.ask('admin', 'POST', '/api/duty/overrides', entry)
    expect(world.book.onDuty('duty', times.from).persons).toEqual(['zhu'])
    expect((await web.ask('admin', 'DELETE', `/api/duty/overrides/${String(json.id)}`)).status).toBe(200)
    expect(world.book.onDuty('duty', times.from).persons).toEqual(['an'])
    expect((await web.ask('admin', 'POST', '/api/duty/leave', { person: 'an', ...times })).status).toBe(200)
    expect(world.book.onDuty('duty', times.from).persons).toEqual(['zhu'])
    const backwards = await web.ask('admin', 'POST', '/api/duty/overrides', { ...entry, to: times.from })
    expect(backwards).toMatchObject({
      status: 400,
      json: { message: expect.stringContaining('expected an end after') },
    })
  })
})
