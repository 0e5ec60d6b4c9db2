import type { Alarm } from '../../core/contract/alarm.ts'
import type { SiteSummary } from '../../core/contract/http.ts'
import type { DeskStatus, LiveMessage } from '../../core/contract/live.ts'
import { LIVE_REVISION } from '../../core/contract/live-revision.ts'
import { Priority } from '../../core/contract/priority.ts'
import { type UtcMs, utcMs } from '../../core/contract/time.ts'
import { alarmWith } from '../../test/web/support/alarms.ts'

const MINUTE_MS = 60_000
/** Sites heard of in a minute. */
const MOVED = 5
/** A new alarm comes every so many minutes: 150 a day. */
const ALARM_EVERY = 9.6
/** Minutes after which an alarm is acknowledged, and after which it is closed. */
const ACKNOWLEDGED_AFTER = 10
const CLOSED_AFTER = 60

export interface Month {
  snapshot(): LiveMessage
  /** What the next minute brings. */
  minute(): LiveMessage
}

/** The feed of a county minute by minute: some sites are heard of, alarms come, are acknowledged and close. */
export function openMonth(from: {
  readonly sites: readonly SiteSummary[]
  readonly status: DeskStatus
  readonly startAt: number
}): Month {
  const sites = [...from.sites]
  const open = new Map<string, { readonly alarm: Alarm; readonly since: number }>()
  let rev = 0
  let passed = 0
  let raised = 0
  const now = () => utcMs(from.startAt + passed * MINUTE_MS)

  const raise = (): Alarm[] => {
    if ((raised + 1) * ALARM_EVERY > passed) return []
    raised += 1
    const site = sites[raised % sites.length]?.site.id ?? ''
    const alarm = alarmWith({
      ...{ id: `${site}.rule-${raised % 40}.m${raised.toString(36)}`, site, rule: `rule-${raised % 40}` },
      ...{ priority: Priority.options[raised % Priority.options.length], raisedAt: now() },
    })
    open.set(alarm.id, { alarm, since: passed })
    return [alarm]
  }
  const move = (): Alarm[] =>
    [...open.values()].flatMap(({ alarm, since }) => {
      const age = passed - since
      if (age !== ACKNOWLEDGED_AFTER && age !== CLOSED_AFTER) return []
      const next: Alarm =
        age === ACKNOWLEDGED_AFTER
          ? {
              ...{ ...alarm, state: 'acked', version: 2 },
              acknowledgement: { at: now(), by: 'operator', note: '已处理', via: 'desk' },
            }
          : { ...alarm, state: 'closed', version: 3, returnedAt: now(), closedAt: now() }
      if (age === CLOSED_AFTER) open.delete(alarm.id)
      else open.set(alarm.id, { alarm: next, since })
      return [next]
    })
  const hear = (changed: readonly Alarm[]): SiteSummary[] => {
    const names = new Set([
      ...Array.from({ length: MOVED }, (_, index) => sites[(passed * MOVED + index) % sites.length]?.site.id ?? ''),
      ...changed.map(({ site }) => site),
    ])
    return [...names].flatMap((name) => {
      const at = sites.findIndex(({ site }) => site.id === name)
      const known = sites[at]
      if (known === undefined) return []
      const next = heardOf(
        known,
        now(),
        [...open.values()].map(({ alarm }) => alarm),
      )
      sites[at] = next
      return [next]
    })
  }
  return {
    snapshot: () => ({
      ...{ type: 'snapshot', rev, now: now(), sites, alarms: [...open.values()].map(({ alarm }) => alarm) },
      ...{ hello: { version: 'lapsed', revision: LIVE_REVISION, page: null }, status: from.status },
    }),
    minute: () => {
      passed += 1
      rev += 1
      const alarms = [...raise(), ...move()]
      return { type: 'delta', rev, now: now(), sites: hear(alarms), pulses: [], alarms, readings: [] }
    },
  }
}

function heardOf(known: SiteSummary, at: UtcMs, open: readonly Alarm[]): SiteSummary {
  const own = open.filter(({ site }) => site === known.site.id)
  const count = (priority: Priority) => own.filter((alarm) => alarm.priority === priority).length
  const freshUntil = utcMs(at + 10 * MINUTE_MS)
  return {
    ...known,
    ...{ lastHeardAt: at, freshUntil },
    openAlarms: { red: count('red'), orange: count('orange'), yellow: count('yellow'), blue: count('blue') },
    worstUnacked:
      Priority.options.find((one) => own.some(({ priority, state }) => priority === one && state === 'unacked')) ??
      null,
    headline: known.headline === null ? null : { ...known.headline, at, validUntil: freshUntil },
  }
}
