import type { Calendar } from '../../contract/activity.ts'
import { COUNTY_OFFSET_MS } from '../../contract/roster.ts'

export const DAY_MS = 86_400_000

/** Which day of the county an instant lies in, counted from 1970-01-01. Any instant, also before 1970. */
export function countyDay(at: number): number {
  return Math.floor((at + COUNTY_OFFSET_MS) / DAY_MS)
}

/** When a day of the county begins, ms since 1970 UTC. */
export function dayStart(day: number): number {
  return day * DAY_MS - COUNTY_OFFSET_MS
}

/** The number of a day written as 2026-01-12. */
export function dayNumber(date: string): number {
  return Date.parse(date) / DAY_MS
}

/** A day as people write it, 2026-01-12. */
export function dayText(day: number): string {
  return new Date(day * DAY_MS).toISOString().slice(0, 10)
}

/** 0 = Monday … 6 = Sunday. */
export function weekdayOf(day: number): number {
  // 1970-01-01 was a Thursday.
  return (((day + 3) % 7) + 7) % 7
}

/** Saturday and Sunday. */
export function isWeekend(weekday: number): boolean {
  return weekday >= 5
}

/** Which days are off, by the calendar where it says so and else by the weekday. */
export interface DaysOff {
  isOff(day: number): boolean
  /** Days that are not what their weekday says, in order: holidays in the week, and worked weekends (调休). */
  readonly exceptions: readonly number[]
}

/** The days off of a calendar; without one, weekends. A day that is both off and worked is off. */
export function daysOff(calendar: Calendar | null): DaysOff {
  const said = new Map<number, boolean>()
  for (const year of Object.values(calendar?.years ?? {})) {
    for (const date of year.worked) if (!said.has(dayNumber(date))) said.set(dayNumber(date), false)
    for (const date of year.off) said.set(dayNumber(date), true)
  }
  const exceptions = [...said]
    .filter(([day, isOff]) => isOff !== isWeekend(weekdayOf(day)))
    .map(([day]) => day)
    .sort((a, b) => a - b)
  return { isOff: (day) => said.get(day) ?? isWeekend(weekdayOf(day)), exceptions }
}
