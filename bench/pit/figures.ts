import { percentile, rounded } from '../bench.ts'
import type { Outcome, Score } from './score.ts'
import { weeks } from './score.ts'
import { poisson, wilson } from './statistics.ts'

/** What one family, or all, came to. */
export type FamilyFigures = {
  readonly incidents: number
  readonly found: number
  /** Wilson's 95 % interval. */
  readonly ci: readonly [number, number]
  /** Misses count as never; null = never. */
  readonly medianTtdS: number | null
  readonly p95TtdS: number | null
  /** Share of those found for which a rule that fits the family was named. */
  readonly named: number
  /** Share for which the watching itself was said to be at fault within 3 min. */
  readonly healthWithin3Min: number
}

/** What a method came to over all its sites. */
export type MethodFigures = {
  readonly siteWeeks: number
  readonly found: number
  readonly incidents: number
  readonly falseAlarms: number
  readonly falsePerSiteWeek: number
  /** Poisson 95 % interval of it. */
  readonly ci: readonly [number, number]
  /** Share of armed time with an open alarm. */
  readonly timeInAlarm: number
  readonly medianTtdS: number | null
  readonly p95TtdS: number | null
  /** Share of loads 5 kW above what was declared for 10 min that were found, how many there were, and the share found within 60 s. */
  readonly bigLoads: number
  readonly bigLoadsOf: number
  readonly bigWithin60s: number
  /** The same of plain loads (winch, fan, compressor) of 5 kW, however much was declared. */
  readonly fiveKw: number
  readonly fiveKwOf: number
  readonly byFamily: Readonly<Record<string, FamilyFigures>>
  readonly healthPerSiteWeek: number
  readonly latePermitAlarms: number
  /** False alarms by type of the first rule that spoke. */
  readonly falseBy: Readonly<Record<string, number>>
}

/** Sums up the scores of sites. */
export function figuresOf(scores: readonly Score[]): MethodFigures {
  const outcomes = scores.flatMap((one) => one.outcomes)
  const siteWeeks = weeks(sum(scores.map(({ armedS }) => armedS)))
  const falseAlarms = sum(scores.map((one) => one.falseAlarms))
  const [low, high] = poisson(falseAlarms)
  const big = outcomes.filter(({ incident }) => incident.isBig)
  const fiveKw = outcomes.filter(({ incident }) => incident.isFiveKw)
  const families = Map.groupBy(outcomes, ({ incident }) => incident.family)
  return {
    siteWeeks,
    found: share(outcomes, isFound),
    incidents: outcomes.length,
    falseAlarms,
    falsePerSiteWeek: rounded(falseAlarms / siteWeeks, 3),
    ci: [rounded(low / siteWeeks, 3), rounded(high / siteWeeks, 3)],
    timeInAlarm: rounded(sum(scores.map((one) => one.inAlarmS)) / sum(scores.map(({ armedS }) => armedS)), 4),
    ...times(outcomes),
    bigLoads: share(big, isFound),
    bigLoadsOf: big.length,
    bigWithin60s: share(big, ({ ttdS }) => ttdS <= 60),
    fiveKw: share(fiveKw, isFound),
    fiveKwOf: fiveKw.length,
    byFamily: Object.fromEntries([...families].map(([family, ones]) => [family, familyFigures(ones)])),
    healthPerSiteWeek: rounded(sum(scores.map(({ health }) => health)) / siteWeeks, 2),
    latePermitAlarms: sum(scores.map(({ latePermits }) => latePermits)),
    falseBy: falseBy(scores),
  }
}

function familyFigures(outcomes: readonly Outcome[]): FamilyFigures {
  const found = outcomes.filter(isFound)
  const [low, high] = wilson(found.length, outcomes.length)
  return {
    incidents: outcomes.length,
    found: found.length,
    ci: [rounded(low, 3), rounded(high, 3)],
    ...times(outcomes),
    named: share(found, ({ isNamed }) => isNamed),
    healthWithin3Min: share(outcomes, ({ healthS }) => healthS <= 180),
  }
}

function times(outcomes: readonly Outcome[]) {
  const seconds = outcomes.map(({ ttdS }) => ttdS)
  return { medianTtdS: finite(percentile(seconds, 0.5)), p95TtdS: finite(percentile(seconds, 0.95)) }
}

function falseBy(scores: readonly Score[]): Record<string, number> {
  const counts: Record<string, number> = {}
  for (const { fates, falseReopened } of scores) {
    for (const { notice, fate } of fates) {
      if (fate !== 'false' || notice.kind !== 'raise') continue
      const by = notice.types.toSorted().join('+')
      counts[by] = (counts[by] ?? 0) + 1
    }
    if (falseReopened > 0) counts['stayed-open'] = (counts['stayed-open'] ?? 0) + falseReopened
  }
  return counts
}

function isFound({ ttdS }: Outcome): boolean {
  return ttdS < Infinity
}

function share<T>(all: readonly T[], is: (one: T) => boolean): number {
  return all.length === 0 ? 0 : rounded(all.filter(is).length / all.length, 4)
}

function finite(seconds: number): number | null {
  return Number.isFinite(seconds) ? seconds : null
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((all, one) => all + one, 0)
}
