import { useEffect, useMemo, useState } from 'preact/hooks'
import type { Alarm } from '../../../core/contract/alarm.ts'
import type { History, LatestReading, PointInfo } from '../../../core/contract/http.ts'
import type { Priority } from '../../../core/contract/priority.ts'
import { errorText, type Texts } from '../i18n/texts.ts'
import { usePage, useTexts, type Page } from '../page.ts'
import { bandText, cursorText } from '../show/cursor-words.ts'
import { isSwitch } from '../show/number.ts'
import type { ZoneTimes } from '../show/time.ts'
import { atCursor } from '../stores/trend-cursor.ts'
import { columnsOver } from '../stores/trend-merge.ts'
import { nightsIn, permitsOf } from '../stores/trend-shade.ts'
import { alarmPeriods, beginOf, mayBeginLater, since, trendOf, withReading, type Trend } from '../stores/trend.ts'
import type { LaneContent } from './chart-lane.ts'
import { AgeAndQuality, Value } from './value.tsx'
import { TrendStage } from './trend-stage.tsx'
import { useFetched } from './use-fetched.ts'
import { useZone } from './use-zone.ts'

interface TrendPanelProps {
  readonly site: string
  readonly info: PointInfo
  readonly name: string
  readonly latest: LatestReading | null
  readonly alarms: readonly Alarm[]
  readonly limits: readonly { readonly limit: number; readonly priority: Priority }[]
  /** How long up to now is shown. */
  readonly spanMs: number
  readonly spanWord: string
}

/** The trend of one point up to now with its readout; it follows the live feed. */
export function TrendPanel(props: TrendPanelProps) {
  const { site, info, name, latest, alarms, limits, spanMs, spanWord } = props
  const page = usePage()
  const texts = useTexts()
  const zone = useZone(site)
  const [cursor, setCursor] = useState<number | null>(null)
  const point = `${info.device}/${info.point}`
  const to = page.live.now.value
  const { trend, isYoung, loaded } = useTrend(page, { site, point, spanMs, latest })
  const window = { from: to - spanMs, to }
  const from = isYoung && trend !== null ? beginOf(trend, window) : window.from
  const periods = useMemo(() => alarmPeriods(alarms, site, point), [alarms, site, point])
  const lanes = useMemo((): readonly LaneContent[] => {
    const around = { from, to }
    const rest = { limits, periods, nights: nightsIn(around, zone), holds: permitsOf(alarms, { site, window: around }) }
    const traces = trend === null ? [] : [{ pen: 1, trend, earlier: null }]
    return [{ ...around, ...rest, traces, quantity: info.quantity, why: () => null }]
  }, [trend, from, to, limits, periods, alarms, zone])
  return (
    <div class="trend">
      <div class="trend-head">
        <span class="trend-name">{name}</span>
        <span class="trend-now">
          <Value latest={latest} quantity={info.quantity} />
          <AgeAndQuality latest={latest} />
        </span>
        <Readout trend={trend} cursor={cursor} info={info} zone={zone} />
      </div>
      {loaded.error !== null && trend === null ? (
        <p class="error">
          {texts.failed(errorText(loaded.error, texts))}{' '}
          <button class="button" type="button" onClick={() => loaded.again()}>
            {texts.retry}
          </button>
        </p>
      ) : trend === null ? (
        <p class="chart empty">{texts.trend.loading}</p>
      ) : (
        <TrendStage
          lanes={lanes}
          from={from}
          to={to}
          columnMs={trend.columnMs}
          zone={zone}
          cursor={cursor}
          acts={{ cursor: setCursor }}
          label={texts.trend.chart(name, spanWord)}
          said={saidAt(trend, cursor, { info, texts, times: page.times(zone) })}
        />
      )}
      <Legend
        info={info}
        history={loaded.data?.history ?? null}
        limits={limits.length > 0}
        periods={periods.length > 0}
      />
    </div>
  )
}

interface TrendRequest {
  readonly site: string
  readonly point: string
  readonly spanMs: number
  readonly latest: LatestReading | null
}

/** A stored trend with the width of its columns, and whether nothing of its point was ever stored before it. */
interface Past {
  readonly history: History
  readonly columnMs: number
  readonly isYoung: boolean
}

function useTrend({ api, live }: Page, { site, point, spanMs, latest }: TrendRequest) {
  const { epoch } = live.state.value
  const loaded = useFetched<Past>(`${site}/${point}/${spanMs}`, epoch, async (signal) => {
    const now = live.now.peek()
    const asked = columnsOver({ from: now - spanMs, to: now })
    const { from, to, columns } = asked
    const history = await api.history(site, point, asked, signal)
    const columnMs = (to - from) / columns
    if (!mayBeginLater(history, { from, to, live: true })) return { history, columnMs, isYoung: false }
    const before = await api.history(site, point, { from: 0, to: from, columns: 1 }, signal)
    return { history, columnMs, isYoung: before.readings === 0 }
  })
  const [trend, setTrend] = useState<Trend | null>(null)
  useEffect(() => {
    setTrend(loaded.data === null ? null : trendOf(loaded.data.history, loaded.data.columnMs))
  }, [loaded.data])
  useEffect(() => {
    if (latest === null) return
    setTrend((known) => (known === null ? null : since(withReading(known, latest), live.now.peek() - spanMs)))
  }, [latest, loaded.data])
  return { trend, isYoung: loaded.data?.isYoung ?? false, loaded }
}

interface ReadoutProps {
  readonly trend: Trend | null
  readonly cursor: number | null
  readonly info: PointInfo
  readonly zone: string
}

function Readout({ trend, cursor, info, zone }: ReadoutProps) {
  const { times } = usePage()
  const texts = useTexts()
  if (trend === null || cursor === null) return <span class="readout" />
  const found = atCursor(trend, cursor)
  return (
    <span class="readout">
      <time>{times(zone).full('at' in found ? found.at : cursor)}</time>
      <strong>{cursorText(found, info.quantity, texts)}</strong>
      {'min' in found && <span>{bandText(found, info.quantity)}</span>}
    </span>
  )
}

function saidAt(
  trend: Trend,
  cursor: number | null,
  { info, texts, times }: { readonly info: PointInfo; readonly texts: Texts; readonly times: ZoneTimes },
): string {
  if (cursor === null) return ''
  return `${times.full(cursor)} ${cursorText(atCursor(trend, cursor), info.quantity, texts)}`
}

interface LegendProps {
  readonly info: PointInfo
  readonly history: History | null
  readonly limits: boolean
  readonly periods: boolean
}

function Legend({ info, history, limits, periods }: LegendProps) {
  const texts = useTexts()
  return (
    <ul class="trend-legend">
      <li class="key-mean">{texts.trend.mean}</li>
      {!isSwitch(info.quantity) && <li class="key-band">{texts.trend.band}</li>}
      {limits && <li class="key-limit">{texts.trend.limit}</li>}
      {periods && <li class="key-alarm">{texts.trend.alarm}</li>}
      {history?.provisional !== undefined && <li class="key-provisional">{texts.trend.provisional}</li>}
      <li class="key-gap">{texts.trend.gap}</li>
      {history !== null && (
        <li class="trend-source">
          {texts.trend.readings(history.readings)} · {texts.trend.source[history.source]}
        </li>
      )}
    </ul>
  )
}
