import { useEffect, useMemo, useState } from 'preact/hooks'
import type { Alarm } from '../../../core/contract/alarm.ts'
import type { LatestReading, PointInfo, SiteDetail } from '../../../core/contract/http.ts'
import { errorText } from '../i18n/texts.ts'
import { usePage, useTexts } from '../page.ts'
import { bandText, cursorText } from '../show/cursor-words.ts'
import { AROUND_MS, pointsAround, windowAround } from '../stores/alarm-neighbours.ts'
import { addressOf } from '../stores/route.ts'
import { alarmPeriods, type Trend, trendOf, withReading } from '../stores/trend.ts'
import { atCursor } from '../stores/trend-cursor.ts'
import { nightsIn } from '../stores/trend-shade.ts'
import { queryOfTrend } from '../stores/trend-view.ts'
import type { LaneContent } from './chart-lane.ts'
import { useAlarmWords } from './alarm-cells.tsx'
import { pointName } from './point-name.ts'
import { TrendStage } from './trend-stage.tsx'
import { useFetched } from './use-fetched.ts'
import { useZone } from './use-zone.ts'
import { AgeAndQuality, Value } from './value.tsx'

/** Most columns asked for each point. */
const COLUMNS = 600

type Around = PointInfo & { readonly latest: LatestReading | null }

/** The alarm's point and what else tells of the site, half an hour before and after, with one cross-hair through all. */
export function TrendAround({ alarm, detail }: { readonly alarm: Alarm; readonly detail: SiteDetail | null }) {
  const texts = useTexts()
  const points = useMemo(() => (detail === null ? [] : pointsAround(alarm, detail.points)), [alarm.id, detail])
  if (detail === null) return <p class="empty">{texts.trend.loading}</p>
  if (points.length === 0) return <p class="empty">{texts.trend.empty}</p>
  return <Stage alarm={alarm} detail={detail} points={points} />
}

interface StageProps {
  readonly alarm: Alarm
  readonly detail: SiteDetail
  readonly points: readonly Around[]
}

function Stage({ alarm, detail, points }: StageProps) {
  const { live, times, preferences } = usePage()
  const texts = useTexts()
  const words = useAlarmWords().detail
  const zone = useZone(alarm.site)
  const [cursor, setCursor] = useState<number | null>(null)
  const { trends, error, again } = useTrends(alarm, points)
  const { from, to } = windowAround(alarm, live.now.value)
  const limits = useMemo(() => limitsOf(alarm, detail), [alarm, detail])
  const lanes = useMemo(
    () =>
      trends === null
        ? []
        : points.map((info, place): LaneContent => {
            const ref = `${info.device}/${info.point}`
            const trend = trends[place] ?? EMPTY
            return {
              ...{ from, to, quantity: info.quantity, holds: [], why: () => null },
              traces: [{ pen: place + 1, trend, earlier: null }],
              nights: nightsIn({ from, to }, zone),
              limits: ref === alarm.point ? limits : [],
              periods: alarmPeriods([alarm], alarm.site, ref === alarm.point ? ref : alarm.point),
            }
          }),
    [trends, from, to, limits, alarm, zone],
  )
  const names = points.map((info) => pointName(`${info.device}/${info.point}`, detail, preferences.language.value))
  const saidOf = (place: number) =>
    cursor === null || trends === null
      ? null
      : cursorText(atCursor(trends[place] ?? EMPTY, cursor), points[place]?.quantity ?? 'count', texts)
  if (error !== null && trends === null) {
    return (
      <p class="empty">
        {texts.failed(errorText(error, texts))}{' '}
        <button class="button" type="button" onClick={again}>
          {texts.retry}
        </button>
      </p>
    )
  }
  return (
    <div class="trend trend-around">
      <ul class="around-key">
        {points.map((info, place) => (
          <li key={`${info.device}/${info.point}`}>
            <span class={`pen-number is-pen-${place + 1}`}>{place + 1}</span> <strong>{names[place]}</strong>{' '}
            {cursor === null ? (
              <Now alarm={alarm} info={info} />
            ) : (
              <span>
                {saidOf(place)}{' '}
                <span class="soft">{bandText(atCursor(trends?.[place] ?? EMPTY, cursor), info.quantity)}</span>
              </span>
            )}
          </li>
        ))}
        <li class="around-time">{cursor === null ? '' : times(zone).time(cursor)}</li>
      </ul>
      {trends === null ? (
        <p class="chart empty">{texts.trend.loading}</p>
      ) : (
        <TrendStage
          lanes={lanes}
          from={from}
          to={to}
          columnMs={(2 * AROUND_MS) / COLUMNS}
          zone={zone}
          cursor={cursor}
          acts={{ cursor: setCursor }}
          label={words.trendOf(names.join(', '))}
          said={names.map((name, place) => `${name} ${saidOf(place) ?? ''}`).join(', ')}
        />
      )}
      <p class="around-foot">
        <a href={`#${addressOf({ page: 'trends', query: trendsQuery(alarm, points) })}`}>{words.inTrends}</a>
      </p>
    </div>
  )
}

const EMPTY: Trend = { at: [], min: [], mean: [], max: [], columnMs: 1, gapMs: 1, inLast: 1, provisional: [] }

/** The value now, with its age: below a trend of then, nobody must take one for the other. */
function Now({ alarm, info }: { readonly alarm: Alarm; readonly info: Around }) {
  const latest = usePage().live.state.value.readings.get(`${alarm.site}/${info.device}/${info.point}`) ?? info.latest
  return (
    <>
      <Value latest={latest} quantity={info.quantity} /> <AgeAndQuality latest={latest} />
    </>
  )
}

/** What is stored of the points, with what has come since. */
function useTrends(alarm: Alarm, points: readonly Around[]) {
  const { api, live } = usePage()
  const refs = points.map(({ device, point }) => `${device}/${point}`)
  const { isLive } = windowAround(alarm, live.now.value)
  const { epoch, readings } = live.state.value
  const fetched = useFetched(`around/${alarm.id}/${refs.join()}/${String(isLive)}`, isLive ? epoch : 0, (signal) => {
    const { from, to } = windowAround(alarm, live.now.peek())
    const query = { from: Math.floor(from), to: Math.ceil(to), columns: COLUMNS }
    return Promise.all(refs.map((ref) => api.history(alarm.site, ref, query, signal)))
  })
  const [trends, setTrends] = useState<readonly Trend[] | null>(null)
  useEffect(() => {
    setTrends(fetched.data?.map((history) => trendOf(history, (2 * AROUND_MS) / COLUMNS)) ?? null)
  }, [fetched.data])
  useEffect(() => {
    if (!isLive) return
    setTrends((known) =>
      known === null
        ? null
        : known.map((trend, place) => {
            const latest = readings.get(`${alarm.site}/${refs[place] ?? ''}`)
            return latest === undefined ? trend : withReading(trend, latest)
          }),
    )
  }, [readings, fetched.data])
  return { trends, error: fetched.error, again: () => fetched.again() }
}

/** The limit of the alarm's own rule with the zone in which it stays as it is, and the other limits of its point. */
function limitsOf(alarm: Alarm, detail: SiteDetail): LaneContent['limits'] {
  const { restore } = alarm.explanation.values
  return detail.limits
    .filter(({ point }) => point === alarm.point)
    .map(({ rule, limit, priority }) =>
      rule === alarm.rule && typeof restore === 'number' ? { limit, priority, restore } : { limit, priority },
    )
}

function trendsQuery(alarm: Alarm, points: readonly Around[]) {
  const picks = points.map(({ device, point }) => ({ point: `${alarm.site}/${device}/${point}`, own: false }))
  const from = Math.round(alarm.raisedAt - AROUND_MS)
  return queryOfTrend({
    picks,
    time: { is: 'between', from, to: Math.round(alarm.raisedAt + AROUND_MS) },
    compare: 'none',
  })
}
