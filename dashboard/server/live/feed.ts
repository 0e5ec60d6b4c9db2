import type { Alarm } from '../../../core/contract/alarm.ts'
import type { NoticeMessage } from '../../../core/contract/notice.ts'
import { type DeskStatus, type LiveMessage, LiveRequest, MOST_OPEN_TOLD } from '../../../core/contract/live.ts'
import type { MonoMs } from '../../../core/contract/time.ts'
import { type Clock, systemClock } from '../../../platform/clock.ts'
import type { CountyState } from '../ingest/county.ts'
import type { Desk, DeskPage, DeskVisitor } from '../notify/desk-channel.ts'
import type { AlarmBoard } from './alarm-board.ts'
import type { HelloSource } from './hello.ts'
import { openMoved } from './moved.ts'
import { paced, readingTexts, summarySource, type ToldSites } from './sources.ts'

/** Everything but alarms is gathered for this long: nobody reads faster. (§4.4) */
const TICK_MS = 500

/** An alarm does not wait, unless others were told this long ago. */
const ALARM_PAUSE_MS = 200

/** A beat comes at least this often; clients count on 5 s. */
const BEAT_MS = 4_000

/** How the watch stands is looked at this often. */
const STATUS_EVERY_MS = 1_000

/** Bytes on their way to one client after which it gets nothing until they are gone, and then a snapshot. */
const MOST_WAITING_BYTES = 4 << 20

/** One client's connection, as the feed needs it. */
export interface LiveSocket {
  /** Who signed in there; null = a program, which is no desk. */
  readonly who: Pick<DeskVisitor, 'user' | 'isOperator'> | null
  /** Whether whoever opened it may be told of a site; null = of all. */
  readonly sees: ((site: string) => boolean) | null
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
  /** Who says all this. */
  readonly hello: HelloSource
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

export function openLiveFeed({ county, board, clock, hello, status, desk }: LiveDeps): LiveFeed {
  const clients = new Set<Client>()
  const summaries = summarySource(county, board)
  const alarms = openMoved()
  let wake: () => void = () => undefined
  const statusText = paced(STATUS_EVERY_MS, () => JSON.stringify(status()))

  const send = (client: Client, text: string) => {
    client.spokeAt = systemClock.mono()
    client.socket.send(text)
  }
  const statusOf = ({ socket: { sees } }: Client) =>
    sees === null ? statusText() : JSON.stringify({ ...status(), suppressed: board.suppressed(sees) })
  const snapshot = (client: Client) => {
    client.isBehind = false
    // All readings of the watched site come anew with the next delta.
    client.seen = 0
    const sees = client.socket.sees ?? undefined
    const sites = county.ids().flatMap((id) => (sees?.(id) === false ? [] : (summaries.now(id) ?? [])))
    client.status = statusOf(client)
    const alarms = board.open(MOST_OPEN_TOLD, sees)
    const message = { type: 'snapshot', rev: client.rev, now: clock.now(), hello: hello.now(), sites, alarms }
    send(client, `${JSON.stringify(message).slice(0, -1)},"status":${client.status}}`)
  }
  const hasRoom = (client: Client) => client.socket.bufferedBytes() < MOST_WAITING_BYTES

  /** Tells what has changed, or only what alarms there are and of their sites. Answers whether alarms were told. */
  const tick = (isWhole: boolean): boolean => {
    if (clients.size === 0) {
      alarms.clear()
      return false
    }
    const now = clock.now()
    if (alarms.endsShort()) for (const client of clients) client.isBehind = true
    const told = alarms.take()
    const summed = summaries.next(new Set(told.map(({ site }) => site)), !isWhole)
    const toAll = textsOf(summed, told)
    const toSome = (sees: (site: string) => boolean) =>
      textsOf(
        {
          sites: summed.sites.filter(({ site }) => sees(site.id)),
          pulses: summed.pulses.filter(([site]) => sees(site)),
        },
        told.filter(({ site }) => sees(site)),
      )
    const revision = county.revision()
    const readings = readingTexts(county)
    for (const client of clients) {
      if (client.isBehind || !hasRoom(client)) {
        if (hasRoom(client)) snapshot(client)
        else client.isBehind = true
        continue
      }
      const { sees } = client.socket
      const { changed, pulses, moved } = sees === null ? toAll : toSome(sees)
      const { watched } = client
      const isWatching = isWhole && watched !== null && sees?.(watched) !== false
      const mine = isWatching ? readings(watched, client.seen) : '[]'
      const stands = statusOf(client)
      if (isWhole) client.seen = revision
      const isSame = client.status === stands
      if (changed === '[]' && pulses === '[]' && moved === '[]' && mine === '[]' && isSame) continue
      client.rev += 1
      client.status = stands
      // Put together as text: what all clients share is written once.
      const delta = `"rev":${client.rev},"now":${now},"sites":${changed},"pulses":${pulses},"alarms":${moved},"readings":${mine}`
      send(client, `{"type":"delta",${delta}${isSame ? '' : `,"status":${stands}`}}`)
    }
    return told.length > 0
  }

  const beat = async () => {
    if (await hello.look()) for (const client of clients) client.isBehind = true
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
  /** Tells everything every `TICK_MS`, and alarms at once when one has moved, unless others were told of a moment ago. */
  const ticking = async (signal: AbortSignal) => {
    const isOver = () => signal.aborted
    let wholeAt = systemClock.mono()
    while (!isOver()) {
      const moved = new Promise<void>((resolve) => (wake = resolve))
      const rest = new AbortController()
      const either = AbortSignal.any([signal, rest.signal])
      const left = Math.max(0, TICK_MS - (systemClock.mono() - wholeAt))
      if (!alarms.isWaiting()) await Promise.race([moved, systemClock.sleep(left, either).catch(() => undefined)])
      rest.abort()
      if (isOver()) return
      const isWhole = systemClock.mono() - wholeAt >= TICK_MS
      if (isWhole) wholeAt = systemClock.mono()
      if (tick(isWhole)) await systemClock.sleep(ALARM_PAUSE_MS, signal).catch(() => undefined)
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

function textsOf({ sites, pulses }: ToldSites, alarms: readonly Alarm[]) {
  return { changed: JSON.stringify(sites), pulses: JSON.stringify(pulses), moved: JSON.stringify(alarms) }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
