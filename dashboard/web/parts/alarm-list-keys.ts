import type { RefObject } from 'preact'
import type { Alarm } from '../../../core/contract/alarm.ts'
import { usePage, useTexts, type Page } from '../page.ts'
import { bulkPlan } from '../stores/alarm-bulk.ts'
import { type ListItem, nextWaiting } from '../stores/alarm-items.ts'
import { PRIORITIES } from '../stores/alarm-order.ts'
import { type AlarmView, withColour } from '../stores/alarm-view.ts'
import { useAlarmWords } from './alarm-cells.tsx'
import { useScreenKeys } from './use-screen-keys.ts'

interface ListKeys {
  readonly items: readonly ListItem[]
  readonly view: AlarmView
  readonly change: (view: AlarmView) => void
  readonly search: RefObject<HTMLInputElement | null>
  readonly open: (item: ListItem) => void
}

/** The keys of the list of alarms. */
export function useAlarmListKeys({ items, view, change, search, open }: ListKeys): void {
  const page = usePage()
  const texts = useTexts()
  const words = useAlarmWords().keys
  const { desk, router } = page
  const { bulk } = desk
  const here = () => items.find(({ key }) => key === desk.cursor.value)
  const back = () => {
    if (bulk.marked.value.size > 0) bulk.unmark()
    else if (view.text !== '') change({ ...view, text: '' })
    else router.back({ page: 'overview' })
  }
  useScreenKeys([
    { key: 'x', words: words.mark, act: () => markHere(page, here()) },
    { key: 'Ctrl+a', words: words.all, act: () => bulk.mark(rowsOf(items).map(({ id }) => id)) },
    ...PRIORITIES.map((priority, place) => ({
      key: String(place + 1),
      words: words.colour(texts.priority[priority]),
      act: () => change(withColour(view, priority)),
    })),
    {
      key: 'Space',
      words: words.waiting,
      act: () => {
        const next = nextWaiting(items, desk.cursor.value)
        if (next !== null) desk.cursor.value = next
      },
    },
    { key: '/', words: words.search, act: () => search.current?.focus() },
    { key: 'a', words: words.acknowledge, act: () => acknowledge(page, items) },
    {
      key: 'h',
      words: texts.alarmActs.names.shelve,
      act: () => withAlarm(page, (alarm) => desk.open('shelve', alarm)),
    },
    {
      key: 'Enter',
      words: words.openAlarm,
      act: () => {
        const item = here()
        if (item !== undefined) open(item)
      },
    },
    { key: 'Escape', words: words.back, act: back },
  ])
}

function rowsOf(items: readonly ListItem[]) {
  return items.flatMap((item) => (item.is === 'alarm' ? [item.row] : item.isOpen ? [] : item.group.alarms))
}

function markHere({ desk }: Page, item: ListItem | undefined): void {
  if (item?.is === 'alarm') desk.bulk.toggle(item.key)
}

/** The marked ones where there are any, else the one the keyboard is at. */
export function acknowledge(page: Page, items: readonly ListItem[]): void {
  const { bulk } = page.desk
  const marked = rowsOf(items).filter(({ id }) => bulk.marked.value.has(id))
  if (marked.length > 0) bulk.begin(bulkPlan(marked))
  else withAlarm(page, (alarm) => page.desk.begin(alarm))
}

/** Does something with the alarm the keyboard is at, or `id`; one the feed does not tell of is asked for first. */
export function withAlarm({ desk, live, api }: Page, work: (alarm: Alarm) => void, id = desk.cursor.value): void {
  if (id === null || !desk.visible.value.includes(id)) return
  const known = live.state.value.alarms.get(id)
  if (known !== undefined) {
    work(known)
    return
  }
  // One that cannot be had is not there to be acted on; its row says how it stands.
  api.alarm(id, AbortSignal.timeout(10_000)).then(work, () => undefined)
}
