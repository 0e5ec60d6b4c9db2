import type { Alarm } from '../contract/alarm.ts'
import type { SiteSummary } from '../contract/http.ts'
import type { Priority } from '../contract/priority.ts'
import type { UtcMs } from '../contract/time.ts'
import { isActive } from './lifecycle-table.ts'
import { comparePriority } from './priority.ts'

/** What a site is at one glance, worst first. `quiet` is only said of a site that is really being watched. */
export const SITE_STATES = ['alarm', 'returned', 'offline', 'stale', 'quiet'] as const
export type SiteState = (typeof SITE_STATES)[number]

/**
 * The state of a site at `now`. `alarm`: a condition holds; `returned`: it is gone but a person is still to acknowledge it or to look at the place;
 * `offline`: the gateway is not there; `stale`: some point is not good, or too old to be believed.
 * With `open`, the site's open alarms, the first two are told apart exactly; without, any open alarm counts as `alarm`.
 */
export function siteState(summary: SiteSummary, now: UtcMs, open?: readonly Pick<Alarm, 'state'>[]): SiteState {
  const counted = Object.values(summary.openAlarms).some((count) => count > 0)
  const active = open === undefined ? counted : open.some((alarm) => isActive(alarm.state))
  if (active) return 'alarm'
  if (summary.worstUnacked !== null || (open?.some(({ state }) => state !== 'closed' && !isActive(state)) ?? false))
    return 'returned'
  if (!summary.online || summary.lastHeardAt === null) return 'offline'
  return isWatched(summary, now) ? 'quiet' : 'stale'
}

/** Orders sites worst first: by state, then by the worst priority, then by id so that rows never jump. */
export function compareSites(a: SiteSummary, b: SiteSummary, now: UtcMs): number {
  const byState = SITE_STATES.indexOf(siteState(a, now)) - SITE_STATES.indexOf(siteState(b, now))
  if (byState !== 0) return byState
  const byUnacked = compareOptional(a.worstUnacked, b.worstUnacked)
  if (byUnacked !== 0) return byUnacked
  const byOpen = compareOptional(worstOpen(a), worstOpen(b))
  if (byOpen !== 0) return byOpen
  return a.site.id < b.site.id ? -1 : a.site.id > b.site.id ? 1 : 0
}

function isWatched(summary: SiteSummary, now: UtcMs): boolean {
  if (summary.points === 0) return true
  return summary.notGood === 0 && summary.freshUntil !== null && now <= summary.freshUntil
}

function worstOpen(summary: SiteSummary): Priority | null {
  const { red, orange, yellow, blue } = summary.openAlarms
  if (red > 0) return 'red'
  if (orange > 0) return 'orange'
  if (yellow > 0) return 'yellow'
  return blue > 0 ? 'blue' : null
}

function compareOptional(a: Priority | null, b: Priority | null): number {
  if (a === null) return b === null ? 0 : 1
  return b === null ? -1 : comparePriority(a, b)
}
