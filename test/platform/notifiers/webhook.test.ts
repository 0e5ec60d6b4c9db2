import { once } from 'node:events'
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { NoticeMessage } from '../../../core/contract/notice.ts'
import { UtcMs } from '../../../core/contract/time.ts'
import { HouseError } from '../../../core/kit/errors.ts'
import type { Callback } from '../../../platform/notifiers/notifier.ts'
import { NOTIFIERS } from '../../../platform/notifiers/registry.ts'
import { webhookSign } from '../../../platform/notifiers/webhook.ts'
import { MESSAGE } from './message.ts'
import { openKind } from './open.ts'

const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections()
    server.close()
  }
})

async function receiver(listener: RequestListener): Promise<string> {
  const server = createServer(listener)
  servers.push(server)
  await once(server.listen(0, '127.0.0.1'), 'listening')
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = ''
  for await (const chunk of request) text += String(chunk)
  return text
}

const open = (params: object = {}, secret = 's1gning') => openKind('webhook', params, { secrets: { secret } })
const send = (url: string, signal = new AbortController().signal) => open().send(MESSAGE, url, signal)
const failureOf = async (work: Promise<unknown>): Promise<HouseError> => {
  const error: unknown = await work.then(
    () => null,
    (reason: unknown) => reason,
  )
  expect(error).toBeInstanceOf(HouseError)
  return error as HouseError
}

describe('a webhook', () => {
  it('gets the whole message as JSON with the notice id as idempotency key, and its answer is the receipt', async () => {
    const got: { body: unknown; key: unknown; method: unknown }[] = []
    const url = await receiver((request, response) => {
      void bodyOf(request).then((text) => {
        got.push({ body: JSON.parse(text), key: request.headers['idempotency-key'], method: request.method })
        response.end(`taken\n  as 17 ${'x'.repeat(500)}`)
      })
    })
    const { answer } = await send(url)
    expect(NoticeMessage.parse(got[0]!.body)).toEqual(MESSAGE)
    expect(got).toMatchObject([{ key: MESSAGE.notice, method: 'POST' }])
    expect(answer).toMatch(/^HTTP 200 taken as 17 x+…$/)
    expect(answer.length).toBeLessThanOrEqual(200)
  })

  it.each([
    [200, 'taken'],
    [204, 'taken'],
    [301, 'notify/temporary'],
    [400, 'notify/refused'],
    [404, 'notify/refused'],
    [408, 'notify/temporary'],
    [429, 'notify/throttled'],
    [500, 'notify/temporary'],
    [503, 'notify/temporary'],
  ])('that answers %i: %s', async (status, expected) => {
    const url = await receiver((_request, response) => {
      response.writeHead(status, status === 301 ? { location: '/elsewhere' } : {}).end()
    })
    if (expected === 'taken') expect((await send(url)).answer).toBe(`HTTP ${status}`)
    else expect((await failureOf(send(url))).code).toBe(expected)
  })

  it('that hangs up, breaks off or is not there is a temporary failure', async () => {
    const hangsUp = await receiver((request) => request.socket.destroy())
    const speaksGarbage = await receiver((request) => request.socket.end('no http at all\r\n\r\n'))
    const gone = await receiver(() => undefined)
    await new Promise((resolve) => servers.at(-1)!.close(resolve))
    for (const url of [hangsUp, speaksGarbage, gone]) {
      expect((await failureOf(send(url))).code).toBe('notify/temporary')
    }
  })

  it('that says 200 and then breaks off has taken the message', async () => {
    const url = await receiver((_request, response) => {
      response.writeHead(200, { 'content-length': '100' })
      response.write('ok so far', () => response.destroy())
    })
    expect((await send(url)).answer).toMatch(/^HTTP 200/)
  })

  it('that answers without end is cut off by bytes and has taken the message', async () => {
    let poured = 0
    const url = await receiver((_request, response) => {
      response.writeHead(200)
      const more = () => {
        poured += 1_024
        response.write('y'.repeat(1_024), () => !response.destroyed && setImmediate(more))
      }
      more()
    })
    expect((await send(url)).answer).toMatch(/^HTTP 200 y+…$/)
    expect(poured).toBeLessThan(8 << 20)
  })

  it('that sends us elsewhere is not followed', async () => {
    const asked: unknown[] = []
    const url = await receiver((request, response) => {
      asked.push(request.url)
      if (request.url === '/elsewhere') response.end('gotcha')
      else response.writeHead(307, { location: '/elsewhere' }).end()
    })
    expect((await failureOf(send(url))).code).toBe('notify/temporary')
    expect(asked).toEqual(['/'])
  })

  it('that never answers is given up when the signal says so', async () => {
    const giveUp = new AbortController()
    const url = await receiver(() => giveUp.abort())
    expect((await failureOf(send(url, giveUp.signal))).code).toBe('notify/temporary')
  })

  it('keeps the rest of its address out of every error, because that may be a secret', async () => {
    const url = await receiver((_request, response) => response.writeHead(403).end('no'))
    const refused = await failureOf(send(`${url}/hook/s3cret?token=s3cret`))
    const unreachable = await failureOf(send('http://127.0.0.1:1/hook/s3cret?token=s3cret'))
    for (const error of [refused, unreachable]) {
      expect(`${error.message} ${JSON.stringify(error.facts)} ${String(error.cause)}`).not.toContain('s3cret')
      expect(error.message).toContain('http://127.0.0.1:')
    }
  })

  it('that says our secrets back to us has them taken out of the answer', async () => {
    const url = await receiver((request, response) => response.end(`you asked ${request.url}`))
    expect((await send(`${url}/hook/s3cret?token=s3cret`)).answer).toBe('HTTP 200 you asked ******')
  })

  it('that answers a byte a second is cut off by time', async () => {
    const url = await receiver((_request, response) => {
      const timer = setInterval(() => response.write('.'), 50)
      response.on('close', () => clearInterval(timer))
    })
    const channel = open({ within: '300ms' })
    expect((await channel.send(MESSAGE, url, new AbortController().signal)).answer).toMatch(/^HTTP 200 \.+$/)
  })

  // hmac.new(b'SEC1234567890abcdef', b'1768000000000.{"a":1}', sha256).hexdigest() in Python
  it('signs as Python does', () => {
    expect(webhookSign(1_768_000_000_000, '{"a":1}', 'SEC1234567890abcdef')).toBe(
      '7f4e6c163b4877f89cd51a26519b01ba1f70b45fac6fc84090833970eb7a15df',
    )
  })

  it('can check by time and signature who sent a message, where there is a secret', async () => {
    const got: { body: string; at: number; signature: unknown }[] = []
    const url = await receiver((request, response) => {
      const { 'pitwatch-signature': signature, 'pitwatch-timestamp': at } = request.headers
      void bodyOf(request).then((body) => {
        got.push({ body, at: Number(at), signature })
        response.end()
      })
    })
    const signal = new AbortController().signal
    await open({ secretFile: 'secret' }).send(MESSAGE, url, signal)
    await open().send(MESSAGE, url, signal)
    expect(got[0]?.signature).toBe(`sha256=${webhookSign(got[0]!.at, got[0]!.body, 's1gning')}`)
    expect(got[1]?.signature).toBeUndefined()
  })

  it('may report later what became of a message, signed, in time, and once', () => {
    const channel = open({ secretFile: 'secret' })
    const report = (callback: Callback) => channel.report!(callback)
    const body = JSON.stringify({
      reports: [{ ref: 'n0tice', state: 'delivered' }],
      replies: [{ from: 'lin', text: '4821' }],
    })
    const signed = (at: number, text: string, secret = 's1gning') => ({
      headers: {
        'pitwatch-timestamp': String(at),
        'pitwatch-signature': `sha256=${webhookSign(at, text, secret)}`,
      },
      ...{ query: {}, body: text, at: UtcMs.parse(1_768_000_000_000) },
    })
    const NOW = 1_768_000_000_000
    expect(report(signed(NOW, body, 'another'))).toMatchObject({ is: 'refused' })
    expect(report({ ...signed(NOW, body), body: `${body} ` })).toMatchObject({ is: 'refused' })
    expect(report({ ...signed(NOW, body), headers: {} })).toMatchObject({ is: 'refused' })
    expect(report(signed(NOW - 300_001, body))).toMatchObject({ is: 'refused' })
    expect(report(signed(NOW, '{"reports":[{}]}'))).toMatchObject({ is: 'refused' })
    expect(report(signed(NOW, body))).toEqual({
      is: 'heard',
      what: [
        { kind: 'delivered', ref: 'n0tice', answer: '' },
        { kind: 'reply', from: 'lin', text: '4821', medium: 'webhook' },
      ],
      answer: { taken: 2 },
    })
    expect(report(signed(NOW, body))).toMatchObject({ is: 'refused', why: 'played again' })
    expect(open()).not.toHaveProperty('report')
  })

  it('says every fault of its parameters at once, and of an address', () => {
    const webhook = NOTIFIERS.get('webhook')!
    expect(webhook.check({ within: '3', url: 'x' })).toEqual([
      { path: ['within'], message: expect.stringContaining('expected a duration') },
      { path: ['url'], message: 'expected no such key' },
    ])
    expect(webhook.check({ within: '31s' })).toHaveLength(1)
    expect(webhook.check({ secretEnv: 'PITWATCH_NO_SUCH' })).toMatchObject([{ path: ['secretEnv'] }])
    expect(webhook.checkAddress('ftp://x')).toEqual([
      { path: [], message: expect.stringContaining('expected an http') },
    ])
    expect(webhook.checkAddress('https://phone.example/hook')).toEqual([])
  })
})
