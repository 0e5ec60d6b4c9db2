import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import type { RegisterRow } from '../../../core/contract/register.ts'
import type { Bilingual } from '../../../core/contract/text.ts'
import { errorText } from '../i18n/texts.ts'
import { saveFile } from '../kit/save-file.ts'
import { usePage, useTexts } from '../page.ts'
import { RegisterSheet } from '../parts/register-sheet.tsx'
import { SiteCells, SiteHeads, useSiteWords } from '../parts/site-cells.tsx'
import { SiteFilter } from '../parts/site-filter.tsx'
import { siteNow } from '../parts/site-row.tsx'
import { SparkHatch } from '../parts/sparkline.tsx'
import { useFetched } from '../parts/use-fetched.ts'
import { useNarrow } from '../parts/use-narrow.ts'
import { useScreenKeys } from '../parts/use-screen-keys.ts'
import { VirtualList } from '../parts/virtual-list.tsx'
import { siteCsv } from '../show/site-csv.ts'
import { isHatched } from '../show/site-words.ts'
import { registerCalls } from '../stores/register-calls.ts'
import { FIRST_SPAN, type Query } from '../stores/route.ts'
import {
  daysBetween,
  type ListedSite,
  listedSites,
  queryOfSiteList,
  siteListOf,
  type SiteListView,
} from '../stores/site-list.ts'
import { openSparkBook, type SparkBook } from '../stores/spark-book.ts'

/** The register is asked for again so often: gateways' own state comes with it. */
const EVERY_MS = 60_000
const ROW_HEIGHT = 64
/** A row on a phone has three lines. */
const CARD_HEIGHT = 146
const NARROW_PX = 760

/** Every site of the county: what is on file about it, beside how it stands now. */
export function SitesPage({ query }: { readonly query: Query }) {
  const { api, live, preferences, router } = usePage()
  const words = useSiteWords()
  const view = siteListOf(query)
  const change = (part: Partial<SiteListView>) =>
    router.replace({ page: 'sites', query: queryOfSiteList({ ...view, ...part }) })
  const round = Math.floor(live.now.value / EVERY_MS)
  const register = useFetched('register', live.state.value.epoch + round, (signal) => registerCalls(api).list(signal))
  const all = useListed(register.data)
  const language = preferences.language.value
  const shown = listedSites(all, view, language)
  const search = useRef<HTMLInputElement>(null)
  const save = useSave(shown)
  return (
    <div class="page sites-page">
      <SparkHatch />
      <div class="page-head sites-head">
        <h1>{words.title}</h1>
        <p class="hint" role="status">
          {words.count(shown.length, all.length)}
        </p>
        <button class="button" type="button" data-act="export-shown" onClick={save}>
          {words.exportShown}
        </button>
      </div>
      <SiteFilter view={view} change={change} towns={townsOf(all)} search={search} />
      {register.error !== null && <RegisterFault error={register.error} again={() => register.again()} />}
      <SiteTable sites={shown} search={search} save={save} />
      <RegisterSheet changed={() => register.again()} />
    </div>
  )
}

function RegisterFault({ error, again }: { readonly error: unknown; readonly again: () => void }) {
  const texts = useTexts()
  return (
    <p class="error" role="alert">
      {texts.failed(errorText(error, texts))}{' '}
      <button class="button" type="button" onClick={again}>
        {texts.retry}
      </button>
    </p>
  )
}

/** Every site with its file and how it stands at this moment. */
function useListed(rows: readonly RegisterRow[] | null): readonly ListedSite[] {
  const { live, times } = usePage()
  const byId = useMemo(() => new Map((rows ?? []).map((row) => [row.site, row])), [rows])
  const now = live.now.value
  const today = new Map<string, string>()
  return [...live.state.value.sites.values()].map((summary) => {
    const { id, zone } = summary.site
    const day = today.get(zone) ?? times(zone).date(now)
    today.set(zone, day)
    const row = byId.get(id) ?? null
    const last = row?.lastCheck ?? null
    const checkAge = last === null ? null : Math.max(0, daysBetween(last.date, day))
    return { summary, row, view: siteNow(live, summary), checkAge }
  })
}

function townsOf(sites: readonly ListedSite[]): readonly Bilingual[] {
  const towns = new Map(sites.map(({ summary: { site } }) => [site.area['zh-CN'], site.area]))
  return [...towns.values()].sort((a, b) => a['zh-CN'].localeCompare(b['zh-CN'], 'zh-CN'))
}

/** Saves what is shown as a spreadsheet. */
function useSave(sites: readonly ListedSite[]): () => void {
  const { live, preferences, times } = usePage()
  const texts = useTexts()
  const words = useSiteWords()
  return () => {
    const language = preferences.language.value
    const now = live.now.peek()
    const csv = siteCsv(sites, { texts, words, language, now, feedAlive: live.alive.peek(), times })
    const zone = sites[0]?.summary.site.zone ?? 'UTC'
    saveFile(`${words.fileName}-${times(zone).date(now)}.csv`, csv, 'text/csv')
  }
}

interface SiteTableProps {
  readonly sites: readonly ListedSite[]
  readonly search: { readonly current: HTMLInputElement | null }
  readonly save: () => void
}

function SiteTable({ sites, search, save }: SiteTableProps) {
  const { router } = usePage()
  const words = useSiteWords()
  const sparks = useSparks()
  const isNarrow = useNarrow(NARROW_PX)
  const [cursor, setCursor] = useState<string | null>(null)
  const ids = sites.map(({ summary }) => summary.site.id)
  const open = (site: string) => router.go({ page: 'site', site, point: null, span: FIRST_SPAN })
  const move = (step: 1 | -1) => {
    const at = cursor === null ? -1 : ids.indexOf(cursor)
    const next = ids[at === -1 ? 0 : Math.min(ids.length - 1, Math.max(0, at + step))]
    if (next === undefined) return
    // The list takes the focus to the row unless somebody is busy elsewhere; whoever presses the key is not.
    if (document.activeElement instanceof HTMLElement) document.activeElement.blur()
    setCursor(next)
  }
  useScreenKeys([
    { key: 'j', words: words.keys.next, act: () => move(1) },
    { key: 'k', words: words.keys.previous, act: () => move(-1) },
    { key: 'Enter', words: words.keys.open, act: () => cursor !== null && ids.includes(cursor) && open(cursor) },
    { key: '/', words: words.keys.search, act: () => search.current?.focus() },
    { key: 'e', words: words.keys.export, act: save },
  ])
  if (sites.length === 0) return <p class="panel empty">{words.none}</p>
  return (
    <VirtualList
      class="panel site-table"
      items={sites}
      keyOf={(one) => one.summary.site.id}
      rowHeight={isNarrow ? CARD_HEIGHT : ROW_HEIGHT}
      label={words.title}
      cursor={cursor}
      onCursor={setCursor}
      onOpen={(one) => open(one.summary.site.id)}
      head={<SiteHeads />}
      rowClass={(one) => (isHatched(one.view) ? 'is-hatched' : '')}
      row={(one) => <SiteCells site={one} sparks={sparks} />}
    />
  )
}

/** The last days of the rows that are seen. */
function useSparks(): SparkBook {
  const { api, clock } = usePage()
  const book = useMemo(() => openSparkBook((sites, signal) => registerCalls(api).sparklines(sites, signal), clock), [])
  useEffect(() => () => book.end(), [])
  return book
}
