import { join, resolve } from 'node:path'
import { Calendar } from '../core/contract/activity.ts'
import type { UtcMs } from '../core/contract/time.ts'
import { isHouseError, messageOf } from '../core/kit/errors.ts'
import { loadYaml } from './config.ts'

/** The calendar that comes with Pitwatch. */
const SHIPPED = join(import.meta.dirname, '..', 'calendars', 'cn.yaml')

/** A calendar that was read, or why not: a program runs all the same, and takes holidays for days like others. */
export interface LoadedCalendar {
  readonly days: Calendar | null
  readonly path: string
  /** Why the file that is wanted could not be read, so that the shipped one stands in for it; null where it could. */
  readonly unreadable: { readonly path: string; readonly why: string } | null
}

/** What a calendar should say and does not. */
export type CalendarGap =
  | { readonly is: 'unreadable'; readonly path: string; readonly why: string }
  | { readonly is: 'missing' | 'unannounced'; readonly path: string; readonly year: number }

/** The calendar in `file`, which counts from `baseFolder`; the shipped one where none is named, and where it cannot be read. */
export function loadCalendar(file: string | null, baseFolder: string): LoadedCalendar {
  const path = file === null ? SHIPPED : resolve(baseFolder, file)
  try {
    return { days: loadYaml(path, Calendar), path, unreadable: null }
  } catch (error) {
    if (!isHouseError(error, 'config/invalid', 'config/unreadable')) throw error
    const unreadable = { path, why: messageOf(error) }
    return file === null ? { days: null, path, unreadable } : { ...loadCalendar(null, baseFolder), unreadable }
  }
}

/** At `now` a calendar should hold this year, as it was announced, and the next, which is announced in its last weeks. */
export function calendarGaps({ days, path, unreadable }: LoadedCalendar, now: UtcMs): CalendarGap[] {
  const thisYear = new Date(now).getUTCFullYear()
  const years = [thisYear, thisYear + 1].flatMap((year): CalendarGap[] => {
    const known = days?.years[year]
    if (known === undefined) return [{ is: 'missing', path, year }]
    return known.announced || year > thisYear ? [] : [{ is: 'unannounced', path, year }]
  })
  return unreadable === null ? years : [{ is: 'unreadable', ...unreadable }, ...years]
}
