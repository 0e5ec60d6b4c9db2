import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { Alarm } from '../../../../core/contract/alarm.ts'
import {
  AlarmList,
  Health,
  History,
  LedgerPage,
  LedgerVerdict,
  Refusal,
  SiteDetail,
  SiteSummary,
} from '../../../../core/contract/http.ts'
import { batchOf, START } from '../history/batches.ts'
import { jsonBody, openControlWeb } from './control-web.ts'

let web: Awaited<ReturnType<typeof openControlWeb>>
let cookie: string
beforeAll(async () => {
  web = await openControlWeb()
  cookie = (await web.signedIn('operator')).cookie
  await web.raise()
  await web.history.write([batchOf(1, [1, 2, 3])], new AbortController().signal)
})
afterAll(() => web[Symbol.asyncDispose]())

const ask = (path: string, init: RequestInit = {}) =>
  web.ask(path, { ...init, headers: { cookie, ...(init.headers as Record<string, string> | undefined) } })
const post = (path: string, body: unknown, of = cookie) => {
  const { headers, ...rest } = jsonBody(body)
  return web.ask(path, { method: 'POST', ...rest, headers: { ...headers, cookie: of } })
}
const alarm = '/api/alarms/east-pit.winch.loa1'
const trend = '/api/sites/east-pit/points/feeder/active-power/history'

describe('the API', () => {
  it('answers as the contract says', async () => {
    expect(SiteSummary.array().parse((await ask('/api/sites')).json)).toHaveLength(1)
    expect(SiteDetail.parse((await ask('/api/sites/east-pit')).json).points).toHaveLength(1)
    expect(AlarmList.parse((await ask('/api/alarms')).json).alarms).toHaveLength(1)
    expect(Alarm.parse((await ask(alarm)).json).state).toBe('unacked')
    expect(LedgerPage.parse((await ask('/api/ledger')).json).entries.length).toBeGreaterThan(0)
    expect(LedgerVerdict.parse((await ask('/api/ledger/verdict')).json).intact).toBe(true)
    expect(Health.parse((await web.ask('/api/health')).json).ok).toBe(true)
    const history = await ask(`${trend}?from=${START}&to=${START + 10_000}&columns=10`)
    expect(History.parse(history.json)).toMatchObject({ readings: 3, max: [1, 2, 3] })
  })

  it('lets an operator acknowledge with a note, and a viewer only look', async () => {
    const viewer = (await web.signedIn('viewer')).cookie
    expect((await web.ask(alarm, { headers: { cookie: viewer } })).status).toBe(200)
    expect((await post(`${alarm}/acknowledge`, { note: 'on my way' }, viewer)).status).toBe(403)
    expect((await post(`${alarm}/notes`, { text: 'hello' }, viewer)).status).toBe(403)
    const without = await post(`${alarm}/acknowledge`, {})
    expect([without.status, Refusal.parse(without.json).code]).toEqual([400, 'http/invalid'])
    const acked = Alarm.parse((await post(`${alarm}/acknowledge`, { note: 'on my way' })).json)
    expect(acked).toMatchObject({ state: 'acked', acknowledgement: { note: 'on my way', via: 'desk' } })
    expect(Alarm.parse((await post(`${alarm}/notes`, { text: 'winch found running' })).json).notes).toHaveLength(1)
  })

  it('lets a service add a note by its token', async () => {
    const body = jsonBody({ text: 'digest sent' })
    const headers = { ...body.headers, authorization: 'Bearer flows-token' }
    const noted = await web.ask(`${alarm}/notes`, { method: 'POST', ...body, headers })
    expect(Alarm.parse(noted.json).notes.at(-1)).toMatchObject({ by: 'flows', text: 'digest sent' })
    const { entries } = LedgerPage.parse((await ask('/api/ledger?limit=1000')).json)
    expect(entries.at(-1)).toMatchObject({ act: 'alarm-noted', actor: { kind: 'service', name: 'flows' } })
  })

  it('lets no program acknowledge: only a person can take an alarm on', async () => {
    const body = jsonBody({ note: 'seen by a flow' })
    const headers = { ...body.headers, authorization: 'Bearer flows-token' }
    const refused = await web.ask(`${alarm}/acknowledge`, { method: 'POST', ...body, headers })
    expect([refused.status, Refusal.parse(refused.json).code]).toEqual([403, 'http/forbidden'])
  })

  it('shows a picture as what it is and under no other name', async () => {
    const bytes = Buffer.from([0xff, 0xd8, 0xff, 0xe0, 1, 2, 3])
    const hash = createHash('sha256').update(bytes).digest('hex')
    await web.evidence.put(hash, bytes)
    const { status, headers } = await ask(`/api/evidence/${hash}`)
    expect([status, headers.get('content-type')]).toEqual([200, 'image/jpeg'])
    expect(headers.get('cache-control')).toContain('immutable')
    expect((await ask(`/api/evidence/${'0'.repeat(64)}`)).status).toBe(404)
    expect((await ask('/api/evidence/..%2f..%2fcontrol.sqlite')).status).toBe(400)
  })

  it.each([
    ['/api/sites/nowhere', 404, 'http/not-found'],
    ['/api/sites/East_Pit', 400, 'http/invalid'],
    ['/api/sites/east-pit/points/feeder/none/history?from=0&to=1', 404, 'http/not-found'],
    [trend, 400, 'http/invalid'],
    [`${trend}?from=0&to=10&columns=5000`, 400, 'http/invalid'],
    [`${trend}?from=10&to=10`, 400, 'http/invalid'],
    [`${trend}?from=a&to=10`, 400, 'http/invalid'],
    ['/api/alarms?state=some', 400, 'http/invalid'],
    ['/api/alarms?unknown=1', 400, 'http/invalid'],
    ['/api/alarms/east-pit.winch.none', 404, 'http/not-found'],
    ['/api/ledger?limit=0', 400, 'http/invalid'],
    ['/api/live', 400, 'http/invalid'],
    ['/api/nothing', 404, 'http/not-found'],
  ])('refuses %s with %i %s', async (path, status, code) => {
    const refused = await ask(path)
    expect([refused.status, Refusal.parse(refused.json).code]).toEqual([status, code])
  })

  it('says of a malformed body what was expected and what came', async () => {
    const send = (body: string, type = 'application/json') =>
      ask(`${alarm}/notes`, { method: 'POST', body, headers: { 'content-type': type } })
    for (const [body, expected] of [
      ['{"text":', 'a JSON body'],
      ['', 'a JSON body'],
      ['[]', 'object'],
      ['{"text":5}', 'string'],
      ['{"text":"a","more":1}', 'no key more'],
    ] as const) {
      const { status, json } = await send(body)
      expect([status, Refusal.parse(json)]).toMatchObject([400, { code: 'http/invalid', expected }])
      expect(Refusal.parse(json).came).toBeDefined()
    }
    expect((await send('text=a', 'text/plain')).status).toBe(400)
    expect((await send(JSON.stringify({ text: 'x'.repeat(100_000) }))).status).toBe(413)
    expect((await send('{"__proto__":{"text":"a"}}')).status).toBe(400)
  })

  it('tells of a store that fails nothing but that', async () => {
    const { status, json, text } = await (async () => {
      await using broken = await openControlWeb()
      const session = await broken.signedIn('viewer')
      await broken.history.write([batchOf(1, [1])], new AbortController().signal)
      await broken.history.close()
      const answer = await broken.ask(`${trend}?from=0&to=10`, { headers: { cookie: session.cookie } })
      expect(broken.log.lines.some(({ level }) => level === 'error')).toBe(true)
      return answer
    })()
    expect([status, Refusal.parse(json).code]).toEqual([503, 'store/failed'])
    expect(text).not.toContain('sqlite')
  })
})

describe('the link in a message', () => {
  it('of an unknown token leads to a page that says so, in the language of the phone', async () => {
    const path = `/api/notices/${'a'.repeat(22)}/acknowledge`
    const chinese = await web.ask(path)
    expect([chinese.status, chinese.headers.get('content-type')]).toEqual([404, 'text/html; charset=utf-8'])
    expect(chinese.text).toContain('lang="zh-CN"')
    const english = await web.ask(path, { headers: { 'accept-language': 'en-GB,en;q=0.9' } })
    expect(english.text).toContain('lang="en"')
    const body = jsonBody({ note: 'on my way' })
    const posted = await web.ask(path, { method: 'POST', ...body })
    expect([posted.status, Refusal.parse(posted.json).code]).toEqual([404, 'http/not-found'])
  })
})

describe('the page', () => {
  it('says clearly that it is not built, in both languages', async () => {
    const { status, text } = await web.ask('/')
    expect(status).toBe(503)
    expect(text).toContain('npm run build')
    expect(text).toContain('页面尚未构建')
  })

  it('is served with its start for every address of its own, and nothing outside its folder', async () => {
    await web.page('index.html', '<!doctype html><title>Pitwatch</title>')
    await web.page('icon.svg', '<svg/>')
    for (const path of ['/', '/sites/east-pit', '/alarms']) {
      const { status, text, headers } = await web.ask(path)
      expect([status, headers.get('cache-control')]).toEqual([200, 'no-cache'])
      expect(text).toContain('Pitwatch')
    }
    expect((await web.ask('/icon.svg')).text).toBe('<svg/>')
    for (const path of ['/none.js', '/..%2fcontrol.sqlite', '/%2e%2e/control.sqlite', '/assets/none.js', '/%']) {
      const { status, text } = await web.ask(path)
      expect([400, 403, 404]).toContain(status)
      expect(text).not.toContain('SQLite')
    }
  })
})
