import { countyDay, dayText, DAY_MS, dayStart } from '../../../core/alarms/roster/county-day.ts'

/** One hour of the county, and the alarms that came in it; null for one that is not looked at. */
export interface HeatDay {
  /** 2026-01-12 */
  readonly day: string
  /** From 0 to 23 h. */
  readonly hours: readonly (number | null)[]
}

const HOUR_MS = 3_600_000

/** Alarms of each hour from `from` on as days of the county with 24 hours each; an hour that begins within one counts to it. */
export function heatDays(hourly: readonly number[], from: number): HeatDay[] {
  const days = new Map<number, (number | null)[]>()
  for (const [index, alarms] of hourly.entries()) {
    const at = from + index * HOUR_MS
    const day = countyDay(at)
    const hours = days.get(day) ?? new Array<number | null>(DAY_MS / HOUR_MS).fill(null)
    const hour = Math.floor((at - dayStart(day)) / HOUR_MS)
    hours[hour] = (hours[hour] ?? 0) + alarms
    days.set(day, hours)
  }
  return [...days].map(([day, hours]) => ({ day: dayText(day), hours }))
}
