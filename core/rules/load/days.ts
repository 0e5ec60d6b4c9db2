import { z } from 'zod'
import { type Hour, HourSummary, summaryOf } from './hour.ts'
import { LEVELS } from './runs.ts'
import { cycleOf } from './steps.ts'
import { median } from './trail.ts'

/** Days that are kept: two weeks, and some for days on which something happened. */
const KEPT = 16

/** Days of which some level of theirs is believed without another day like it. */
const FEW_DAYS = 5

/** What was seen of one day. */
export const Day = z
  .object({
    day: z.number().int(),
    isOff: z.boolean(),
    hours: z.array(HourSummary.nullable()).length(24),
    /** The longest time the residual was above each level, min, and the power at which things started three times in 25 min, W. */
    runs: z.array(z.number()).length(LEVELS.length),
    cycle: z.number(),
    /** The most that crept in, W. */
    creep: z.number(),
  })
  .strict()
export type Day = z.infer<typeof Day>

/** Puts an hour that is over to its day. An hour that is not one to learn from leaves a hole. */
export function closeHour(days: Day[], hour: Hour, declared: number): boolean {
  if (hour.day === null) return false
  const summary = summaryOf(hour, declared)
  const day = dayOf(days, hour.day, hour.isOff)
  if (day === null) return false
  if (summary === null) return false
  day.hours[hour.hour] = summary
  day.cycle = Math.max(day.cycle, Math.round(hour.cycle))
  day.creep = Math.max(day.creep, Math.round(hour.creep))
  for (let level = 0; level < LEVELS.length; level += 1) {
    day.runs[level] = Math.max(day.runs[level] ?? 0, Math.round((hour.runs[level] ?? 0) / 60_000))
  }
  return true
}

/** What an hour showed is not normal after all. */
export function forgetHour(days: readonly Day[], day: number, hour: number): void {
  const found = days.find((one) => one.day === day)
  if (found !== undefined) found.hours[hour] = null
}

function dayOf(days: Day[], day: number, isOff: boolean): Day | null {
  // A clock that had run far ahead has left days that were never lived.
  while ((days.at(-1)?.day ?? day) > day + 1) days.pop()
  const last = days.at(-1)
  if (last !== undefined && last.day >= day) return days.find((one) => one.day === day) ?? null
  const fresh = {
    day,
    isOff,
    hours: Array.from({ length: 24 }, () => null),
    runs: LEVELS.map(() => 0),
    cycle: 0,
    creep: 0,
  }
  days.push(fresh)
  if (days.length > KEPT) days.shift()
  return fresh
}

/**
 * Whether days off are another kind of day here: their hours draw less or more than those of working days, by more than days of one kind
 * differ.
 */
export function hasRhythm(days: readonly Day[]): boolean {
  const [work, off] = [false, true].map((isOff) => days.filter((day) => day.isOff === isOff).map(drawnOf))
  if (work === undefined || off === undefined || work.length < FEW_DAYS || off.length < 3) return false
  const [atWork, atRest] = [median(work), median(off)]
  const spread = Math.max(
    ...[...work.map((one) => one - atWork), ...off.map((one) => one - atRest)]
      .map(Math.abs)
      .sort((a, b) => b - a)
      .slice(1, 2),
  )
  return Math.abs(atWork - atRest) > Math.max(2 * spread, 0.15 * Math.max(atWork, atRest), 150)
}

function drawnOf({ hours }: Day): number {
  const seen = hours.filter((one) => one !== null).map(([middle]) => middle)
  return seen.reduce((a, b) => a + b, 0) / Math.max(1, seen.length)
}

/** What was seen of an hour on days of a kind, newest last. */
export interface SeenHour {
  readonly day: Day
  readonly summary: HourSummary
}

export function seenAt(days: readonly Day[], hour: number): SeenHour[] {
  return days.flatMap((day) => {
    const summary = day.hours[hour]
    return summary === null || summary === undefined ? [] : [{ day, summary }]
  })
}

/**
 * The highest level of an hour that is a habit: another day came near it then, or an hour earlier or later. What was there once is not
 * normal for it.
 */
export function habitOf(days: readonly Day[], hour: number): number {
  const seen = seenAt(days, hour)
  const tops = seen.map(({ summary: [, , top] }) => top).sort((a, b) => b - a)
  if (seen.length < FEW_DAYS) return tops[0] ?? 0
  const around = days.map(({ day, hours }) => {
    const near = [hours[hour - 1], hours[hour], hours[hour + 1]].map((one) => one?.[2] ?? 0)
    return { day, top: Math.max(...near) }
  })
  const isHabit = (top: number, on: number) => around.some((other) => other.day !== on && other.top >= 0.8 * top)
  const habits = seen
    .filter(({ day, summary: [, , top] }) => isHabit(top, day.day))
    .map(({ summary: [, , top] }) => top)
  return Math.max(...habits, median([...tops]))
}

/** For each level the longest run that was seen on two days, ms; Infinity where too few days were seen. */
export function longestRuns(days: readonly Day[]): number[] {
  return LEVELS.map((_, level) => {
    if (days.length < FEW_DAYS) return Infinity
    return second(days.map(({ runs }) => runs[level] ?? 0)) * 60_000
  })
}

/** The power at which things started three times in 25 min on two days. */
export function usualCycle(days: readonly Day[]): number {
  return second(days.map(({ cycle }) => cycle))
}

/** The most that crept in on a day, W. */
export function usualCreep(days: readonly Day[]): number {
  return Math.max(0, ...days.map(({ creep }) => creep))
}

/** The starts of an hour tell how strong a load cycled in it. */
export function noteCycle(hour: Hour, starts: Parameters<typeof cycleOf>[0]): void {
  hour.cycle = Math.max(hour.cycle, cycleOf(starts))
}

function second(numbers: number[]): number {
  return numbers.sort((a, b) => b - a)[1] ?? 0
}
