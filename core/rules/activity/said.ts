import type { Activity, BecauseRow } from '../../contract/activity.ts'
import type { Explanation } from '../../contract/alarm.ts'
import { utcMs } from '../../contract/time.ts'
import type { SiteView } from '../site-view.ts'
import type { FusionMemory } from './memory.ts'
import { leftOf, type Score, type Term } from './score.ts'

/** Rows an alarm carries at most, as the contract has it. */
const MOST_ROWS = 16
/** A row that has faded to less says nothing. */
const LEAST_ROW = 0.1

type Values = Explanation['values']

/** What is asked when an alarm of the whole site is put in words. */
export interface Raising {
  readonly key: 'raised' | 'updated' | 'reopened'
  readonly at: number
  readonly mono: number
  readonly score: Score
  readonly terms: readonly Term[]
  readonly activity: Activity
  readonly site: SiteView
  /** When the first alarm of this episode was raised, UtcMs. */
  readonly firstAt: number
}

/** The signals a score rests on, strongest first. */
export function becauseOf(terms: readonly Term[], mono: number): BecauseRow[] {
  return strongestFirst(terms, mono)
    .slice(0, MOST_ROWS)
    .map(({ term, left }) => {
      const { rule, ruleType, group, point, explanation } = term
      return { rule, ruleType, group, point, at: utcMs(term.at), strength: hundredths(left), explanation }
    })
}

/**
 * Why the alarm is raised: the score with what each group gives to it, the strongest first, which of the eight checks it serves, what is
 * drawn and might be, and whether a paper was there. With that, what would have silenced it.
 */
export function explainRaised(raising: Raising): Explanation {
  const { key, at, mono, score, terms, activity, site, firstAt } = raising
  const rows = strongestFirst(terms, mono)
  const groups = [...score.groups].toSorted(([, a], [, b]) => b - a)
  const first = rows.reduce((least, { term }) => Math.min(least, term.at), at)
  const values: Values = {
    quantity: 'power',
    score: tenths(score.total),
    alarm: activity.alarm,
    groups: groups.map(([group]) => group).join(','),
    checks: checksOf(rows.map(({ term }) => term)),
    since: first,
    at,
    rules: rows.length,
    ...powerOf(rows.map(({ term }) => term)),
    loss: rows.some(({ term }) => term.isSuspect) ? 'suspect' : null,
    permit: site.permits(at).length > 0 ? 'other' : null,
    firstAt,
    lastedS: Math.max(0, Math.round((at - firstAt) / 1_000)),
  }
  for (const [group, worth] of groups) values[group] = tenths(worth)
  return { key: `site-activity.${key}`, values }
}

/** Why the alarm ends: for how long nothing more was seen, how long it lasted, and how high the score was. */
export function explainCleared(clearing: {
  readonly open: NonNullable<FusionMemory['open']>
  readonly at: number
}): Explanation {
  const { open, at } = clearing
  const seconds = (ms: number) => Math.max(0, Math.round(ms / 1_000))
  const { lastSeen, firstAt, peak } = open
  return {
    key: 'site-activity.cleared',
    values: {
      score: tenths(peak),
      quietS: seconds(at - lastSeen.at),
      lastedS: seconds(lastSeen.at - firstAt),
      firstAt,
    },
  }
}

function strongestFirst(terms: readonly Term[], mono: number): { readonly term: Term; readonly left: number }[] {
  return terms
    .map((term) => ({ term, left: leftOf(term, mono) }))
    .filter(({ left }) => left >= LEAST_ROW)
    .toSorted((a, b) => b.left - a.left || (a.term.rule < b.term.rule ? -1 : 1))
}

/** What is drawn and what might be, as the strongest rule that knows tells. */
function powerOf(terms: readonly Term[]): Values {
  for (const { group, explanation } of terms) {
    if (group !== 'power' || explanation.values.quantity !== 'power') continue
    // Rules of the site's load tell what would be normal at this hour, plain ones their limit.
    const load = explanation.values.power ?? explanation.values.value
    const limit = explanation.values.normal ?? explanation.values.limit
    if (typeof load === 'number' && typeof limit === 'number' && load >= limit) return { load, limit }
  }
  return { load: null, limit: null }
}

function checksOf(terms: readonly Term[]): string {
  const checks = new Set(terms.map(({ serves }) => serves).filter((check) => check > 0))
  return [...checks].toSorted((a, b) => a - b).join(',')
}

function tenths(value: number): number {
  return Math.round(value * 10) / 10
}

function hundredths(value: number): number {
  return Math.round(value * 100) / 100
}
