import { useComputed } from '@preact/signals'
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks'
import { MOST_CLOSED_TOLD } from '../../../core/contract/alarm-row.ts'
import { errorText } from '../i18n/texts.ts'
import { usePage, useTexts } from '../page.ts'
import { bulkPlan } from '../stores/alarm-bulk.ts'
import { itemsOf, type ListItem } from '../stores/alarm-items.ts'
import { type AlarmView, queryOfView, viewOfQuery } from '../stores/alarm-view.ts'
import type { Query } from '../stores/route.ts'
import { BulkForm } from '../parts/alarm-bulk-form.tsx'
import { useAlarmWords } from '../parts/alarm-cells.tsx'
import { AlarmFilters } from '../parts/alarm-filters.tsx'
import { useAlarmListKeys, withAlarm } from '../parts/alarm-list-keys.ts'
import { type Listed, useAlarmSelection } from '../parts/alarm-selection.ts'
import { AlarmTable } from '../parts/alarm-table.tsx'
import { AlarmViewBar } from '../parts/alarm-view-bar.tsx'

interface AlarmsPageProps {
  readonly show: 'open' | 'all'
  readonly query: Query
}

/** Every alarm, to be sifted and acted on by keyboard. Open ones are never filtered by time, and red ones by nothing. */
export function AlarmsPage({ show, query }: AlarmsPageProps) {
  const page = usePage()
  const { router, desk, live } = page
  const texts = useTexts()
  const words = useAlarmWords()
  const text = JSON.stringify(query)
  const view = useMemo(() => viewOfQuery(show, query), [show, text])
  const change = (next: AlarmView) => router.replace({ page: 'alarms', show: next.show, query: queryOfView(next) })
  const search = useRef<HTMLInputElement>(null)
  const listed = useAlarmSelection(view)
  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set())
  const storm = useComputed(() => live.state.value.status?.storm === true).value
  const folds = view.sort === 'urgency' && storm
  const items = useMemo(() => itemsOf(listed.selection, { folds, opened }), [listed.selection, folds, opened])
  const open = (item: ListItem) => {
    if (item.is === 'alarm') router.go({ page: 'alarm', id: item.key })
    else setOpened(toggled(opened, item.key))
  }
  useVisible(items)
  useAlarmListKeys({ items, view, change, search, open })
  return (
    <div class="page alarms-page">
      <div class="page-head">
        <h1>{texts.alarms.title}</h1>
        <p class="alarms-count" role="status">
          {words.count(listed.selection.rows.length, listed.open)}
        </p>
        <AlarmViewBar view={view} />
      </div>
      <AlarmFilters view={view} change={change} search={search} />
      <Notes listed={listed} />
      <section class="panel alarms-panel">
        {items.length === 0 && <p class="empty">{listed.asking ? texts.loading : words.none}</p>}
        {items.length > 0 && (
          <AlarmTable
            items={items}
            view={view}
            naming={listed.naming}
            label={texts.alarms.title}
            change={change}
            open={open}
            acknowledge={(id) => withAlarm(page, (alarm) => desk.begin(alarm), id)}
          />
        )}
      </section>
      <Marked items={items} />
      <BulkForm />
    </div>
  )
}

function toggled(keys: ReadonlySet<string>, key: string): ReadonlySet<string> {
  const others = new Set(keys)
  if (!others.delete(key)) others.add(key)
  return others
}

/** Tells the keyboard which rows there are, in order. */
function useVisible(items: readonly ListItem[]): void {
  const { desk } = usePage()
  useLayoutEffect(() => {
    desk.visible.value = items.map(({ key }) => key)
  }, [items])
  useEffect(
    () => () => {
      desk.visible.value = []
      desk.bulk.unmark()
    },
    [],
  )
}

/** What the list leaves out or adds, so that nobody takes what is seen for everything. */
function Notes({ listed: { selection, asking, error, more } }: { readonly listed: Listed }) {
  const texts = useTexts()
  const words = useAlarmWords()
  const lines = [
    ...(selection.hidden > 0 ? [words.hides(selection.hidden)] : []),
    ...(selection.beyond.length > 0 ? [words.beyond(selection.beyond.length)] : []),
    ...(asking ? [words.asking] : []),
    ...(error === null ? [] : [words.askFailed(errorText(error, texts))]),
    ...(more ? [words.more(MOST_CLOSED_TOLD)] : []),
  ]
  if (lines.length === 0) return null
  return (
    <p class="alarms-notes" role="status">
      {lines.join(' · ')}
    </p>
  )
}

/** What is marked, and what can be done about all of it at once. */
function Marked({ items }: { readonly items: readonly ListItem[] }) {
  const { bulk } = usePage().desk
  const words = useAlarmWords()
  const marked = bulk.marked.value
  if (marked.size === 0) return null
  const rows = items.flatMap((item) => (item.is === 'alarm' ? [item.row] : item.isOpen ? [] : item.group.alarms))
  const plan = bulkPlan(rows.filter(({ id }) => marked.has(id)))
  return (
    <div class="marked-bar" role="region" aria-label={words.marked(marked.size)}>
      <strong>{words.marked(marked.size)}</strong>
      <button class="button" type="button" data-act="unmark" onClick={() => bulk.unmark()}>
        {words.unmark}
      </button>
      <button class="button button-main" type="button" data-act="acknowledge-marked" onClick={() => bulk.begin(plan)}>
        {words.acknowledgeMarked(plan.ids.length)}
        <kbd aria-hidden="true">A</kbd>
      </button>
    </div>
  )
}
