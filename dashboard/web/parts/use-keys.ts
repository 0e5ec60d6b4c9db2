import { signal, type ReadonlySignal } from '@preact/signals'
import { useEffect, useMemo } from 'preact/hooks'
import type { Alarm } from '../../../core/contract/alarm.ts'
import { usePage, type Page } from '../page.ts'
import { keyName, ROOM_KEYS, type RoomKey } from '../stores/keys.ts'
import { placesFor } from '../stores/places.ts'

/** How long `g` waits for its letter, in ms. */
const GO_WITHIN_MS = 3_000

/** What the keys of the room need beside the page. */
interface RoomKeys {
  readonly help: () => void
}

/**
 * The keys that work on every screen, after those of the screen itself. They rest while somebody types or a dialog is open.
 * Answers whether `g` has been pressed and waits for its letter.
 */
export function useKeys({ help }: RoomKeys): ReadonlySignal<boolean> {
  const page = usePage()
  const going = useMemo(() => signal(false), [])
  useEffect(() => {
    const patience = waiting(page.clock, () => (going.value = false))
    const press = (event: KeyboardEvent) => {
      if (event.altKey || event.isComposing || isBusy(event.target)) return
      if (takePress(page, event, { help, going, patience })) event.preventDefault()
    }
    document.addEventListener('keydown', press)
    return () => {
      document.removeEventListener('keydown', press)
      patience.end()
    }
  }, [])
  return going
}

interface Pressing extends RoomKeys {
  readonly going: { value: boolean }
  readonly patience: ReturnType<typeof waiting>
}

function takePress(page: Page, event: KeyboardEvent, { help, going, patience }: Pressing): boolean {
  const name = keyName(event)
  if (name === 'Shift') return false
  if (going.value) {
    patience.end()
    going.value = false
    return go(page, name)
  }
  // A link or button in focus does with Enter and Space what it always does.
  if ((name === 'Enter' || name === 'Space') && isControl(event.target)) return false
  const own = page.keys.all().find(({ key }) => key === name)
  if (own !== undefined) {
    own.act(event)
    return true
  }
  const room = ROOM_KEYS.find(({ key }) => key === name)
  if (room === undefined) return false
  if (room.name === 'go') {
    going.value = true
    patience.begin()
    return true
  }
  return act(page, room.name, help)
}

function isBusy(target: EventTarget | null): boolean {
  if (document.querySelector('dialog[open]') !== null) return true
  return target instanceof HTMLElement && ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName)
}

function isControl(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('a, button, summary') !== null
}

function go({ router, session }: Page, letter: string): boolean {
  const signedIn = session.signedIn.value
  if (signedIn.is !== 'in') return false
  const place = placesFor(signedIn.session.role).find((one) => one.letter === letter)
  if (place !== undefined) router.go(place.route)
  return true
}

function act(page: Page, name: Exclude<RoomKey, 'go'>, help: () => void): boolean {
  const { desk, hush, live, router, wall } = page
  switch (name) {
    case 'help':
      help()
      return true
    case 'next':
    case 'previous':
      moveCursor(desk, name === 'next' ? 1 : -1)
      return true
    case 'acknowledge':
      return withSelected(page, (alarm) => desk.begin(alarm))
    case 'shelve':
      return withSelected(page, (alarm) => desk.open('shelve', alarm))
    case 'open':
      return openSelected(desk, router)
    case 'hush':
      hush.toggle(live.state.value.alarms.keys())
      return true
    case 'wall':
      wall.toggle()
      return true
    case 'leave':
      return leave(page)
  }
}

// A list takes the focus to the row that was moved to, unless somebody is busy elsewhere; whoever presses the key is not.
function moveCursor(desk: Page['desk'], step: 1 | -1): void {
  const before = desk.cursor.value
  desk.move(step)
  const { activeElement } = document
  if (desk.cursor.value !== before && activeElement instanceof HTMLElement) activeElement.blur()
}

function openSelected(desk: Page['desk'], router: Page['router']): boolean {
  const id = desk.cursor.value
  if (id === null || !desk.visible.value.includes(id)) return false
  router.go({ page: 'alarm', id })
  return true
}

function withSelected({ desk, live }: Page, work: (alarm: Alarm) => void): boolean {
  const visible = desk.visible.value
  const selected = desk.cursor.value ?? (visible.length === 1 ? visible[0] : undefined)
  if (selected === undefined || !visible.includes(selected)) return false
  const alarm = live.state.value.alarms.get(selected)
  if (alarm === undefined) return false
  work(alarm)
  return true
}

function leave({ router, wall }: Page): boolean {
  const here = router.route.value.page
  if (here === 'overview') {
    if (!wall.isOn.value) return false
    wall.toggle()
    return true
  }
  router.back(here === 'alarm' ? { page: 'alarms', show: 'open' } : { page: 'overview' })
  return true
}

/** Calls `over` when nothing has come of it in time. */
function waiting(clock: Page['clock'], over: () => void) {
  let ended = new AbortController()
  return {
    begin: () => {
      ended = new AbortController()
      clock.sleep(GO_WITHIN_MS, ended.signal).then(over, () => undefined)
    },
    end: () => ended.abort(),
  }
}
