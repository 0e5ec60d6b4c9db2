import { siteState, type SiteState } from '../../../core/alarms/site-state.ts'
import type { Alarm, Suppression } from '../../../core/contract/alarm.ts'
import type { SiteSummary } from '../../../core/contract/http.ts'
import type { Priority } from '../../../core/contract/priority.ts'
import type { UtcMs } from '../../../core/contract/time.ts'
import { wallAge } from '../../../core/kit/time.ts'
import type { Texts } from '../i18n/texts.ts'
import { isSuppressed, needsPerson, PRIORITIES, suppressionOf } from '../stores/alarm-order.ts'
import { spanText } from './time.ts'

/** Whether the site is being watched, apart from its alarms. `partly`: some points say nothing, the rest is fresh. */
export type Watch = 'watched' | 'partly' | 'stale' | 'offline'

export interface SiteView {
  readonly state: SiteState
  readonly watch: Watch
  /** Highest priority nobody has acknowledged, else highest of all open alarms; null = none. What needs a person comes first. */
  readonly worst: Priority | null
  readonly unacked: boolean
  /** All of its open alarms are held back, the worst of them like this; null = not all are. */
  readonly held: Suppression['kind'] | null
}

export interface Viewing {
  readonly now: UtcMs
  /** False while the live feed is silent: then no site counts as watched. */
  readonly feedAlive: boolean
  /** The site's open alarms, where known. */
  readonly open: readonly Alarm[]
}

/** How a site stands, and beside it whether it is being watched: an alarm must not hide a dead gateway. */
export function siteView(summary: SiteSummary, { now, feedAlive, open }: Viewing): SiteView {
  const watch = watchOf(summary, now, feedAlive)
  if (open.length === 0) {
    const worst = summary.worstUnacked ?? PRIORITIES.find((priority) => summary.openAlarms[priority] > 0) ?? null
    return { state: siteState(summary, now), watch, worst, unacked: summary.worstUnacked !== null, held: null }
  }
  const groups = [open.filter(needsPerson), open.filter((alarm) => !isSuppressed(alarm)), open]
  const these = groups.find((group) => group.length > 0) ?? open
  const worst = PRIORITIES.find((priority) => these.some((alarm) => alarm.priority === priority)) ?? null
  const first = open.every(isSuppressed) ? these.find((alarm) => alarm.priority === worst) : undefined
  return {
    state: siteState({ ...summary, worstUnacked: null }, now, these),
    watch,
    worst,
    unacked: these.some(needsPerson),
    held: first === undefined ? null : suppressionOf(first),
  }
}

function watchOf(summary: SiteSummary, now: UtcMs, feedAlive: boolean): Watch {
  const calm = siteState({ ...summary, openAlarms: { red: 0, orange: 0, yellow: 0, blue: 0 }, worstUnacked: null }, now)
  if (calm === 'offline') return 'offline'
  if (!feedAlive) return 'stale'
  if (calm !== 'stale') return 'watched'
  const fresh = summary.freshUntil !== null && now <= summary.freshUntil
  return fresh && summary.notGood < summary.points ? 'partly' : 'stale'
}

/** The site's alarm state in words, short ones where room is scarce; null when there is no alarm to speak of. */
export function alarmWords(
  view: SiteView,
  texts: Texts,
  words: 'alarmState' | 'alarmShort' = 'alarmState',
): string | null {
  if (view.worst === null || (view.state !== 'alarm' && view.state !== 'returned')) return null
  if (view.held !== null) return `${texts.priority[view.worst]} · ${texts.alarmActs.suppressed[view.held]}`
  // What is over and answered, and still open, waits for somebody to look at the place.
  const over = view.unacked ? 'returned' : 'latched-acked'
  const what = view.state === 'returned' ? over : view.unacked ? 'unacked' : 'acked'
  return `${texts.priority[view.worst]} · ${texts[words][what]}`
}

/** In words since when, or how far, nobody watches the site; null while all of it is watched. */
export function watchWords(summary: SiteSummary, { watch }: SiteView, now: UtcMs, texts: Texts): string | null {
  switch (watch) {
    case 'watched':
      return null
    case 'partly':
      return texts.site.notGood(summary.notGood, summary.points)
    case 'offline':
      if (summary.lastHeardAt === null) return texts.site.neverHeard
      return texts.site.offlineFor(spanText(wallAge(summary.lastHeardAt, now), texts))
    case 'stale':
      if (summary.freshUntil === null || summary.freshUntil > now) return texts.site.stale
      return texts.site.staleFor(spanText(wallAge(summary.freshUntil, now), texts))
  }
}

/** True where what is drawn of the site is not how things are now. */
export function isHatched(view: Pick<SiteView, 'watch'>): boolean {
  return view.watch === 'offline' || view.watch === 'stale'
}
