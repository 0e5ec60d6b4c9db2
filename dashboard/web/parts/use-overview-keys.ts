import { batch } from '@preact/signals'
import type { Alarm } from '../../../core/contract/alarm.ts'
import { usePage, useTexts } from '../page.ts'
import { digitOf, PRIORITIES } from '../stores/alarm-order.ts'
import { nextUnanswered, type OverviewView } from '../stores/overview-view.ts'
import { useNarrow } from './use-narrow.ts'
import { useOverviewWords } from './use-overview-words.ts'
import { useScreenKeys } from './use-screen-keys.ts'

/** Widths from which on the page is a phone's; the same as in narrow.css. */
export const PHONE_PX = 640

interface OverviewKeys {
  readonly view: OverviewView
  /** Every open alarm in order, whatever the filter shows. */
  readonly open: readonly Alarm[]
  readonly change: (part: Partial<OverviewView>) => void
}

/** What stands beside the alarms: what was chosen, else the map, and on a phone the list. */
export function useLeftSide({ show }: OverviewView): 'map' | 'list' {
  const isNarrow = useNarrow(PHONE_PX)
  return show ?? (isNarrow ? 'list' : 'map')
}

/** What Enter and Space do, also where a row of the list has the focus. */
export interface OverviewActs {
  readonly acknowledge: () => void
  readonly next: () => void
}

/** The keys of the overview. */
export function useOverviewKeys({ view, open, change }: OverviewKeys): OverviewActs {
  const { desk, live, router } = usePage()
  const texts = useTexts()
  const words = useOverviewWords()
  const side = useLeftSide(view)
  const acknowledge = () => {
    const id = desk.cursor.value
    const alarm = id === null ? undefined : live.state.value.alarms.get(id)
    if (alarm === undefined) return
    if (alarm.acknowledgement === null && alarm.state !== 'closed') desk.begin(alarm)
    else router.go({ page: 'alarm', id: alarm.id })
  }
  const next = () => {
    const alarm = nextUnanswered(open, desk.cursor.value)
    if (alarm === null) return
    // Together, so that the list is never drawn with the old row selected: that would take the focus, and the selection with it.
    batch(() => {
      // Nothing that needs a person stays behind a filter.
      if (view.only !== null && view.only !== alarm.priority) change({ only: null })
      desk.cursor.value = alarm.id
    })
  }
  const close = () => {
    desk.cursor.value = null
    change({ alarm: null, site: null })
  }
  useScreenKeys([
    { key: 'Enter', words: words.keys.acknowledge, act: acknowledge },
    { key: 'Space', words: words.keys.next, act: next },
    ...PRIORITIES.map((priority) => ({
      key: String(digitOf(priority)),
      words: words.filter.key(texts.priority[priority]),
      act: () => change({ only: view.only === priority ? null : priority }),
    })),
    { key: 'm', words: words.swap.key, act: () => change({ show: side === 'map' ? 'list' : 'map' }) },
    { key: 'Escape', words: words.keys.close, act: close },
  ])
  return { acknowledge, next }
}
