import type { DutyCalendar } from '../../../core/contract/duty-acts.ts'
import { COUNTY_OFFSET_MS, type DutyGap, type OnDuty, type Roster } from '../../../core/contract/roster.ts'
import type { Bilingual } from '../../../core/contract/text.ts'
import { countyDay, DAY_MS, dayNumber, dayStart, dayText, weekdayOf } from '../../../core/alarms/roster/county-day.ts'

/** A stretch of duty on the day its shift belongs to. */
export interface DutySpan extends OnDuty {
  /** It does not begin with its shift: somebody took over in the middle. */
  readonly isTakenOver: boolean
}

/** One day of the county with the duty that belongs to it. */
export interface DutyDay {
  readonly day: string
  /** Day of the month. */
  readonly number: number
  /** 0 = Monday … 6 = Sunday. */
  readonly weekday: number
  readonly isOff: boolean
  /** A weekend day that is worked, and the holiday it is worked for or part of. */
  readonly isWorked: boolean
  readonly festival: Bilingual | null
  /** Whether the year's days off have been announced. */
  readonly isAnnounced: boolean
  /** A shift that crosses midnight belongs to the day it starts (E8), and so does whoever takes over in it. */
  readonly spans: readonly DutySpan[]
  readonly gaps: readonly DutyGap[]
}

/** First and last instant of the week of `at`, which begins on Monday, `weeks` later; of the county. */
export function weekOf(at: number, weeks = 0): { readonly from: number; readonly to: number } {
  const monday = countyDay(at) - weekdayOf(countyDay(at)) + weeks * 7
  return { from: dayStart(monday), to: dayStart(monday + 7) }
}

/** First and last instant of the month of `at`, `months` later; of the county. */
export function monthOf(at: number, months = 0): { readonly from: number; readonly to: number } {
  const local = new Date(at + COUNTY_OFFSET_MS)
  const start = (more: number) => Date.UTC(local.getUTCFullYear(), local.getUTCMonth() + months + more, 1)
  return { from: start(0) - COUNTY_OFFSET_MS, to: start(1) - COUNTY_OFFSET_MS }
}

/** The days of a calendar in order, each with who is on duty and what is wrong. */
export function daysOf({ days, spans, gaps }: DutyCalendar, { tables }: Pick<Roster, 'tables'>): DutyDay[] {
  const placed = spans.map((span) => {
    const shifts = tables.find(({ role }) => role === span.role)?.shifts ?? []
    const starts = shifts.find(({ id }) => id === span.shift)?.from ?? '00:00'
    const begins = fieldOf(span.from).slice(11)
    const day = dayText(countyDay(span.from) - (begins < starts ? 1 : 0))
    return { day, span: { ...span, isTakenOver: begins !== starts } }
  })
  return days.map(({ day, ...rest }) => {
    const from = dayStart(dayNumber(day))
    const to = from + DAY_MS
    return {
      day,
      number: Number(day.slice(8)),
      weekday: weekdayOf(dayNumber(day)),
      ...rest,
      spans: placed.flatMap((one) => (one.day === day ? [one.span] : [])),
      gaps: gaps.filter((gap) => gap.from < to && gap.to > from),
    }
  })
}

/** The county's local time as a form field writes it, to the minute. */
export function fieldOf(at: number): string {
  return new Date(at + COUNTY_OFFSET_MS).toISOString().slice(0, 16)
}

/** The instant a form field means; NaN for what is none. */
export function instantOf(field: string): number {
  // Browsers also make something of texts that are no time.
  return /^\d{4}-\d\d-\d\dT\d\d:\d\d$/.test(field) ? Date.parse(`${field}:00Z`) - COUNTY_OFFSET_MS : Number.NaN
}
