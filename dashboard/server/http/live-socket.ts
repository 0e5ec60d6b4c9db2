import type { IncomingMessage, Server } from 'node:http'
import type { Duplex } from 'node:stream'
import { fastifyCookie } from '@fastify/cookie'
import { type WebSocket, WebSocketServer } from 'ws'
import type { Access, Caller, Credentials } from '../access/access.ts'
import type { LiveFeed, LiveSocket } from '../live/feed.ts'
import type { Networks } from '../access/networks.ts'
import { clientAddress } from './address.ts'
import { API } from './api.ts'
import { FLOWS_PREFIX } from './flows.ts'
import { checkOrigin, type Places, seesId, SESSION_COOKIE } from './gate.ts'
import { OPERATORS } from './route.ts'

/** Browsers that may listen at the same time. */
const MOST_CLIENTS = 500

/** Room for a desk that says which of many alarms it has shown. */
const MOST_MESSAGE_BYTES = 256 << 10

/** Big messages go out compressed: a snapshot of a thousand sites shrinks to a tenth. Nothing is remembered between them, so that a client costs no memory. */
const DEFLATE = {
  threshold: 2_048,
  zlibDeflateOptions: { level: 3 },
  serverNoContextTakeover: true,
  clientNoContextTakeover: true,
}

export interface LiveUpgrade {
  readonly access: Access
  readonly feed: LiveFeed
  readonly county: Pick<Places, 'site'>
  readonly publicUrl: string | null
  /** Proxies whose word on where a request comes from is believed. */
  readonly proxies: Networks
  /** null = nobody takes upgrades for the editor of the flows. */
  readonly flows: object | null
}

/**
 * Takes WebSocket upgrades for the live feed, and refuses those nobody takes. Answers how to end every upgraded
 * connection, the editor's too.
 */
export function serveLive(
  server: Server,
  { access, feed, county, publicUrl, proxies, flows }: LiveUpgrade,
): () => void {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MOST_MESSAGE_BYTES, perMessageDeflate: DEFLATE })
  // The HTTP server lets go of an upgraded connection, and yet does not close before it has ended.
  const upgraded = new Set<Duplex>()
  let isOver = false

  const upgrade = async (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    const credentials = credentialsOf(request, clientAddress(request, proxies))
    const judged = await judge(request, { access, publicUrl, credentials, isFull: feed.clients() >= MOST_CLIENTS })
    if (typeof judged === 'string') {
      refuse(socket, judged)
      return
    }
    sockets.handleUpgrade(request, socket, head, (opened) => {
      let caller: Caller | null = judged
      const isAllowed = async () => {
        caller = await access.identify(credentials)
        return caller !== null
      }
      const client = feed.join(liveSocket(opened, judged, { county, isAllowed }))
      opened.on('message', (data, isBinary) => {
        const text = isBinary ? '' : textOf(data)
        // Nobody sits at a page that is locked, and nobody has seen what it was sent.
        if (caller?.session?.isLocked !== true || !isDeskWord(text)) client.take(text)
      })
      opened.on('close', () => client.left())
      opened.on('error', () => opened.terminate())
    })
  }

  server.on('upgrade', (request, socket, head) => {
    upgraded.add(socket)
    socket.on('close', () => upgraded.delete(socket))
    socket.on('error', () => socket.destroy())
    if (isOver) {
      socket.destroy()
      return
    }
    const path = request.url?.split('?', 1)[0] ?? ''
    // The proxy has its own listener for its prefix.
    if (flows !== null && (path === FLOWS_PREFIX || path.startsWith(`${FLOWS_PREFIX}/`))) return
    if (path !== API.live.path) refuse(socket, '404 Not Found')
    else upgrade(request, socket, head).catch(() => socket.destroy())
  })

  return () => {
    isOver = true
    for (const socket of upgraded) socket.destroy()
    sockets.close()
  }
}

/** Destroyed after the answer: ended alone, the connection would stay until the other side ends it too. */
function refuse(socket: Duplex, status: string): void {
  socket.end(`HTTP/1.1 ${status}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`, () => socket.destroy())
}

interface Judged {
  readonly access: Access
  readonly publicUrl: string | null
  readonly credentials: Credentials
  readonly isFull: boolean
}

/** Who is asking for an upgrade, or the status to refuse it with. */
async function judge(
  request: IncomingMessage,
  { access, publicUrl, credentials, isFull }: Judged,
): Promise<string | Caller> {
  try {
    checkOrigin(request, publicUrl)
  } catch {
    return '403 Forbidden'
  }
  const caller = await access.identify(credentials)
  if (caller === null) return '401 Unauthorized'
  return isFull ? '503 Service Unavailable' : caller
}

function credentialsOf({ headers }: IncomingMessage, address: string): Credentials {
  const sessionId = fastifyCookie.parse(headers.cookie ?? '')[SESSION_COOKIE]
  return { sessionId, authorization: headers.authorization, address }
}

function liveSocket(
  opened: WebSocket,
  caller: Caller,
  { county, isAllowed }: Pick<LiveSocket, 'isAllowed'> & Pick<LiveUpgrade, 'county'>,
): LiveSocket {
  const { kind, name, role, scope } = caller
  const isWhole = scope.of === 'county'
  return {
    // Who sees some places only cannot stand at the desk of all: what is elsewhere is never shown there.
    who: kind === 'service' ? null : { user: name, isOperator: isWhole && OPERATORS.includes(role) },
    sees: isWhole ? null : (site) => seesId(caller, county, site),
    send: (text) => opened.send(text),
    bufferedBytes: () => opened.bufferedAmount,
    refuse: (why) => opened.close(1003, why),
    end: () => opened.close(4401, 'the session has ended'),
    isAllowed,
  }
}

function textOf(data: Buffer | ArrayBuffer | Buffer[]): string {
  return Buffer.concat([data].flat().map((part) => (part instanceof ArrayBuffer ? Buffer.from(part) : part))).toString()
}

function isDeskWord(text: string): boolean {
  return text.includes('"desk"')
}
