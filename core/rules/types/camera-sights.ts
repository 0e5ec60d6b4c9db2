import { z } from 'zod'
import type { PointEvent } from '../rule.ts'

/** What was seen. `other`: a camera that does not say what. */
export const SightKind = z.enum(['person', 'vehicle', 'other'])
export type SightKind = z.infer<typeof SightKind>

/**
 * One time that somebody or something was seen at an input: when last, monotonic, and what it counts, log-odds. `isSaid`: the camera told how
 * sure it was. `unsure`: how often it was not.
 */
export const Sight = z
  .object({
    mono: z.number(),
    worth: z.number(),
    kind: SightKind,
    input: z.number(),
    isSaid: z.boolean(),
    unsure: z.number(),
  })
  .strict()
export type Sight = z.infer<typeof Sight>

/** How sure a camera is, and what that is worth. (detection §6.2) */
const SURE = { from: 0.82, worth: 2.4 }
const LIKELY = { from: 0.7, worth: 1.9 }
const WEAK = 0.2
/** A camera that tells persons from vehicles, and not how sure it is. */
const CLASSIFIED = 2.2
/** One that does not tell what it saw. */
const UNCLASSIFIED = 0.8

/** Sights count fully for so long, then half for each further time, and are forgotten. */
const FRESH_MS = 15 * 60_000
const HALF_LIFE_MS = 30 * 60_000
export const REMEMBERED_MS = 60 * 60_000
const MOST_SIGHTS = 24

/** One sight, or only some that a camera cannot name, may always be a fox; several are believed up to the second. */
const MOST_OF_ONE = 2.2
const MOST = 4.6
const NIGHT_TIMES = 1.15

/** What an event names; null where it is none of ours (an animal, tampering). */
export function kindOf({ kind }: Pick<PointEvent, 'kind'>): SightKind | 'motion' | null {
  switch (kind) {
    case 'person':
    case 'human':
      return 'person'
    case 'vehicle':
      return 'vehicle'
    case 'unknown':
      return 'other'
    case 'motion':
    case 'line':
      return 'motion'
    default:
      return null
  }
}

/** What a sight is worth by itself. */
function worthOf(kind: SightKind | 'motion', confidence: number | null): number {
  if (kind === 'motion') return WEAK
  const most = kind === 'other' ? UNCLASSIFIED : Infinity
  if (confidence === null) return Math.min(most, CLASSIFIED)
  if (confidence >= SURE.from) return Math.min(most, SURE.worth)
  return confidence >= LIKELY.from ? Math.min(most, LIKELY.worth) : WEAK
}

/** What was seen once more: a new sight, or more of `last`. A camera that says how sure it is is believed before one that does not. */
export function addSight(
  sights: Sight[],
  seen: {
    readonly mono: number
    readonly kind: SightKind | 'motion'
    readonly input: number
    readonly confidence: number | null
  },
  last: Sight | undefined,
): void {
  const { mono, input, confidence } = seen
  const worth = worthOf(seen.kind, confidence)
  const kind = seen.kind === 'motion' ? 'other' : seen.kind
  const isSaid = confidence !== null
  const unsure = isSaid && worth <= WEAK ? 1 : 0
  if (last === undefined) {
    sights.push({ mono, worth, kind, input, isSaid, unsure })
    if (sights.length > MOST_SIGHTS) sights.shift()
    return
  }
  last.mono = mono
  last.unsure += unsure
  if (isSaid ? last.isSaid && worth <= last.worth : last.isSaid || worth <= last.worth) return
  Object.assign(last, { worth, kind, isSaid })
}

/** Drops what is too old to count at `mono`. */
export function forgetSights(sights: Sight[], mono: number): void {
  while (sights[0] !== undefined && sights[0].mono < mono - REMEMBERED_MS) sights.shift()
}

/**
 * What all sights together speak for somebody being there, log-odds. Where a camera has been unsure several times within the hour, something
 * keeps it busy: rain, insects, a branch. Then what it is only fairly sure of is mostly the same.
 */
export function strengthOf(sights: readonly Sight[], mono: number, isNight: boolean): number {
  const unsure = sights.reduce((count, sight) => count + sight.unsure, 0)
  let sum = 0
  let telling = 0
  let isNamed = false
  for (const { mono: seen, worth, kind } of sights) {
    const age = mono - seen
    const believed = worth === LIKELY.worth ? worth / (1 + unsure / 2) : worth
    sum += age <= FRESH_MS ? believed : believed * 2 ** ((FRESH_MS - age) / HALF_LIFE_MS)
    if (worth > WEAK) telling += 1
    if (worth > WEAK && kind !== 'other') isNamed = true
  }
  const strength = Math.min(sum, telling >= 2 && isNamed ? MOST : MOST_OF_ONE)
  return isNight ? strength * NIGHT_TIMES : strength
}
