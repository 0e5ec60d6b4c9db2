import type { Calendar } from '../../core/contract/activity.ts'

export const DAY_S = 86_400
export const HOUR_S = 3_600
const DAY_MS = 86_400_000
/** China has one zone and no summer time. */
const ZONE_MS = 8 * 3_600_000

/** UTC instant of the local midnight with which a date such as 2025-03-01 begins. */
export function midnightOf(date: string): number {
  return Date.parse(date) - ZONE_MS
}

/** The date `days` after another. */
export function dateAfter(date: string, days: number): string {
  return new Date(Date.parse(date) + days * DAY_MS).toISOString().slice(0, 10)
}

/** Day of the year, 0 on the first of January. */
export function dayOfYear(date: string): number {
  return Math.round((Date.parse(date) - Date.parse(`${date.slice(0, 4)}-01-01`)) / DAY_MS)
}

/** An instant as people write it, in local time. */
export function localText(at: number): string {
  return `${new Date(at + ZONE_MS).toISOString().slice(0, 19)}+08:00`
}

/** Whether people work on a date. */
export function isWorkday(date: string, calendar: Calendar): boolean {
  const year = calendar.years[date.slice(0, 4)]
  if (year?.off.includes(date) === true) return false
  const weekday = new Date(Date.parse(date)).getUTCDay()
  return (weekday !== 0 && weekday !== 6) || year?.worked.includes(date) === true
}

/** Sunrise and sunset, seconds of the local day, at the latitude of southern Shanxi and half an hour west of the zone's meridian. */
export function sunOf(yearDay: number): { readonly rise: number; readonly set: number } {
  const hours = 12 + 2.4 * Math.sin((2 * Math.PI * (yearDay - 81)) / 365)
  return { rise: (12.5 - hours / 2) * HOUR_S, set: (12.5 + hours / 2) * HOUR_S }
}
