import { useEffect, useMemo, useState } from 'preact/hooks'
import type { Alarm } from '../../../core/contract/alarm.ts'
import type { Site } from '../../../core/contract/site.ts'
import type { UtcMs } from '../../../core/contract/time.ts'
import { later, wallAge } from '../../../core/kit/time.ts'
import { type Page, usePage } from '../page.ts'
import { openPhoneDesk, type PhoneDesk } from '../stores/phone-desk.ts'
import { keepKnown, knownOf, MOST_KNOWN, type PhoneKnown } from '../stores/phone-known.ts'
import { phoneList } from '../stores/phone-mine.ts'
import { sendQueued } from '../stores/phone-send.ts'
import { keepShell } from '../stores/phone-shell.ts'
import { openPhoneStore } from '../stores/phone-store.ts'

/** What is shown is remembered this often. */
const KEEP_MS = 10_000
const TICK_MS = 5_000

/** Whose phone it is; `isIn` = the control room knows it too. */
export interface PhoneUser {
  readonly name: string
  readonly role: PhoneKnown['role']
  readonly isIn: boolean
}

/** Who is signed in; while the control room cannot be asked, who was. */
export function usePhoneUser(): PhoneUser | null {
  const signedIn = usePage().session.signedIn.value
  if (signedIn.is === 'in') return { name: signedIn.session.user, role: signedIn.session.role, isIn: true }
  const known = signedIn.is === 'unknown' ? knownOf(localStorage) : null
  return known === null ? null : { name: known.by, role: known.role, isIn: false }
}

/** What the phone shows, and whether that is how it is. */
export interface PhoneView {
  readonly alarms: Iterable<Alarm>
  readonly site: (id: string) => Site | null
  readonly live: boolean
  /** How old it is, ms; null where nothing is known. */
  readonly ageMs: number | null
  readonly now: UtcMs
}

/** What the feed says, else what was remembered. */
export function usePhoneView({ name, role }: PhoneUser): PhoneView {
  const { live } = usePage()
  const wall = useTick()
  const known = useMemo(() => {
    const remembered = knownOf(localStorage)
    return remembered?.by === name ? remembered : null
  }, [name])
  const { epoch, alarms, sites } = live.state.value
  const heardAt = live.heardAt.value
  const isAlive = live.alive.value
  const isHeard = epoch > 0 && heardAt !== null
  useKeeping({ name, role }, wall)
  if (isHeard) {
    const now = live.now.value
    return {
      alarms: alarms.values(),
      site: (id) => sites.get(id)?.site ?? null,
      live: isAlive,
      ageMs: wallAge(heardAt, now),
      now,
    }
  }
  return {
    alarms: known?.alarms ?? [],
    site: (id) => known?.sites.find((site) => site.id === id) ?? null,
    live: false,
    ageMs: known === null ? null : Math.max(0, wallAge(known.at, wall)),
    now: later(wall, known?.aheadMs ?? 0),
  }
}

/** Remembers what the feed says while it is alive, whenever it changes and every few seconds. */
function useKeeping({ name, role }: Pick<PhoneUser, 'name' | 'role'>, wall: UtcMs): void {
  const { live, clock } = usePage()
  const { alarms, sites } = live.state.value
  const isAlive = live.alive.value
  const { mine, others } = phoneList(alarms.values(), name)
  const shown = [...mine, ...others].slice(0, MOST_KNOWN)
  const versions = shown.map(({ id, version }) => `${id}/${version}`).join()
  useEffect(() => {
    if (!isAlive) return
    const their = new Set(shown.map(({ site }) => site))
    keepKnown(localStorage, {
      ...{ by: name, role, at: clock.now(), aheadMs: live.now.value - clock.now(), alarms: shown },
      sites: [...sites.values()].flatMap(({ site }) => (their.has(site.id) ? [site] : [])),
    })
  }, [name, isAlive, versions, Math.floor(wall / KEEP_MS)])
}

/** This computer's time, every few seconds. */
function useTick(): UtcMs {
  const { clock } = usePage()
  const [wall, setWall] = useState(clock.now())
  useEffect(() => {
    const ended = new AbortController()
    const tick = async () => {
      for (;;) {
        await clock.sleep(TICK_MS, ended.signal)
        setWall(clock.now())
      }
    }
    void tick().catch(() => undefined)
    return () => ended.abort()
  }, [])
  return wall
}

/** What this person says, sent as long as the control room knows the person. */
export function usePhoneDesk({ name, isIn }: PhoneUser): PhoneDesk {
  const page = usePage()
  const desk = useMemo(() => openDesk(page, name), [name])
  const isAlive = page.live.alive.value
  useEffect(() => {
    const ended = new AbortController()
    if (isIn) void desk.run(ended.signal)
    const kick = () => desk.kick()
    window.addEventListener('online', kick, { signal: ended.signal })
    return () => ended.abort()
  }, [desk, isIn])
  useEffect(() => {
    if (isAlive) desk.kick()
  }, [isAlive])
  return desk
}

function openDesk({ api, live, clock }: Page, by: string): PhoneDesk {
  const aheadMs = knownOf(localStorage)?.aheadMs ?? 0
  return openPhoneDesk({
    ...{ by, clock, newId, store: openPhoneStore(indexedDB) },
    now: () => (live.heardAt.value === null ? later(clock.now(), aheadMs) : live.now.value),
    send: (what, ended) => sendQueued(api, what, ended),
    learn: (alarm) => live.learn(alarm),
  })
}

/** A random UUID; the browser's own is missing where the address is not https. */
function newId(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  const hex = [...bytes].map((byte, at) => {
    const set = at === 6 ? (byte & 0x0f) | 0x40 : at === 8 ? (byte & 0x3f) | 0x80 : byte
    return set.toString(16).padStart(2, '0')
  })
  return [hex.slice(0, 4), hex.slice(4, 6), hex.slice(6, 8), hex.slice(8, 10), hex.slice(10)]
    .map((part) => part.join(''))
    .join('-')
}

/** Keeps the page on the phone; false where this browser cannot. */
export function useShell(isIn: boolean): boolean {
  const isKept = window.isSecureContext && 'serviceWorker' in navigator
  useEffect(() => {
    if (!isKept || !isIn) return
    void keepShell({
      workers: navigator.serviceWorker,
      caches,
      loaded: () => performance.getEntriesByType('resource').map(({ name }) => name),
      origin: location.origin,
    }).catch(() => undefined)
  }, [isIn])
  return isKept
}
