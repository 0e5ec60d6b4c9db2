import { z } from 'zod'
import { BootId, type Dating, TimeSource } from '../../core/contract/clock.ts'
import { movedBy, UNMEASURED } from './drift.ts'

/** A boot of the past: when in it the program ran, and what its time was worth. */
export const PastBoot = z
  .object({
    boot: BootId,
    /** First and last monotonic time of which is known that the program ran, ms. */
    from: z.number().nonnegative(),
    to: z.number().nonnegative(),
    /** How much longer it may have run, ms. */
    perhapsMs: z.number().nonnegative(),
    offsetMs: z.number(),
    uncertaintyMs: z.number().nonnegative().nullable(),
    source: TimeSource,
  })
  .strict()
export type PastBoot = z.infer<typeof PastBoot>

/** A known instant, UTC ms, and how far it may be off. */
export interface KnownInstant {
  readonly at: number
  readonly uncertaintyMs: number
}

/** The end of a boot whose time is known, and how much longer it may have run. */
export interface KnownEnd extends KnownInstant {
  readonly perhapsMs: number
}

/** Whether nobody ever told this boot the time. */
export function neverKnew({ source, uncertaintyMs }: Pick<Dating, 'source' | 'uncertaintyMs'>): boolean {
  return uncertaintyMs === null && (source === 'none' || source === 'rtc')
}

/**
 * Boots that never knew the time, oldest first, put between two instants that are known: in their order, without overlap, each in
 * the middle of the room it has. Without an instant before them, or with too little room, they end where the next begins, and nobody
 * can say how far that is off.
 */
export function placeBoots(
  boots: readonly PastBoot[],
  before: KnownEnd | null,
  after: KnownInstant,
): readonly Dating[] {
  const longest = boots.map(({ from, to, perhapsMs }) => to - from + perhapsMs)
  const lead = before?.perhapsMs ?? 0
  const room = before === null ? 0 : after.at - before.at
  // Where there is no room for what may have been, there was only what is known.
  const isRoomy = before === null || lead + sum(longest) <= room
  const lengths = isRoomy ? longest : boots.map(({ from, to }) => to - from)
  const start = (before?.at ?? 0) + (isRoomy ? lead : 0)
  const slack = after.at - start - sum(lengths)
  const isKnown = before !== null && slack >= 0
  const doubt = isRoomy ? lead : Math.max(lead, ...boots.map(({ perhapsMs }) => perhapsMs))
  const worst = Math.max(before?.uncertaintyMs ?? 0, after.uncertaintyMs) + doubt + movedBy(UNMEASURED, sum(lengths))
  let at = isKnown ? start + slack / 2 : after.at - sum(lengths)
  return boots.map(({ boot, from }, index) => {
    const offsetMs = at - from
    at += lengths[index] ?? 0
    return { boot, offsetMs, uncertaintyMs: isKnown ? slack / 2 + worst : null, source: 'placed' }
  })
}

function sum(lengths: readonly number[]): number {
  return lengths.reduce((total, length) => total + length, 0)
}

/** When a boot was over at the latest, as it told the time. */
export function endOf({ to, perhapsMs, offsetMs }: PastBoot): number {
  return to + perhapsMs + offsetMs
}

/** The last boot whose time is known, and those after it that never knew theirs. */
export function unplaced(past: readonly PastBoot[]): {
  readonly before: KnownEnd | null
  readonly boots: readonly PastBoot[]
} {
  const last = past.findLastIndex((boot) => boot.uncertaintyMs !== null)
  const known = past[last]
  if (known === undefined || known.uncertaintyMs === null) return { before: null, boots: past.filter(neverKnew) }
  const { to, offsetMs, uncertaintyMs, perhapsMs } = known
  const before = { at: to + offsetMs, uncertaintyMs, perhapsMs }
  return { before, boots: past.slice(last + 1).filter(neverKnew) }
}
