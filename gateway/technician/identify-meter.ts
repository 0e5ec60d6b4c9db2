import type { Dlt645Profile } from '../../core/contract/device-profile.ts'

/** What a meter did with a data item: gave it, said that it has none, or nothing. */
export type ItemOutcome = 'given' | 'refused' | 'silent'

/**
 * A meter profile held against what the meter gives. `confidence` is 0–1 among the profiles; 0 for one of which the meter
 * has given nothing.
 */
export interface MeterCandidate {
  readonly profile: Dlt645Profile
  readonly confidence: number
  readonly given: number
  readonly refused: number
}

const WEIGHT = { given: 1, refused: -4, silent: -1, unexplained: -1.5 } as const
const MOST_ITEMS = 8

/** Items that tell the profiles apart, those that half of them have first; then some that all have. */
export function meterItems(profiles: readonly Dlt645Profile[]): readonly string[] {
  const held = new Map<string, number>()
  for (const profile of profiles) for (const item of itemsOf(profile)) held.set(item, (held.get(item) ?? 0) + 1)
  const split = (count: number) => Math.abs(count / profiles.length - 0.5)
  return [...held.entries()]
    .sort(([a, m], [b, n]) => split(m) - split(n) || (a < b ? -1 : 1))
    .map(([item]) => item)
    .slice(0, MOST_ITEMS)
}

/** Profiles by how well they explain which items a meter gives and refuses, best first. */
export function rankMeters(
  profiles: readonly Dlt645Profile[],
  asked: ReadonlyMap<string, ItemOutcome>,
): readonly MeterCandidate[] {
  const weighed = profiles.map((profile) => {
    const own = itemsOf(profile)
    const tally = { given: 0, refused: 0, score: 0 }
    for (const [item, outcome] of asked) {
      if (own.has(item)) {
        tally.score += WEIGHT[outcome]
        if (outcome === 'given') tally.given += 1
        if (outcome === 'refused') tally.refused += 1
      } else if (outcome === 'given') tally.score += WEIGHT.unexplained
    }
    return { profile, ...tally }
  })
  const most = Math.max(...weighed.map(({ score }) => score))
  // Silence explains nothing, however well one profile bears it beside the others.
  const weights = weighed.map(({ given, score }) => (given === 0 ? 0 : Math.exp(score - most)))
  const sum = weights.reduce((total, weight) => total + weight, 0)
  return weighed
    .map(({ profile, given, refused }, index) => ({
      profile,
      given,
      refused,
      confidence: sum === 0 ? 0 : (weights[index] ?? 0) / sum,
    }))
    .sort((a, b) => b.confidence - a.confidence)
}

function itemsOf(profile: Dlt645Profile): ReadonlySet<string> {
  return new Set(profile.points.map(({ item }) => item))
}
