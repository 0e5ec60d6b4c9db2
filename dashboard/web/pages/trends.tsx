import { useEffect, useMemo, useState } from 'preact/hooks'
import '../style/trends.css'
import { errorText } from '../i18n/texts.ts'
import { TRENDS } from '../i18n/trends-words.ts'
import { saveFile } from '../kit/save-file.ts'
import { usePage, useTexts, useWords } from '../page.ts'
import { TrendChooser } from '../parts/trend-chooser.tsx'
import { TrendKey } from '../parts/trend-key.tsx'
import { TrendList } from '../parts/trend-list.tsx'
import { TrendStage } from '../parts/trend-stage.tsx'
import { TrendToolbar } from '../parts/trend-toolbar.tsx'
import { useTrendLanes } from '../parts/use-trend-lanes.ts'
import { type TrendSet, useTrendSet } from '../parts/use-trend-set.ts'
import { useZone } from '../parts/use-zone.ts'
import { cursorText } from '../show/cursor-words.ts'
import { sitePointWords } from '../show/trend-names.ts'
import type { Query } from '../stores/route.ts'
import { csvName, trendCsv } from '../stores/trend-csv.ts'
import { atCursor } from '../stores/trend-cursor.ts'
import {
  between,
  panned,
  pinched,
  queryOfTrend,
  type TrendTime,
  type TrendView,
  trendViewOf,
  withPoint,
  zoomed,
} from '../stores/trend-view.ts'

/** Up to eight points of any sites over any time, under one cross-hair. */
export function TrendsPage({ query }: { readonly query: Query }) {
  const { router, live } = usePage()
  const words = useWords(TRENDS)
  const view = useMemo(() => trendViewOf(query), [query])
  const set = useTrendSet(view)
  const site = view.picks[0]?.point.split('/')[0] ?? null
  const zone = useZone(site)
  // The feed tells one site's readings as they come; those of others are as new as the last answer.
  useEffect(() => (site === null ? undefined : live.watch(site)), [site])
  const steps = useSteps(view)
  const csv = useCsv(view, set, zone)
  const change = (next: TrendView) => router.replace({ page: 'trends', query: queryOfTrend(next) })
  const toggle = (point: string) => change(withPoint(view, point))
  return (
    <div class="page trends-page">
      <h1 class="unseen">{words.title}</h1>
      <section class="panel trend-head-panel" aria-label={words.title}>
        <TrendChooser calls={set.calls} chosen={view.picks.map(({ point }) => point)} toggle={toggle} />
        <TrendToolbar
          {...{ view, zone, csv }}
          {...steps}
          window={set.window}
          compare={(compare) => change({ ...view, compare })}
        />
      </section>
      <Faults set={set} />
      {view.picks.length === 0 ? (
        <p class="panel empty">{words.none}</p>
      ) : (
        <Chart {...{ view, set, zone, change, toggle }} {...steps} />
      )}
    </div>
  )
}

/** What could not be had: all of it, or single points. */
function Faults({ set }: { readonly set: TrendSet }) {
  const texts = useTexts()
  const words = useWords(TRENDS)
  return (
    <>
      {set.error !== null && (
        <p class="error trend-fault" role="alert">
          {texts.failed(errorText(set.error, texts))}{' '}
          <button class="button" type="button" onClick={() => set.again()}>
            {texts.retry}
          </button>
        </p>
      )}
      {set.unknown.length > 0 && <p class="hint trend-fault">{words.unknown(set.unknown.join(' · '))}</p>}
    </>
  )
}

/** Saves exactly what is drawn; null while nothing is. */
function useCsv(view: TrendView, { points, window }: TrendSet, zone: string): (() => void) | null {
  const { preferences } = usePage()
  const words = useWords(TRENDS)
  if (points.length === 0) return null
  return () => {
    const lines = points.flatMap(({ info, trend, earlier }) => {
      const line = { name: sitePointWords(info, preferences.language.value), quantity: info.quantity, trend }
      const before = { ...line, name: `${line.name} ${words.earlier[view.compare]}` }
      return earlier === null ? [line] : [line, { ...before, trend: earlier }]
    })
    const text = trendCsv(lines, { ...window, zone, words: words.columns })
    saveFile(csvName('pitwatch-trend', window, zone), text, 'text/csv;charset=utf-8')
  }
}

/** Steps of time: each is an address of its own, and one can go back to where one was before. */
function useSteps(view: TrendView) {
  const { router } = usePage()
  const [before, setBefore] = useState<readonly TrendTime[]>([])
  const show = (time: TrendTime) => router.go({ page: 'trends', query: queryOfTrend({ ...view, time }) })
  const isHere = (time: TrendTime) => JSON.stringify(time) === JSON.stringify(view.time)
  // The browser's own way back may have been taken meanwhile.
  const left = before.slice(0, before.findLastIndex((time) => !isHere(time)) + 1)
  const last = left.at(-1)
  return {
    go: (time: TrendTime) => {
      if (isHere(time)) return
      setBefore([...left, view.time])
      show(time)
    },
    back:
      last === undefined
        ? null
        : () => {
            setBefore(left.slice(0, -1))
            show(last)
          },
  }
}

interface ChartProps {
  readonly view: TrendView
  readonly set: TrendSet
  readonly zone: string
  readonly change: (view: TrendView) => void
  readonly toggle: (point: string) => void
  readonly go: (time: TrendTime) => void
  readonly back: (() => void) | null
}

/** The lanes, and below them their points with what they are at the cursor. */
function Chart({ view, set, zone, change, toggle, go, back }: ChartProps) {
  const { times } = usePage()
  const words = useWords(TRENDS)
  const [cursor, setCursor] = useState<number | null>(null)
  const own = (point: string) =>
    change({ ...view, picks: view.picks.map((pick) => (pick.point === point ? { ...pick, own: !pick.own } : pick)) })
  return (
    <section class={`panel trend${set.isLoading ? ' is-loading' : ''}`} aria-busy={set.isLoading}>
      <Drawn {...{ view, set, zone, cursor, setCursor, go, back }} />
      <TrendList
        points={set.points}
        picks={view.picks}
        cursor={cursor}
        cursorTime={cursor === null ? null : times(zone).full(cursor)}
        earlier={words.earlier[view.compare]}
        remove={toggle}
        own={own}
      />
    </section>
  )
}

interface DrawnProps extends Omit<ChartProps, 'change' | 'toggle'> {
  readonly cursor: number | null
  readonly setCursor: (at: number | null) => void
}

/** The lanes, and what there is to know of them. */
function Drawn({ view, set, zone, cursor, setCursor, go, back }: DrawnProps) {
  const { live, times, preferences } = usePage()
  const texts = useTexts()
  const words = useWords(TRENDS)
  const { window, points, columnMs } = set
  const lanes = useTrendLanes(view, set, zone)
  const now = () => live.now.peek()
  const names = points.map(({ info }) => sitePointWords(info, preferences.language.value))
  const instant = (at: number) => times(zone).full(at)
  const saidAt = (at: number) =>
    points.map(({ info, trend }, index) =>
      words.value(names[index] ?? '', cursorText(atCursor(trend, at), info.quantity, texts)),
    )
  const said = cursor === null ? words.saidNothing : words.said(instant(cursor), saidAt(cursor).join(words.join))
  if (points.length === 0) return <p class="chart empty">{set.isLoading ? texts.trend.loading : texts.trend.empty}</p>
  return (
    <>
      <TrendStage
        lanes={lanes}
        from={window.from}
        to={window.to}
        columnMs={columnMs}
        zone={zone}
        cursor={cursor}
        acts={{
          cursor: setCursor,
          brush: (from, to) => go(between(from, to)),
          pan: (share) => go(panned(window, share, now())),
          zoom: (factor, around) => go(zoomed(window, factor, { around, now: now() })),
          pinch: (pinch) => go(pinched(window, pinch)),
          ...(back === null ? {} : { back }),
        }}
        label={words.chart(names.join(words.join), instant(window.from), instant(window.to))}
        said={said}
      />
      <TrendKey lanes={lanes} isLive={window.live} isCompared={view.compare !== 'none'} />
    </>
  )
}
