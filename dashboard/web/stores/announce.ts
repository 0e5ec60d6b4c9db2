import type { Alarm } from '../../../core/contract/alarm.ts'
import type { Priority } from '../../../core/contract/priority.ts'
import { digitOf, isSuppressed, needsPerson } from './alarm-order.ts'

/** How often a colour is heard again while nobody has acknowledged, in ms; null = once. */
const REPEAT_MS: Readonly<Record<Priority, number | null>> = { red: 5_000, orange: 30_000, yellow: null, blue: null }

/** In a storm one sound stands for all, so often, in ms. (§3.7) */
const STORM_REPEAT_MS = 60_000

/** What has been heard and said so far. */
export interface Heard {
  /** Alarms that waited for somebody already. */
  readonly known: ReadonlySet<string>
  /** When each colour last sounded, by the page's monotonic clock. */
  readonly sounded: Readonly<Partial<Record<Priority, number>>>
  /** What sounded last of all. */
  readonly last: { readonly priority: Priority; readonly mono: number } | null
}

export const NOTHING_HEARD: Heard = { known: new Set(), sounded: {}, last: null }

export interface Announcement {
  readonly heard: Heard
  /** Red alarms that are new, for the spoken region. */
  readonly fresh: readonly Alarm[]
  /** The one sound that is due, the worst first; null = silence. */
  readonly sound: Priority | null
}

/** What an announcement depends on beside the alarms. */
export interface Circumstances {
  readonly mono: number
  readonly storm: boolean
  /** While somebody has asked for silence: the alarms that were there when he did. Only red that is not among them sounds. */
  readonly hushed: ReadonlySet<string> | null
}

/**
 * What to say and to sound now. Only an acknowledgement silences red and orange: one that is over, or latched, was still never answered.
 * What is held back is silent, and is new again when that ends. Blue never sounds.
 */
export function announce(heard: Heard, alarms: readonly Alarm[], { mono, storm, hushed }: Circumstances): Announcement {
  const waiting = alarms.filter((alarm) => needsPerson(alarm) && alarm.announceAt === undefined)
  const fresh = waiting.filter((alarm) => !heard.known.has(alarm.id))
  const loud = waiting.filter((alarm) => isLoud(alarm) && (hushed === null || isNewRed(alarm, hushed)))
  const sound = storm ? stormSound(heard, loud, mono) : dueSound(heard, { loud, fresh, mono })
  return {
    fresh: fresh.filter((alarm) => alarm.priority === 'red'),
    sound,
    heard: {
      known: new Set(waiting.map((alarm) => alarm.id)),
      sounded: sound === null ? heard.sounded : { ...heard.sounded, [sound]: mono },
      last: sound === null ? heard.last : { priority: sound, mono },
    },
  }
}

const SOUNDING = ['red', 'orange', 'yellow'] as const

function isNewRed({ id, priority }: Alarm, hushed: ReadonlySet<string>): boolean {
  return priority === 'red' && !hushed.has(id)
}

function isLoud(alarm: Alarm): boolean {
  if (isSuppressed(alarm)) return false
  return alarm.priority === 'red' || alarm.priority === 'orange' || alarm.state === 'unacked'
}

interface Sounding {
  readonly loud: readonly Alarm[]
  readonly fresh: readonly Alarm[]
  readonly mono: number
}

function dueSound(heard: Heard, { loud, fresh, mono }: Sounding): Priority | null {
  const isDue = (priority: (typeof SOUNDING)[number]) => {
    const these = loud.filter((alarm) => alarm.priority === priority)
    if (these.some((alarm) => fresh.includes(alarm))) return true
    const repeat = REPEAT_MS[priority]
    const last = heard.sounded[priority]
    return these.length > 0 && repeat !== null && (last === undefined || mono - last >= repeat)
  }
  return SOUNDING.find(isDue) ?? null
}

/** Once a minute, for whatever is worst; a worse colour than the one heard last does not wait. */
function stormSound({ last }: Heard, loud: readonly Alarm[], mono: number): Priority | null {
  const worst = SOUNDING.find((priority) => loud.some((alarm) => alarm.priority === priority))
  if (worst === undefined) return null
  const isWorse = last === null || digitOf(worst) < digitOf(last.priority)
  return isWorse || mono - last.mono >= STORM_REPEAT_MS ? worst : null
}
