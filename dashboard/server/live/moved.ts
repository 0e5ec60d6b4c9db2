import type { Alarm } from '../../../core/contract/alarm.ts'
import { MOST_OPEN_TOLD } from '../../../core/contract/live.ts'
import { comparePriority } from '../../../core/alarms/priority.ts'

/** Alarms in one message: a page that gets more has no time to draw them. */
const MOST_AT_ONCE = 100

/** Alarms that have changed and that no page has been told of yet, each in its newest version. */
export interface Moved {
  add(alarm: Alarm): void
  /** Takes out what goes into the next message: the worst, of each priority those that changed last. */
  take(): readonly Alarm[]
  /** True once when all are told but some were left out on the way, so that every page needs a snapshot. */
  endsShort(): boolean
  isWaiting(): boolean
  clear(): void
}

/** In a flood of alarms as many wait as a page shows; what is left out comes with the snapshot after it. */
export function openMoved(): Moved {
  let waiting = new Map<string, Alarm>()
  let isShort = false
  return {
    add: (alarm) => {
      // Deleted first, so that those that changed last stand last.
      waiting.delete(alarm.id)
      waiting.set(alarm.id, alarm)
    },
    take: () => {
      if (waiting.size <= MOST_AT_ONCE) {
        const all = [...waiting.values()]
        waiting.clear()
        return all
      }
      const ranked = [...waiting.values()].reverse().sort((a, b) => comparePriority(a.priority, b.priority))
      isShort ||= ranked.length > MOST_OPEN_TOLD
      const left = ranked.slice(MOST_AT_ONCE, MOST_OPEN_TOLD).reverse()
      waiting = new Map(left.map((alarm) => [alarm.id, alarm]))
      return ranked.slice(0, MOST_AT_ONCE)
    },
    endsShort: () => {
      if (!isShort || waiting.size > 0) return false
      isShort = false
      return true
    },
    isWaiting: () => waiting.size > 0,
    clear: () => waiting.clear(),
  }
}
