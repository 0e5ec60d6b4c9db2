import type { Alarm } from '../../../core/contract/alarm.ts'
import type { Priority } from '../../../core/contract/priority.ts'

/** How often a colour is heard again while it is unacknowledged, in ms; null = once. */
const REPEAT_MS: Readonly<Record<Priority, number | null>> = { red: 5_000, orange: 30_000, yellow: null, blue: null }

/** What has been heard and said so far. */
export interface Heard {
  /** Alarms that were there already. */
  readonly known: ReadonlySet<string>
  /** When each colour last sounded, by the page's monotonic clock. */
  readonly sounded: Readonly<Partial<Record<Priority, number>>>
}

export const NOTHING_HEARD: Heard = { known: new Set(), sounded: {} }

export interface Announcement {
  readonly heard: Heard
  /** Red alarms that are new, for the spoken region. */
  readonly fresh: readonly Alarm[]
  /** The one sound that is due, the worst first; null = silence. */
  readonly sound: Priority | null
}

/** What to say and to sound now. An acknowledged alarm is silent; blue never sounds. */
export function announce(heard: Heard, alarms: readonly Alarm[], mono: number): Announcement {
  const loud = alarms.filter((alarm) => alarm.state === 'unacked')
  const fresh = loud.filter((alarm) => !heard.known.has(alarm.id))
  const sound =
    (['red', 'orange', 'yellow'] as const).find((priority) => {
      const these = loud.filter((alarm) => alarm.priority === priority)
      if (these.length === 0) return false
      const last = heard.sounded[priority]
      const repeat = REPEAT_MS[priority]
      const repeats = last === undefined || (repeat !== null && mono - last >= repeat)
      return these.some((alarm) => fresh.includes(alarm)) || (repeat !== null && repeats)
    }) ?? null
  return {
    fresh: fresh.filter((alarm) => alarm.priority === 'red'),
    sound,
    heard: {
      known: new Set(alarms.map((alarm) => alarm.id)),
      sounded: sound === null ? heard.sounded : { ...heard.sounded, [sound]: mono },
    },
  }
}
