import { useEffect } from 'preact/hooks'
import type { Alarm } from '../../../core/contract/alarm.ts'
import { usePage, type Page } from '../page.ts'
import type { Route } from '../stores/route.ts'

const PLACES: Readonly<Record<string, Route>> = {
  '1': { page: 'overview' },
  '2': { page: 'alarms', show: 'open' },
  '3': { page: 'duty' },
  '4': { page: 'ledger', subject: null },
}

/** The keys that work on every screen. They rest while somebody types or a dialog is open. */
export function useKeys(help: () => void): void {
  const page = usePage()
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || isBusy(event.target)) return
      if (act(page, event, help)) event.preventDefault()
    }
    document.addEventListener('keydown', press)
    return () => document.removeEventListener('keydown', press)
  }, [])
}

function isBusy(target: EventTarget | null): boolean {
  if (document.querySelector('dialog[open]') !== null) return true
  return target instanceof HTMLElement && ['INPUT', 'TEXTAREA', 'SELECT'].includes(target.tagName)
}

function act({ desk, live, router }: Page, event: KeyboardEvent, help: () => void): boolean {
  const { key } = event
  const place = PLACES[key]
  if (place !== undefined) {
    router.go(place)
    return true
  }
  switch (key) {
    case '?':
      help()
      return true
    case 'j':
    case 'k':
      desk.move(key === 'j' ? 1 : -1)
      return true
    case 'a':
    case 'A':
      return withSelected(desk, live, (alarm) => desk.begin(alarm))
    case 's':
    case 'S':
      return withSelected(desk, live, (alarm) => desk.open('shelve', alarm))
    case 'Enter':
      return !isControl(event.target) && openSelected(desk, router)
    case 'Escape':
      return leave(router)
    default:
      return false
  }
}

// A link or button in focus does with Enter what it always does.
function isControl(target: EventTarget | null): boolean {
  return target instanceof Element && target.closest('a, button') !== null
}

function openSelected(desk: Page['desk'], router: Page['router']): boolean {
  const id = desk.cursor.value
  if (id === null || !desk.visible.value.includes(id)) return false
  router.go({ page: 'alarm', id })
  return true
}

function withSelected(desk: Page['desk'], live: Page['live'], work: (alarm: Alarm) => void): boolean {
  const visible = desk.visible.value
  const selected = desk.cursor.value ?? (visible.length === 1 ? visible[0] : undefined)
  if (selected === undefined || !visible.includes(selected)) return false
  const alarm = live.state.value.alarms.get(selected)
  if (alarm === undefined) return false
  work(alarm)
  return true
}

function leave(router: Page['router']): boolean {
  const here = router.route.value.page
  if (here === 'overview') return false
  router.back(here === 'alarm' ? { page: 'alarms', show: 'open' } : { page: 'overview' })
  return true
}
