import type { History } from '../../../core/contract/http.ts'
import type { ManyHistory } from '../../../core/contract/trends.ts'
import type { Stretch } from './trend-shade.ts'
import type { Trend } from './trend.ts'

type Column = number | null | undefined

/** Several trends over one axis of time: null breaks a line, undefined says nothing at that instant. */
export interface Aligned {
  readonly at: readonly number[]
  /** One entry a trend: its columns along `at`. */
  readonly min: readonly (readonly Column[])[]
  readonly mean: readonly (readonly Column[])[]
  readonly max: readonly (readonly Column[])[]
}

/** Trends laid over one another by time; oldest first. */
export function align(trends: readonly Pick<Trend, 'at' | 'min' | 'mean' | 'max'>[]): Aligned {
  const [only] = trends
  if (only !== undefined && trends.length === 1)
    return { at: only.at, min: [only.min], mean: [only.mean], max: [only.max] }
  const at = [...new Set(trends.flatMap((trend) => trend.at))].sort((a, b) => a - b)
  const place = new Map(at.map((instant, index) => [instant, index]))
  const spread = (trend: Pick<Trend, 'at'>, column: readonly (number | null)[]) => {
    const wide = new Array<Column>(at.length).fill(undefined)
    for (const [index, instant] of trend.at.entries()) wide[place.get(instant) ?? 0] = column[index] ?? null
    // Until something is known again a break holds also where only others have a column.
    for (let index = 1; index < wide.length; index++)
      if (wide[index] === undefined && wide[index - 1] === null) wide[index] = null
    return wide
  }
  return {
    at,
    min: trends.map((trend) => spread(trend, trend.min)),
    mean: trends.map((trend) => spread(trend, trend.mean)),
    max: trends.map((trend) => spread(trend, trend.max)),
  }
}

/** A trend as it was `ms` earlier, drawn where it would be now. */
export function shifted(trend: Trend, ms: number): Trend {
  return {
    ...trend,
    at: trend.at.map((at) => at + ms),
    provisional: trend.provisional.map(({ from, to }) => ({ from: from + ms, to: to + ms })),
  }
}

/**
 * What was known of several points with what has come since: columns from the tail's beginning on are the tail's. Only columns that begin
 * in [from, …] are kept. Both must be of the same columns.
 */
export function withTail(known: ManyHistory, tail: ManyHistory, from: number): ManyHistory {
  const points = known.points.map((one) => {
    const newer = tail.points.find(({ site, point }) => site === one.site && point === one.point)
    if (newer === undefined) return one
    return {
      ...one,
      latest: newer.latest ?? one.latest,
      history: joined(one.history, newer.history, [from, tail.from]),
    }
  })
  return { ...known, from, to: tail.to, points }
}

/** Most columns asked for: about one a pixel of the widest chart. */
const MOST_COLUMNS = 1_000
const UNITS_MS = [3_600_000, 60_000, 1_000]

/**
 * The columns to ask for so that a window is covered: each a whole number of hours, minutes or seconds wide and beginning with one, since
 * the history keeps sums of whole minutes and hours and need not look at single readings for those.
 */
export function columnsOver({ from, to }: Stretch): Stretch & { readonly columns: number } {
  const least = (to - from) / MOST_COLUMNS
  const unit = UNITS_MS.find((ms) => least >= ms) ?? 1
  const width = Math.max(1, Math.ceil(least / unit) * unit)
  const start = Math.max(0, Math.floor(from / unit) * unit)
  const columns = Math.max(1, Math.ceil((to - start) / width))
  return { from: start, to: start + columns * width, columns }
}

/** Where the column begins in which an instant lies; the first one's beginning for an earlier instant. */
export function wholeColumn({ from, columnMs }: Pick<ManyHistory, 'from' | 'columnMs'>, at: number): number {
  return from + Math.max(0, Math.floor((at - from) / columnMs)) * columnMs
}

function joined(old: History, newer: History, [from, tail]: readonly [number, number]): History {
  const isKept = (at: number) => at >= from && at < tail
  const keep = <T>(list: readonly T[]) => list.filter((_, index) => isKept(old.at[index] ?? tail))
  const provisional =
    old.provisional === undefined && newer.provisional === undefined
      ? {}
      : { provisional: [...keep(flagsOf(old)), ...flagsOf(newer)] }
  return {
    ...old,
    at: [...keep(old.at), ...newer.at],
    min: [...keep(old.min), ...newer.min],
    mean: [...keep(old.mean), ...newer.mean],
    max: [...keep(old.max), ...newer.max],
    ...provisional,
  }
}

function flagsOf({ at, provisional }: History): boolean[] {
  return provisional ?? at.map(() => false)
}
