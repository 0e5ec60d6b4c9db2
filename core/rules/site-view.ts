import type { Permit, StopOrder } from '../contract/activity.ts'

/** How a day counts: worked, a weekend, or a holiday. A worked weekend day is `work`. */
export type DayType = 'work' | 'weekend' | 'holiday'

/** What the calendar, the clock and people's papers say of an instant at the site. Local means the site's zone. */
export interface SiteView {
  /** Local hour 0–23 and minute of the day 0–1439. */
  hourOf(at: number): number
  minuteOf(at: number): number
  /** Days since 1970-01-01 by local time; a new one begins at local midnight. */
  dayOf(at: number): number
  dayType(at: number): DayType
  /** The day before and the day after it counts as this, local days. */
  dayTypeOfDay(day: number): DayType
  /** 20:00–06:00 local. */
  isNight(at: number): boolean
  /** The first instant at or after `at` whose local time is minute `minute` of a day. */
  nextMinute(at: number, minute: number): number
  /** Permits in force at an instant, with their grace of 15 min before and 30 min after; none before it was filed. */
  permits(at: number): readonly Permit[]
  /** Orders to stop in force at an instant. */
  orders(at: number): readonly StopOrder[]
}
