import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type WebSocket, WebSocketServer } from 'ws'

/** A control room whose feed says what it is told to, and faster than time passes; everything else is answered by the real one. */
export interface LapsedFeed extends AsyncDisposable {
  readonly url: string
  /** What a page is told when it connects or asks anew. */
  greet(snapshot: () => string): void
  say(text: string): void
}

/** Stands before the control room at `behind`. */
export async function openLapsedFeed(behind: string): Promise<LapsedFeed> {
  let snapshot = () => ''
  const pages = new Set<WebSocket>()
  const server = createServer((asked, answer) => pass(behind, asked, answer))
  const sockets = new WebSocketServer({ server, path: '/api/live' })
  sockets.on('connection', (page) => {
    pages.add(page)
    page.on('close', () => pages.delete(page))
    page.on('message', (data: Buffer) => {
      if (data.toString().includes('"snapshot"')) page.send(snapshot())
    })
    page.send(snapshot())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    greet: (said) => {
      snapshot = said
    },
    say: (text) => {
      for (const page of pages) page.send(text)
    },
    [Symbol.asyncDispose]: async () => {
      for (const page of pages) page.terminate()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function pass(behind: string, asked: IncomingMessage, answer: ServerResponse): void {
  const { host } = new URL(behind)
  const headers = { ...asked.headers, host, ...(asked.headers.origin === undefined ? {} : { origin: behind }) }
  const onward = request(new URL(asked.url ?? '/', behind), { method: asked.method ?? 'GET', headers }, (came) => {
    answer.writeHead(came.statusCode ?? 502, came.headers)
    came.pipe(answer)
  })
  onward.on('error', () => answer.destroy())
  asked.pipe(onward)
}
