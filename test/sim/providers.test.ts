import { createHmac } from 'node:crypto'
import { describe, expect, it, onTestFinished } from 'vitest'
import { aliyunSign, canonicalQuery } from '../../platform/notifiers/aliyun-signature.ts'
import { serveAliyun } from '../../sim/providers/aliyun.ts'
import { servePush } from '../../sim/providers/push.ts'
import { serveRobots } from '../../sim/providers/robots.ts'
import { listenHttp } from '../../sim/listen.ts'
import { bodyOf } from '../../sim/providers/faults.ts'
import { handClock } from '../support/hand-clock.ts'
import { until } from '../support/until.ts'

const START = 1_768_000_000_000
const HERE = { host: '127.0.0.1', port: 0 }

async function post(url: string, body: unknown, headers: Record<string, string> = {}) {
  const answer = await fetch(url, {
    ...{ method: 'POST', headers: { 'content-type': 'application/json', ...headers } },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
  const json: unknown = await answer.json().catch(() => null)
  return { status: answer.status, json }
}

describe('simulated robots', () => {
  const TEXT = { msgtype: 'text', text: { content: 'hello' } }

  async function robots() {
    const clock = handClock(START)
    const served = await serveRobots({
      ...{ ...HERE, clock },
      robots: [
        { app: 'dingtalk', token: 't', secret: 's' },
        { app: 'wecom', token: 't' },
        { app: 'feishu', token: 't' },
      ],
    })
    onTestFinished(() => served.close())
    const ding = () => {
      const timestamp = String(clock.now())
      const sign = createHmac('sha256', 's').update(`${timestamp}\ns`).digest('base64')
      return `${served.url}/robot/send?${new URLSearchParams({ access_token: 't', timestamp, sign }).toString()}`
    }
    return { clock, url: served.url, ding }
  }

  it('DingTalk is deaf for ten minutes after the 21st in a minute, and hears again afterwards', async () => {
    const { clock, ding } = await robots()
    for (let n = 0; n < 20; n++) expect((await post(ding(), TEXT)).json).toMatchObject({ errcode: 0 })
    expect(await post(ding(), TEXT)).toMatchObject({ status: 200, json: { errcode: 130101 } })
    await clock.advance(599_000)
    expect((await post(ding(), TEXT)).json).toMatchObject({ errcode: 130101 })
    await clock.advance(2_000)
    expect((await post(ding(), TEXT)).json).toMatchObject({ errcode: 0 })
  })

  it('DingTalk takes no signature of another hour', async () => {
    const { clock, ding } = await robots()
    const url = ding()
    await clock.advance(3_600_001)
    expect((await post(url, TEXT)).json).toMatchObject({ errcode: 310000 })
  })

  it('WeCom counts 20 a minute and 2,048 bytes', async () => {
    const { clock, url } = await robots()
    const send = (content: string) => post(`${url}/cgi-bin/webhook/send?key=t`, { msgtype: 'text', text: { content } })
    expect((await send('x'.repeat(2_049))).json).toMatchObject({ errcode: 45002 })
    for (let n = 0; n < 19; n++) expect((await send('x'.repeat(2_048))).json).toMatchObject({ errcode: 0 })
    expect((await send('x')).json).toMatchObject({ errcode: 45009 })
    await clock.advance(60_000)
    expect((await send('x')).json).toMatchObject({ errcode: 0 })
  })

  it('Feishu counts 5 a second and 100 a minute, and says so with 400 and with 200', async () => {
    const { clock, url } = await robots()
    const send = () => post(`${url}/open-apis/bot/v2/hook/t`, { msg_type: 'text', content: { text: 'x' } })
    const refused = []
    for (let second = 0; second < 20; second++) {
      for (let n = 0; n < 5; n++) expect((await send()).json).toMatchObject({ code: 0 })
      if (second === 0) refused.push(await send())
      await clock.advance(1_000)
    }
    refused.push(await send())
    expect(refused).toMatchObject([
      { status: 400, json: { code: 9499 } },
      { status: 200, json: { code: 11232 } },
    ])
  })

  it('says that it is simulated, and knows no other page', async () => {
    const { url } = await robots()
    const page = await fetch(url)
    expect([page.status, await page.text()]).toEqual([404, 'SIMULATED: no such page'])
  })
})

describe('simulated Aliyun', () => {
  it('takes each request once, at its time, and pushes what became of the message until it is believed', async () => {
    const clock = handClock(START)
    const pushed: unknown[] = []
    const callback = await listenHttp({
      ...HERE,
      answer: async (request, response) => {
        pushed.push(JSON.parse((await bodyOf(request)) ?? ''))
        response.end(pushed.length === 1 ? '{"code":0}' : '{"code":1}')
      },
    })
    const server = await serveAliyun({
      ...{ ...HERE, clock, accessKeyId: 'k', secret: 's', signName: 'n', templateCode: 'SMS_1', template: '${a}' },
      reportTo: `http://127.0.0.1:${callback.port}/report`,
    })
    onTestFinished(async () => {
      await server.close()
      await callback.close()
    })
    const ask = (part: Record<string, string>) => {
      const asked = {
        ...{ Action: 'SendSms', AccessKeyId: 'k', SignatureNonce: 'n1', Timestamp: new Date(START).toISOString() },
        ...{ PhoneNumbers: '13900000001', SignName: 'n', TemplateCode: 'SMS_1', TemplateParam: '{"a":"b"}' },
        ...part,
      }
      const Signature = aliyunSign('POST', asked, 's')
      return post(server.url, canonicalQuery({ ...asked, Signature }))
    }
    expect((await ask({ OutId: 'out' })).json).toMatchObject({ Code: 'OK' })
    expect(await ask({})).toMatchObject({ status: 400, json: { Code: 'SignatureNonceUsed' } })
    expect(await ask({ SignatureNonce: 'n2', Timestamp: '2026-01-01T00:00:00Z' })).toMatchObject({
      json: { Code: 'InvalidTimeStamp.Expired' },
    })
    await until('the report', () => server.reports().taken === 1)
    expect(pushed).toMatchObject([[{ phone_number: '13900000001', success: true, out_id: 'out' }]])
    server.phones(false)
    await ask({ SignatureNonce: 'n3' })
    await until('the refusal', () => server.reports().refused === 1)
    expect(pushed[1]).toMatchObject([{ success: false, err_code: 'ABSENT' }])
  })
})

describe('a simulated push service', () => {
  it('takes nothing without a key, a TTL and a signature for it', async () => {
    const service = await servePush({ ...HERE, clock: handClock(START) })
    onTestFinished(() => service.close())
    const { endpoint } = service.subscribe('key')
    expect((await post(endpoint, 'x')).status).toBe(400)
    expect((await post(endpoint, 'x', { ttl: '1' })).status).toBe(403)
    expect((await post(endpoint, 'x', { ttl: '1', authorization: 'vapid t=a.b.c, k=other' })).status).toBe(403)
    expect((await post(`${service.url}/push/nobody`, 'x')).status).toBe(404)
    expect(service.pushes).toEqual([])
  })
})
