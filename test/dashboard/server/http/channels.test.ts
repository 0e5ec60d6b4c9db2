import { describe, expect, it } from 'vitest'
import { ChannelLamp } from '../../../../core/contract/notice.ts'
import { webhookSign } from '../../../../platform/notifiers/webhook.ts'
import { HOOK_SECRET } from './control-channels.ts'
import { jsonBody, openControlWeb } from './control-web.ts'

const BROWSER = {
  endpoint: 'https://push.example/abc',
  expirationTime: null,
  keys: { p256dh: Buffer.alloc(65, 4).toString('base64url'), auth: Buffer.alloc(16, 4).toString('base64url') },
}

type Web = Awaited<ReturnType<typeof openControlWeb>>

function asks(web: Web, cookie: string) {
  return async (method: string, path: string, body?: unknown) => {
    const init = body === undefined ? { body: undefined, headers: {} } : jsonBody(body)
    const headers = { ...init.headers, cookie, origin: web.url }
    return web.ask(path, { method, headers, ...(init.body === undefined ? {} : { body: init.body }) })
  }
}

function report(web: Web, body: string, headers: Record<string, string>, id = 'hook') {
  return web.ask(`/api/channels/${id}/report`, {
    ...{ method: 'POST', body },
    headers: { 'content-type': 'application/json', ...headers },
  })
}

function signed(body: string, at = Date.now(), secret = HOOK_SECRET) {
  return {
    'pitwatch-timestamp': String(at),
    'pitwatch-signature': `sha256=${webhookSign(at, body, secret)}`,
  }
}

describe('the routes of channels', () => {
  it('tell everybody how each channel stands', async () => {
    await using web = await openControlWeb()
    const { cookie } = await web.signedIn('viewer')
    const { status, json } = await asks(web, cookie)('GET', '/api/channels')
    expect(status).toBe(200)
    expect(
      ChannelLamp.array()
        .parse(json)
        .map(({ channel, state }) => `${channel} ${state}`),
    ).toEqual([...['desk unproven', 'hook unproven', 'push unproven']])
  })

  it('queue a test call, once in 30 s, and write it down', async () => {
    await using web = await openControlWeb()
    const { cookie, user } = await web.signedIn('operator')
    const ask = asks(web, cookie)
    expect((await ask('POST', '/api/channels/hook/test', { person: 'lin' })).status).toBe(200)
    expect(web.ways.queued).toMatchObject([{ kind: 'test', person: 'lin', over: { channel: 'hook' } }])
    expect((await ask('POST', '/api/channels/hook/test', { person: 'lin' })).status).toBe(429)
    expect((await ask('POST', '/api/channels/push/test', { person: 'lin' })).status).toBe(409)
    expect((await ask('POST', '/api/channels/fax/test', { person: 'lin' })).status).toBe(404)
    expect((await ask('POST', '/api/channels/hook/test', { person: 'nobody' })).status).toBe(404)
    const { entries } = await web.desk.ledger({ after: 0, limit: 500 })
    expect(entries.filter(({ act }) => act === 'test-call')).toMatchObject([
      { subject: 'lin', actor: { kind: 'person', name: user }, detail: { channel: 'hook' } },
    ])
    const viewer = await web.signedIn('viewer')
    expect((await asks(web, viewer.cookie)('POST', '/api/channels/hook/test', { person: 'lin' })).status).toBe(403)
  })

  it('let a browser ask for push messages for whoever signed in there, and leave again', async () => {
    await using web = await openControlWeb()
    const { cookie, user } = await web.signedIn('viewer')
    const ask = asks(web, cookie)
    expect((await ask('GET', '/api/push/key')).json).toMatchObject({
      channel: 'push',
      publicKey: expect.stringMatching(/^[\w-]{87}$/),
    })
    expect((await ask('POST', '/api/push/subscriptions', BROWSER)).status).toBe(200)
    expect(await web.ways.subscriptions.of(user)).toMatchObject([{ endpoint: BROWSER.endpoint }])
    const other = await web.signedIn('viewer')
    await asks(web, other.cookie)('DELETE', '/api/push/subscriptions', { endpoint: BROWSER.endpoint })
    expect(await web.ways.subscriptions.of(user)).toHaveLength(1)
    expect((await ask('DELETE', '/api/push/subscriptions', { endpoint: BROWSER.endpoint })).status).toBe(200)
    expect(await web.ways.subscriptions.of(user)).toEqual([])
    for (const endpoint of ['http://169.254.169.254/latest', 'https://elsewhere.example/x', 'nothing']) {
      expect((await ask('POST', '/api/push/subscriptions', { ...BROWSER, endpoint })).status).toBe(400)
    }
    const short = { ...BROWSER, keys: { ...BROWSER.keys, auth: 'AAAA' } }
    expect((await ask('POST', '/api/push/subscriptions', short)).status).toBe(400)
    const program = await web.ask('/api/push/subscriptions', {
      method: 'POST',
      body: JSON.stringify(BROWSER),
      headers: { 'content-type': 'application/json', authorization: 'Bearer flows-token' },
    })
    expect(program.status).toBe(403)
  })

  it('take a report that is signed by the secret of its channel', async () => {
    await using web = await openControlWeb()
    const body = JSON.stringify({ reports: [{ ref: 'n1', state: 'delivered', answer: 'shown' }] })
    expect(await report(web, body, signed(body))).toMatchObject({ status: 200, json: { taken: 1 } })
    expect(web.ways.heard).toEqual([{ kind: 'delivered', ref: 'n1', answer: 'shown' }])
  })

  it('refuse a forged, altered, old or repeated report, count it and write it down', async () => {
    await using web = await openControlWeb()
    const body = JSON.stringify({ replies: [{ from: 'lin', text: '4821' }] })
    const headers = signed(body)
    expect((await report(web, body, signed(body, Date.now(), 'guessed'))).status).toBe(403)
    expect((await report(web, body.replace('4821', '4822'), headers)).status).toBe(403)
    expect((await report(web, body, signed(body, Date.now() - 400_000))).status).toBe(403)
    expect((await report(web, body, {})).status).toBe(403)
    expect((await report(web, body, headers)).status).toBe(200)
    expect((await report(web, body, headers)).status).toBe(403)
    expect(web.ways.heard).toHaveLength(1)
    for (const id of ['push', 'desk', 'fax']) expect((await report(web, body, headers, id)).status).toBe(404)
    const { entries } = await web.desk.ledger({ after: 0, limit: 500 })
    const refused = entries.filter(({ act }) => act === 'report-refused')
    // The others are counted, and told with the next that is a minute later.
    expect(refused).toMatchObject([{ subject: 'hook', detail: { count: 1, why: expect.stringContaining('secret') } }])
  })
})
