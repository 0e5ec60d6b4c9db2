import { useMemo } from 'preact/hooks'
import { placeNameOf } from '../../../core/alarms/place-name.ts'
import '../style/suppressions.css'
import type { SuppressionEntry } from '../../../core/contract/suppressions.ts'
import { suppressionsEn } from '../i18n/suppressions-en.ts'
import { suppressionsZh } from '../i18n/suppressions-zh-cn.ts'
import { errorText } from '../i18n/texts.ts'
import { saveFile } from '../kit/save-file.ts'
import { usePage, useTexts, useWords } from '../page.ts'
import { Choices } from '../parts/choices.tsx'
import { SuppressionTable } from '../parts/suppression-table.tsx'
import { useFetched } from '../parts/use-fetched.ts'
import { useZone } from '../parts/use-zone.ts'
import type { Query } from '../stores/route.ts'
import { suppressionCsv } from '../stores/suppression-csv.ts'
import {
  BACK_DAYS,
  HOLD_KINDS,
  queryOfSuppressions,
  shownEntries,
  type SuppressionView,
  suppressionViewOf,
  totalsOf,
} from '../stores/suppression-view.ts'
import { trendCalls } from '../stores/trend-calls.ts'

const WORDS = { 'zh-CN': suppressionsZh, en: suppressionsEn }
const DAY_MS = 86_400_000
const SHOWS = ['current', 'all'] as const

/** Everything that is or was held back: who, why, until when; and the way to end it. */
export function SuppressionsPage({ query }: { readonly query: Query }) {
  const { live, router, preferences } = usePage()
  const texts = useTexts()
  const words = useWords(WORDS)
  const zone = useZone(null)
  const view = suppressionViewOf(query)
  const { register, error } = useRegister(view.days)
  const { sites } = live.state.value
  const siteName = (site: string) => placeNameOf(site, sites.get(site)?.site)[preferences.language.value]
  const change = (next: SuppressionView) => router.replace({ page: 'suppressions', query: queryOfSuppressions(next) })
  const entries = shownEntries(register ?? [], view, siteName)
  const isFree = view.kind === null && view.text === '' && view.show === 'current'
  const csv = () => {
    const text = suppressionCsv(entries, zone, { heads: words.csvHeads, kinds: words.kinds, siteName })
    saveFile('pitwatch-suppressions.csv', text, 'text/csv;charset=utf-8')
  }
  return (
    <div class="page suppressions-page">
      <section class="panel" aria-labelledby="suppressions-title">
        <div class="suppressions-head">
          <div>
            <h1 id="suppressions-title">{words.title}</h1>
            <p class="hint">{words.about}</p>
          </div>
          {register !== null && <Totals entries={register} />}
        </div>
        <Filters view={view} change={change} csv={entries.length === 0 ? null : csv} />
        {register === null && (
          <p class="empty" role="status">
            {error === null ? texts.loading : texts.failed(errorText(error, texts))}
          </p>
        )}
        {register !== null && entries.length === 0 && <p class="empty">{isFree ? words.none : words.noneFound}</p>}
        {entries.length > 0 && <SuppressionTable entries={entries} words={words} />}
      </section>
    </div>
  )
}

/** The register so far back, asked for anew whenever an alarm that is held back changes. */
function useRegister(days: number) {
  const { api, live } = usePage()
  const calls = useMemo(() => trendCalls(api), [api])
  const { epoch, alarms } = live.state.value
  const held = [...alarms.values()].flatMap(({ id, suppressions, version }) =>
    suppressions.length > 0 ? [`${id} ${version}`] : [],
  )
  const { data, error } = useFetched(`suppressions/${days}/${held.join()}`, epoch, (signal) => {
    const to = live.now.peek() + 1
    return calls.suppressions({ from: to - days * DAY_MS, to }, signal)
  })
  return { register: useLast(data), error }
}

/** The newest that was there: the register stays while it is asked for anew. */
function useLast<T>(data: T | null): T | null {
  const held = useMemo(() => ({ last: data }), [])
  if (data !== null) held.last = data
  return held.last
}

function Totals({ entries }: { readonly entries: readonly SuppressionEntry[] }) {
  const { live } = usePage()
  const words = useWords(WORDS)
  const { current, soon, held, hours } = totalsOf(entries, live.now.value)
  return (
    <ul class="suppressions-totals">
      <li>{words.totals.current(current)}</li>
      {soon > 0 && <li class="is-soon">{words.totals.soon(soon)}</li>}
      <li>{words.totals.held(held)}</li>
      <li>{words.totals.hours(hours.toFixed(1))}</li>
    </ul>
  )
}

interface FiltersProps {
  readonly view: SuppressionView
  readonly change: (view: SuppressionView) => void
  readonly csv: (() => void) | null
}

function Filters({ view, change, csv }: FiltersProps) {
  const words = useWords(WORDS)
  return (
    <div class="suppressions-filters">
      <Choices
        name="show"
        label={words.showLabel}
        options={SHOWS}
        word={(show) => words.show[show]}
        chosen={view.show}
        choose={(show) => change({ ...view, show })}
      />
      {view.show === 'all' && (
        <Choices
          name="days"
          label={words.backLabel}
          options={BACK_DAYS}
          word={words.back}
          chosen={view.days}
          choose={(days) => change({ ...view, days })}
        />
      )}
      <select
        name="kind"
        aria-label={words.kindLabel}
        value={view.kind ?? ''}
        onChange={(event) => {
          const { value } = event.currentTarget
          change({ ...view, kind: HOLD_KINDS.find((kind) => kind === value) ?? null })
        }}
      >
        <option value="">{words.anyKind}</option>
        {HOLD_KINDS.map((kind) => (
          <option key={kind} value={kind}>
            {words.kinds[kind]}
          </option>
        ))}
      </select>
      <input
        type="search"
        name="text"
        aria-label={words.search}
        placeholder={words.search}
        value={view.text}
        onInput={(event) => change({ ...view, text: event.currentTarget.value })}
      />
      <button class="button" type="button" data-act="csv" disabled={csv === null} onClick={() => csv?.()}>
        {words.csv}
      </button>
    </div>
  )
}
