import type { Texts } from '../i18n/texts.ts'

/** Instants as people of one time zone read them: 24 h, ISO order. */
export interface ZoneTimes {
  /** `03:07:05` */
  time(at: number): string
  /** `03:07` */
  shortTime(at: number): string
  /** `2026-01-12` */
  date(at: number): string
  /** `01-12` */
  shortDate(at: number): string
  /** `2026-01-12 03:07:05` */
  full(at: number): string
  /** Time alone when `at` falls on the same day as `now`, else with the day before it. */
  near(at: number, now: number): string
}

/** Zone times by zone name; formatters are kept, since making one is slow. A zone nobody knows falls back to UTC. */
export function openTimes(): (zone: string) => ZoneTimes {
  const known = new Map<string, ZoneTimes>()
  return (zone) => {
    const found = known.get(zone)
    if (found !== undefined) return found
    const made = zoneTimes(zone)
    known.set(zone, made)
    return made
  }
}

function zoneTimes(zone: string): ZoneTimes {
  const offsetAt = offsets(formatter(zone))
  /** `2026-01-12T03:07:05.000Z`, in which the Z is the zone's. */
  const local = (at: number) => new Date(Math.floor(at) + offsetAt(at)).toISOString()
  const time = (at: number) => local(at).slice(11, 19)
  const date = (at: number) => local(at).slice(0, 10)
  return {
    time,
    date,
    shortTime: (at) => time(at).slice(0, 5),
    shortDate: (at) => date(at).slice(5),
    full: (at) => `${date(at)} ${time(at)}`,
    near: (at, now) => (date(at) === date(now) ? time(at) : `${date(at).slice(5)} ${time(at)}`),
  }
}

/** How far a zone is ahead of UTC, ms. Zones change on a quarter of an hour, and asking the browser is slow, so each quarter is asked for once. */
function offsets(format: Intl.DateTimeFormat): (at: number) => number {
  const known = new Map<number, number>()
  return (at) => {
    const quarter = Math.floor(at / QUARTER_MS)
    const found = known.get(quarter)
    if (found !== undefined) return found
    const begins = quarter * QUARTER_MS
    const parts: Record<string, number> = {}
    for (const { type, value } of format.formatToParts(begins)) parts[type] = Number(value)
    const { year = NaN, month = NaN, day, hour, minute, second } = parts
    const offset = Date.UTC(year, month - 1, day, hour, minute, second) - begins
    if (known.size >= MOST_QUARTERS) known.clear()
    known.set(quarter, offset)
    return offset
  }
}

function formatter(zone: string): Intl.DateTimeFormat {
  const options = {
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  } as const
  try {
    return new Intl.DateTimeFormat('en-GB', { ...options, timeZone: zone })
  } catch {
    return new Intl.DateTimeFormat('en-GB', { ...options, timeZone: 'UTC' })
  }
}

const QUARTER_MS = 900_000
const MOST_QUARTERS = 5_000
const SECOND = 1_000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** A length of time in at most two words, such as `25 s`, `3 min` or `2 h 10 min`. Negative counts as none. */
export function spanText(ms: number, texts: Texts): string {
  const { second, minute, hour, day, join } = texts.spans
  const left = Math.max(0, ms)
  if (left < MINUTE) return second(Math.floor(left / SECOND))
  if (left < HOUR) return minute(Math.floor(left / MINUTE))
  if (left < DAY) return join(hour(Math.floor(left / HOUR)), remainder(Math.floor((left % HOUR) / MINUTE), minute))
  return join(day(Math.floor(left / DAY)), remainder(Math.floor((left % DAY) / HOUR), hour))
}

function remainder(count: number, unit: (count: number) => string): string | null {
  return count === 0 ? null : unit(count)
}

/** How long ago, in words. */
export function agoText(ms: number, texts: Texts): string {
  return ms < SECOND ? texts.spans.justNow : texts.spans.ago(spanText(ms, texts))
}

/**
 * How long after something, or before it, with its sign: `+0.5 s`, `−1.0 s`, `+3 min`. Less than ten seconds are told to the tenth: that is
 * what a good chain takes from one stamp to the next. A little less than nothing is nothing.
 */
export function afterText(ms: number, texts: Texts): string {
  const away = Math.abs(ms)
  const tenths = Math.round(away / 100) / 10
  const sign = ms < 0 && tenths > 0 ? '−' : '+'
  return `${sign}${away < 10_000 ? `${tenths.toFixed(1)} s` : spanText(away, texts)}`
}
