import { useComputed } from '@preact/signals'
import { useMemo, useRef } from 'preact/hooks'
import { placeNameOf } from '../../../core/alarms/place-name.ts'
import { rowOf } from '../../../core/alarms/alarm-row.ts'
import type { Alarm } from '../../../core/contract/alarm.ts'
import { type AlarmRow, AlarmRows } from '../../../core/contract/alarm-row.ts'
import { LANGUAGES, type Language } from '../../../core/contract/text.ts'
import { MOST_OPEN_TOLD } from '../../../core/contract/live.ts'
import type { RuleTexts } from '../i18n/rules-en.ts'
import { usePage, useRuleTexts } from '../page.ts'
import { type AlarmIndex, type Naming, openAlarmIndex, type Selection } from '../stores/alarm-index.ts'
import { type AlarmView, DAY_MS, isClosed } from '../stores/alarm-view.ts'
import { isOpen, type LiveState } from '../stores/live-state.ts'
import { useFetched } from './use-fetched.ts'

/** In a flood the feed tells of the worst only; the others are asked for again so often. */
const ASK_AGAIN_MS = 10_000
const MINUTE_MS = 60_000
const NO_ROWS: readonly AlarmRow[] = []

/** What a view of the list shows now. */
export interface Listed {
  readonly selection: Selection
  readonly naming: Naming
  /** How many alarms are open in all. */
  readonly open: number
  /** Rows that the feed does not tell are being asked for, could not be had, or are more than are told. */
  readonly asking: boolean
  readonly error: unknown
  readonly more: boolean
}

/** Filters and sorts what the page knows of alarms; what only the control room knows is asked for. */
export function useAlarmSelection(view: AlarmView): Listed {
  const { live } = usePage()
  // Nothing but these: readings and summaries of sites come several times a second.
  const alarms = useComputed(() => live.state.value.alarms).value
  const open = useMemo(() => [...alarms.values()].filter(isOpen).map(({ id }) => id), [alarms])
  const isWhole = open.length < MOST_OPEN_TOLD
  const fetched = useRows(view, isWhole)
  const naming = useNaming()
  const index = useRef<AlarmIndex<Alarm> | null>(null)
  index.current ??= openAlarmIndex(rowOf)
  const version = useRef(0)
  const asked = fetched.data?.rows ?? NO_ROWS
  if (index.current.take({ live: alarms, isWhole, asked }, naming)) version.current += 1
  // How long something lasts moves; every minute is often enough for an order.
  const minute = useComputed(() => Math.floor(live.now.value / MINUTE_MS)).value
  const selection = useMemo(
    () => index.current?.select(view, live.now.peek()) ?? { rows: [], beyond: [], hidden: 0 },
    [version.current, view, view.sort === 'lasted' || view.show === 'all' ? minute : 0],
  )
  const count = useMemo(() => (isWhole ? open.length : countOpen(open, asked, alarms)), [open, asked, isWhole])
  const { error, loading, data } = fetched
  return { selection, naming, open: count, asking: loading && data === null, error, more: data?.more ?? false }
}

function countOpen(open: readonly string[], asked: readonly AlarmRow[], alarms: LiveState['alarms']): number {
  const all = new Set(open)
  for (const row of asked) if (!isClosed(row) && alarms.get(row.id)?.state !== 'closed') all.add(row.id)
  return all.size
}

function useRows(view: AlarmView, isWhole: boolean) {
  const { api, live } = usePage()
  const epoch = useComputed(() => live.state.value.epoch).value
  const wantsClosed = view.show === 'all'
  const beat = useComputed(() => Math.floor(live.now.value / ASK_AGAIN_MS)).value
  const key = `rows/${String(isWhole)}/${wantsClosed ? view.reach : 'open'}`
  return useFetched<AlarmRows | null>(key, epoch + (isWhole ? 0 : beat), (signal) => {
    if (isWhole && !wantsClosed) return Promise.resolve(null)
    const since = wantsClosed ? `?closedSince=${Math.floor(live.now.peek() - view.reach * DAY_MS)}` : ''
    return api.ask(`/api/alarms/rows${since}`, { answer: AlarmRows, signal })
  })
}

function useNaming(): Naming {
  const { live, preferences } = usePage()
  const language = preferences.language.value
  const rules = useRuleTexts()
  // Names change with a snapshot only; summaries of sites come every second.
  const epoch = useComputed(() => live.state.value.epoch).value
  const sites = useComputed(() => live.state.value.sites.size).value
  return useMemo(() => namingOf(live.state.peek(), language, rules), [epoch, sites, language, rules])
}

function namingOf(
  { sites, status }: Pick<LiveState, 'sites' | 'status'>,
  language: Language,
  { typeName }: Pick<RuleTexts, 'typeName'>,
): Naming {
  const rules = new Map<string, string>()
  const people = new Map((status?.onDuty ?? []).flatMap(({ persons }) => persons.map(({ id, name }) => [id, name])))
  const rule = (type: string) => {
    const known = rules.get(type) ?? typeName(type)
    rules.set(type, known)
    return known
  }
  const person = (id: string) => people.get(id) ?? id
  return {
    site: (id) => placeNameOf(id, sites.get(id)?.site)[language],
    town: (id) => sites.get(id)?.site.area[language] ?? '',
    rule,
    person,
    words: ({ number, site, ruleType, assignee, called, acknowledgedBy }) => {
      const known = sites.get(site)?.site
      const names = LANGUAGES.flatMap((tongue) => [
        known?.name[tongue] ?? site,
        known?.area[tongue] ?? '',
        known?.village?.[tongue] ?? '',
      ])
      const persons = [assignee === null ? '' : person(assignee), assignee, called?.name, acknowledgedBy]
      return [number, site, rule(ruleType), ...names, ...persons.filter((one) => typeof one === 'string')].join(' ')
    },
  }
}
