import type { Texts } from '../i18n/texts.ts'
import { zoneOffset } from './zone-offset.ts'

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

/** Zone times by zone name; what is learnt of a zone is kept, since asking the browser is slow. A zone nobody knows falls back to UTC. */
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
  const offset = zoneOffset(zone)
  /** `2026-01-12T03:07:05.000Z`, in which the Z is the zone's. */
  const local = (at: number) => new Date(Math.floor(at) + offset(at)).toISOString()
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
