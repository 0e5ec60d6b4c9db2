import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join, normalize } from 'node:path'
import { WebSocketServer, type WebSocket } from 'ws'
import type { Alarm } from '../../../core/contract/alarm.ts'
import { Session, SignIn } from '../../../core/contract/access.ts'
import type { NoticeMessage } from '../../../core/contract/notice.ts'
import { utcMs } from '../../../core/contract/time.ts'
import {
  type DeskStatus,
  type LiveHello,
  LiveMessage,
  LiveRequest,
  MOST_OPEN_TOLD,
} from '../../../core/contract/live.ts'
import { LIVE_REVISION } from '../../../core/contract/live-revision.ts'
import { comparePriority } from '../../../core/alarms/priority.ts'
import { closedAlarm, nightAlarms } from './alarms.ts'
import { COUNTY, latestOf, NIGHT, summaryOf } from './county.ts'
import { onDuty, openDuty, type ScriptedDuty } from './duty.ts'
import { openLedger } from './ledger.ts'
import { PEOPLE } from './people.ts'
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

/** A control room that plays a scripted county over real HTTP and WebSocket, each message checked against the contract. */
export interface ScriptedControlRoom extends AsyncDisposable {
  readonly url: string
  alarms(): readonly Alarm[]
  readonly duty: ScriptedDuty
  /** What every desk said of itself, in order. */
  desks(): readonly DeskSaid[]
  /** Changes how the watch stands; who is on duty comes of the roster unless it is said here. */
  watch(part: Partial<DeskStatus>): void
  /** Says from now on that it is another, to every page at once. */
  becomeOther(part: Partial<LiveHello>): void
  /** Sends every page a text as it is, whatever it says. */
  say(text: string): void
  /** Sends a message that belongs to no alarm to every page. */
  notify(message: NoticeMessage): void
  /** What browsers subscribe to push messages with; null = no such channel. */
  offerPush(key: string | null): void
  /** Says how often a rule was shelved in the 24 h before. */
  countShelvings(count: number): void
  /** Puts an alarm in, or a newer version of one, and tells every page. */
  tell(alarm: Alarm): void
  /** Puts alarms in without telling anybody; a page learns of them with its next snapshot. */
  put(alarms: readonly Alarm[]): void
  /** Stops talking and takes no new feed, with open ones left open, as a hung server does. */
  fallSilent(): void
  talkAgain(): void
  /** Leaves one revision out. */
  skipRevision(): void
  snapshotsSent(): number
  /** Sites whose readings some page wants. */
  watched(): readonly string[]
}

export type DeskSaid = Extract<LiveRequest, { readonly type: 'desk' }>

/** Starts it on a free port with the page of folder `dist`. */
export async function startControlRoom(dist: string): Promise<ScriptedControlRoom> {
  const pictures = [nightPicture(1), nightPicture(2), nightPicture(3)]
  const feed = openFeed(pictures)
  const sessions = new Map<string, Person>()
  const server = createServer((request, response) => {
    answer(request, { dist, sessions, scripted: feed.scripted })
      .catch((error: unknown): Reply => ({ status: 500, json: { code: 'store/failed', message: String(error) } }))
      .then((reply) => write(response, reply))
      .catch(() => response.destroy())
  })
  const sockets = new WebSocketServer({ noServer: true })
  server.on('upgrade', (request, socket, head) => {
    if (feed.isSilent() || personOf(request, sessions) === undefined) {
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
  const duty = openDuty()
  const desks: DeskSaid[] = []
  let status: Partial<DeskStatus> = {}
  let hello: LiveHello = { version: 'scripted', revision: LIVE_REVISION, page: null }
  let pushKey: string | null = null
  let shelved = 0
  let rev = 1
  let silent = false
  let snapshots = 0

  const send = (socket: WebSocket, message: unknown) => {
    if (!silent) socket.send(JSON.stringify(LiveMessage.parse(message)))
  }
  const standing = (): DeskStatus => ({ ...QUIET, onDuty: onDuty(duty, utcMs(now())), ...status })
  const sites = () => COUNTY.map((site) => summaryOf(site, [...alarms.values()], now()))
  const snapshot = (socket: WebSocket) => {
    snapshots += 1
    const open = [...alarms.values()]
      .filter((alarm) => alarm.state !== 'closed')
      .sort(byRank)
      .slice(0, MOST_OPEN_TOLD)
    send(socket, { type: 'snapshot', rev, now: now(), hello, sites: sites(), alarms: open, status: standing() })
  }
  const broadcast = (changed: readonly Alarm[]) => {
    rev += 1
    for (const [socket, watched] of watching) {
      send(socket, {
        type: 'delta',
        rev,
        now: now(),
        sites: sites(),
        pulses: [],
        alarms: changed,
        readings: readingsOf(watched, now()),
        status: standing(),
      })
    }
  }
  const tell = (alarm: Alarm) => {
    alarms.set(alarm.id, alarm)
    broadcast([alarm])
  }
  const scripted: Scripted = {
    ...{ alarms, ledger, pictures, duty, now, tell },
    ...{ pushKey: () => pushKey, lamps: () => standing().lamps, shelvedBefore: () => shelved },
  }
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
        else desks.push(asked)
      })
      client.on('close', () => watching.delete(client))
    },
    controls: {
      alarms: () => [...alarms.values()],
      tell,
      put: (many: readonly Alarm[]) => {
        for (const alarm of many) alarms.set(alarm.id, alarm)
      },
      duty,
      desks: () => desks,
      watch: (part: Partial<DeskStatus>) => {
        status = { ...status, ...part }
        broadcast([])
      },
      becomeOther: (part: Partial<LiveHello>) => {
        hello = { ...hello, ...part }
        for (const socket of watching.keys()) snapshot(socket)
      },
      say: (text: string) => {
        for (const socket of watching.keys()) socket.send(text)
      },
      notify: (message: NoticeMessage) => {
        for (const socket of watching.keys()) send(socket, { type: 'notice', now: now(), message })
      },
      offerPush: (key: string | null) => void (pushKey = key),
      countShelvings: (count: number) => void (shelved = count),
      fallSilent: () => void (silent = true),
      talkAgain: () => void (silent = false),
      skipRevision: () => void (rev += 1),
      snapshotsSent: () => snapshots,
      watched: () => [...watching.values()].filter((site) => site !== null),
    },
  }
}

function byRank(a: Alarm, b: Alarm): number {
  return comparePriority(a.priority, b.priority) || b.raisedAt - a.raisedAt
}

/** A desk at which all is well. */
const QUIET: Omit<DeskStatus, 'onDuty'> = { lamps: [], watchman: 'good', storm: false, suppressed: 0 }

function readingsOf(watched: string | null, now: number) {
  const site = COUNTY.find(({ id }) => id === watched)
  if (site === undefined) return []
  return site.points.map((scripted) => ({
    site: site.id,
    point: `${scripted.info.device}/${scripted.info.point}`,
    latest: latestOf(site, scripted, now),
  }))
}

type Person = (typeof PEOPLE)[number]

interface Door {
  readonly dist: string
  readonly sessions: Map<string, Person>
  readonly scripted: Scripted
}

async function answer(request: IncomingMessage, { dist, sessions, scripted }: Door): Promise<Reply> {
  const url = new URL(request.url ?? '/', 'http://control')
  if (!url.pathname.startsWith('/api/')) return page(dist, url.pathname)
  const method = request.method ?? 'GET'
  const body = await bodyOf(request)
  if (url.pathname === '/api/session' && method === 'POST') {
    const typed = SignIn.parse(body)
    const found = PEOPLE.find(({ user, password }) => user === typed.user && password === typed.password)
    if (found === undefined) return refused
    const id = randomBytes(16).toString('hex')
    sessions.set(id, found)
    scripted.ledger.add('signed-in', found.user, scripted.now())
    const cookie = `session=${id}; HttpOnly; SameSite=Strict; Path=/`
    return { status: 200, json: sessionOf(found), headers: { 'set-cookie': cookie } }
  }
  const person = personOf(request, sessions)
  if (person === undefined) return refused
  if (url.pathname === '/api/session') {
    if (method === 'DELETE') sessions.clear()
    return { status: 200, json: sessionOf(person) }
  }
  return replyTo({ url, method, body, user: person.user }, scripted)
}

function sessionOf({ user, role }: Person): Session {
  return Session.parse({ user, role, flows: true })
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

function personOf(request: IncomingMessage, sessions: ReadonlyMap<string, Person>): Person | undefined {
  return sessions.get(/session=([0-9a-f]+)/.exec(request.headers.cookie ?? '')?.[1] ?? '')
}

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return chunks.length === 0 ? null : JSON.parse(Buffer.concat(chunks).toString('utf8'))
}
