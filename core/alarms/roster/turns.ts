import { type Cycle, Weekday } from '../../contract/roster.ts'
import { dayNumber, type DaysOff, isWeekend, weekdayOf } from './county-day.ts'

/** Which days a cycle is for: all, or only those off, or only those that are worked. */
export type CycleDays = 'all' | 'off' | 'worked'

/** Whose turn it is. */
export interface Turns {
  /** The crew of a shift, by the day it starts and its place in that day; null where the cycle leaves the day out or has not begun. */
  crew(day: number, shift: number): readonly string[] | null
}

export interface TurnsOptions {
  readonly days: DaysOff
  readonly which: CycleDays
  readonly shiftsADay: number
}

const WEEK = [0, 1, 2, 3, 4, 5, 6]

/** Counts the turns of a cycle without walking its days: whole weeks at once, and then what the calendar changes in them. */
export function openTurns(cycle: Cycle, { days, which, shiftsADay }: TurnsOptions): Turns {
  const begins = dayNumber(cycle.startsOn)
  const asked = WEEK.map((weekday) => cycle.days?.some((day) => Weekday.options.indexOf(day) === weekday) ?? true)
  const fits = (weekday: number, isOff: boolean) =>
    asked[weekday] === true && (which === 'all' || isOff === (which === 'off'))
  const usual = WEEK.map((weekday) => fits(weekday, isWeekend(weekday)))
  const aWeek = usual.filter(Boolean).length
  const changes = changesOf(days.exceptions, (day) => {
    const weekday = weekdayOf(day)
    return Number(fits(weekday, days.isOff(day))) - Number(usual[weekday])
  })
  const changedFirst = changedBefore(changes, begins)
  const rosteredBefore = (day: number): number => {
    const weeks = Math.floor((day - begins) / WEEK.length)
    let count = weeks * aWeek + changedBefore(changes, day) - changedFirst
    for (let rest = begins + weeks * WEEK.length; rest < day; rest += 1) if (usual[weekdayOf(rest)] === true) count += 1
    return count
  }
  return {
    crew: (day, shift) => {
      if (day < begins || !fits(weekdayOf(day), days.isOff(day))) return null
      const before = rosteredBefore(day)
      const turn = cycle.turn === 'day' ? Math.floor(before / cycle.length) : before * shiftsADay + shift
      return cycle.crews[turn % cycle.crews.length] ?? null
    },
  }
}

/** How many rostered days more than usual there are up to and with a day of the calendar. */
interface Change {
  readonly day: number
  readonly sum: number
}

function changesOf(exceptions: readonly number[], change: (day: number) => number): readonly Change[] {
  let sum = 0
  return exceptions.map((day) => ({ day, sum: (sum += change(day)) }))
}

/** How many rostered days more than usual there were before `day`. */
function changedBefore(changes: readonly Change[], day: number): number {
  let low = 0
  let high = changes.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((changes[middle]?.day ?? day) < day) low = middle + 1
    else high = middle
  }
  return changes[low - 1]?.sum ?? 0
}
