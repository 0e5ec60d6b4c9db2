import { COUNTY_OFFSET_MS } from '../contract/roster.ts'
import type { UtcMs } from '../contract/time.ts'

/** The county's day an instant falls in, such as 20260112. */
export function countyDay(at: UtcMs): string {
  return new Date(at + COUNTY_OFFSET_MS).toISOString().slice(0, 10).replaceAll('-', '')
}

/** What people call an alarm: the county's prefix, the day, the count of that day; four digits or more. */
export function alarmNumber(prefix: string, day: string, count: number): string {
  return `${prefix}-${day}-${String(count).padStart(4, '0')}`
}
