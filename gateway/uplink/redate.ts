import type { AlarmTransition } from '../../core/contract/alarm.ts'
import type { Dating } from '../../core/contract/clock.ts'
import type { Reading } from '../../core/contract/reading.ts'
import { UtcMs } from '../../core/contract/time.ts'
import { supersedes } from '../../core/kit/dating.ts'
import { later } from '../../core/kit/time.ts'

/** The best dating of a boot that is known now; null where nothing is known of it. */
export type DatingOf = (boot: string) => Dating | null

/** Readings dated as their transition was lie within so many ms of its offset: a clock is slewed meanwhile. */
const SAME_DATING_MS = 1_000

/** A time with what it is worth. */
interface Dated {
  readonly at: UtcMs
  readonly clock?: AlarmTransition['clock'] | undefined
}

/** The time as it is dated by what is known now, where that takes the place of what was known then; null where it does not. */
export function redatedAt(
  { at, clock }: Dated,
  datingOf: DatingOf,
): { readonly at: UtcMs; readonly clock: NonNullable<AlarmTransition['clock']> } | null {
  if (clock === undefined) return null
  const { boot, mono, uncertaintyMs } = clock
  const dating = datingOf(boot)
  if (dating === null || !supersedes(dating, { boot, offsetMs: at - mono, uncertaintyMs, source: 'none' })) return null
  const better = UtcMs.parse(Math.max(0, Math.round(mono + dating.offsetMs)))
  return { at: better, clock: { ...clock, uncertaintyMs: dating.uncertaintyMs } }
}

/**
 * The transition as it is dated by what is known now, when that takes the place of what was known as it was made; else the transition
 * itself. Its readings move with it where they were dated as it was. What was recorded stays in `clock.recordedAt`.
 */
export function redate(transition: AlarmTransition, datingOf: DatingOf): AlarmTransition {
  const better = redatedAt(transition, datingOf)
  if (better === null) return transition
  const offsetMs = transition.at - better.clock.mono
  const by = better.at - transition.at
  const moved = (reading: Reading): Reading => {
    if (Math.abs(reading.at - reading.mono - offsetMs) > SAME_DATING_MS) return reading
    return { ...reading, at: later(reading.at, by), validUntil: later(reading.validUntil, by) }
  }
  const { storedAt } = transition
  return {
    ...transition,
    ...better,
    readings: transition.readings.map(moved),
    ...(storedAt === undefined ? {} : { storedAt: later(storedAt, by) }),
  }
}
