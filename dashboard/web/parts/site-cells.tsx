import type { ComponentChildren } from 'preact'
import { useEffect } from 'preact/hooks'
import { sitesEn } from '../i18n/sites-en.ts'
import { sitesZh } from '../i18n/sites-zh-cn.ts'
import { usePage, useTexts, useWords } from '../page.ts'
import { alarmWords, watchWords } from '../show/site-words.ts'
import { spanText } from '../show/time.ts'
import { pictureUrl } from '../stores/api.ts'
import { addressOf, FIRST_SPAN } from '../stores/route.ts'
import { isToBeClosed, type ListedSite, overdueDays } from '../stores/site-list.ts'
import type { SparkBook } from '../stores/spark-book.ts'
import { SimulatedTag, SiteMark } from './site-row.tsx'
import { Sparkline } from './sparkline.tsx'
import { useName } from './use-site.ts'
import { useZone } from './use-zone.ts'
import { AgeAndQuality, Value } from './value.tsx'

/** Words of the pages of sites. */
export function useSiteWords() {
  return useWords({ 'zh-CN': sitesZh, en: sitesEn })
}

/** Columns of the list, in order. */
export const SITE_COLUMNS = [
  'name',
  'place',
  'status',
  'alarm',
  'watch',
  'value',
  'answers',
  'check',
  'standards',
  'gateway',
  'spark',
  'picture',
] as const
type SiteColumn = (typeof SITE_COLUMNS)[number]

/** The head of the list. */
export function SiteHeads() {
  const words = useSiteWords()
  return (
    <>
      {SITE_COLUMNS.map((column) => (
        <span key={column} role="columnheader" class={`site-cell is-${column}`}>
          {words.columns[column]}
        </span>
      ))}
    </>
  )
}

function Cell({ of, children }: { readonly of: SiteColumn; readonly children: ComponentChildren }) {
  return (
    <span role="gridcell" class={`site-cell is-${of}`}>
      {children}
    </span>
  )
}

interface SiteCellsProps {
  readonly site: ListedSite
  readonly sparks: SparkBook
}

/** One site of the list. */
export function SiteCells({ site, sparks }: SiteCellsProps) {
  const { summary } = site
  return (
    <>
      <NameCell site={site} />
      <PlaceCell site={site} />
      <StatusCell site={site} />
      <AlarmCell site={site} />
      <WatchCell site={site} />
      <Cell of="value">
        {summary.headline === null ? (
          <NoHeadline />
        ) : (
          <>
            <Value latest={summary.headline} quantity={summary.headline.quantity} />
            <AgeAndQuality latest={summary.headline} />
          </>
        )}
      </Cell>
      <AnswersCell site={site} />
      <CheckCell site={site} />
      <StandardsCell site={site} />
      <GatewayCell site={site} />
      <SparkCells site={site} sparks={sparks} />
    </>
  )
}

function NoHeadline() {
  return <span class="age is-none">{useTexts().site.noHeadline}</span>
}

function NameCell({ site: { summary } }: { readonly site: ListedSite }) {
  const { site } = summary
  const name = useName(site.name)
  return (
    <Cell of="name">
      <SiteMark summary={summary} size={30} />
      <a class="site-cell-link" href={`#${addressOf({ page: 'site', site: site.id, point: null, span: FIRST_SPAN })}`}>
        {name}
      </a>
      {site.simulated && <SimulatedTag />}
    </Cell>
  )
}

function PlaceCell({ site: { summary } }: { readonly site: ListedSite }) {
  const { site } = summary
  const area = useName(site.area)
  const village = useName(site.village ?? { 'zh-CN': '', en: '' })
  return (
    <Cell of="place">
      <span>{area}</span>
      <span class="soft">{village}</span>
    </Cell>
  )
}

function StatusCell({ site: { summary, row } }: { readonly site: ListedSite }) {
  const words = useSiteWords()
  const texts = useTexts()
  const sealing = row?.sealing ?? null
  return (
    <Cell of="status">
      <span class="status-word">{row === null ? '' : words.siteStatus[row.status]}</span>
      <span class="soft">
        {texts.siteKind[summary.site.kind]}
        {sealing !== null && ` · ${words.sealKinds[sealing.kind]}`}
      </span>
    </Cell>
  )
}

function AlarmCell({ site: { view } }: { readonly site: ListedSite }) {
  const words = useSiteWords()
  const alarm = alarmWords(view, useTexts(), 'alarmShort')
  return (
    <Cell of="alarm">
      {alarm === null ? (
        <span class="quiet-word">{words.quiet}</span>
      ) : (
        <span class={`state-word is-${view.worst ?? 'none'}`}>{alarm}</span>
      )}
    </Cell>
  )
}

function WatchCell({ site: { summary, view } }: { readonly site: ListedSite }) {
  const { live, times } = usePage()
  const words = useSiteWords()
  const texts = useTexts()
  const now = live.now.value
  const watch = watchWords(summary, view, now, texts)
  const since = view.watch === 'stale' ? summary.freshUntil : summary.lastHeardAt
  const zone = times(useZone(summary.site.id))
  if (watch === null) {
    return (
      <Cell of="watch">
        <span class="quiet-word">{words.watched}</span>
      </Cell>
    )
  }
  return (
    <Cell of="watch">
      <span class="watch-word">{watch}</span>
      {since !== null && view.watch !== 'partly' && <time class="soft">{zone.near(since, now)}</time>}
    </Cell>
  )
}

function AnswersCell({ site: { row } }: { readonly site: ListedSite }) {
  const words = useSiteWords()
  const answers = row?.answers ?? null
  if (answers === null) return <Cell of="answers">{row === null ? '' : <span class="soft">{words.nobody}</span>}</Cell>
  return (
    <Cell of="answers">
      <span>
        {answers.name} <span class="soft">{words.roles[answers.role]}</span>
      </span>
      <span class="soft phone">{answers.phone ?? ''}</span>
    </Cell>
  )
}

function CheckCell({ site }: { readonly site: ListedSite }) {
  const words = useSiteWords()
  const { row, checkAge } = site
  if (row === null) return <Cell of="check">{''}</Cell>
  const late = overdueDays(site)
  const last = row.lastCheck
  return (
    <Cell of="check">
      <span>
        {checkAge === null ? (
          <span class={late === null ? 'soft' : 'watch-word'}>{words.never}</span>
        ) : (
          words.daysAgo(checkAge)
        )}
        {last !== null && (
          <span class={last.result === 'faults' ? 'fault-word' : 'soft'}> {words.results[last.result]}</span>
        )}
      </span>
      {checkAge !== null && late !== null ? (
        <span class="watch-word">{words.overdueBy(late)}</span>
      ) : (
        <span class="soft">{last === null ? '' : `${words.levels[last.level]} · ${last.by}`}</span>
      )}
    </Cell>
  )
}

function StandardsCell({ site: { row } }: { readonly site: ListedSite }) {
  if (row === null || !isToBeClosed(row.status)) return <Cell of="standards">{'–'}</Cell>
  return (
    <Cell of="standards">
      <span>{row.standardsMet}/6</span>
      <meter class="standards-meter" min={0} max={6} value={row.standardsMet} aria-hidden="true" />
    </Cell>
  )
}

function GatewayCell({ site: { row } }: { readonly site: ListedSite }) {
  const words = useSiteWords()
  const texts = useTexts()
  if (row === null) return <Cell of="gateway">{''}</Cell>
  const { gateway, battery } = row
  const state =
    gateway === null
      ? words.gatewayNever
      : gateway.store === 'memory'
        ? words.inMemory
        : gateway.hoursLeft === null
          ? words.gatewayVersion(gateway.version)
          : words.hoursLeft(spanText(gateway.hoursLeft * 3_600_000, texts))
  return (
    <Cell of="gateway">
      <span class={gateway?.store === 'memory' ? 'watch-word' : 'soft'}>{state}</span>
      {battery !== null && (
        <span>
          <span class="soft">{words.battery}</span> <Value latest={battery} quantity="fill" />
        </span>
      )}
    </Cell>
  )
}

/** Only a row that is drawn asks for its last day and its picture. */
function SparkCells({ site: { summary }, sparks }: SiteCellsProps) {
  const { times } = usePage()
  const words = useSiteWords()
  const { id } = summary.site
  useEffect(() => sparks.want(id), [id])
  const line = sparks.known.value.get(id)
  const name = useName(summary.site.name)
  const zone = times(useZone(id))
  const picture = line?.picture ?? null
  return (
    <>
      <Cell of="spark">
        <Sparkline line={line} name={name} />
      </Cell>
      <Cell of="picture">
        {picture === null ? (
          <span class="soft">{line === undefined ? '' : words.noPicture}</span>
        ) : (
          <img
            class="site-thumb"
            src={pictureUrl(picture.sha256)}
            alt={words.picture(name, zone.full(picture.at))}
            title={zone.full(picture.at)}
            loading="lazy"
          />
        )}
      </Cell>
    </>
  )
}
