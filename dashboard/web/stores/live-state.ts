import type { Alarm } from '../../../core/contract/alarm.ts'
import type { LatestReading, SiteSummary } from '../../../core/contract/http.ts'
import { Priority } from '../../../core/contract/priority.ts'
import type { NoticeMessage } from '../../../core/contract/notice.ts'
import { type DeskStatus, type LiveReading, MOST_OPEN_TOLD } from '../../../core/contract/live.ts'
import { withPulse } from '../../../core/alarms/site-pulse.ts'
import { comparePriority } from '../../../core/alarms/priority.ts'
import type { LiveNews } from './live-message.ts'

/** What the page knows through the live feed. `rev` is null while a snapshot is missing. */
export interface LiveState {
  readonly rev: number | null
  /** Snapshots so far: whoever fetched something beside the feed fetches it again when this grows. */
  readonly epoch: number
  readonly sites: ReadonlyMap<string, SiteSummary>
  /** Open alarms, of more than 1 000 the worst and newest, and those that closed since the last snapshot. */
  readonly alarms: ReadonlyMap<string, Alarm>
  /** Readings by `site/device/point`. */
  readonly readings: ReadonlyMap<string, LatestReading>
  /** Who is on duty and whether messages get out; null before the first snapshot. */
  readonly status: DeskStatus | null
  /** Messages to whoever sits here that belong to no open alarm, newest first, until they are read. */
  readonly notices: readonly NoticeMessage[]
}

export const EMPTY_LIVE: LiveState = {
  rev: null,
  epoch: 0,
  sites: new Map(),
  alarms: new Map(),
  readings: new Map(),
  status: null,
  notices: [],
}

/** Messages kept until somebody reads them. */
const NOTICES_KEPT = 50

/** Closed alarms kept beside the open ones, so that a screen that shows one hears of its end. */
const CLOSED_KEPT = 100

export interface Taken {
  readonly state: LiveState
  /** True when a message was missed and a new snapshot must be asked for. */
  readonly missed: boolean
}

/**
 * One message taken into the state. After a gap in `rev` what comes is still shown, since every item is whole and newer,
 * but the state stays without a `rev`, and asks, until a snapshot comes.
 */
export function take(state: LiveState, message: LiveNews): Taken {
  switch (message.type) {
    case 'snapshot':
      return {
        missed: false,
        state: {
          rev: message.rev,
          epoch: state.epoch + 1,
          sites: new Map(message.sites.map((summary) => [summary.site.id, summary])),
          alarms: new Map(message.alarms.map((alarm) => [alarm.id, newerAlarm(state.alarms.get(alarm.id), alarm)])),
          readings: state.readings,
          status: message.status,
          notices: state.notices,
        },
      }
    case 'notice': {
      const others = state.notices.filter(({ notice }) => notice !== message.message.notice)
      return { state: { ...state, notices: [message.message, ...others].slice(0, NOTICES_KEPT) }, missed: false }
    }
    case 'beat':
      return message.rev === state.rev ? { state, missed: false } : { state: { ...state, rev: null }, missed: true }
    case 'delta': {
      if (state.rev !== null && message.rev <= state.rev) return { state, missed: false }
      const missed = state.rev === null || message.rev !== state.rev + 1
      // A pulse says nothing of a site whose summary may have been missed; without it the site's values age, as they should.
      const pulses = missed ? [] : message.pulses
      return { missed, state: { ...merged(state, { ...message, pulses }), rev: missed ? null : message.rev } }
    }
  }
}

/** An alarm learnt beside the feed, such as the answer to an acknowledgement. Older versions change nothing. */
export function learn(state: LiveState, alarm: Alarm): LiveState {
  return { ...state, alarms: withAlarms(state.alarms, [alarm]) }
}

/** The state without a message that was read. */
export function read(state: LiveState, notice: string): LiveState {
  return { ...state, notices: state.notices.filter((one) => one.notice !== notice) }
}

/** The state without readings of other sites than `site`. */
export function keepReadings(state: LiveState, site: string | null): LiveState {
  const kept = [...state.readings].filter(([key]) => site !== null && key.startsWith(`${site}/`))
  return { ...state, readings: new Map(kept) }
}

/** True while an alarm needs somebody or something: everything but closed. */
export function isOpen(alarm: Alarm): boolean {
  return alarm.state !== 'closed'
}

/** The open alarms of each site that has any, in the order they are known in. */
export function openBySite(alarms: LiveState['alarms']): ReadonlyMap<string, readonly Alarm[]> {
  const sites = new Map<string, Alarm[]>()
  for (const alarm of alarms.values()) {
    if (!isOpen(alarm)) continue
    const known = sites.get(alarm.site)
    if (known === undefined) sites.set(alarm.site, [alarm])
    else known.push(alarm)
  }
  return sites
}

/** How many alarms are open, whether the page knows of them or not. */
export function openTotal(
  { sites }: Pick<LiveState, 'sites'>,
  priorities: readonly Priority[] = Priority.options,
): number {
  const counts = [...sites.values()].flatMap(({ openAlarms }) => priorities.map((priority) => openAlarms[priority]))
  return counts.reduce((sum, count) => sum + count, 0)
}

/** The newer of two readings of a point. */
export function newerReading(a: LatestReading | null | undefined, b: LatestReading | null | undefined) {
  if (a === null || a === undefined) return b ?? null
  if (b === null || b === undefined) return a
  return b.at >= a.at ? b : a
}

type Delta = LiveNews & { readonly type: 'delta' }

function merged(state: LiveState, delta: Delta): LiveState {
  return {
    ...state,
    sites: withSites(state.sites, delta),
    alarms: withAlarms(state.alarms, delta.alarms),
    readings: withReadings(state.readings, delta.readings),
    status: delta.status ?? state.status,
  }
}

// Unchanged collections stay the same object, so that nothing is drawn again for them.
function withSites(known: LiveState['sites'], { sites, pulses }: Pick<Delta, 'sites' | 'pulses'>): LiveState['sites'] {
  if (sites.length === 0 && pulses.length === 0) return known
  const next = new Map(known)
  for (const summary of sites) next.set(summary.site.id, summary)
  for (const pulse of pulses) {
    const before = next.get(pulse[0])
    if (before !== undefined) next.set(pulse[0], withPulse(before, pulse))
  }
  return next
}

function withReadings(known: LiveState['readings'], changed: readonly LiveReading[]): LiveState['readings'] {
  if (changed.length === 0) return known
  const readings = new Map(known)
  for (const { site, point, latest } of changed) {
    const key = `${site}/${point}`
    readings.set(key, newerReading(readings.get(key), latest) ?? latest)
  }
  return readings
}

function withAlarms(known: ReadonlyMap<string, Alarm>, changed: readonly Alarm[]): ReadonlyMap<string, Alarm> {
  if (changed.length === 0) return known
  const alarms = new Map(known)
  for (const alarm of changed) alarms.set(alarm.id, newerAlarm(alarms.get(alarm.id), alarm))
  const all = [...alarms.values()]
  if (alarms.size > MOST_OPEN_TOLD) {
    for (const { id } of all.filter(isOpen).sort(byRank).slice(MOST_OPEN_TOLD)) alarms.delete(id)
  }
  const closed = all.filter((alarm) => !isOpen(alarm))
  for (const alarm of closed.slice(0, Math.max(0, closed.length - CLOSED_KEPT))) alarms.delete(alarm.id)
  return alarms
}

function byRank(a: Alarm, b: Alarm): number {
  return comparePriority(a.priority, b.priority) || b.raisedAt - a.raisedAt
}

function newerAlarm(known: Alarm | undefined, came: Alarm): Alarm {
  return known !== undefined && known.version > came.version ? known : came
}
