import { z } from 'zod'
import { CheckItem, EvidenceGroup } from '../../contract/activity.ts'
import { Explanation } from '../../contract/alarm.ts'
import { PointRef } from '../../contract/reading.ts'
import { Id } from '../../contract/text.ts'

/** What one rule has to say for activity at the site, as last heard. Times are monotonic but for `at`. */
export const Term = z
  .object({
    rule: Id,
    ruleType: z.string().min(1),
    group: EvidenceGroup,
    serves: CheckItem,
    point: PointRef,
    /** Log-odds it counted with at `mono`, after papers and clipping. */
    strength: z.number(),
    mono: z.number(),
    /** When it was last seen to hold. */
    at: z.number(),
    explanation: Explanation,
    /** What was lost was lost soon after something else had been seen: it counts twice. */
    isSuspect: z.boolean(),
  })
  .strict()
export type Term = z.infer<typeof Term>

/** No single rule is believed beyond this, log-odds either way. */
const CLIP = 6
/** Evidence counts fully for so long after it was last seen, then half for each further. */
const FRESH_MS = 10 * 60_000
const HALF_LIFE_MS = 10 * 60_000
/** A second rule of a group has mostly the same cause as the first. */
const SECOND = 0.5
/** Evidence that is worth telling, and keeps an alarm open: it makes the case nearly three times as likely. */
export const TELLING = 1
/** Two groups that each say at least this much, seen by different senses, leave little room for a lawful cause. */
const INDEPENDENT = 1.5
/** What a rule that must not alarm alone falls short of the alarm by. */
const SHORT_OF = 0.01

/**
 * Rules that are right about as often as wrong when nothing else agrees, whatever the hour: what is usual in a slow sum of energy moves with
 * the weather.
 */
const NEEDS_COMPANY: ReadonlySet<string> = new Set(['slow-energy'])

/** The meter sees what draws power and what pumps: one sense. */
const SENSE_OF: Readonly<Record<EvidenceGroup, string>> = {
  power: 'meter',
  pump: 'meter',
  camera: 'camera',
  comms: 'comms',
  entry: 'entry',
  air: 'air',
}

/** What the signals of a site come to. */
export interface Score {
  readonly total: number
  /** By group, only groups that count. */
  readonly groups: ReadonlyMap<EvidenceGroup, number>
  /** How many senses say at least `INDEPENDENT`. */
  readonly senses: number
}

export function clip(strength: number): number {
  return Math.max(-CLIP, Math.min(CLIP, strength))
}

/** What is left of a term at `mono`. What speaks against activity does not fade, so that no score rises while nothing is heard. */
export function leftOf({ strength, mono: since }: Pick<Term, 'strength' | 'mono'>, mono: number): number {
  const age = mono - since
  if (strength <= 0 || age <= FRESH_MS) return strength
  return strength * 2 ** ((FRESH_MS - age) / HALF_LIFE_MS)
}

/** When a term has nothing more to say, by `mono`. */
export function isSpent(term: Term, mono: number): boolean {
  return term.strength <= 0 ? mono - term.mono > FRESH_MS : leftOf(term, mono) < 0.05
}

/** Of each group the strongest and half of the second, less what speaks against it; with the circumstances where there is evidence at all. */
export function scoreOf(
  terms: readonly Term[],
  mono: number,
  more: { readonly prior: number; readonly alarm: number },
): Score {
  const groups = new Map<EvidenceGroup, number>()
  const senses = new Map<string, number>()
  let evidence = 0
  for (const group of EvidenceGroup.options) {
    const worth = worthOf(terms, group, mono)
    if (worth <= 0) continue
    groups.set(group, worth)
    const sense = SENSE_OF[group]
    senses.set(sense, (senses.get(sense) ?? 0) + worth)
    evidence += worth
  }
  const full = evidence < TELLING ? evidence : Math.max(evidence + more.prior, Math.min(evidence, TELLING))
  const total = isAccompanied(terms, mono) ? full : Math.min(full, more.alarm - SHORT_OF)
  return { total, groups, senses: [...senses.values()].filter((worth) => worth >= INDEPENDENT).length }
}

/** Longest that is looked ahead; a score that still stands then is looked at again. */
const AHEAD_MS = 86_400_000

/** Until when a score that only falls stands, to the millisecond; null where it does not. */
export function standsUntil(mono: number, stands: (mono: number) => boolean): number | null {
  if (!stands(mono)) return null
  let [low, high] = [0, 60_000]
  while (high < AHEAD_MS && stands(mono + high)) [low, high] = [high, high * 2]
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (stands(mono + middle)) low = middle
    else high = middle
  }
  return mono + high
}

function worthOf(terms: readonly Term[], group: EvidenceGroup, mono: number): number {
  let [first, second, against] = [0, 0, 0]
  for (const term of terms) {
    if (term.group !== group) continue
    const left = leftOf(term, mono)
    if (left < 0) against = Math.min(against, left)
    else if (left > first) [first, second] = [left, first]
    else if (left > second) second = left
  }
  return Math.max(0, first + SECOND * second + against)
}

/** Whether a rule that may alarm alone says anything worth telling. */
function isAccompanied(terms: readonly Term[], mono: number): boolean {
  return terms.some((term) => !NEEDS_COMPANY.has(term.ruleType) && leftOf(term, mono) >= TELLING)
}
