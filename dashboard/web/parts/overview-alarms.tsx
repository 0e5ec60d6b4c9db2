import type { Alarm } from '../../../core/contract/alarm.ts'
import { MOST_OPEN_TOLD } from '../../../core/contract/live.ts'
import { usePage, useTexts } from '../page.ts'
import { digitOf, PRIORITIES } from '../stores/alarm-order.ts'
import { openTotal } from '../stores/live-state.ts'
import { filteredBy, hiddenTotal, type OverviewView } from '../stores/overview-view.ts'
import { AlarmList } from './alarm-list.tsx'
import { EventDrawer } from './event-drawer.tsx'
import { Mark } from './mark.tsx'
import { useNarrow } from './use-narrow.ts'
import { type OverviewActs, PHONE_PX } from './use-overview-keys.ts'
import { useOverviewWords } from './use-overview-words.ts'

interface OverviewAlarmsProps {
  /** Every open alarm in order. */
  readonly open: readonly Alarm[]
  readonly view: OverviewView
  readonly change: (part: Partial<OverviewView>) => void
  readonly acts: OverviewActs
}

/** What is wrong: the open alarms, and of the one that is selected why, since when and who was told. */
export function OverviewAlarms({ open, view, change, acts }: OverviewAlarmsProps) {
  const page = usePage()
  const texts = useTexts()
  const words = useOverviewWords()
  const isNarrow = useNarrow(PHONE_PX)
  const filtered = filteredBy(open, view.only)
  const total = openTotal(page.live.state.value)
  const none = view.only === null ? texts.alarms.none : words.filter.none(texts.priority[view.only])
  const rowOf = (target: EventTarget | null): string | null => {
    const link = target instanceof Element ? target.closest('.alarm-link') : null
    return link?.closest<HTMLElement>('[data-alarm]')?.dataset.alarm ?? null
  }
  const press = (event: KeyboardEvent) => {
    const id = rowOf(event.target)
    const act = event.key === 'Enter' ? acts.acknowledge : event.key === ' ' ? acts.next : null
    if (id === null || act === null || event.ctrlKey || event.metaKey || event.altKey) return
    event.preventDefault()
    event.stopPropagation()
    page.desk.cursor.value = id
    act()
  }
  const click = (event: MouseEvent) => {
    const id = rowOf(event.target)
    // Whoever wants it in another window gets it there; a phone has room for one thing at a time.
    if (id === null || isNarrow || event.ctrlKey || event.metaKey || event.shiftKey) return
    event.preventDefault()
    page.desk.cursor.value = id
    change({ alarm: id })
  }
  return (
    <section class="panel overview-alarms" aria-labelledby="alarms-title">
      <div class="panel-title">
        <h2 id="alarms-title">{texts.header.counts}</h2>
        <span class="soft">{Math.max(total, open.length)}</span>
        <ColourFilter view={view} open={open} change={change} />
      </div>
      <HiddenLine filtered={filtered} change={change} />
      <div class="overview-list" onClick={click} onKeyDown={press}>
        <AlarmList alarms={filtered.shown} label={texts.header.counts} none={none} folds={view.only === null} />
        {open.length >= MOST_OPEN_TOLD && total > open.length && (
          <p class="empty">{texts.alarms.shownWorst(open.length, total)}</p>
        )}
      </div>
      <EventDrawer alarm={view.alarm} close={() => change({ alarm: null })} />
    </section>
  )
}

/** One colour, or all; each with how many of it are open. */
function ColourFilter({ view, open, change }: Omit<OverviewAlarmsProps, 'acts'>) {
  const texts = useTexts()
  const words = useOverviewWords()
  return (
    <span class="choices colour-filter" role="group" aria-label={words.filter.label}>
      {PRIORITIES.map((priority) => (
        <button
          key={priority}
          class="choice"
          type="button"
          data-only={priority}
          aria-pressed={view.only === priority}
          aria-keyshortcuts={String(digitOf(priority))}
          onClick={() => change({ only: view.only === priority ? null : priority })}
        >
          <Mark priority={priority} size={18} quiet={!open.some((alarm) => alarm.priority === priority)} />
          <span class="unseen">{words.filter.key(texts.priority[priority])}</span>
          {open.filter((alarm) => alarm.priority === priority).length}
        </button>
      ))}
    </span>
  )
}

interface HiddenLineProps {
  readonly filtered: ReturnType<typeof filteredBy>
  readonly change: (part: Partial<OverviewView>) => void
}

/** That a filter hides open alarms is said as long as it does, and red ones are one click away. */
function HiddenLine({ filtered, change }: HiddenLineProps) {
  const words = useOverviewWords()
  const total = hiddenTotal(filtered)
  if (total === 0) return null
  const { red } = filtered.hidden
  return (
    <p class="hidden-line" role="status">
      <strong>{words.filter.hidden(total)}</strong>
      {red > 0 && (
        <button class="button" type="button" data-act="show-red" onClick={() => change({ only: 'red' })}>
          <Mark priority="red" size={18} /> {words.filter.hiddenRed(red)}
        </button>
      )}
      <button class="button" type="button" data-act="show-all" onClick={() => change({ only: null })}>
        {words.filter.showAll}
      </button>
    </p>
  )
}
