import { z } from 'zod'
import type { RuleFault } from '../rule.ts'
import type { DayType } from '../site-view.ts'

const DAY_MIN = 1_440

/** A time of the day as people write it, `08:00-18:00`: half-open, in minutes of its start day; beyond 1440 where it ends on the next. */
export const Window = z
  .string()
  .regex(
    /^([01]\d|2[0-3]):[0-5]\d-(([01]\d|2[0-3]):[0-5]\d|24:00)$/,
    'expected a window such as 08:00-18:00, or 22:00-06:00 over midnight',
  )
  .transform((text) => {
    const [from = '', until = ''] = text.split('-')
    const end = minuteOf(until)
    const start = minuteOf(from)
    return { from: start, until: end < start ? end + DAY_MIN : end }
  })
export type Window = z.infer<typeof Window>

/** The windows of each kind of day. */
export const Windows = z
  .object({
    work: z.array(Window).optional(),
    weekend: z.array(Window).optional(),
    holiday: z.array(Window).optional(),
  })
  .strict()
export type Windows = z.infer<typeof Windows>

const DAY_TYPES: readonly DayType[] = ['work', 'weekend', 'holiday']

/** A minute of the day, and how the day, the one before and the one after count. */
export interface DayMinute {
  readonly minute: number
  readonly today: DayType
  readonly yesterday: DayType
  readonly tomorrow: DayType
}

/** Whether a minute lies in a window, or within `grace` minutes of one. A window over midnight belongs to the day it starts on. */
export function isInWindow(windows: Windows, day: DayMinute, grace: number): boolean {
  const { minute, today, yesterday, tomorrow } = day
  return (
    holds(windows[today], minute, grace) ||
    holds(windows[yesterday], minute + DAY_MIN, grace) ||
    holds(windows[tomorrow], minute - DAY_MIN, grace)
  )
}

/** The windows of a kind of day as text, `08:00-18:00, 22:00-06:00`; empty where there are none. */
export function windowsText(windows: readonly Window[]): string {
  return windows.map(({ from, until }) => `${clock(from)}-${until === DAY_MIN ? '24:00' : clock(until)}`).join(', ')
}

/**
 * What is wrong with windows: a kind of day nobody told of, a window without an end, two that overlap, and a hole between two in which
 * with `grace` minutes on both sides nothing would ever be judged (23:59 instead of 24:00 makes one). Any kind of day can follow any.
 */
export function windowFaults(windows: Windows, grace: number): readonly RuleFault[] {
  const faults = new Map<string, RuleFault>()
  for (const type of DAY_TYPES) for (const fault of dayFaults(windows, type)) faults.set(fault.path.join('/'), fault)
  for (const first of DAY_TYPES) {
    for (const next of DAY_TYPES) {
      const fault = joinFault([...placed(windows, first, 0), ...placed(windows, next, DAY_MIN)], grace)
      if (fault !== null && !faults.has(fault.path.join('/'))) faults.set(fault.path.join('/'), fault)
    }
  }
  return [...faults.values()]
}

interface Placed extends Window {
  readonly path: readonly (string | number)[]
}

function placed(windows: Windows, type: DayType, shift: number): Placed[] {
  return (windows[type] ?? []).map(({ from, until }, index) => ({
    from: from + shift,
    until: until + shift,
    path: ['with', 'windows', type, index],
  }))
}

function dayFaults(windows: Windows, type: DayType): RuleFault[] {
  const own = windows[type]
  if (own === undefined) {
    const message = `expected the windows of ${type} days, such as [08:00-18:00], or [] where nothing may run; came none`
    return [{ path: ['with', 'windows', type], message }]
  }
  return own.flatMap(({ from, until }, index) => {
    if (until > from) return []
    const message = `expected an end other than the beginning; a whole day is 00:00-24:00, came ${clock(from)}-${clock(until)}`
    return [{ path: ['with', 'windows', type, index], message }]
  })
}

function joinFault(all: readonly Placed[], grace: number): RuleFault | null {
  const sorted = all.toSorted((a, b) => a.from - b.from || a.until - b.until)
  for (const [index, window] of sorted.entries()) {
    const before = sorted[index - 1]
    if (before === undefined) continue
    const hole = window.from - before.until
    if (hole < 0) {
      const message = `expected windows that do not overlap, also with those of the next day; ${spell(before)} and ${spell(window)} do`
      return { path: window.path, message }
    }
    if (hole > 0 && hole <= Math.max(1, 2 * grace)) {
      const message = `a hole of ${hole} min between ${spell(before)} and ${spell(window)}, in which nothing would be judged: expected windows that touch (they are half-open, the last ends at 24:00) or lie further apart than twice the grace of ${grace} min`
      return { path: window.path, message }
    }
  }
  return null
}

function holds(windows: readonly Window[] | undefined, minute: number, grace: number): boolean {
  if (windows === undefined) return false
  for (const { from, until } of windows) if (minute >= from - grace && minute < until + grace) return true
  return false
}

function spell({ from, until }: Window): string {
  return `${clock(from)}-${clock(until)}`
}

function minuteOf(text: string): number {
  return Number(text.slice(0, 2)) * 60 + Number(text.slice(3, 5))
}

function clock(minute: number): string {
  const ofDay = minute % DAY_MIN
  return `${String(Math.floor(ofDay / 60)).padStart(2, '0')}:${String(ofDay % 60).padStart(2, '0')}`
}
