import type { LiveRequest } from '../../../core/contract/live.ts'
import type { NoticeMessage } from '../../../core/contract/notice.ts'
import type { MonoMs } from '../../../core/contract/time.ts'
import { elapsed } from '../../../core/kit/time.ts'
import { HouseError } from '../../../core/kit/errors.ts'
import type { Clock } from '../../../platform/clock.ts'
import type { Heard, OpenChannel } from '../../../platform/notifiers/notifier.ts'
import { DESK, EVERY_OPERATOR } from './check-channels.ts'

/** A page says every 10 s that it is there; one that has said nothing for longer than this is not. */
const PRESENT_MS = 15_000

/** How long no page may be heard before the lamp says so. */
const QUIET_MS = 10_000

/** How long nobody may be there before the lamp says so: a reload takes seconds. */
const EMPTY_MS = 60_000

/** Messages that wait for a page to say that it has shown them, and alarms one page is known to have shown. */
const MOST_KEPT = 5_000

type DeskWord = Extract<LiveRequest, { readonly type: 'desk' }>

/** Whoever has a page open. */
export interface DeskVisitor {
  readonly user: string
  /** May act on alarms: stands at `*`. */
  readonly isOperator: boolean
  /** Shows a message that belongs to no alarm. */
  show(message: NoticeMessage): void
}

/** What the desk hears from one page. */
export interface DeskPage {
  heard(word: DeskWord): void
  left(): void
}

/**
 * How the desk stands. `unproven`: nobody has sat down since the program began. `no-page`: nobody does now. `sound-blocked` and `sound-off`:
 * nobody can hear it.
 */
export type DeskLook =
  | { readonly state: 'good' | 'unproven'; readonly why: null }
  | { readonly state: 'degraded'; readonly why: 'sound-blocked' | 'sound-off' }
  | { readonly state: 'down'; readonly why: 'no-page' }

/** The desks of the control room: signed-in pages that show alarms and sound. */
export interface Desk {
  readonly channel: OpenChannel
  join(visitor: DeskVisitor): DeskPage
  look(): DeskLook
}

export interface DeskDeps {
  /** Real time: browsers do not live in the county's. */
  readonly clock: Clock
  /** The version an alarm has now; null where there is none. */
  readonly versionOf: (alarm: string) => Promise<number | null>
}

interface Page {
  readonly visitor: DeskVisitor
  heardAt: MonoMs | null
  sound: DeskWord['sound']
  /** Newest version of each alarm it has shown. */
  shown: Map<string, number>
}

interface Awaited {
  readonly notice: string
  readonly address: string
  /** What must have been shown; null = the message itself. */
  readonly alarm: { readonly id: string; readonly version: number } | null
}

/**
 * Opens the desk. A message is taken when a page of the address is there (the name somebody signs in with; `*` = any operator's), and
 * delivered when such a page has shown the alarm as it was then or later. Nobody there = `notify/temporary`, at once.
 */
export function openDesk({ clock, versionOf }: DeskDeps): Desk {
  const pages = new Set<Page>()
  let awaited = new Map<string, Awaited>()
  const delivered = deliveries()
  const presence = watchPresence(clock)
  const isPresent = ({ heardAt }: Page) => heardAt !== null && elapsed(heardAt, clock.mono()) <= PRESENT_MS
  const operators = () => [...pages].filter((page) => isPresent(page) && page.visitor.isOperator)
  const at = (address: string) => [...pages].filter((page) => isPresent(page) && isFor(page, address))

  const send: OpenChannel['send'] = async (message, address) => {
    const version = message.alarm === null ? null : await versionOf(message.alarm)
    const here = at(address)
    if (here.length === 0) throw nobody(address)
    const alarm = message.alarm === null || version === null ? null : { id: message.alarm, version }
    const wanted: Awaited = { notice: message.notice, address, alarm }
    if (alarm === null) for (const { visitor } of here) visitor.show(message)
    if (here.some((page) => hasShown(page, wanted))) delivered.add(message.notice)
    else awaited = bounded(new Map(awaited).set(message.notice, wanted))
    return { answer: here.map(({ visitor }) => visitor.user).join(', '), ref: message.notice }
  }
  const settle = (page: Page, notices: readonly string[]) => {
    const done = [...awaited.values()].filter(
      (wanted) => isFor(page, wanted.address) && (hasShown(page, wanted) || isRead(wanted, notices)),
    )
    for (const { notice } of done) {
      awaited.delete(notice)
      delivered.add(notice)
    }
  }
  return {
    channel: { send, listen: delivered.listen },
    join: (visitor) => {
      const page: Page = { visitor, heardAt: null, sound: 'off', shown: new Map() }
      pages.add(page)
      return {
        heard: ({ sound, shown, notices }) => {
          page.heardAt = clock.mono()
          page.sound = sound
          for (const { alarm, version } of shown) {
            const known = page.shown.get(alarm) ?? 0
            // Put anew at its end, so that what is dropped first is what was shown longest ago.
            page.shown.delete(alarm)
            page.shown.set(alarm, Math.max(known, version))
          }
          page.shown = bounded(page.shown)
          settle(page, notices)
          presence.note(operators())
        },
        left: () => {
          pages.delete(page)
          presence.note(operators())
        },
      }
    },
    look: () => presence.look(operators()),
  }
}

function isFor({ visitor }: Page, address: string): boolean {
  return address === EVERY_OPERATOR ? visitor.isOperator : visitor.user === address
}

function hasShown({ shown }: Page, { alarm }: Awaited): boolean {
  return alarm !== null && (shown.get(alarm.id) ?? 0) >= alarm.version
}

function isRead({ alarm, notice }: Awaited, notices: readonly string[]): boolean {
  return alarm === null && notices.includes(notice)
}

function nobody(address: string): HouseError {
  const whose = address === EVERY_OPERATOR ? 'an operator’s' : `${address}’s`
  return new HouseError('notify/temporary', `${DESK}: expected ${whose} page to be open, came none`, { why: 'no-page' })
}

/** The newest entries of a map. */
function bounded<V>(map: Map<string, V>): Map<string, V> {
  return map.size <= MOST_KEPT ? map : new Map([...map].slice(-MOST_KEPT))
}

/** Deliveries on their way to whoever listens; each stays until it was taken. */
function deliveries() {
  const waiting: string[] = []
  let wake: () => void = () => undefined
  return {
    add: (notice: string) => {
      waiting.push(notice)
      if (waiting.length > MOST_KEPT) waiting.shift()
      wake()
    },
    listen: async (heard: (what: Heard) => Promise<void>, signal: AbortSignal) => {
      signal.addEventListener('abort', () => wake(), { once: true })
      while (!signal.aborted) {
        const [notice] = waiting
        if (notice !== undefined) {
          await heard({ kind: 'delivered', ref: notice, answer: 'shown' })
          if (waiting[0] === notice) waiting.shift()
          continue
        }
        await new Promise<void>((settle) => (wake = settle))
      }
    },
  }
}

/** Since when nobody is there, and since when nobody who is there can hear anything. */
function watchPresence(clock: Clock) {
  let wasThere = false
  let emptySince: MonoMs | null = null
  let quietSince: MonoMs | null = null
  const note = (here: readonly Page[]) => {
    const now = clock.mono()
    wasThere ||= here.length > 0
    emptySince = here.length > 0 ? null : (emptySince ?? now)
    const isHeard = here.length === 0 || here.some(({ sound }) => sound === 'running')
    quietSince = isHeard ? null : (quietSince ?? now)
  }
  const look = (here: readonly Page[]): DeskLook => {
    note(here)
    if (!wasThere) return { state: 'unproven', why: null }
    const now = clock.mono()
    if (emptySince !== null && elapsed(emptySince, now) > EMPTY_MS) return { state: 'down', why: 'no-page' }
    if (quietSince === null || elapsed(quietSince, now) <= QUIET_MS) return { state: 'good', why: null }
    const isBlocked = here.some(({ sound }) => sound === 'blocked')
    return { state: 'degraded', why: isBlocked ? 'sound-blocked' : 'sound-off' }
  }
  return { note, look }
}
