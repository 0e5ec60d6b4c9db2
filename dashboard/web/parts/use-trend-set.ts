import { useEffect, useMemo, useState } from 'preact/hooks'
import type { ManyHistory } from '../../../core/contract/trends.ts'
import { usePage } from '../page.ts'
import { trendCalls, type TrendCalls } from '../stores/trend-calls.ts'
import { columnsOver, shifted, wholeColumn, withTail } from '../stores/trend-merge.ts'
import { COMPARES, TREND_SPANS, type TrendView, windowOf } from '../stores/trend-view.ts'
import { type Trend, trendOf, type TrendWindow } from '../stores/trend.ts'
import { useFetched } from './use-fetched.ts'

/** What comes live is asked for once a column, within these. */
const LEAST_TAIL_MS = 2_000
const MOST_TAIL_MS = 60_000
/** Columns before the last that are asked for again, as readings may come late. */
const LATE_COLUMNS = 3

/** A point as it is drawn. */
export interface DrawnPoint {
  readonly info: ManyHistory['points'][number]
  readonly trend: Trend
  readonly earlier: Trend | null
}

export interface TrendSet {
  readonly calls: TrendCalls
  readonly window: TrendWindow
  readonly columnMs: number
  readonly points: readonly DrawnPoint[]
  readonly unknown: readonly string[]
  readonly isLoading: boolean
  readonly error: unknown
  again(): void
}

/** The points of a view over its time, and what they were at the time they are compared with. Follows the control room while it shows now. */
export function useTrendSet(view: TrendView): TrendSet {
  const { api, live } = usePage()
  const calls = useMemo(() => trendCalls(api), [api])
  const names = view.picks.map(({ point }) => point)
  const isLive = view.time.is === 'last'
  const key = JSON.stringify([names, view.time, view.compare])
  const by = COMPARES[view.compare]
  const fetched = useFetched<Asked>(key, isLive ? live.state.value.epoch : 0, async (signal) => {
    const { from, to, columns } = columnsOver(windowOf(view.time, live.now.peek()))
    if (names.length === 0) return { time: view.time, by, many: null, before: null }
    const ask = (ago: number) => calls.many(names, { from: from - ago, to: to - ago, columns }, signal)
    const [many, before] = await Promise.all([ask(0), by === 0 ? null : ask(by)])
    return { time: view.time, by, many, before }
  })
  // What was drawn stays until the next is there, so that nothing flickers and nothing not asked for looks like a gap.
  const [drawn, setDrawn] = useState<Asked>({ time: view.time, by, many: null, before: null })
  useEffect(() => {
    if (fetched.data !== null) setDrawn(fetched.data)
  }, [fetched.data])
  const known = useTail(calls, drawn, view)
  const columnMs = known?.columnMs ?? 1_000
  const window = windowOf(drawn.time, stepped(live.now.value, columnMs))
  const points = useMemo(() => drawnOf({ ...drawn, many: known }), [known, drawn])
  return {
    ...{ calls, window, columnMs, points, unknown: known?.unknown ?? [] },
    isLoading: fetched.loading,
    error: fetched.error,
    again: () => fetched.again(),
  }
}

/** An answer, and what it answers. */
interface Asked {
  readonly time: TrendView['time']
  /** How much earlier the time is that it is compared with, ms; 0 = none. */
  readonly by: number
  readonly many: ManyHistory | null
  readonly before: ManyHistory | null
}

/** Time in steps of a column, so that nothing is drawn anew for less than a pixel. */
function stepped(now: number, columnMs: number): number {
  const step = Math.max(1_000, columnMs)
  return Math.ceil(now / step) * step
}

/** What was fetched, with what has come since; columns are asked for anew as they fill. */
function useTail(calls: TrendCalls, { many, time }: Asked, view: TrendView): ManyHistory | null {
  const { clock, live } = usePage()
  const [known, setKnown] = useState(many)
  const isLive = time.is === 'last' && view.time.is === 'last'
  useEffect(() => {
    setKnown(many)
    if (many === null || time.is !== 'last' || !isLive) return undefined
    const ended = new AbortController()
    const follow = async (before: ManyHistory): Promise<void> => {
      let last = before
      while (last.points.length > 0) {
        await clock.sleep(Math.min(MOST_TAIL_MS, Math.max(LEAST_TAIL_MS, last.columnMs)), ended.signal)
        const now = live.now.peek()
        // What does not come is a gap that grows; the next try fills it.
        const tail = await tailOf(calls, last, { now, signal: ended.signal }).catch(() => null)
        if (tail?.columnMs !== last.columnMs) continue
        last = withTail(last, tail, wholeColumn(last, now - TREND_SPANS[time.span]))
        setKnown(last)
      }
    }
    follow(many).catch(() => undefined)
    return () => ended.abort()
  }, [many, isLive])
  return many === null ? null : (known ?? many)
}

function tailOf(
  calls: TrendCalls,
  last: ManyHistory,
  { now, signal }: { readonly now: number; readonly signal: AbortSignal },
): Promise<ManyHistory> {
  const { columnMs } = last
  const from = wholeColumn(last, now - LATE_COLUMNS * columnMs)
  const columns = Math.ceil((now - from) / columnMs)
  const names = last.points.map(({ site, point }) => `${site}/${point}`)
  return calls.many(names, { from, to: from + columns * columnMs, columns }, signal)
}

function drawnOf({ many, before, by }: Asked): DrawnPoint[] {
  if (many === null) return []
  return many.points.map((info) => {
    const past = before?.points.find(({ site, point }) => site === info.site && point === info.point)
    const earlier = past === undefined || before === null ? EMPTY : trendOf(past.history, before.columnMs)
    return { info, trend: trendOf(info.history, many.columnMs), earlier: by === 0 ? null : shifted(earlier, by) }
  })
}

const EMPTY: Trend = {
  ...{ at: [], min: [], mean: [], max: [], provisional: [] },
  ...{ columnMs: 1_000, gapMs: 3_000, inLast: 0 },
}
