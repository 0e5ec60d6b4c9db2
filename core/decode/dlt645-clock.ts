import { z } from 'zod'
import { bcdNumber } from './dlt645-bcd.ts'

/** The items with a meter's date and time. */
export const METER_DATE = '04000101'
export const METER_TIME = '04000102'

/** Meters of this standard keep the time of China, which knows no summer time. */
const ZONE_MS = 8 * 3_600_000
/** A clock that moves by more than this against ours was set. */
const JUMP_MS = 300_000

/** A meter's clock at one instant: what it showed, and our own clocks when the answer came; ms. */
export interface ClockSample {
  /** From `meterClock`. */
  readonly meter: number
  readonly wall: number
  readonly mono: number
}

/** What is known of a meter's clock, as plain JSON that outlives a restart. */
export const ClockMemory = z
  .object({ jumps: z.number().int().nonnegative(), meter: z.number(), offsetMs: z.number() })
  .strict()
export type ClockMemory = z.infer<typeof ClockMemory>

/** A meter's clock as watched since this program's start. */
export interface ClockWatch extends ClockMemory {
  /** Monotonic time of the last sample. */
  readonly mono: number
  /** What was known before the start, until it has been held against what is seen now. */
  readonly before: ClockMemory | null
}

/**
 * UTC that a meter's clock shows, in ms; null when it shows no time that exists. `date` is item 04000101 (weekday, day,
 * month, year), `time` item 04000102 (second, minute, hour), as their bytes come.
 */
export function meterClock(date: Uint8Array, time: Uint8Array): number | null {
  const [day, month, year] = [1, 2, 3].map((index) => twoDigits(date, index))
  const [second, minute, hour] = [0, 1, 2].map((index) => twoDigits(time, index))
  if (date.length !== 4 || time.length !== 3) return null
  if (!isNumber(day) || !isNumber(month) || !isNumber(year)) return null
  if (!isNumber(second) || !isNumber(minute) || !isNumber(hour)) return null
  if (second > 59 || minute > 59 || hour > 23) return null
  const shown = Date.UTC(2000 + year, month - 1, day, hour, minute, second)
  // A day or month that does not exist rolls over into another one.
  const back = new Date(shown)
  return back.getUTCMonth() === month - 1 && back.getUTCDate() === day ? shown - ZONE_MS : null
}

/** How long ago it was midnight on the meter when its clock showed this, in ms. */
export function sinceMidnight(meter: number): number {
  return (meter + ZONE_MS) % 86_400_000
}

/**
 * The watch after one more sample. While this program runs the meter's clock is held against our monotonic one, so a
 * correction of our own wall clock is no jump of the meter's. What was known before the start is held against the wall
 * clock, but only at the second sample: the first may come before the gateway has learned the time itself. A clock that
 * shows an earlier time than it did before the start was set back in any case.
 */
export function watchClock(last: ClockWatch | ClockMemory | null, sample: ClockSample): ClockWatch {
  const { meter, wall, mono } = sample
  const offsetMs = meter - wall
  if (last === null) return { jumps: 0, meter, offsetMs, mono, before: null }
  if (!('mono' in last)) {
    const isBack = meter < last.meter - JUMP_MS
    return { jumps: last.jumps + (isBack ? 1 : 0), meter, offsetMs, mono, before: isBack ? null : last }
  }
  const drift = meter - last.meter - (mono - last.mono)
  const gap = last.before === null ? 0 : offsetMs - last.before.offsetMs
  const isJump = Math.abs(drift) > JUMP_MS || Math.abs(gap) > JUMP_MS
  return { jumps: last.jumps + (isJump ? 1 : 0), meter, offsetMs, mono, before: null }
}

/** What is to be remembered of a watch. */
export function clockMemory({ jumps, meter, offsetMs, before }: ClockWatch): ClockMemory {
  // Until it has been held against the clock, what was known before stays what is compared with.
  return { jumps, meter, offsetMs: before?.offsetMs ?? offsetMs }
}

function twoDigits(bytes: Uint8Array, index: number): number | null {
  return index < bytes.length ? bcdNumber(bytes.subarray(index, index + 1), { decimals: 0, signed: false }) : null
}

function isNumber(value: number | null | undefined): value is number {
  return typeof value === 'number'
}
