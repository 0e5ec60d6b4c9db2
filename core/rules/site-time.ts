import type { SitePlan } from './plan.ts'
import type { DayType, SiteView } from './site-view.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 86_400_000
const GRACE_BEFORE_MS = 15 * 60_000
const GRACE_AFTER_MS = 30 * 60_000
const NIGHT_FROM = 20
const NIGHT_UNTIL = 6

/** The calendar and papers of a plan. */
export function siteViewOf(plan: Pick<SitePlan, 'zone' | 'permits' | 'orders' | 'calendar'>): SiteView {
  const offsetAt = offsets(plan.zone)
  const local = (at: number) => at + offsetAt(at)
  const off = new Set<number>()
  const worked = new Set<number>()
  for (const year of Object.values(plan.calendar?.years ?? {})) {
    for (const date of year.off) off.add(Date.parse(date) / DAY_MS)
    for (const date of year.worked) worked.add(Date.parse(date) / DAY_MS)
  }
  const dayTypeOfDay = (day: number): DayType => {
    if (off.has(day)) return 'holiday'
    // 1970-01-01 was a Thursday.
    const isWeekend = (((day + 4) % 7) + 7) % 7 === 0 || (((day + 4) % 7) + 7) % 7 === 6
    return isWeekend && !worked.has(day) ? 'weekend' : 'work'
  }
  const dayOf = (at: number) => Math.floor(local(at) / DAY_MS)
  const minuteOf = (at: number) => Math.floor((((local(at) % DAY_MS) + DAY_MS) % DAY_MS) / 60_000)
  const hourOf = (at: number) => Math.floor(minuteOf(at) / 60)
  return {
    hourOf,
    minuteOf,
    dayOf,
    dayType: (at) => dayTypeOfDay(dayOf(at)),
    dayTypeOfDay,
    isNight: (at) => {
      const hour = hourOf(at)
      return hour >= NIGHT_FROM || hour < NIGHT_UNTIL
    },
    nextMinute: (at, minute) => {
      const today = dayOf(at) * DAY_MS + minute * 60_000
      const utc = (wanted: number) => wanted - offsetAt(wanted - offsetAt(at))
      return utc(today) >= at ? utc(today) : utc(today + DAY_MS)
    },
    permits: (at) =>
      plan.permits.length === 0
        ? plan.permits
        : plan.permits.filter(({ from, until, filed = 0 }) => {
            // Live nobody knew of it before it was filed, so a rehearsal does not either.
            return at >= Math.max(from - GRACE_BEFORE_MS, filed) && at < until + GRACE_AFTER_MS
          }),
    orders: (at) =>
      plan.orders.length === 0
        ? plan.orders
        : plan.orders.filter(({ from, until }) => at >= from && (until === null || at < until)),
  }
}

/** Hours whose offset is remembered: more than a rehearsed year has. */
const MOST_HOURS = 10_000

/** Local minus UTC, ms; asked of the zone once for each hour. A zone nobody knows counts as UTC. */
function offsets(zone: string): (at: number) => number {
  const format = formatIn(zone)
  const known = new Map<number, number>()
  let hour = NaN
  let offset = 0
  return (at) => {
    const asked = Math.floor(at / HOUR_MS)
    if (asked === hour) return offset
    hour = asked
    const before = known.get(asked)
    if (before !== undefined) return (offset = before)
    if (known.size >= MOST_HOURS) known.clear()
    offset = offsetIn(format, asked * HOUR_MS)
    known.set(asked, offset)
    return offset
  }
}

function formatIn(zone: string): Intl.DateTimeFormat | null {
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone: zone, timeZoneName: 'longOffset' })
  } catch {
    return null
  }
}

function offsetIn(format: Intl.DateTimeFormat | null, at: number): number {
  if (format === null || Number.isNaN(new Date(at).getTime())) return 0
  const name = format.formatToParts(at).find(({ type }) => type === 'timeZoneName')?.value ?? 'GMT'
  const [, sign = '+', hours = '0', minutes = '0'] = /GMT(?:([+-])(\d{2}):(\d{2}))?/.exec(name) ?? []
  return (sign === '-' ? -1 : 1) * (Number(hours) * HOUR_MS + Number(minutes) * 60_000)
}
