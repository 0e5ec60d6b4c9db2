import type { Alarm } from '../../../core/contract/alarm.ts'
import type { Priority } from '../../../core/contract/priority.ts'
import { awaitsPerson } from '../../../core/alarms/lifecycle-table.ts'
import { comparePriority } from '../../../core/alarms/priority.ts'
import { messageOf } from '../../../core/kit/errors.ts'
import { systemClock } from '../../../platform/clock.ts'
import type { Log } from '../../../platform/log.ts'
import type { AlarmDesk } from '../alarms/desk.ts'
import type { SiteAlarms } from '../ingest/county.ts'

/** The open alarms in memory, as the overview counts them and a snapshot shows them. */
export interface AlarmBoard {
  /** The worst of the sites that are seen, of each priority the newest, at most `most`. */
  open(most: number, sees?: (site: string) => boolean): readonly Alarm[]
  of(site: string): SiteAlarms
  /** How many of the sites that are seen are held back. */
  suppressed(sees?: (site: string) => boolean): number
  /** Follows the desk until `signal` aborts; `changed` hears each alarm after the board has taken it. */
  follow(changed: (alarm: Alarm) => void, signal: AbortSignal): Promise<void>
}

/** Pause before the open alarms are read again. */
const RETRY_MS = 500

type Desk = Pick<AlarmDesk, 'open' | 'changes' | 'changed'>

/** Throws `store/failed`. Once open it tries again instead. */
export async function openAlarmBoard(desk: Desk, log: Log): Promise<AlarmBoard> {
  const alarms = new Map<string, Alarm>()
  const sites = new Map<string, Map<string, Alarm>>()
  const drop = ({ id, site }: Alarm) => {
    alarms.delete(id)
    sites.get(site)?.delete(id)
  }
  const take = (alarm: Alarm) => {
    const known = alarms.get(alarm.id)
    if (known !== undefined && known.version > alarm.version) return
    if (alarm.state === 'closed') {
      drop(alarm)
      return
    }
    alarms.set(alarm.id, alarm)
    const own = sites.get(alarm.site) ?? new Map<string, Alarm>()
    sites.set(alarm.site, own.set(alarm.id, alarm))
  }
  for (const alarm of await desk.open()) take(alarm)
  return {
    open: (most, sees = everySite) =>
      [...alarms.values()]
        .filter(({ site }) => sees(site))
        .sort(byRank)
        .slice(0, most),
    suppressed: (sees = everySite) =>
      [...alarms.values()].filter(({ site, suppressions }) => suppressions.length > 0 && sees(site)).length,
    of: (site) => countOf(sites.get(site)?.values() ?? []),
    follow: async (changed, signal) => {
      const changes = desk.changes(signal)
      // What changed between reading the open ones and following them.
      const now = new Map((await openNow(desk, log, signal)).map((alarm) => [alarm.id, alarm]))
      if (signal.aborted) return
      const gone = [...alarms.values()].filter(({ id }) => !now.has(id))
      for (const alarm of gone) drop(alarm)
      // Comes back as a change in its last version, so that whoever was shown it hears that it has closed.
      desk.changed(gone.map(({ id }) => id))
      for (const alarm of now.values()) {
        const isNews = alarms.get(alarm.id)?.version !== alarm.version
        take(alarm)
        if (isNews) changed(alarm)
      }
      for await (const alarm of changes) {
        take(alarm)
        changed(alarm)
      }
    },
  }
}

/** The open alarms, tried until they can be read; none after an abort. */
async function openNow(desk: Desk, log: Log, signal: AbortSignal): Promise<readonly Alarm[]> {
  let isFailing = false
  while (!signal.aborted) {
    try {
      const open = await desk.open()
      if (isFailing) log.info({}, 'the open alarms are read')
      return open
    } catch (error) {
      const why = messageOf(error)
      if (!isFailing) log.error({ code: 'store/failed', why }, 'the open alarms could not be read; trying again')
      isFailing = true
      await systemClock.sleep(RETRY_MS, signal).catch(() => undefined)
    }
  }
  return []
}

function everySite(): boolean {
  return true
}

function byRank(a: Alarm, b: Alarm): number {
  return comparePriority(a.priority, b.priority) || b.raisedAt - a.raisedAt
}

/** Asked of every site several times a second, so that nothing is made for it. */
function countOf(alarms: Iterable<Alarm>): SiteAlarms {
  const openAlarms = { red: 0, orange: 0, yellow: 0, blue: 0 }
  let worstUnacked: Priority | null = null
  for (const { priority, state } of alarms) {
    openAlarms[priority] += 1
    if (!awaitsPerson(state)) continue
    if (worstUnacked === null || comparePriority(priority, worstUnacked) < 0) worstUnacked = priority
  }
  return { openAlarms, worstUnacked }
}
