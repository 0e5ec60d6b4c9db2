import type { Alarm } from '../../../core/contract/alarm.ts'
import type { History, LatestReading } from '../../../core/contract/http.ts'

/** A trend as the chart draws it: one entry a column, oldest first; null breaks the line. */
export interface Trend {
  readonly at: readonly number[]
  readonly min: readonly (number | null)[]
  readonly mean: readonly (number | null)[]
  readonly max: readonly (number | null)[]
  /** Width of a column in ms: readings closer than this to the column's start belong to it. */
  readonly columnMs: number
  /** Without a reading for longer than this, nothing is known and nothing is drawn. */
  readonly gapMs: number
  /** Readings in the last column, so that its mean can take another. */
  readonly inLast: number
  /** Where the columns come from a trend that was sent before its readings, both ends in ms. */
  readonly provisional: readonly { readonly from: number; readonly to: number }[]
}

/** An interval in which an alarm was active; `to` is null while it still is. */
export interface AlarmPeriod {
  readonly from: number
  readonly to: number | null
  readonly priority: Alarm['priority']
}

/** What a trend shows, both ends in ms. */
export interface TrendWindow {
  readonly from: number
  readonly to: number
  /** Whether it follows the feed. */
  readonly live: boolean
}

const GAP_COLUMNS = 3
const MINUTE = 60_000
/** A longer window is chosen to look back: how far back nothing is known belongs to the answer. */
const LONGEST_SHORTENED_MS = 60 * MINUTE
/** Least that is left of a shortened window. */
const SHORTEST_MS = 3 * MINUTE
/** What stays of the time before the first reading, so that one sees that it is the first. */
const BEFORE_FIRST_MS = 20_000

/** A stored trend, with a break put wherever readings stayed away. */
export function trendOf(history: History, columnMs: number): Trend {
  const gapMs = GAP_COLUMNS * Math.max(columnMs, medianStep(history.at), 1_000)
  const trend = { at: [] as number[], min: [] as Column[], mean: [] as Column[], max: [] as Column[] }
  for (const [index, at] of history.at.entries()) {
    const before = trend.at.at(-1)
    if (before !== undefined && at - before > gapMs) pushBreak(trend, before + 1)
    trend.at.push(at)
    trend.min.push(history.min[index] ?? null)
    trend.mean.push(history.mean[index] ?? null)
    trend.max.push(history.max[index] ?? null)
  }
  return { ...trend, columnMs, gapMs, inLast: 1, provisional: provisionalOf(history, columnMs) }
}

/** Neighbouring provisional columns as one stretch. */
function provisionalOf({ at, provisional }: History, columnMs: number): Trend['provisional'] {
  const stretches: { from: number; to: number }[] = []
  let isOpen = false
  for (const [index, start] of at.entries()) {
    const isOne = provisional?.[index] === true
    const last = stretches.at(-1)
    if (isOne && isOpen && last !== undefined) last.to = start + columnMs
    else if (isOne) stretches.push({ from: start, to: start + columnMs })
    isOpen = isOne
  }
  return stretches
}

/** The trend with one live reading; a bad or missing value breaks the line. Late readings change nothing. */
export function withReading(trend: Trend, latest: LatestReading): Trend {
  const lastAt = trend.at.at(-1)
  if (lastAt !== undefined && latest.at <= lastAt) return trend
  const value = latest.quality === 'bad' ? null : numeric(latest.value)
  const fits = lastAt !== undefined && latest.at - lastAt < trend.columnMs && typeof trend.mean.at(-1) === 'number'
  if (fits && value !== null) return widened(trend, value)
  const copy = { at: [...trend.at], min: [...trend.min], mean: [...trend.mean], max: [...trend.max] }
  if (lastAt !== undefined && latest.at - lastAt > trend.gapMs) pushBreak(copy, lastAt + 1)
  copy.at.push(latest.at)
  for (const column of [copy.min, copy.mean, copy.max]) column.push(value)
  return { ...trend, ...copy, inLast: 1 }
}

/**
 * Whether a window begins with a stretch of nothing that could be left out, provided that the point has no reading
 * before the window either: a stretch in which readings only stayed away is always shown.
 */
export function mayBeginLater(history: Pick<History, 'at'>, { from, to, live }: TrendWindow): boolean {
  return live && to - from <= LONGEST_SHORTENED_MS && (history.at[0] ?? to) - from > BEFORE_FIRST_MS
}

/**
 * Where the axis begins for a point that has no reading before `from`: shortly before its first one, and at least three
 * minutes before `to`. Without any reading all of the window stays.
 */
export function beginOf(trend: Trend, { from, to }: Pick<TrendWindow, 'from' | 'to'>): number {
  const first = trend.at[0]
  if (first === undefined) return from
  return Math.max(from, Math.min(first - BEFORE_FIRST_MS, to - SHORTEST_MS))
}

/** The trend without columns older than `from`. */
export function since(trend: Trend, from: number): Trend {
  const first = trend.at.findIndex((at) => at >= from)
  if (first === 0 || trend.at.length === 0) return trend
  const start = first === -1 ? trend.at.length : first
  return {
    ...trend,
    at: trend.at.slice(start),
    min: trend.min.slice(start),
    mean: trend.mean.slice(start),
    max: trend.max.slice(start),
  }
}

/** Parts of [from, to] in which nothing is known: before the first good column, after the last, and every break between. */
export function gapsOf(trend: Trend, from: number, to: number): { readonly from: number; readonly to: number }[] {
  const gaps: { from: number; to: number }[] = []
  let known = from
  let broken = true
  for (const [index, at] of trend.at.entries()) {
    if (at < from || at > to) continue
    if (trend.mean[index] === null) {
      broken = true
      continue
    }
    // A lone bad reading leaves a break in the line, but not one wide enough to shade.
    if (broken && at - known > trend.gapMs) gaps.push({ from: known, to: at })
    known = at
    broken = false
  }
  if (to - known > trend.gapMs) gaps.push({ from: known, to })
  return gaps
}

/** When alarms of a point were active. */
export function alarmPeriods(alarms: readonly Alarm[], site: string, point: string): AlarmPeriod[] {
  return alarms
    .filter((alarm) => alarm.site === site && alarm.point === point)
    .flatMap((alarm) => alarm.activations.map(({ from, to }) => ({ from, to, priority: alarm.priority })))
}

type Column = number | null

function widened(trend: Trend, value: number): Trend {
  const last = trend.at.length - 1
  const with_ = (column: readonly Column[], merge: (known: number) => number) =>
    column.map((known, index) => (index === last && known !== null ? merge(known) : known))
  return {
    ...trend,
    min: with_(trend.min, (known) => Math.min(known, value)),
    mean: with_(trend.mean, (known) => (known * trend.inLast + value) / (trend.inLast + 1)),
    max: with_(trend.max, (known) => Math.max(known, value)),
    inLast: trend.inLast + 1,
  }
}

function pushBreak(trend: { at: number[]; min: Column[]; mean: Column[]; max: Column[] }, at: number): void {
  trend.at.push(at)
  for (const column of [trend.min, trend.mean, trend.max]) column.push(null)
}

function numeric(value: LatestReading['value']): number | null {
  if (typeof value === 'boolean') return value ? 1 : 0
  return typeof value === 'number' ? value : null
}

function medianStep(at: readonly number[]): number {
  const steps = at.slice(1).map((instant, index) => instant - (at[index] ?? instant))
  steps.sort((a, b) => a - b)
  return steps[Math.floor(steps.length / 2)] ?? 0
}
