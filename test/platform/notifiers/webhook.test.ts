import { once } from 'node:events'
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { NoticeMessage } from '../../../core/contract/notice.ts'
import { HouseError } from '../../../core/kit/errors.ts'
import { webhookNotifier } from '../../../platform/notifiers/webhook.ts'
import { MESSAGE } from './message.ts'

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

const send = (url: string, signal = new AbortController().signal) => webhookNotifier.send({ url }, MESSAGE, signal)
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
    [429, 'notify/temporary'],
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

  it('that answers without end is cut off and has taken the message', async () => {
    const url = await receiver((_request, response) => {
      response.writeHead(200)
      const more = () => response.write('y'.repeat(1_024), () => !response.destroyed && setImmediate(more))
      more()
    })
    expect((await send(url)).answer).toMatch(/^HTTP 200 y+…$/)
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

  it('says every fault of its parameters at once', () => {
    expect(webhookNotifier.check({ url: 'ftp://x', tokn: 1 })).toEqual([
      { path: ['url'], message: expect.stringContaining('expected an http') },
      { path: ['tokn'], message: 'expected no such key' },
    ])
    expect(webhookNotifier.check({ url: 'https://phone.example/hook' })).toEqual([])
  })
})
