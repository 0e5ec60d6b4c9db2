import type { DutyCalendar } from '../../../core/contract/duty-acts.ts'
import { COUNTY_OFFSET_MS, type DutyGap, type OnDuty } from '../../../core/contract/roster.ts'
import { DAY_MS, dayNumber, dayStart, weekdayOf } from '../../../core/alarms/roster/county-day.ts'

/** One day of the county with who begins a stretch of duty in it. */
export interface DutyDay {
  readonly day: string
  /** Day of the month. */
  readonly number: number
  /** 0 = Monday … 6 = Sunday. */
  readonly weekday: number
  readonly isOff: boolean
  /** Whether the year's days off have been announced. */
  readonly isAnnounced: boolean
  /** Stretches that begin on this day: a shift that crosses midnight belongs to the day it starts (E8). */
  readonly spans: readonly OnDuty[]
  readonly gaps: readonly DutyGap[]
}

/** First and last instant of the month of `at`, `months` later; of the county. */
export function monthOf(at: number, months = 0): { readonly from: number; readonly to: number } {
  const local = new Date(at + COUNTY_OFFSET_MS)
  const start = (more: number) => Date.UTC(local.getUTCFullYear(), local.getUTCMonth() + months + more, 1)
  return { from: start(0) - COUNTY_OFFSET_MS, to: start(1) - COUNTY_OFFSET_MS }
}

/** The days of a calendar in order, each with who is on duty and what is wrong. */
export function daysOf({ days, spans, gaps }: DutyCalendar): DutyDay[] {
  return days.map(({ day, isOff, isAnnounced }) => {
    const from = dayStart(dayNumber(day))
    const to = from + DAY_MS
    return {
      day,
      number: Number(day.slice(8)),
      weekday: weekdayOf(dayNumber(day)),
      isOff,
      isAnnounced,
      spans: spans.filter((span) => span.from >= from && span.from < to),
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
  return Date.parse(`${field}:00Z`) - COUNTY_OFFSET_MS
}
