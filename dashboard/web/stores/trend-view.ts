import { MOST_TREND_POINTS, SitePoint } from '../../../core/contract/trends.ts'
import type { Query } from './route.ts'
import type { TrendWindow } from './trend.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** Spans up to now that a trend offers, with their length in ms. */
export const TREND_SPANS = {
  '1h': HOUR,
  '8h': 8 * HOUR,
  '24h': DAY,
  '7d': 7 * DAY,
  '30d': 30 * DAY,
  '90d': 90 * DAY,
  '1y': 365 * DAY,
} as const
export type TrendSpan = keyof typeof TREND_SPANS
/** The same in the order they are offered. */
export const SPAN_NAMES: readonly TrendSpan[] = ['1h', '8h', '24h', '7d', '30d', '90d', '1y']

const FIRST_SPAN: TrendSpan = '24h'
const SHORTEST_MS = MINUTE
const LONGEST_MS = 400 * DAY

/** What a point is laid over: nothing, itself a day before, itself a week before. */
export const COMPARES = { none: 0, night: DAY, week: 7 * DAY } as const
export type Compare = keyof typeof COMPARES
export const COMPARE_NAMES: readonly Compare[] = ['none', 'night', 'week']

/** A point that is shown, and whether it has an axis of its own or shares that of its quantity. */
export interface TrendPick {
  readonly point: SitePoint
  readonly own: boolean
}

/** What time is shown: so long up to now, or between two instants in ms. */
export type TrendTime =
  | { readonly is: 'last'; readonly span: TrendSpan }
  | { readonly is: 'between'; readonly from: number; readonly to: number }

/** All that the screen of trends shows, as its address holds it. */
export interface TrendView {
  readonly picks: readonly TrendPick[]
  readonly time: TrendTime
  readonly compare: Compare
}

/** After a point of the address: it has an axis of its own. */
const OWN = '*'

/** The view an address means. What means nothing in it is left out. Inverse of `queryOfTrend`. */
export function trendViewOf(query: Query): TrendView {
  return { picks: picksOf(query.p ?? ''), time: timeOf(query), compare: compareOf(query.compare) }
}

/** The address of a view. */
export function queryOfTrend({ picks, time, compare }: TrendView): Query {
  const points = picks.map(({ point, own }) => (own ? point + OWN : point)).join(',')
  return {
    ...(points === '' ? {} : { p: points }),
    ...(time.is === 'between' ? { from: String(time.from), to: String(time.to) } : {}),
    ...(time.is === 'last' && time.span !== FIRST_SPAN ? { span: time.span } : {}),
    ...(compare === 'none' ? {} : { compare }),
  }
}

function picksOf(text: string): TrendPick[] {
  const picks = new Map<SitePoint, TrendPick>()
  for (const part of text.split(',')) {
    const own = part.endsWith(OWN)
    const point = SitePoint.safeParse(own ? part.slice(0, -OWN.length) : part)
    if (point.success && picks.size < MOST_TREND_POINTS) picks.set(point.data, { point: point.data, own })
  }
  return [...picks.values()]
}

function timeOf({ from, to, span }: Query): TrendTime {
  const [start, end] = [Number(from), Number(to)]
  const isTime = Number.isSafeInteger(start) && Number.isSafeInteger(end) && start >= 0
  if (isTime && end - start >= SHORTEST_MS && end - start <= LONGEST_MS) return { is: 'between', from: start, to: end }
  return { is: 'last', span: isSpan(span) ? span : FIRST_SPAN }
}

function isSpan(text: string | undefined): text is TrendSpan {
  return text !== undefined && Object.hasOwn(TREND_SPANS, text)
}

function compareOf(text: string | undefined): Compare {
  return text === 'night' || text === 'week' ? text : 'none'
}

/** A view with one more point at the end, or without it where it is there; as it is where there are eight. */
export function withPoint(view: TrendView, point: SitePoint): TrendView {
  const left = view.picks.filter((pick) => pick.point !== point)
  if (left.length < view.picks.length) return { ...view, picks: left }
  return view.picks.length >= MOST_TREND_POINTS ? view : { ...view, picks: [...view.picks, { point, own: false }] }
}

/** The window of a view at `now`, ms; one that follows the feed ends a little later than now, at a whole second. */
export function windowOf(time: TrendTime, now: number): TrendWindow {
  if (time.is === 'between') return { from: time.from, to: time.to, live: false }
  const to = Math.ceil(now / 1_000) * 1_000
  return { from: to - TREND_SPANS[time.span], to, live: true }
}

/** Between two instants in any order, at least a minute long and at most 400 days, never before 1970. */
export function between(a: number, b: number): TrendTime {
  const middle = (a + b) / 2
  const half = Math.min(Math.max(Math.abs(b - a), SHORTEST_MS), LONGEST_MS) / 2
  const from = Math.max(0, Math.round(middle - half))
  return { is: 'between', from, to: from + Math.round(2 * half) }
}

/** The window moved by a share of its length; never beyond `now`. */
export function panned({ from, to }: Pick<TrendWindow, 'from' | 'to'>, share: number, now: number): TrendTime {
  const by = Math.min(Math.round((to - from) * share), Math.ceil(now) - to)
  return between(from + by, to + by)
}

/** The window stretched around `around` (its middle where that is null): a factor below 1 shows less. Never beyond `now`. */
export function zoomed(
  { from, to }: Pick<TrendWindow, 'from' | 'to'>,
  factor: number,
  { around, now }: { readonly around: number | null; readonly now: number },
): TrendTime {
  const at = around ?? (from + to) / 2
  const start = at - (at - from) * factor
  return between(start, Math.max(start + SHORTEST_MS, Math.min(at + (to - at) * factor, Math.ceil(now))))
}

/** Where two fingers were and are, as shares of the width. */
export interface Pinch {
  readonly before: readonly [number, number]
  readonly after: readonly [number, number]
}

/** The window after a pinch: what was under each finger is under it still. As before where the fingers met. */
export function pinched({ from, to }: Pick<TrendWindow, 'from' | 'to'>, { before, after }: Pinch): TrendTime {
  const [a, b] = before
  const [c, d] = after
  if (Math.abs(d - c) < 0.02 || Math.abs(b - a) < 0.02) return between(from, to)
  const length = ((to - from) * (b - a)) / (d - c)
  const start = from + (to - from) * a - c * length
  return between(start, start + length)
}
