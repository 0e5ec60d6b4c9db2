import type { Alarm } from '../../../core/contract/alarm.ts'
import type { Priority } from '../../../core/contract/site.ts'
import type { AlarmDesk } from '../alarms/desk.ts'
import type { SiteAlarms } from '../ingest/county.ts'

/** The open alarms in memory, as the overview counts them and a snapshot shows them. */
export interface AlarmBoard {
  open(): readonly Alarm[]
  of(site: string): SiteAlarms
  /** Follows the desk until `signal` aborts; `changed` hears each alarm after the board has taken it. */
  follow(changed: (alarm: Alarm) => void, signal: AbortSignal): Promise<void>
}

const WORST_FIRST: readonly Priority[] = ['red', 'orange', 'yellow', 'blue']

/** Throws `store/failed`. */
export async function openAlarmBoard(desk: Pick<AlarmDesk, 'open' | 'changes'>): Promise<AlarmBoard> {
  const alarms = new Map<string, Alarm>()
  const take = (alarm: Alarm) => {
    const known = alarms.get(alarm.id)
    if (known !== undefined && known.version > alarm.version) return
    if (alarm.state === 'closed') alarms.delete(alarm.id)
    else alarms.set(alarm.id, alarm)
  }
  for (const alarm of await desk.open()) take(alarm)
  return {
    open: () => [...alarms.values()].sort((a, b) => b.raisedAt - a.raisedAt),
    of: (site) => countOf([...alarms.values()].filter((alarm) => alarm.site === site)),
    follow: async (changed, signal) => {
      const changes = desk.changes(signal)
      // What changed between reading the open ones and following them.
      for (const alarm of await desk.open()) take(alarm)
      for await (const alarm of changes) {
        take(alarm)
        changed(alarm)
      }
    },
  }
}

function countOf(alarms: readonly Alarm[]): SiteAlarms {
  const openAlarms = { red: 0, orange: 0, yellow: 0, blue: 0 }
  for (const { priority } of alarms) openAlarms[priority]++
  const unacked = new Set(
    alarms.filter(({ state }) => state === 'unacked' || state === 'returned').map(({ priority }) => priority),
  )
  return { openAlarms, worstUnacked: WORST_FIRST.find((priority) => unacked.has(priority)) ?? null }
}
