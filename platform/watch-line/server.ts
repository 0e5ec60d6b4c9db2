import { chmodSync, mkdirSync, rmSync } from 'node:fs'
import { createServer, type Server, type Socket } from 'node:net'
import { dirname } from 'node:path'
import { HouseError, messageOf } from '../../core/kit/errors.ts'
import type { Clock } from '../clock.ts'
import type { Log } from '../log.ts'
import { lockPort } from '../serial/port-lock.ts'
import { jsonOf, lineCutter } from './lines.ts'
import {
  type CallAsk,
  type LineAnswer,
  type LineMessage,
  LineRequest,
  SILENT_AFTER_MS,
  type TextAsk,
} from './messages.ts'

/** Longest path of a unix-domain socket on Linux. (unix(7): sun_path) */
const MOST_PATH_BYTES = 107
/** What a control room that does not read may be owed. */
const MOST_OWED_BYTES = 1_048_576
const LOOK_EVERY_MS = 1_000

/** Who answers the control room. */
export interface LineOwner {
  /** `signal` aborts when it is withdrawn or nobody waits for the answer any more. Must not reject. */
  ask(request: TextAsk | CallAsk, signal: AbortSignal): Promise<LineAnswer>
  confirmed(of: 'text' | 'event', key: string): void
  /** A control room has come: tell it everything that is owed. */
  came(): void
  gone(): void
}

/** The watchman's end of the line. */
export interface LineServer {
  /** Says it to the control room, if there is one. */
  say(message: LineMessage): void
  /** Lines that were no requests, since the start. */
  malformed(): number
  close(): Promise<void>
}

export interface LineServerDeps {
  readonly path: string
  readonly owner: LineOwner
  /** Real time: silence is measured with it. */
  readonly clock: Clock
  readonly log: Log
}

/**
 * Listens at a unix-domain socket that only this user may open. One control room at a time: a second one is told so and let go.
 * Throws `link/busy` where another watchman listens there, `link/down` where nobody can.
 */
export async function openLineServer(deps: LineServerDeps): Promise<LineServer> {
  const { path, clock, log } = deps
  demandShort(path)
  mkdirSync(dirname(path), { recursive: true })
  const lock = await lockPort(`watchman/${path}`, `watchman at ${path}`)
  let peer: Peer | null = null
  let malformed = 0
  const accept = (socket: Socket) => {
    if (peer !== null) {
      log.warn({ code: 'link/busy' }, 'a second control room has been sent away')
      socket.on('error', () => undefined)
      socket.end(`${JSON.stringify({ say: 'busy' } satisfies LineMessage)}\n`)
      return
    }
    const made = peerOf(socket, { ...deps, spoilt: () => (malformed += 1), gone })
    peer = made
    log.info({}, 'the control room is on the line')
    deps.owner.came()
  }
  const gone = (which: Peer, why: string) => {
    if (peer !== which) return
    peer = null
    log.warn({ code: 'link/down', why }, 'the control room is off the line')
    deps.owner.gone()
  }
  const server = createServer(accept)
  try {
    await listen(server, path)
  } catch (error) {
    lock.release()
    throw new HouseError('link/down', `${path}: cannot be listened at: ${messageOf(error)}`, { path }, error)
  }
  const watching = watchSilence(() => peer, clock)
  return {
    say: (message) => peer?.say(message),
    malformed: () => malformed,
    close: async () => {
      watching.stop()
      peer?.end('the watchman ends')
      await new Promise<void>((settle) => server.close(() => settle()))
      rmSync(path, { force: true })
      lock.release()
    },
  }
}

function demandShort(path: string): void {
  const bytes = Buffer.byteLength(path)
  if (bytes <= MOST_PATH_BYTES) return
  throw new HouseError(
    'link/down',
    `${path}: expected a path of at most ${MOST_PATH_BYTES} bytes for a socket, came ${bytes}: keep the store in a shorter folder`,
    { path, bytes },
  )
}

async function listen(server: Server, path: string): Promise<void> {
  // The lock says that whoever left this behind is no more.
  rmSync(path, { force: true })
  await new Promise<void>((settle, refuse) => {
    server.once('error', refuse)
    server.listen({ path }, () => {
      server.off('error', refuse)
      settle()
    })
  })
  chmodSync(path, 0o600)
}

interface Peer {
  readonly isSilent: () => boolean
  say(message: LineMessage): void
  end(why: string): void
}

interface PeerDeps extends LineServerDeps {
  readonly spoilt: () => void
  readonly gone: (which: Peer, why: string) => void
}

function peerOf(socket: Socket, deps: PeerDeps): Peer {
  const { clock, log, owner } = deps
  const cut = lineCutter()
  const asked = new Map<string, AbortController>()
  let heardAt = clock.mono()
  const end = (why: string) => {
    socket.destroy()
    for (const [, waits] of asked) waits.abort(new Error(why))
    asked.clear()
    deps.gone(peer, why)
  }
  const say = (message: LineMessage) => {
    if (socket.destroyed) return
    socket.write(`${JSON.stringify(message)}\n`)
    if (socket.writableLength > MOST_OWED_BYTES) end('it does not read')
  }
  const answer = async (request: TextAsk | CallAsk) => {
    const waits = new AbortController()
    asked.set(request.id, waits)
    const answered = await owner.ask(request, waits.signal)
    if (asked.get(request.id) === waits) asked.delete(request.id)
    say({ say: 'answer', id: request.id, answer: answered })
  }
  const take = (line: string) => {
    const parsed = LineRequest.safeParse(jsonOf(line))
    if (!parsed.success) {
      deps.spoilt()
      log.warn({ code: 'message/malformed', line: line.slice(0, 120) }, 'a line was no request')
      return
    }
    const request = parsed.data
    if (request.do === 'sms' || request.do === 'call') void answer(request)
    else if (request.do === 'withdraw') asked.get(request.id)?.abort(new Error('withdrawn'))
    else if (request.do === 'confirm') owner.confirmed(request.of, request.key)
  }
  const peer: Peer = { isSilent: () => clock.mono() - heardAt > SILENT_AFTER_MS, say, end }
  socket.on('error', (error) => end(error.message))
  socket.on('close', () => end('closed'))
  socket.on('data', (bytes) => {
    heardAt = clock.mono()
    for (const line of cut(bytes)) {
      if (line.is === 'line') take(line.text)
      else {
        deps.spoilt()
        end('a line is too long')
      }
    }
  })
  return peer
}

/** A control room that hangs keeps its connection, and would keep out the one that takes its place. */
function watchSilence(peer: () => Peer | null, clock: Clock): { stop(): void } {
  const over = new AbortController()
  const look = async () => {
    while (!over.signal.aborted) {
      const there = peer()
      if (there?.isSilent() === true) there.end(`nothing heard for ${SILENT_AFTER_MS} ms`)
      await clock.sleep(LOOK_EVERY_MS, over.signal).catch(() => undefined)
    }
  }
  void look()
  return { stop: () => over.abort() }
}
