import { createServer } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { describe, expect, it } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { LiveMessage } from '../../../../core/contract/live.ts'
import { until } from '../../../support/until.ts'
import { openControlWeb } from './control-web.ts'

function openSocket(url: string, headers: Record<string, string>) {
  const socket = new WebSocket(url.replace('http', 'ws'), { headers })
  const heard: LiveMessage[] = []
  let refusedWith: number | null = null
  let closedWith: number | null = null
  socket.on('unexpected-response', (_, answer) => (refusedWith = answer.statusCode ?? null))
  socket.on('error', () => undefined)
  socket.on('close', (code) => (closedWith = code))
  socket.on('message', (data) => heard.push(LiveMessage.parse(JSON.parse((data as Buffer).toString()))))
  return { socket, heard, refusedWith: () => refusedWith, closedWith: () => closedWith }
}

/** Asks for an upgrade and never ends its own side. */
function holdOpen(url: string, path: string, headers = '') {
  const { hostname, port } = new URL(url)
  const socket = connect({ host: hostname, port: Number(port), allowHalfOpen: true })
  let heard = ''
  let isClosed = false
  socket.on('data', (data: Buffer) => (heard += data.toString()))
  socket.on('error', () => undefined)
  socket.on('close', () => (isClosed = true))
  const asked = `GET ${path} HTTP/1.1\r\nHost: ${hostname}:${port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n`
  socket.write(`${asked}Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n${headers}\r\n`)
  return {
    heard: () => heard,
    /** Whether the server has let go; one that has only ended its own side still takes what is written. */
    isClosed: () => {
      if (!isClosed) socket.write('x')
      return isClosed
    },
    [Symbol.dispose]: () => void socket.destroy(),
  }
}

describe('an upgraded connection', () => {
  it('that is refused is ended by the server, also when its other side holds it open', async () => {
    await using web = await openControlWeb()
    for (const [path, status] of [
      ['/flows', 404],
      ['/flows/comms', 404],
      ['/api/other', 404],
      ['/api/live', 401],
    ] as const) {
      using held = holdOpen(web.url, path)
      await until('the refusal', () => held.heard().startsWith(`HTTP/1.1 ${status} `))
      await until('the end', held.isClosed, 5_000)
    }
  })
})

describe('the live feed over a WebSocket', () => {
  it('lets nobody in without session or token, nor a page of another site', async () => {
    await using web = await openControlWeb()
    const { cookie } = await web.signedIn('viewer')
    for (const [headers, status] of [
      [{}, 401],
      [{ cookie: 'pitwatch_session=made-up' }, 401],
      [{ cookie, origin: 'https://elsewhere.example' }, 403],
    ] as const) {
      const { refusedWith } = openSocket(`${web.url}/api/live`, headers)
      expect(await until('the refusal', refusedWith)).toBe(status)
    }
    const { refusedWith } = openSocket(`${web.url}/api/other`, { cookie })
    expect(await until('the refusal', refusedWith)).toBe(404)
  })

  it('tells a viewer of an alarm as it is raised', async () => {
    await using web = await openControlWeb()
    const { cookie } = await web.signedIn('viewer')
    const { socket, heard } = openSocket(`${web.url}/api/live`, { cookie, origin: web.url })
    await until('the snapshot', () => heard[0]?.type === 'snapshot')
    await web.raise()
    await until('the alarm', () => heard.some((message) => message.type === 'delta' && message.alarms.length > 0))
    socket.close()
    await until('the client to be gone', () => web.feed.clients() === 0)
  })

  it('takes the token of a service, and drops a client that sends nonsense or too much', async () => {
    await using web = await openControlWeb()
    for (const text of ['nonsense', 'x'.repeat(10_000)]) {
      const { socket, heard, closedWith } = openSocket(`${web.url}/api/live`, { authorization: 'Bearer flows-token' })
      await until('the snapshot', () => heard[0]?.type === 'snapshot')
      socket.send(text)
      expect([1003, 1009]).toContain(await until('the end', closedWith))
    }
  })

  it('ends when the session is signed out', async () => {
    await using web = await openControlWeb()
    const { cookie } = await web.signedIn('viewer')
    const { heard, closedWith } = openSocket(`${web.url}/api/live`, { cookie })
    await until('the snapshot', () => heard[0]?.type === 'snapshot')
    await web.ask('/api/session', { method: 'DELETE', headers: { cookie } })
    expect(await until('the end', closedWith)).toBe(4401)
  })
})

describe('the editor of the flows', () => {
  async function openEditor() {
    const seen: { url: string; authorization: string | undefined; cookie: string | undefined; body: string }[] = []
    const server = createServer((request, response) => {
      let body = ''
      request.on('data', (chunk: Buffer) => (body += chunk.toString()))
      request.on('end', () => {
        const { authorization, cookie } = request.headers
        seen.push({ url: request.url ?? '', authorization, cookie, body })
        response.setHeader('content-type', 'text/html').end('<title>editor</title>')
      })
    })
    const sockets = new WebSocketServer({ server })
    sockets.on('connection', (socket, request) => {
      const { authorization, cookie } = request.headers
      seen.push({ url: request.url ?? '', authorization, cookie, body: '' })
      socket.on('message', (data) => socket.send(`echo ${(data as Buffer).toString()}`))
    })
    await new Promise<void>((settle) => server.listen(0, '127.0.0.1', settle))
    return {
      seen,
      url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/flows`,
      [Symbol.asyncDispose]: async () => {
        for (const socket of sockets.clients) socket.terminate()
        server.closeAllConnections()
        await new Promise((settle) => server.close(settle))
      },
    }
  }

  it('is reached by an operator, gets the token of the server and never the cookie of the session', async () => {
    await using editor = await openEditor()
    await using web = await openControlWeb({ flows: { url: editor.url, token: 'editor-token' } })
    const { cookie } = await web.signedIn('operator')
    const headers = { cookie: `${cookie}; other=1`, origin: web.url }
    const page = await web.ask('/flows/', { headers })
    expect([page.status, page.text]).toEqual([200, '<title>editor</title>'])
    const sent = await web.ask('/flows/flows?x=1', {
      ...{ method: 'POST', body: '{"flows":[]}' },
      headers: { ...headers, 'content-type': 'application/json' },
    })
    expect(sent.status).toBe(200)
    expect(editor.seen).toEqual([
      { url: '/flows/', authorization: 'Bearer editor-token', cookie: 'other=1', body: '' },
      { url: '/flows/flows?x=1', authorization: 'Bearer editor-token', cookie: 'other=1', body: '{"flows":[]}' },
    ])
  })

  it('has its WebSocket behind the same door', async () => {
    await using editor = await openEditor()
    await using web = await openControlWeb({ flows: { url: editor.url, token: 'editor-token' } })
    const [operator, viewer] = [await web.signedIn('operator'), await web.signedIn('viewer')]
    for (const headers of [
      {},
      { cookie: viewer.cookie },
      { cookie: operator.cookie, origin: 'https://elsewhere.example' },
    ] as Record<string, string>[]) {
      const { refusedWith } = openSocket(`${web.url}/flows/comms`, headers)
      expect([401, 403]).toContain(await until('the refusal', refusedWith))
    }
    expect(editor.seen).toEqual([])
    const socket = new WebSocket(`${web.url.replace('http', 'ws')}/flows/comms`, {
      headers: { cookie: operator.cookie },
    })
    const heard: string[] = []
    socket.on('message', (data) => heard.push((data as Buffer).toString()))
    socket.on('open', () => socket.send('hello'))
    await until('the echo', () => heard.includes('echo hello'))
    expect(editor.seen).toEqual([
      { url: '/flows/comms', authorization: 'Bearer editor-token', cookie: undefined, body: '' },
    ])
    socket.terminate()
  })

  it('does not keep the server from closing by a page that never ends its WebSocket', async () => {
    await using editor = await openEditor()
    await using web = await openControlWeb({ flows: { url: editor.url, token: 'editor-token' } })
    const { cookie } = await web.signedIn('operator')
    using held = holdOpen(web.url, '/flows/comms', `Cookie: ${cookie}\r\n`)
    await until('the WebSocket', () => held.heard().startsWith('HTTP/1.1 101 '))
    let isClosed = false
    const closing = web.server.close().then(() => (isClosed = true))
    // Well before a WebSocket gives up waiting for the other side's farewell.
    await until('the server to be closed', () => isClosed, 10_000)
    await closing
  })

  it('that is not there is said to be not there', async () => {
    await using web = await openControlWeb({ flows: { url: 'http://127.0.0.1:1', token: null } })
    const { cookie } = await web.signedIn('operator')
    const { status } = await web.ask('/flows/', { headers: { cookie } })
    expect(status).toBe(502)
  })
})
