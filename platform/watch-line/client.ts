import { connect, type Socket } from 'node:net'
import type { UtcMs } from '../../core/contract/time.ts'
import { HouseError, messageOf } from '../../core/kit/errors.ts'
import type { Clock } from '../clock.ts'
import type { Log } from '../log.ts'
import { type WatchEar, openEars } from './ears.ts'
import { jsonOf, lineCutter } from './lines.ts'
import {
  BEAT_MS,
  type CallAsk,
  type LineAnswer,
  LineMessage,
  type LineRequest,
  SILENT_AFTER_MS,
  type TextAsk,
  type WatchHealth,
} from './messages.ts'

const AGAIN_AFTER_MS = 1_000
const CONNECT_WITHIN_MS = 2_000

/** How the line stands: `absent` until a watchman was heard for the first time, `silent` once it is heard no more. */
export interface LineState {
  readonly is: 'good' | 'silent' | 'absent'
  readonly since: UtcMs
  /** As it was told last; null before the first time. */
  readonly health: WatchHealth | null
}

/** The control room's end of the line to the watchman, who holds modem and buzzer. */
export interface WatchLine {
  /** Texts a minute that the modem's contract lets through; null where there is no modem. */
  readonly perMinute: number | null
  /** Holds the connection, again and again, until `signal` aborts. To be called once. */
  run(signal: AbortSignal): Promise<void>
  /**
   * Has a text sent, or a phone rung; resolves when the network has taken it, or the call is over. The same id again is answered with what
   * became of it. Throws `notify/temporary` (facts.why, such as `no-watchman`), `notify/throttled` (facts.penaltyMs), `notify/refused`.
   */
  ask(request: TextAsk | CallAsk, signal: AbortSignal): Promise<Taken>
  /** Hands over what comes until `signal` aborts: each thing again and again until a function has resolved for it. */
  hear(ear: WatchEar, signal: AbortSignal): Promise<void>
  state(): LineState
}

/** What a request that went well came to. */
export type Taken = Extract<LineAnswer, { is: 'accepted' | 'called' }>

export interface WatchLineDeps {
  /** Where the watchman listens: `watchman.sock` in the store's folder. */
  readonly path: string
  readonly perMinute: number | null
  /** Real time. */
  readonly clock: Clock
  readonly log: Log
}

/** Opens the line without connecting yet. */
export function openWatchLine(deps: WatchLineDeps): WatchLine {
  const { clock, log } = deps
  const ears = openEars({ clock, log })
  const waiting = new Map<string, (answer: LineAnswer | null) => void>()
  let state: LineState = { is: 'absent', since: clock.now(), health: null }
  let session: Session | null = null

  const become = (is: LineState['is']) => {
    if (state.is === is) return
    state = { ...state, is, since: clock.now() }
    if (is === 'good') log.info({}, 'the watchman is on the line')
    else log.warn({ code: 'link/down', path: deps.path }, 'the watchman is silent')
  }
  const took = (message: LineMessage, from: Session) => {
    switch (message.say) {
      case 'health':
        state = { ...state, health: message.health }
        become('good')
        return
      case 'answer':
        waiting.get(message.id)?.(message.answer)
        return
      case 'text':
        ears.text(message.text, () => from.say({ do: 'confirm', of: 'text', key: message.text.key }), from.ended)
        return
      case 'event':
        ears.event(message, () => from.say({ do: 'confirm', of: 'event', key: message.key }), from.ended)
        return
      case 'busy':
        log.warn({ code: 'link/busy' }, 'another control room is on the line to the watchman')
    }
  }
  const hold = async (signal: AbortSignal) => {
    const opened = await openSession(deps, { took, signal })
    session = opened
    try {
      await opened.over
    } finally {
      session = null
      for (const settle of waiting.values()) settle(null)
      if (state.is === 'good') become('silent')
    }
  }
  return {
    perMinute: deps.perMinute,
    run: async (signal) => {
      while (!signal.aborted) {
        await hold(signal).catch((error: unknown) => log.debug({ why: messageOf(error) }, 'no watchman on the line'))
        await clock.sleep(AGAIN_AFTER_MS, signal).catch(() => undefined)
      }
    },
    ask: async (request, signal) => {
      const open = session
      if (open === null || state.is !== 'good') throw noWatchman(deps.path)
      const answered = await answerOf(open, request, { waiting, signal })
      return takenOrThrow(request.id, answered)
    },
    hear: (ear, signal) => ears.hear(ear, signal),
    state: () => state,
  }
}

function noWatchman(path: string): HouseError {
  return new HouseError(
    'notify/temporary',
    `watchman: expected it to listen at ${path}, came no answer: start \`pitwatch watchman\` with this control room's configuration`,
    { why: 'no-watchman', path },
  )
}

interface Asking {
  readonly waiting: Map<string, (answer: LineAnswer | null) => void>
  readonly signal: AbortSignal
}

/** The answer, or null when the line broke or nobody waits any more. */
async function answerOf(
  session: Session,
  request: TextAsk | CallAsk,
  { waiting, signal }: Asking,
): Promise<LineAnswer | null> {
  const { promise, resolve } = Promise.withResolvers<LineAnswer | null>()
  // Who asked the same before gave up; the one answer is for whoever waits now.
  waiting.get(request.id)?.(null)
  waiting.set(request.id, resolve)
  const onAbort = () => {
    session.say({ do: 'withdraw', id: request.id })
    resolve(null)
  }
  signal.addEventListener('abort', onAbort, { once: true })
  if (signal.aborted) onAbort()
  else session.say(request)
  try {
    return await promise
  } finally {
    signal.removeEventListener('abort', onAbort)
    if (waiting.get(request.id) === resolve) waiting.delete(request.id)
  }
}

function takenOrThrow(id: string, answer: LineAnswer | null): Taken {
  if (answer === null) {
    throw new HouseError(
      'notify/temporary',
      `watchman: no answer came for ${id} in time; asked again it says what became of it`,
      { why: 'no-answer', mayBeSent: true },
    )
  }
  switch (answer.is) {
    case 'accepted':
    case 'called':
      return answer
    case 'throttled':
      throw new HouseError('notify/throttled', answer.message, { penaltyMs: answer.forMs })
    case 'temporary':
      throw new HouseError('notify/temporary', answer.message, { why: answer.why })
    case 'refused':
      throw new HouseError('notify/refused', answer.message, { why: answer.why })
  }
}

/** One connection. */
interface Session {
  say(request: LineRequest): void
  /** Resolves when the connection is over. */
  readonly over: Promise<void>
  /** Aborts then. */
  readonly ended: AbortSignal
}

interface SessionEvents {
  readonly took: (message: LineMessage, from: Session) => void
  readonly signal: AbortSignal
}

async function openSession({ path, clock, log }: WatchLineDeps, { took, signal }: SessionEvents): Promise<Session> {
  const socket = await connected(path, signal)
  const cut = lineCutter()
  const over = new AbortController()
  let heardAt = clock.mono()
  const { promise, resolve } = Promise.withResolvers<void>()
  const end = () => {
    socket.destroy()
    over.abort()
    resolve()
  }
  const session: Session = {
    say: (request) => {
      if (!socket.destroyed) socket.write(`${JSON.stringify(request)}\n`)
    },
    over: promise,
    ended: over.signal,
  }
  const take = (line: string) => {
    const parsed = LineMessage.safeParse(jsonOf(line))
    if (parsed.success) took(parsed.data, session)
    else log.warn({ code: 'message/malformed', line: line.slice(0, 120) }, 'the watchman said what is no message')
  }
  socket.on('data', (bytes) => {
    heardAt = clock.mono()
    for (const line of cut(bytes)) {
      if (line.is === 'line') take(line.text)
      else end()
    }
  })
  socket.on('error', end)
  socket.on('close', end)
  signal.addEventListener('abort', end, { once: true, signal: over.signal })
  if (signal.aborted) end()
  void keepBeating(session, { clock, isSilent: () => clock.mono() - heardAt > SILENT_AFTER_MS, end })
  return session
}

interface Beating {
  readonly clock: Clock
  readonly isSilent: () => boolean
  readonly end: () => void
}

async function keepBeating(session: Session, { clock, isSilent, end }: Beating): Promise<void> {
  while (!session.ended.aborted) {
    if (isSilent()) end()
    else session.say({ do: 'beat' })
    await clock.sleep(BEAT_MS, session.ended).catch(() => undefined)
  }
}

async function connected(path: string, signal: AbortSignal): Promise<Socket> {
  const socket = connect({ path })
  const { promise, resolve, reject } = Promise.withResolvers<Socket>()
  const within = AbortSignal.any([signal, AbortSignal.timeout(CONNECT_WITHIN_MS)])
  const give = () => {
    socket.destroy()
    reject(new Error(`no connection to ${path}`))
  }
  socket.once('connect', () => resolve(socket))
  socket.once('error', reject)
  within.addEventListener('abort', give, { once: true })
  if (within.aborted) give()
  try {
    return await promise
  } finally {
    within.removeEventListener('abort', give)
    socket.off('error', reject)
    // What is told of a connection that was given up is told to nobody.
    socket.on('error', () => undefined)
  }
}
