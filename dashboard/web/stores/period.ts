import { countyDay, DAY_MS, dayStart, weekdayOf } from '../../../core/alarms/roster/county-day.ts'
import { shiftTimes } from '../../../core/alarms/roster/shifts.ts'
import type { Shift } from '../../../core/contract/roster.ts'
import { monthOf } from './duty-days.ts'
import type { Query } from './route.ts'

/** Kinds of period that figures are looked at over. */
export const PERIODS = ['shift', 'day', 'week', 'month'] as const
export type PeriodKind = (typeof PERIODS)[number]

/** A period of the county: the one in which an instant lies (now where that is null), or one between two instants, ms. */
export type Period =
  | { readonly is: PeriodKind; readonly at: number | null }
  | { readonly is: 'free'; readonly from: number; readonly to: number }

export interface Span {
  readonly from: number
  readonly to: number
}

const LONGEST_MS = 400 * DAY_MS
const SHORTEST_MS = 60_000
const FIRST: PeriodKind = 'week'

/** The period an address means; what means nothing is this week. Inverse of `queryOfPeriod`. */
export function periodOf({ period, at, from, to }: Query): Period {
  const [start, end] = [Number(from), Number(to)]
  if (period === 'free' && Number.isSafeInteger(start) && start >= 0 && Number.isSafeInteger(end)) {
    if (end - start >= SHORTEST_MS && end - start <= LONGEST_MS) return { is: 'free', from: start, to: end }
  }
  const instant = at === undefined ? Number.NaN : Number(at)
  return {
    is: PERIODS.find((kind) => kind === period) ?? FIRST,
    at: Number.isSafeInteger(instant) && instant >= 0 ? instant : null,
  }
}

/** The address of a period. */
export function queryOfPeriod(period: Period): Query {
  if (period.is === 'free') return { period: 'free', from: String(period.from), to: String(period.to) }
  return {
    ...(period.is === FIRST ? {} : { period: period.is }),
    ...(period.at === null ? {} : { at: String(period.at) }),
  }
}

/** When a period begins and ends, also where that is still to come. Without shifts a shift is a day. */
export function spanOfPeriod(period: Period, shifts: readonly Shift[], now: number): Span {
  if (period.is === 'free') return period
  const at = period.at ?? now
  const day = countyDay(at)
  switch (period.is) {
    case 'shift':
      return shiftAt(shifts, at) ?? { from: dayStart(day), to: dayStart(day + 1) }
    case 'day':
      return { from: dayStart(day), to: dayStart(day + 1) }
    case 'week': {
      const monday = day - weekdayOf(day)
      return { from: dayStart(monday), to: dayStart(monday + 7) }
    }
    case 'month':
      return monthOf(at)
  }
}

/** The part of a span that has come: figures over time that is still to come would be too good. At least a minute. */
export function pastPart({ from, to }: Span, now: number): Span {
  return { from, to: Math.max(from + SHORTEST_MS, Math.min(to, Math.ceil(now / SHORTEST_MS) * SHORTEST_MS)) }
}

/** The period before (−1) or after (1) one; null for one that has not begun. */
export function neighbour(
  period: Period,
  step: -1 | 1,
  { span, now }: { readonly span: Span; readonly now: number },
): Period | null {
  if (step === 1 && span.to > now) return null
  if (period.is !== 'free') return { is: period.is, at: step === 1 ? span.to : Math.max(0, span.from - 1) }
  const length = period.to - period.from
  const from = Math.max(0, period.from + step * length)
  return { is: 'free', from, to: from + length }
}

/** The shift of the county in which an instant lies; null where none does. */
function shiftAt(shifts: readonly Shift[], at: number): Span | null {
  const today = countyDay(at)
  const spans = [today - 1, today].flatMap((day) =>
    shiftTimes(shifts).map(({ fromMs, lengthMs }) => {
      const from = dayStart(day) + fromMs
      return { from, to: from + lengthMs }
    }),
  )
  return spans.find(({ from, to }) => from <= at && at < to) ?? null
}
