import type { SiteSummary } from '../../../core/contract/http.ts'
import type { NoticeMessage } from '../../../core/contract/notice.ts'
import { type DeskStatus, type LiveMessage, LiveRequest, MOST_OPEN_TOLD } from '../../../core/contract/live.ts'
import type { MonoMs } from '../../../core/contract/time.ts'
import { type Clock, systemClock } from '../../../platform/clock.ts'
import type { CountyState } from '../ingest/county.ts'
import type { Desk, DeskPage, DeskVisitor } from '../notify/desk-channel.ts'
import type { AlarmBoard } from './alarm-board.ts'
import { openMoved } from './moved.ts'

/** Deltas are gathered for this long. An alarm does not wait unless others have just been told. */
const TICK_MS = 200

/** A beat comes at least this often; clients count on 5 s. */
const BEAT_MS = 4_000

/** A site's summary is sent at most this often when only readings have changed. */
const SUMMARY_EVERY_MS = 1_000

/** How the watch stands is looked at this often. */
const STATUS_EVERY_MS = 1_000

/** Bytes on their way to one client after which it gets nothing until they are gone, and then a snapshot. */
const MOST_WAITING_BYTES = 4 << 20

/** One client's connection, as the feed needs it. */
export interface LiveSocket {
  /** Who signed in there; null = a program, which is no desk. */
  readonly who: Pick<DeskVisitor, 'user' | 'isOperator'> | null
  send(text: string): void
  /** Bytes handed over and not yet sent. */
  bufferedBytes(): number
  /** Ends the connection because the client says what no client says. */
  refuse(why: string): void
  /** Ends the connection because its session has ended. */
  end(): void
  /** Whether whoever opened it may still listen. */
  isAllowed(): Promise<boolean>
}

/** What the feed does for one client. */
export interface LiveClient {
  /** Takes a text from the client. Never throws. */
  take(text: string): void
  left(): void
}

export interface LiveFeed {
  /** Adds a client; it gets a snapshot at once. */
  join(socket: LiveSocket): LiveClient
  clients(): number
  /** Runs until `signal` aborts. */
  run(signal: AbortSignal): Promise<void>
}

export interface LiveDeps {
  readonly county: CountyState
  readonly board: AlarmBoard
  /** How the watch stands, for every page. */
  readonly status: () => DeskStatus
  /** Hears of every page that is a desk. */
  readonly desk: Pick<Desk, 'join'>
  /** Stamps `now`: the clock readings and alarms are dated with. */
  readonly clock: Clock
}

interface Client {
  readonly socket: LiveSocket
  rev: number
  watched: string | null
  /** Revision of the county up to which it has the watched site's readings. */
  seen: number
  isBehind: boolean
  spokeAt: MonoMs
  /** The status it was given last. */
  status: string
  page: DeskPage | null
}

export function openLiveFeed({ county, board, clock, status, desk }: LiveDeps): LiveFeed {
  const clients = new Set<Client>()
  const summaries = summarySource(county, board)
  const alarms = openMoved()
  let wake: () => void = () => undefined
  const statusText = paced(STATUS_EVERY_MS, () => JSON.stringify(status()))

  const send = (client: Client, text: string) => {
    client.spokeAt = systemClock.mono()
    client.socket.send(text)
  }
  const snapshot = (client: Client) => {
    client.isBehind = false
    // All readings of the watched site come anew with the next delta.
    client.seen = 0
    const sites = county.ids().flatMap((id) => county.summary(id, board.of(id)) ?? [])
    client.status = statusText()
    const message = { type: 'snapshot', rev: client.rev, now: clock.now(), sites, alarms: board.open(MOST_OPEN_TOLD) }
    send(client, `${JSON.stringify(message).slice(0, -1)},"status":${client.status}}`)
  }
  const hasRoom = (client: Client) => client.socket.bufferedBytes() < MOST_WAITING_BYTES

  /** Whether alarms were told. */
  const tick = (): boolean => {
    if (clients.size === 0) {
      alarms.clear()
      return false
    }
    const now = clock.now()
    if (alarms.endsShort()) for (const client of clients) client.isBehind = true
    const told = alarms.take()
    const changed = JSON.stringify(summaries.next(new Set(told.map(({ site }) => site))))
    const moved = JSON.stringify(told)
    const stands = statusText()
    const revision = county.revision()
    const readings = readingTexts(county)
    for (const client of clients) {
      if (client.isBehind || !hasRoom(client)) {
        if (hasRoom(client)) snapshot(client)
        else client.isBehind = true
        continue
      }
      const mine = client.watched === null ? '[]' : readings(client.watched, client.seen)
      client.seen = revision
      const isSame = client.status === stands
      if (changed === '[]' && moved === '[]' && mine === '[]' && isSame) continue
      client.rev += 1
      client.status = stands
      // Put together as text: what all clients share is written once.
      const delta = `"rev":${client.rev},"now":${now},"sites":${changed},"alarms":${moved},"readings":${mine}`
      send(client, `{"type":"delta",${delta}${isSame ? '' : `,"status":${stands}`}}`)
    }
    return told.length > 0
  }

  const beat = async () => {
    for (const client of clients) {
      if (!(await client.socket.isAllowed().catch(() => true))) {
        clients.delete(client)
        client.page?.left()
        client.socket.end()
        continue
      }
      if (systemClock.mono() - client.spokeAt < BEAT_MS / 2 || !hasRoom(client)) continue
      const message: LiveMessage = { type: 'beat', rev: client.rev, now: clock.now() }
      send(client, JSON.stringify(message))
    }
  }

  const take = (client: Client, request: LiveRequest) => {
    switch (request.type) {
      case 'snapshot':
        client.isBehind = true
        return
      case 'watch':
        client.watched = request.site
        // All of the site's readings come with the next delta.
        client.seen = 0
        return
      case 'desk':
        client.page?.heard(request)
    }
  }
  const show = (client: Client, message: NoticeMessage) => {
    const shown: LiveMessage = { type: 'notice', now: clock.now(), message }
    send(client, JSON.stringify(shown))
  }

  const every = async (ms: number, work: () => void | Promise<void>, signal: AbortSignal) => {
    while (!signal.aborted) {
      await work()
      await systemClock.sleep(ms, signal).catch(() => undefined)
    }
  }
  /** Ticks at the latest after `TICK_MS`, and at once when an alarm has moved, unless others were told of a moment ago. */
  const ticking = async (signal: AbortSignal) => {
    const isOver = () => signal.aborted
    while (!isOver()) {
      const moved = new Promise<void>((resolve) => (wake = resolve))
      const rest = new AbortController()
      const either = AbortSignal.any([signal, rest.signal])
      if (!alarms.isWaiting()) await Promise.race([moved, systemClock.sleep(TICK_MS, either).catch(() => undefined)])
      rest.abort()
      if (isOver()) return
      if (tick()) await systemClock.sleep(TICK_MS, signal).catch(() => undefined)
    }
  }

  return {
    clients: () => clients.size,
    join: (socket) => {
      const client: Client = {
        ...{ socket, rev: 0, watched: null, seen: 0, isBehind: false, spokeAt: systemClock.mono(), status: '' },
        page: socket.who === null ? null : desk.join({ ...socket.who, show: (message) => show(client, message) }),
      }
      clients.add(client)
      snapshot(client)
      return {
        take: (text) => {
          const request = LiveRequest.safeParse(parsed(text))
          if (request.success) take(client, request.data)
          else socket.refuse('expected {"type":"watch","site":…}, {"type":"snapshot"} or {"type":"desk",…}')
        },
        left: () => {
          clients.delete(client)
          client.page?.left()
        },
      }
    },
    run: async (signal) => {
      const followed = board.follow((alarm) => {
        alarms.add(alarm)
        county.touch(alarm.site)
        wake()
      }, signal)
      await Promise.all([followed, ticking(signal), every(BEAT_MS, beat, signal)])
    },
  }
}

/** A value made anew at most every `ms`. */
function paced(ms: number, make: () => string): () => string {
  let made: { readonly text: string; readonly at: MonoMs } | null = null
  return () => {
    const now = systemClock.mono()
    if (made === null || now - made.at >= ms) made = { text: make(), at: now }
    return made.text
  }
}

interface SummarySource {
  /** Summaries to send now: of the sites in `urgent`, and of changed ones whose last is a second old. */
  next(urgent: ReadonlySet<string>): SiteSummary[]
}

function summarySource(county: CountyState, board: AlarmBoard): SummarySource {
  const sentAt = new Map<string, MonoMs>()
  const online = new Map<string, boolean>()
  let waiting = new Set<string>()
  let seen = 0
  return {
    next: (urgent) => {
      for (const id of county.changedSince(seen)) waiting.add(id)
      seen = county.revision()
      const now = systemClock.mono()
      const due = [...waiting].filter(
        (id) =>
          urgent.has(id) ||
          online.get(id) !== county.isOnline(id) ||
          now - (sentAt.get(id) ?? -SUMMARY_EVERY_MS) >= SUMMARY_EVERY_MS,
      )
      waiting = new Set([...waiting].filter((id) => !due.includes(id)))
      return due.flatMap((id) => {
        sentAt.set(id, now)
        online.set(id, county.isOnline(id))
        return county.summary(id, board.of(id)) ?? []
      })
    },
  }
}

/** Readings of a watched site as JSON, written once for all clients that have seen as much. */
function readingTexts(county: CountyState): (site: string, seen: number) => string {
  const made = new Map<string, string>()
  return (site, seen) => {
    const key = `${site} ${seen}`
    const text =
      made.get(key) ?? JSON.stringify(county.readingsSince(site, seen).map((reading) => ({ site, ...reading })))
    made.set(key, text)
    return text
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
