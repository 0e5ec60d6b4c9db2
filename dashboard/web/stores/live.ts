import { batch, computed, signal, type ReadonlySignal } from '@preact/signals'
import type { Alarm } from '../../../core/contract/alarm.ts'
import type { LiveHello, LiveRequest } from '../../../core/contract/live.ts'
import { LIVE_REVISION } from '../../../core/contract/live-revision.ts'
import type { MonoMs, UtcMs } from '../../../core/contract/time.ts'
import { elapsed, later, wallAge } from '../../../core/kit/time.ts'
import type { PageClock } from '../kit/clock.ts'
import { openNewsReader } from './live-message.ts'
import { EMPTY_LIVE, keepReadings, learn, type LiveState, openBySite, read, take } from './live-state.ts'

/** A feed that says nothing for this long is out of date, and so is everything on the page. (core/contract/live.ts) */
export const SILENT_AFTER_MS = 15_000
const TICK_MS = 500
const SECOND_MS = 1_000
const PAUSE_FIRST_MS = 500
const PAUSE_MOST_MS = 10_000

/** `live`: heard lately over an open connection. `connecting`: no connection, but the data is not old yet. */
export type LinkState = 'connecting' | 'live' | 'silent'

export interface Live {
  readonly state: ReadonlySignal<LiveState>
  /** The open alarms of each site that has any. */
  readonly openBySite: ReadonlySignal<ReadonlyMap<string, readonly Alarm[]>>
  readonly link: ReadonlySignal<LinkState>
  /** False from 15 s of silence on (and before the first snapshot): no value may be shown as good. */
  readonly alive: ReadonlySignal<boolean>
  /** The control room's time. It moves once a second: everything that tells an age is drawn again when it does. */
  readonly now: ReadonlySignal<UtcMs>
  /** The control room's time at its last message; null before the first. */
  readonly heardAt: ReadonlySignal<UtcMs | null>
  /** Messages, and parts of some, that did not follow the contract since the page was opened. */
  readonly refused: ReadonlySignal<number>
  /** Who the control room last said it is; null before it has. */
  readonly hello: ReadonlySignal<LiveHello | null>
  /** Asks for the readings of one site instead of any other. The answer ends it, unless another site is watched by then. */
  watch(site: string): () => void
  /** A message was read and need not be shown any more. */
  read(notice: string): void
  /** Says something to the control room; false where there is no connection to say it over. */
  tell(request: LiveRequest): boolean
  /** Takes in an alarm learnt beside the feed. */
  learn(alarm: Alarm): void
  /** Keeps the feed connected until `signal` aborts. */
  run(signal: AbortSignal): Promise<void>
}

export interface LiveDeps {
  readonly clock: PageClock
  readonly chance: () => number
  readonly url: string
  /** Called after each connection that could not be kept; tells whether trying again makes sense. */
  readonly lost: () => Promise<boolean>
}

/** Opens the feed's store; nothing is connected before `run`. */
export function openLive({ clock, chance, url, lost }: LiveDeps): Live {
  const state = signal<LiveState>(EMPTY_LIVE)
  const refused = signal(0)
  const hello = signal<LiveHello | null>(null)
  let reader = openNewsReader(LIVE_REVISION)
  const time = controlRoomTime(clock)
  let watched: { readonly site: string } | null = null

  const watch = (next: typeof watched) => {
    watched = next
    const site = next?.site ?? null
    state.value = keepReadings(state.value, site)
    socket.ask({ type: 'watch', site })
  }
  const hear = (text: string) => {
    const { news, refused: lost } = reader.read(text)
    if (lost > 0) refused.value += lost
    if (news === null) return
    const taken = take(state.value, news)
    batch(() => {
      state.value = taken.state
      if (news.type === 'snapshot') hello.value = news.hello
      time.hear(news.now)
    })
    if (taken.missed) socket.ask({ type: 'snapshot' })
  }
  const socket = openFeedSocket(url, hear, () => {
    reader = openNewsReader(LIVE_REVISION)
    if (watched !== null) socket.ask({ type: 'watch', site: watched.site })
  })
  const alive = computed(() => state.value.epoch > 0 && time.silence.value <= SILENT_AFTER_MS)
  const keepConnected = async (signal: AbortSignal) => {
    let pause = PAUSE_FIRST_MS
    for (;;) {
      const before = state.value.epoch
      await socket.connect(signal)
      signal.throwIfAborted()
      if (!(await lost())) return
      pause = state.value.epoch > before ? PAUSE_FIRST_MS : Math.min(PAUSE_MOST_MS, pause * 2)
      await clock.sleep(pause * (0.75 + chance() / 2), signal)
    }
  }
  const keepTicking = async (signal: AbortSignal) => {
    for (;;) {
      time.tick()
      if (time.silence.value > SILENT_AFTER_MS && time.heardAt.value !== null) socket.drop()
      await clock.sleep(TICK_MS, signal)
    }
  }
  return {
    state,
    alive,
    refused,
    hello,
    openBySite: computed(() => openBySite(state.value.alarms)),
    now: time.now,
    heardAt: time.heardAt,
    link: computed<LinkState>(() => {
      if (time.heardAt.value !== null && time.silence.value > SILENT_AFTER_MS) return 'silent'
      return socket.isOpen.value && alive.value ? 'live' : 'connecting'
    }),
    watch: (site) => {
      // Screens may leave after the next has come, so each ends only what it began itself.
      const watching = { site }
      watch(watching)
      return () => {
        if (watched === watching) watch(null)
      }
    },
    read: (notice) => {
      state.value = read(state.value, notice)
    },
    tell: (request) => socket.ask(request),
    learn: (alarm) => {
      state.value = learn(state.value, alarm)
    },
    run: async (signal) => {
      const ended = new AbortController()
      const both = AbortSignal.any([signal, ended.signal])
      const ticking = keepTicking(both).catch(unlessAborted(both))
      await keepConnected(both).catch(unlessAborted(both))
      ended.abort()
      await ticking
    },
  }
}

interface Heard {
  readonly mono: MonoMs
  readonly wall: UtcMs
  readonly now: UtcMs
}

/** The control room's time as told by its messages and carried on between them, and how long it has been silent, in ms. */
function controlRoomTime(clock: PageClock) {
  const heard = signal<Heard | null>(null)
  const silence = signal(0)
  const now = signal(clock.now())
  const move = (to: UtcMs) => {
    if (Math.floor(to / SECOND_MS) !== Math.floor(now.value / SECOND_MS)) now.value = to
  }
  return {
    now,
    silence,
    heardAt: computed(() => heard.value?.now ?? null),
    hear: (said: UtcMs) => {
      heard.value = { mono: clock.mono(), wall: clock.now(), now: said }
      silence.value = 0
      move(said)
    },
    tick: () => {
      const last = heard.value
      if (last === null) {
        move(clock.now())
        return
      }
      // A computer that slept stops its monotonic clock, one whose time is set moves its wall clock: the older answer is the safe one.
      const passed = Math.max(elapsed(last.mono, clock.mono()), wallAge(last.wall, clock.now()))
      batch(() => {
        silence.value = passed
        move(later(last.now, passed))
      })
    },
  }
}

/** One connection at a time to the feed; `opened` is called each time one stands. */
function openFeedSocket(url: string, hear: (text: string) => void, opened: () => void) {
  const isOpen = signal(false)
  let socket: WebSocket | null = null
  return {
    isOpen,
    ask: (request: LiveRequest) => {
      if (socket?.readyState !== WebSocket.OPEN) return false
      socket.send(JSON.stringify(request))
      return true
    },
    drop: () => socket?.close(),
    /** Connects, and resolves when the connection has ended or could not be made. */
    connect: (signal: AbortSignal) =>
      new Promise<void>((resolve) => {
        const made = new WebSocket(url)
        const close = () => made.close()
        socket = made
        signal.addEventListener('abort', close, { once: true })
        made.onopen = () => {
          isOpen.value = true
          opened()
        }
        made.onmessage = (event: MessageEvent) => hear(String(event.data))
        made.onclose = () => {
          signal.removeEventListener('abort', close)
          isOpen.value = false
          resolve()
        }
      }),
  }
}

function unlessAborted(signal: AbortSignal): (error: unknown) => void {
  return (error) => {
    if (!signal.aborted) throw error
  }
}
