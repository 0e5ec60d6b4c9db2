import type { Calendar } from '../../contract/activity.ts'
import type { Bilingual } from '../../contract/text.ts'
import { dayNumber, daysOff, isWeekend, weekdayOf } from './county-day.ts'

/** A day as a roster names it. */
export interface NamedDay {
  readonly isOff: boolean
  /** A weekend day that is worked (调休). */
  readonly isWorked: boolean
  /** The holiday it is part of, or is worked for; null where the calendar names none. */
  readonly festival: Bilingual | null
}

/** Days of a county, counted from 1970-01-01, by the calendar; without one, weekends are off and nothing has a name. */
export function namedDays(calendar: Calendar | null): (day: number) => NamedDay {
  const days = daysOff(calendar)
  const festivals = Object.values(calendar?.years ?? {})
    .flatMap((year) => year.festivals)
    .map(({ name, from, to }) => ({ name, from: dayNumber(from), to: dayNumber(to) }))
  const nearest = (day: number): Bilingual | null => {
    const away = festivals.map(({ name, from, to }) => ({ name, days: Math.max(0, from - day, day - to) }))
    return away.sort((a, b) => a.days - b.days)[0]?.name ?? null
  }
  return (day) => {
    const off = days.isOff(day)
    const isWorked = !off && isWeekend(weekdayOf(day))
    if (isWorked) return { isOff: off, isWorked, festival: nearest(day) }
    const own = festivals.find(({ from, to }) => day >= from && day <= to)
    return { isOff: off, isWorked, festival: off ? (own?.name ?? null) : null }
  }
}
