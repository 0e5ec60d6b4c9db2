import type { DutyCalendar } from '../../../core/contract/duty-acts.ts'
import { COUNTY_OFFSET_MS, type DutyGap, type OnDuty } from '../../../core/contract/roster.ts'

const DAY_MS = 86_400_000

/** One day of the county with who begins a stretch of duty in it. */
export interface DutyDay {
  readonly day: string
  /** Day of the month. */
  readonly number: number
  /** 0 = Monday … 6 = Sunday. */
  readonly weekday: number
  readonly isOff: boolean
  /** Stretches that begin on this day, or last over it, by role. */
  readonly spans: readonly OnDuty[]
  readonly gaps: readonly DutyGap[]
}

/** Midnight of the county on the day of `at`. */
export function dayStart(at: number): number {
  return Math.floor((at + COUNTY_OFFSET_MS) / DAY_MS) * DAY_MS - COUNTY_OFFSET_MS
}

/** First and last instant of the month of `at`, `months` later; of the county. */
export function monthOf(at: number, months = 0): { readonly from: number; readonly to: number } {
  const local = new Date(at + COUNTY_OFFSET_MS)
  const start = (more: number) => Date.UTC(local.getUTCFullYear(), local.getUTCMonth() + months + more, 1)
  return { from: start(0) - COUNTY_OFFSET_MS, to: start(1) - COUNTY_OFFSET_MS }
}

/** The days of a calendar in order, each with who is on duty and what is wrong. */
export function daysOf({ days, spans, gaps }: DutyCalendar): DutyDay[] {
  return days.map(({ day, isOff }) => {
    const from = Date.parse(`${day}T00:00:00Z`) - COUNTY_OFFSET_MS
    const to = from + DAY_MS
    // A shift that crosses midnight belongs to the day it starts.
    const begins = spans.filter((span) => span.from >= from && span.from < to)
    const lasts = spans.filter((span) => span.from < from && span.until >= to)
    return {
      day,
      number: Number(day.slice(8)),
      weekday: (new Date(from + COUNTY_OFFSET_MS).getUTCDay() + 6) % 7,
      isOff,
      spans: [...lasts, ...begins],
      gaps: gaps.filter((gap) => gap.from < to && gap.to > from),
    }
  })
}

/** The county's local time as a form field writes it, and back; NaN for what is none. */
export function fieldOf(at: number): string {
  return new Date(at + COUNTY_OFFSET_MS).toISOString().slice(0, 16)
}

export function instantOf(field: string): number {
  return Date.parse(`${field}:00Z`) - COUNTY_OFFSET_MS
}
