import { useEffect, useMemo, useState } from 'preact/hooks'
import type { Alarm } from '../../../core/contract/alarm.ts'
import type { History, LatestReading, PointInfo } from '../../../core/contract/http.ts'
import { errorText } from '../i18n/texts.ts'
import { usePage, useTexts, type Page } from '../page.ts'
import { inShownUnit, isSwitch, numberText, unitOf, valueText } from '../show/number.ts'
import { alarmPeriods, beginOf, mayBeginLater, since, trendOf, withReading, type Trend } from '../stores/trend.ts'
import { AgeAndQuality, Value } from './value.tsx'
import { TrendChart, type TrendLimit } from './trend-chart.tsx'
import { useFetched } from './use-fetched.ts'
import { useTheme } from './use-theme.ts'
import { useZone } from './use-zone.ts'

/** Most columns asked for: about one a pixel of the widest chart. */
const COLUMNS = 1_000
const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS

interface TrendPanelProps {
  readonly site: string
  readonly info: PointInfo
  readonly name: string
  readonly latest: LatestReading | null
  readonly alarms: readonly Alarm[]
  readonly limits: readonly TrendLimit[]
  /** What is shown: the last `spanMs` up to now, or up to `until`. */
  readonly spanMs: number
  readonly until: number | null
  /** Nothing older is shown, however long the span. */
  readonly since?: number
  readonly spanWord: string
}

/** The trend of one point with its readout. Follows the live feed when it reaches up to now. */
export function TrendPanel(props: TrendPanelProps) {
  const { site, info, name, latest, alarms, limits, spanMs, until, spanWord } = props
  const page = usePage()
  const texts = useTexts()
  const theme = useTheme()
  const zone = useZone(site)
  const [picked, setPicked] = useState<number | null>(null)
  const point = `${info.device}/${info.point}`
  const to = until ?? page.live.now.value
  const { trend, isYoung, loaded } = useTrend(page, { site, point, spanMs, until, latest })
  const window = { from: Math.max(to - spanMs, props.since ?? 0), to }
  const from = isYoung && trend !== null ? beginOf(trend, window) : window.from
  const periods = useMemo(() => alarmPeriods(alarms, site, point), [alarms, site, point])
  return (
    <div class="trend">
      <div class="trend-head">
        <span class="trend-name">{name}</span>
        {until === null && (
          <span class="trend-now">
            <Value latest={latest} quantity={info.quantity} />
            <AgeAndQuality latest={latest} />
          </span>
        )}
        <Readout trend={trend} index={picked} info={info} zone={zone} />
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
        <TrendChart
          trend={trend}
          quantity={info.quantity}
          from={from}
          to={to}
          limits={limits}
          periods={periods}
          zone={zone}
          times={page.times(zone)}
          theme={theme}
          label={texts.trend.chart(name, spanWord)}
          onPoint={setPicked}
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
  readonly until: number | null
  readonly latest: LatestReading | null
}

/** A stored trend, and whether nothing of its point was ever stored before it. */
interface Past {
  readonly history: History
  readonly isYoung: boolean
}

function useTrend({ api, live }: Page, { site, point, spanMs, until, latest }: TrendRequest) {
  const epoch = until === null ? live.state.value.epoch : 0
  const loaded = useFetched<Past>(`${site}/${point}/${spanMs}/${until ?? ''}`, epoch, async (signal) => {
    // Long trends are stored by the minute and hour, so whole ones are asked for.
    const to = wholeUnit(until ?? live.now.peek(), spanMs)
    const from = to - spanMs
    const history = await api.history(site, point, { from, to, columns: COLUMNS }, signal)
    if (!mayBeginLater(history, { from, to, live: until === null })) return { history, isYoung: false }
    const before = await api.history(site, point, { from: 0, to: from, columns: 1 }, signal)
    return { history, isYoung: before.readings === 0 }
  })
  const [trend, setTrend] = useState<Trend | null>(null)
  useEffect(() => {
    setTrend(loaded.data === null ? null : trendOf(loaded.data.history, spanMs / COLUMNS))
  }, [loaded.data])
  useEffect(() => {
    if (until !== null || latest === null) return
    setTrend((known) => (known === null ? null : since(withReading(known, latest), live.now.peek() - spanMs)))
  }, [latest, loaded.data])
  return { trend, isYoung: loaded.data?.isYoung ?? false, loaded }
}

function wholeUnit(to: number, spanMs: number): number {
  const unitMs = spanMs < COLUMNS * MINUTE_MS ? 1 : spanMs < COLUMNS * HOUR_MS ? MINUTE_MS : HOUR_MS
  return Math.ceil(to / unitMs) * unitMs
}

interface ReadoutProps {
  readonly trend: Trend | null
  readonly index: number | null
  readonly info: PointInfo
  readonly zone: string
}

function Readout({ trend, index, info, zone }: ReadoutProps) {
  const { times } = usePage()
  const texts = useTexts()
  const at = index === null ? undefined : trend?.at[index]
  if (trend === null || index === null || at === undefined) return <span class="readout" />
  const mean = trend.mean[index] ?? null
  const min = trend.min[index] ?? null
  const max = trend.max[index] ?? null
  const { quantity } = info
  const value = isSwitch(quantity) ? (mean === null ? null : mean >= 0.5) : mean
  const { text, unit } = valueText(value, quantity, texts)
  return (
    <span class="readout">
      <time>{times(zone).full(at)}</time>
      <strong>
        {mean === null ? texts.trend.gap : text} {mean === null ? '' : unit}
      </strong>
      {min !== null &&
        max !== null &&
        !isSwitch(quantity) &&
        inShownUnit(max, quantity) > inShownUnit(min, quantity) && (
          <span>
            {numberText(min, quantity)}–{numberText(max, quantity)} {unitOf(quantity)}
          </span>
        )}
    </span>
  )
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
