import type { Alarm } from '../../../core/contract/alarm.ts'
import type { SuppressionEntry } from '../../../core/contract/suppressions.ts'
import { zoneOffset } from '../show/zone-offset.ts'

export interface Stretch {
  readonly from: number
  readonly to: number
}

/** A time in which alarms of a point were held back, or work was announced that nobody need wonder at. */
export interface Hold extends Stretch {
  readonly kind: 'suppressed' | 'permitted'
}

const DAY_MS = 86_400_000
const HOUR_MS = 3_600_000
const NIGHT_FROM_MS = 22 * HOUR_MS
const NIGHT_TO_MS = 30 * HOUR_MS
/** A longer window has nights too narrow to be seen. */
const MOST_NIGHTS = 62

/** The nights (22:00–06:00 in a zone) that reach into a window, cut to it; none where there would be more than 62. */
export function nightsIn({ from, to }: Stretch, zone: string): Stretch[] {
  if (to - from > MOST_NIGHTS * DAY_MS) return []
  const offset = zoneOffset(zone)
  const first = Math.floor((from + offset(from)) / DAY_MS) - 1
  const last = Math.floor((to + offset(to)) / DAY_MS)
  const instant = (local: number) => local - offset(local - offset(local))
  return Array.from({ length: last - first + 1 }, (_, index) => (first + index) * DAY_MS)
    .map((day) => ({ from: instant(day + NIGHT_FROM_MS), to: instant(day + NIGHT_TO_MS) }))
    .flatMap((night) => cut(night, { from, to }))
}

/** When alarms of a point were held back in a window, by the register. */
export function holdsOf(
  entries: readonly SuppressionEntry[],
  { site, point, window }: { readonly site: string; readonly point: string; readonly window: Stretch },
): Hold[] {
  return entries
    .filter((entry) => entry.site === site && entry.point === point)
    .flatMap(({ from, until, endedAt }) => cut({ from, to: endedAt ?? until ?? window.to }, window))
    .map((stretch) => ({ ...stretch, kind: 'suppressed' }))
}

/** When work was announced at a site after the fact, by what people said of its alarms. */
export function permitsOf(
  alarms: readonly Alarm[],
  { site, window }: { readonly site: string; readonly window: Stretch },
): Hold[] {
  return alarms
    .filter((alarm) => alarm.site === site)
    .flatMap(({ feedback = [], raisedAt }) =>
      feedback.flatMap(({ kind, until }) =>
        kind === 'authorised' && until !== undefined ? cut({ from: raisedAt, to: until }, window) : [],
      ),
    )
    .map((stretch) => ({ ...stretch, kind: 'permitted' }))
}

/** The part of a stretch that lies in a window. */
function cut({ from, to }: Stretch, window: Stretch): Stretch[] {
  const part = { from: Math.max(from, window.from), to: Math.min(to, window.to) }
  return part.from < part.to ? [part] : []
}
