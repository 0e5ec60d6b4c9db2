import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { WebSocket } from 'ws'
import { z } from 'zod'
import { NewPassword, type Scope, SecondFactorOffer, SessionInfo } from '../../../../core/contract/access.ts'
import { AlarmTransition } from '../../../../core/contract/alarm.ts'
import { Problem } from '../../../../core/contract/http.ts'
import { LiveMessage } from '../../../../core/contract/live.ts'
import { networksOf } from '../../../../dashboard/server/access/networks.ts'
import { until } from '../../../support/until.ts'
import { edge } from '../ingest/edge.ts'
import { jsonBody, openControlWeb } from './control-web.ts'

type Web = Awaited<ReturnType<typeof openControlWeb>>
let web: Web
beforeAll(async () => {
  web = await openControlWeb({ proxies: networksOf(['127.0.0.1']) })
})
afterAll(() => web[Symbol.asyncDispose]())

/** A request of somebody, from the desk unless it says otherwise. */
function send(path: string, { cookie = '', body, from, method }: Sent = {}) {
  const json: Partial<ReturnType<typeof jsonBody>> = body === undefined ? {} : jsonBody(body)
  const headers = {
    ...json.headers,
    ...(cookie === '' ? {} : { cookie }),
    ...(from === undefined ? {} : { 'x-forwarded-for': from }),
  }
  return web.ask(path, { ...json, headers, method: method ?? (body === undefined ? 'GET' : 'POST') })
}

interface Sent {
  readonly cookie?: string
  readonly body?: unknown
  readonly from?: string
  readonly method?: string
}

const codeOf = (answer: { readonly json: unknown }) => Problem.parse(answer.json).code
/** As if nobody had done anything for a quarter of an hour. */
const fallAsleep = (user: string) =>
  web.db.transaction((q) => q.run('update sessions set acted_at = acted_at - 1000000 where user = ?', user))

describe('a locked session', () => {
  it('may nothing but say who it is, end, and be opened with its password', async () => {
    const { user, password, cookie } = await web.signedIn('operator')
    await fallAsleep(user)
    for (const path of ['/api/sites', '/api/alarms', '/api/sessions', '/api/openapi.json']) {
      const answer = await send(path, { cookie })
      if (path === '/api/openapi.json') expect(answer.status).toBe(200)
      else expect([path, answer.status, codeOf(answer)]).toEqual([path, 423, 'http/locked'])
    }
    expect(codeOf(await send('/api/session/active', { cookie, body: {} }))).toBe('http/locked')
    expect((await send('/api/session', { cookie })).json).toMatchObject({ user, locked: true })
    const wrong = await send('/api/session/unlock', { cookie, body: { password: 'guess' } })
    expect([wrong.status, codeOf(wrong)]).toEqual([403, 'http/forbidden'])
    expect(wrong.text).not.toContain('guess')
    // Trying to open it is no act that keeps it open.
    expect((await send('/api/sites', { cookie })).status).toBe(423)
    expect((await send('/api/session/unlock', { cookie, body: { password } })).json).toMatchObject({
      user,
      locked: false,
    })
    expect((await send('/api/sites', { cookie })).status).toBe(200)
  })

  it('stays open by acts and by what the page tells of keys, and not by what it asks by itself', async () => {
    const { user, cookie } = await web.signedIn('operator')
    const nearly = () =>
      web.db.transaction((q) => q.run('update sessions set acted_at = acted_at - 800000 where user = ?', user))
    for (let n = 0; n < 3; n++) {
      await nearly()
      expect((await send('/api/session/active', { cookie, body: {} })).status).toBe(200)
    }
    await nearly()
    expect((await send('/api/sites', { cookie })).status).toBe(200)
    await nearly()
    expect((await send('/api/sites', { cookie })).status).toBe(423)
  })

  it('still hears alarms, so that a page that is locked rings', async () => {
    const { user, cookie } = await web.signedIn('operator')
    await fallAsleep(user)
    const heard = await listen(cookie)
    expect(heard.messages[0]?.type).toBe('snapshot')
    heard.socket.close()
  })
})

describe('users over HTTP', () => {
  it('are added, changed and removed by administrators, whose own sessions and passwords are theirs', async () => {
    const { cookie } = await web.signedIn('administrator')
    const scope: Scope = { of: 'places', towns: ['白水镇'], villages: [] }
    const added = NewPassword.parse(
      (await send('/api/users', { cookie, body: { name: 'qiao', role: 'viewer', scope } })).json,
    )
    const twice = await send('/api/users', { cookie, body: { name: 'qiao', role: 'viewer' } })
    expect([twice.status, codeOf(twice)]).toEqual([409, 'http/conflict'])
    const signedIn = await send('/api/session', { body: { user: 'qiao', password: added.password } })
    expect(signedIn.json).toMatchObject({ user: 'qiao', role: 'viewer', scope })
    const own = (signedIn.headers.get('set-cookie') ?? '').split(';')[0] ?? ''
    const sessions = z.array(SessionInfo).parse((await send('/api/sessions', { cookie: own })).json)
    expect(sessions.map(({ user, own: isOwn }) => [user, isOwn])).toEqual([['qiao', true]])

    const next = 'four doves on a tower'
    const wrong = await send('/api/session/password', { cookie: own, body: { password: 'guess', next } })
    expect(Problem.parse(wrong.json)).toMatchObject({ status: 403, field: 'body.password' })
    const weak = await send('/api/session/password', {
      cookie: own,
      body: { password: added.password, next: 'qwertyuiopas' },
    })
    expect(Problem.parse(weak.json)).toMatchObject({ status: 400, field: 'body.next', because: 'password-pattern' })
    expect(
      (await send('/api/session/password', { cookie: own, body: { password: added.password, next } })).status,
    ).toBe(200)

    const changed = await send('/api/users/by-name/qiao', {
      cookie,
      body: { role: 'operator', scope: { of: 'county' } },
    })
    expect(changed.json).toMatchObject({ name: 'qiao', role: 'operator', scope: { of: 'county' } })
    expect((await send('/api/sessions', { cookie: own })).status).toBe(401)
    expect((await send('/api/users/by-name/qiao', { cookie, method: 'DELETE' })).status).toBe(200)
    expect((await send('/api/session', { body: { user: 'qiao', password: next } })).status).toBe(401)
  })

  it('are none of a program, also where its token could do as much', async () => {
    const headers = { authorization: 'Bearer flows-token' }
    for (const path of ['/api/sessions', '/api/session/second-factor/confirm']) {
      const isPost = path.endsWith('confirm')
      const json: Partial<ReturnType<typeof jsonBody>> = isPost ? jsonBody({ code: '123456' }) : {}
      const answer = await web.ask(path, {
        ...json,
        method: isPost ? 'POST' : 'GET',
        headers: { ...json.headers, ...headers },
      })
      expect([path, answer.status]).toEqual([path, 403])
    }
  })
})

describe('somebody from outside', () => {
  const HOME = '203.0.113.9'

  it('needs a second factor, which is set up at the desk', async () => {
    const { user, password, cookie } = await web.signedIn('duty-leader')
    const refused = await send('/api/session', { body: { user, password }, from: HOME })
    expect(Problem.parse(refused.json)).toMatchObject({ status: 403, code: 'http/no-second-factor' })
    // The session of the desk is worth nothing elsewhere.
    expect((await send('/api/sites', { cookie, from: HOME })).status).toBe(401)
    const offered = await send('/api/session/second-factor', { cookie, body: { password } })
    expect(SecondFactorOffer.parse(offered.json).uri).toMatch(/^otpauth:\/\/totp\/Pitwatch:/)
    const asked = await send('/api/session/second-factor/confirm', { cookie, body: { code: '000000' } })
    expect(codeOf(asked)).toBe('http/second-factor')
  })

  it('is not made somebody of the desk by what they say of themselves', async () => {
    const { user, password } = await web.signedIn('viewer')
    const said = await send('/api/session', { body: { user, password }, from: `192.168.1.2, ${HOME}` })
    expect(codeOf(said)).toBe('http/no-second-factor')
    await using plain = await openControlWeb()
    const known = await plain.signedIn('viewer')
    const json = jsonBody({ user: known.user, password: known.password })
    const headers = { ...json.headers, 'x-forwarded-for': '192.168.1.2' }
    expect(codeOf(await plain.ask('/api/session', { ...json, method: 'POST', headers }))).toBe('http/no-second-factor')
  })
})

describe('a refusal', () => {
  it('is a problem document that names every field that is wrong', async () => {
    const { cookie } = await web.signedIn('administrator')
    const body = { name: 'a b', role: 'emperor', scope: { of: 'places', towns: 'all', villages: [] }, more: 1 }
    const { headers, json } = await send('/api/users', { cookie, body })
    expect(headers.get('content-type')).toBe('application/problem+json; charset=utf-8')
    const { errors, ...told } = Problem.parse(json)
    expect(told).toMatchObject({
      ...{ type: 'urn:pitwatch:http:invalid', title: 'The request does not follow its schema.', status: 400 },
      ...{ code: 'http/invalid', field: 'body.name', came: '"a b"' },
    })
    expect(told.detail).toBe(told.message)
    expect(errors?.map(({ field }) => field)).toEqual(['body.name', 'body.role', 'body.scope.towns', 'body'])
  })

  it.each([
    ['a body that is no JSON', 400, { body: '{', headers: { 'content-type': 'application/json' } }],
    ['an empty body', 400, { body: '', headers: { 'content-type': 'application/json' } }],
    [
      'a body beyond all measure',
      413,
      { body: `"${'x'.repeat(70_000)}"`, headers: { 'content-type': 'application/json' } },
    ],
    ['a body of another kind', 415, { body: 'a=b', headers: { 'content-type': 'application/x-www-form-urlencoded' } }],
    ['a compressed body', 415, { body: 'a', headers: { 'content-type': 'application/gzip' } }],
  ])('of %s is one too', async (_, status, init) => {
    const answer = await web.ask('/api/session', { ...init, method: 'POST' })
    expect(answer.headers.get('content-type')).toBe('application/problem+json; charset=utf-8')
    expect(Problem.parse(answer.json)).toMatchObject({ status, code: 'http/invalid' })
    expect(answer.status).toBe(status)
  })

  it.each([
    ['an unknown address', '/api/nothing', 404],
    ['an address that cannot be read', '/api/sites/%E0%A4%A', 400],
  ])('of %s is one too', async (_, path, status) => {
    const answer = await web.ask(path)
    expect(Problem.parse(answer.json).status).toBe(status)
  })

  it.each([
    ['what is not HTTP', 'HELO pits\r\n\r\n', 400],
    ['headers beyond all measure', `GET /api/health HTTP/1.1\r\nHost: a\r\nX-Long: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
  ])('of %s is one too', async (_, text, status) => {
    const answer = await raw(web.url, text)
    expect(answer).toContain(`HTTP/1.1 ${status} `)
    expect(Problem.parse(JSON.parse(answer.split('\r\n\r\n')[1] ?? '')).status).toBe(status)
  })
})

describe('the live feed of somebody of one town', () => {
  it('tells of their sites and alarms and of no others, in snapshot and deltas', async () => {
    await using own = await openControlWeb()
    const { site, ...about } = edge({ site: 'west-pit' }).about()
    const area = { 'zh-CN': '白水镇', en: 'Whitewater' }
    own.county.nodeBorn({ ...about, site: { ...site, area } })
    const scope: Scope = { of: 'places', towns: ['白水镇'], villages: [] }
    const some = await listen((await own.signedIn('operator', scope)).cookie, own.url)
    const all = await listen((await own.signedIn('operator')).cookie, own.url)
    some.socket.send(JSON.stringify({ type: 'watch', site: 'east-pit' }))
    for (const one of ['east-pit', 'west-pit']) {
      await own.desk.receive(
        AlarmTransition.parse(JSON.parse(Buffer.from(edge({ site: one }).alarm().payload).toString())),
      )
      own.county.touch(one)
    }
    await until(
      'both are told of',
      () => all.text().includes('east-pit.winch') && all.text().includes('west-pit.winch'),
    )
    await until('theirs is told of', () => some.text().includes('west-pit.winch'))
    some.socket.send(JSON.stringify({ type: 'snapshot' }))
    await until('another snapshot', () => some.messages.filter(({ type }) => type === 'snapshot').length > 1)
    expect(some.text()).not.toContain('east-pit')
    for (const { socket } of [some, all]) socket.close()
  })
})

/** What a page hears from the live feed. */
async function listen(cookie: string, url = web.url) {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/api/live`, { headers: { cookie } })
  const messages: LiveMessage[] = []
  socket.on('message', (data) => messages.push(LiveMessage.parse(JSON.parse((data as Buffer).toString()))))
  await until('a first message', () => messages.length > 0)
  return { socket, messages, text: () => JSON.stringify(messages) }
}

/** What a server answers to these bytes before it lets go. */
function raw(url: string, text: string): Promise<string> {
  const { hostname, port } = new URL(url)
  return new Promise((settle) => {
    let heard = ''
    const socket = connect(Number(port), hostname, () => socket.write(text))
    socket.on('data', (data: Buffer) => (heard += data.toString()))
    socket.on('error', () => undefined)
    socket.on('close', () => settle(heard))
  })
}
