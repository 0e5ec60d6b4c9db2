import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join, normalize } from 'node:path'
import { WebSocketServer, type WebSocket } from 'ws'
import type { Alarm } from '../../../core/contract/alarm.ts'
import { Session, SignIn } from '../../../core/contract/http.ts'
import { type DeskStatus, LiveMessage, LiveRequest } from '../../../core/contract/live.ts'
import { closedAlarm, nightAlarms } from './alarms.ts'
import { COUNTY, latestOf, NIGHT, summaryOf } from './county.ts'
import { openLedger } from './ledger.ts'
import { nightPicture, type ScriptedPicture } from './picture.ts'
import { replyTo, type Reply, type Scripted } from './replies.ts'

/** The policy a strict control room sends with every page. */
const POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
}
const TICK_MS = 250

export const USER = { user: 'operator', password: 'a-night-in-january' } as const

/** A control room that plays a scripted county over real HTTP and WebSocket, each message checked against the contract. */
export interface ScriptedControlRoom extends AsyncDisposable {
  readonly url: string
  alarms(): readonly Alarm[]
  /** Puts an alarm in, or a newer version of one, and tells every page. */
  tell(alarm: Alarm): void
  /** Stops talking and takes no new feed, with open ones left open, as a hung server does. */
  fallSilent(): void
  talkAgain(): void
  /** Leaves one revision out. */
  skipRevision(): void
  snapshotsSent(): number
  /** Sites whose readings some page wants. */
  watched(): readonly string[]
}

/** Starts it on a free port with the page of folder `dist`. */
export async function startControlRoom(dist: string): Promise<ScriptedControlRoom> {
  const pictures = [nightPicture(1), nightPicture(2), nightPicture(3)]
  const feed = openFeed(pictures)
  const sessions = new Set<string>()
  const server = createServer((request, response) => {
    answer(request, { dist, sessions, scripted: feed.scripted })
      .catch((error: unknown): Reply => ({ status: 500, json: { code: 'store/failed', message: String(error) } }))
      .then((reply) => write(response, reply))
      .catch(() => response.destroy())
  })
  const sockets = new WebSocketServer({ noServer: true })
  server.on('upgrade', (request, socket, head) => {
    if (feed.isSilent() || !isSignedIn(request, sessions)) {
      socket.end('HTTP/1.1 503 Service Unavailable\r\n\r\n')
      return
    }
    sockets.handleUpgrade(request, socket, head, (client) => feed.admit(client))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const ticking = setInterval(() => feed.broadcast([]), TICK_MS)
  const { port } = server.address() as AddressInfo
  return {
    ...feed.controls,
    url: `http://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: async () => {
      clearInterval(ticking)
      for (const client of sockets.clients) client.terminate()
      feed.end()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function openFeed(pictures: readonly ScriptedPicture[]) {
  const alarms = new Map<string, Alarm>()
  const ledger = openLedger()
  for (const alarm of [closedAlarm(), ...nightAlarms(pictures)]) {
    alarms.set(alarm.id, alarm)
    ledger.add('alarm-raised', alarm.id, alarm.raisedAt)
  }
  const started = performance.now()
  const now = () => Math.floor(NIGHT + performance.now() - started)
  const watching = new Map<WebSocket, string | null>()
  let rev = 1
  let silent = false
  let snapshots = 0

  const send = (socket: WebSocket, message: unknown) => {
    if (!silent) socket.send(JSON.stringify(LiveMessage.parse(message)))
  }
  const sites = () => COUNTY.map((site) => summaryOf(site, [...alarms.values()], now()))
  const snapshot = (socket: WebSocket) => {
    snapshots += 1
    const open = [...alarms.values()].filter((alarm) => alarm.state !== 'closed')
    send(socket, { type: 'snapshot', rev, now: now(), sites: sites(), alarms: open, status: QUIET })
  }
  const broadcast = (changed: readonly Alarm[]) => {
    rev += 1
    for (const [socket, watched] of watching) {
      send(socket, {
        type: 'delta',
        rev,
        now: now(),
        sites: sites(),
        alarms: changed,
        readings: readingsOf(watched, now()),
      })
    }
  }
  const tell = (alarm: Alarm) => {
    alarms.set(alarm.id, alarm)
    broadcast([alarm])
  }
  const scripted: Scripted = { alarms, ledger, pictures, now, tell, user: USER.user }
  return {
    scripted,
    broadcast,
    isSilent: () => silent,
    end: () => watching.clear(),
    admit: (client: WebSocket) => {
      watching.set(client, null)
      snapshot(client)
      client.on('message', (data: Buffer) => {
        const asked = LiveRequest.parse(JSON.parse(data.toString('utf8')))
        if (asked.type === 'snapshot') snapshot(client)
        else if (asked.type === 'watch') watching.set(client, asked.site)
      })
      client.on('close', () => watching.delete(client))
    },
    controls: {
      alarms: () => [...alarms.values()],
      tell,
      fallSilent: () => void (silent = true),
      talkAgain: () => void (silent = false),
      skipRevision: () => void (rev += 1),
      snapshotsSent: () => snapshots,
      watched: () => [...watching.values()].filter((site) => site !== null),
    },
  }
}

/** A desk at which all is well. */
const QUIET: DeskStatus = { lamps: [], watchman: 'absent', storm: false, onDuty: [], suppressed: 0 }

function readingsOf(watched: string | null, now: number) {
  const site = COUNTY.find(({ id }) => id === watched)
  if (site === undefined) return []
  return site.points.map((scripted) => ({
    site: site.id,
    point: `${scripted.info.device}/${scripted.info.point}`,
    latest: latestOf(site, scripted, now),
  }))
}

interface Door {
  readonly dist: string
  readonly sessions: Set<string>
  readonly scripted: Scripted
}

async function answer(request: IncomingMessage, { dist, sessions, scripted }: Door): Promise<Reply> {
  const url = new URL(request.url ?? '/', 'http://control')
  if (!url.pathname.startsWith('/api/')) return page(dist, url.pathname)
  const body = request.method === 'POST' ? await bodyOf(request) : null
  if (url.pathname === '/api/session' && request.method === 'POST') {
    const { user, password } = SignIn.parse(body)
    if (user !== USER.user || password !== USER.password) return refused
    const id = randomBytes(16).toString('hex')
    sessions.add(id)
    scripted.ledger.add('signed-in', user, scripted.now())
    const cookie = `session=${id}; HttpOnly; SameSite=Strict; Path=/`
    return {
      status: 200,
      json: Session.parse({ user, role: 'operator', flows: true }),
      headers: { 'set-cookie': cookie },
    }
  }
  if (!isSignedIn(request, sessions)) return refused
  if (url.pathname === '/api/session' && request.method === 'DELETE') sessions.clear()
  return replyTo(url, body, scripted)
}

const refused: Reply = { status: 401, json: { code: 'http/unauthenticated', message: 'sign in first' } }

function write(response: ServerResponse, { status, json, bytes, headers = {} }: Reply): void {
  const type: Record<string, string> = json === undefined ? {} : { 'content-type': 'application/json' }
  response.writeHead(status, { ...type, ...headers })
  response.end(json === undefined ? bytes : JSON.stringify(json))
}

async function page(dist: string, path: string): Promise<Reply> {
  const file = join(dist, normalize(path === '/' ? '/index.html' : path))
  const bytes = await readFile(file).catch(() => null)
  const type = TYPES[extname(file)] ?? 'application/octet-stream'
  const headers = { 'content-type': type, 'content-security-policy': POLICY, 'x-content-type-options': 'nosniff' }
  return { status: bytes === null ? 404 : 200, bytes: bytes ?? new Uint8Array(), headers }
}

function isSignedIn(request: IncomingMessage, sessions: ReadonlySet<string>): boolean {
  const cookie = /session=([0-9a-f]+)/.exec(request.headers.cookie ?? '')?.[1]
  return cookie !== undefined && sessions.has(cookie)
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return JSON.parse(Buffer.concat(chunks).toString('utf8'))
}
