import type { Alarm, Suppression } from '../contract/alarm.ts'
import type { OccurrenceId } from '../contract/occurrence.ts'
import type { Priority } from '../contract/priority.ts'
import type { UtcMs } from '../contract/time.ts'
import { later } from '../kit/time.ts'
import type { ActRefusal } from './lifecycle-step.ts'

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** How long an alarm may be shelved at most, by its priority. (§3.3) */
export const SHELF_MS: Readonly<Record<Priority, number>> = {
  red: 2 * HOUR,
  orange: 8 * HOUR,
  yellow: 24 * HOUR,
  blue: 7 * DAY,
}

/** How long an order of work, or being out of service, may hold an alarm back before it is to be approved again. (§3.3) */
export const MOST_SUPPRESSED_MS = 30 * DAY

/** Shelvings of one rule within this long before are counted. */
export const SHELVINGS_WITHIN_MS = DAY

/** The shelving of that many within a day that needs a leader. */
const LEADERS_SHELVING = 3

/** Somebody else who stands in for an act. */
export interface SecondPerson {
  readonly name: string
  /** May approve what goes beyond the duty officers. */
  readonly isLeader: boolean
}

/** What a person wants held back. */
export interface SuppressionAsk {
  readonly kind: Suppression['kind']
  readonly by: string
  readonly second: SecondPerson | null
  readonly reason: string
  readonly until: UtcMs
  readonly ticket?: string
  /** How often the same rule was shelved in the 24 h before. */
  readonly shelvedBefore: number
}

/** Why it may not be; null when it may. */
export function suppressionRefusal(priority: Priority, ask: SuppressionAsk, now: UtcMs): ActRefusal | null {
  const most = ask.kind === 'shelved' ? SHELF_MS[priority] : MOST_SUPPRESSED_MS
  const lasts = ask.until - now
  if (lasts <= 0) return invalid('end-past', 'an end that is still to come', `one ${-lasts} ms ago`)
  if (lasts > most)
    return invalid(
      'end-too-far',
      `an end within ${most / HOUR} h for a ${priority} alarm`,
      `one in ${(lasts / HOUR).toFixed(2)} h`,
    )
  const wanted = secondRefusal(priority, ask)
  if (wanted !== null) return wanted
  const isLeaders = ask.kind === 'shelved' && ask.shelvedBefore + 1 >= LEADERS_SHELVING
  if (!isLeaders || ask.second?.isLeader === true) return null
  const came = ask.second === null ? 'nobody' : ask.second.name
  const expected = 'a leader as second person: it is the third shelving in 24 h'
  return { code: 'http/forbidden', because: 'leader-needed', expected, came }
}

/** Why nobody, or the one who is there, will not do as second person beside `by`; null when all is well. */
export function secondRefusal(
  priority: Priority,
  { kind, by, second }: Pick<SuppressionAsk, 'by' | 'second'> & { readonly kind: Suppression['kind'] | 'withdraw' },
): ActRefusal | null {
  if (second !== null && second.name === by)
    return invalid('second-same', 'another person as the second', `${by} again`)
  if (second !== null || (kind !== 'out-of-service' && priority !== 'red')) return null
  return { code: 'http/forbidden', because: 'second-needed', expected: 'a second person', came: 'nobody' }
}

/** The suppression that is asked for, from `now`. */
export function suppressionOf(ask: SuppressionAsk, now: UtcMs): Suppression {
  const { kind, by, second, reason, until, ticket } = ask
  const numbered = ticket === undefined ? {} : { ticket }
  return { kind, by, second: second?.name ?? null, reason, from: now, until, parent: null, ...numbered }
}

/** Held back because another alarm explains it, for as long as that is active. */
export function explainedBy(parent: OccurrenceId, now: UtcMs): Suppression {
  const reason = `explained by ${parent}`
  return { kind: 'by-design', by: 'desk', second: null, reason, from: now, until: null, parent }
}

/** One more; it takes the place of the same kind from the same source. */
export function withSuppression(all: readonly Suppression[], one: Suppression): Suppression[] {
  return [...all.filter(({ kind, parent }) => kind !== one.kind || parent !== one.parent), one]
}

/** Those that have not run out at `now`. */
export function lasting(all: readonly Suppression[], now: UtcMs): Suppression[] {
  return all.filter(({ until }) => until === null || until > now)
}

/**
 * What is left of suppressions when an alarm has become graver: a shelf lasts no longer than its priority allows (I8), and what nobody
 * seconded does not hold back red.
 */
export function underPriority(all: readonly Suppression[], priority: Priority, now: UtcMs): Suppression[] {
  const fitting = all.flatMap((one) => {
    if (one.kind === 'by-design' && one.parent !== null) return [one]
    if (priority === 'red' && one.second === null) return []
    if (one.kind !== 'shelved' || one.until === null) return [one]
    const most = later(one.from, SHELF_MS[priority])
    return [one.until <= most ? one : { ...one, until: most }]
  })
  return lasting(fitting, now)
}

/** When the next of them runs out; null = none does by itself. */
export function nextExpiry({ suppressions }: Pick<Alarm, 'suppressions'>): UtcMs | null {
  const ends = suppressions.map(({ until }) => until).filter((until) => until !== null)
  return ends.reduce<UtcMs | null>((first, until) => (first === null || until < first ? until : first), null)
}

function invalid(because: ActRefusal['because'], expected: string, came: string): ActRefusal {
  return { code: 'http/invalid', because, expected, came }
}
