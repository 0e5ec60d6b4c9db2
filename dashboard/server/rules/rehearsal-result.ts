import type {
  Episode,
  Judged,
  JudgedCounts,
  RehearsalResult,
  RuleEffect,
} from '../../../core/contract/rule-rehearsal.ts'
import { utcMs } from '../../../core/contract/time.ts'
import { deskLoad, DESK_BUDGET, type Incident, type RehearsedAlarm } from '../../../core/rules/comparison.ts'
import { siteViewOf } from '../../../core/rules/site-time.ts'
import type { RealAlarm, RehearsalJob } from './rehearsal-job.ts'
import type { Rehearsed, RunResult } from './rehearsal-run.ts'
import { summaryOf } from './rehearsal-summary.ts'

/** What happened had begun before it was proven: a rule that would have told of it so much sooner has found it too. */
const BEFORE_MS = 900_000
/** A live alarm and its rehearsal differ by as much: live, time is proven by the tick. */
const SLACK_MS = 60_000
/** Episodes a person looks through. */
const MOST_EPISODES = 300
const TEN_MINUTES_MS = 600_000

/** The incidents that a rehearsal must go on finding: what people confirmed. */
export function incidentsOf(reals: readonly RealAlarm[]): Incident[] {
  return reals
    .filter(({ judged }) => judged === 'confirmed')
    .map(({ from, to, number }) => ({ from: Math.max(0, from - BEFORE_MS), to, note: number }))
    .map(({ from, to, note }) => ({ from: utcMs(from), to: utcMs(Math.max(from, to)), note }))
}

/** What a rehearsal of a change came to: the proposed rules first, those that run second. */
export function resultOf(
  result: RunResult,
  job: Pick<RehearsalJob, 'rule' | 'reals' | 'from' | 'to'>,
): RehearsalResult {
  const [after, before] = result.rehearsed
  if (after === undefined || before === undefined) throw new RangeError('expected a rehearsal of both sides')
  const { comparison } = summaryOf(result, after.site, incidentsOf(job.reals))
  if (comparison === null) throw new RangeError('expected two sides to compare')
  const incident = named(job.reals)
  const episodes = episodesOf(comparison.rules, { after, before, ...job })
  const { lost, gained, missed, falseBefore, falseAfter, isRefused } = comparison
  return {
    from: utcMs(job.from),
    to: utcMs(job.to),
    watchedDays: result.watchedDays,
    samples: after.counts.judged + after.counts.unread,
    tookMs: result.tookMs,
    before: sideOf(before, result, job),
    after: sideOf(after, result, job),
    effects: comparison.rules.map(effectOf).filter(({ rule, added, removed, earlier, later }) => {
      return rule === job.rule || added + removed + earlier + later > 0
    }),
    ...{ lost: lost.map(incident), gained: gained.map(incident), missed: missed.map(incident) },
    ...{ falseBefore, falseAfter, isRefused },
    episodes: episodes.slice(0, MOST_EPISODES),
    episodesLeftOut: Math.max(0, episodes.length - MOST_EPISODES),
  }
}

type Differences = NonNullable<ReturnType<typeof summaryOf>['comparison']>['rules']

function effectOf({ rule, before, after, added, removed, moved }: Differences[number]): RuleEffect {
  const earlier = moved.filter(({ byMs }) => byMs < 0).length
  return { rule, before, after, added: added.length, removed: removed.length, earlier, later: moved.length - earlier }
}

function named(reals: readonly RealAlarm[]) {
  return ({ from, to, note }: Incident) => {
    const alarm = reals.find(({ number }) => number === note)?.id ?? ''
    return { alarm, from: utcMs(from), to: utcMs(to), note }
  }
}

function sideOf({ site, alarms }: Rehearsed, { watchedDays }: RunResult, job: Pick<RehearsalJob, 'rule' | 'reals'>) {
  const view = siteViewOf(site.plan)
  const { perDay, worst, isWithin } = deskLoad(alarms, watchedDays, (at) => view.dayOf(at))
  return {
    rule: countsOf(
      alarms.filter(({ rule }) => rule === job.rule),
      job.reals,
    ),
    site: countsOf(alarms, job.reals),
    load: { perDay, budget: DESK_BUDGET, isWithin, worst, mostInTenMinutes: mostWithin(alarms, TEN_MINUTES_MS) },
  }
}

function countsOf(alarms: readonly RehearsedAlarm[], reals: readonly RealAlarm[]): JudgedCounts {
  const judged = alarms.map((alarm) => realOf(alarm, reals)?.judged ?? 'unjudged')
  const count = (as: Judged) => judged.filter((one) => one === as).length
  const [confirmed, wrong, lawful] = [count('confirmed'), count('wrong'), count('lawful')]
  return { alarms: alarms.length, confirmed, wrong, lawful, unjudged: count('unjudged') }
}

/** The alarm that was really raised by the same rule when this one would have been; the one somebody judged where there are several. */
function realOf({ rule, from, to }: RehearsedAlarm, reals: readonly RealAlarm[]): RealAlarm | null {
  const fitting = reals.filter(
    (real) => real.rule === rule && real.from - SLACK_MS <= (to ?? Infinity) && real.to + SLACK_MS >= from,
  )
  return fitting.find(({ judged }) => judged !== 'unjudged') ?? fitting[0] ?? null
}

function mostWithin(alarms: readonly RehearsedAlarm[], spanMs: number): number {
  const times = alarms.map(({ from }) => from).sort((a, b) => a - b)
  let [most, first] = [0, 0]
  for (const [last, at] of times.entries()) {
    while ((times[first] ?? at) <= at - spanMs) first += 1
    most = Math.max(most, last - first + 1)
  }
  return most
}

interface Sides extends Pick<RehearsalJob, 'rule' | 'reals'> {
  readonly after: Rehearsed
  readonly before: Rehearsed
}

/** What changes, newest first, and then what of the rule itself stays as it was. */
function episodesOf(rules: Differences, { after, before, rule, reals }: Sides): Episode[] {
  const points = new Map([...before.site.plan.rules, ...after.site.plan.rules].map(({ id, point }) => [id, point]))
  const episode = (alarm: RehearsedAlarm, fate: Episode['fate'], byMs = 0): Episode => {
    const real = realOf(alarm, reals)
    return {
      ...{ rule: alarm.rule, ruleType: alarm.ruleType, point: points.get(alarm.rule) ?? null, fate, byMs },
      ...{ from: utcMs(alarm.from), to: alarm.to === null ? null : utcMs(alarm.to) },
      ...{ judged: real?.judged ?? 'unjudged', alarm: real?.id ?? null },
    }
  }
  const changed = rules.flatMap(({ added, removed, moved }) => [
    ...added.map((alarm) => episode(alarm, 'added')),
    ...removed.map((alarm) => episode(alarm, 'removed')),
    ...moved.map(({ after: alarm, byMs }) => episode(alarm, byMs < 0 ? 'earlier' : 'later', byMs)),
  ])
  const own = rules.find((one) => one.rule === rule)
  const touched = new Set([...(own?.added ?? []), ...(own?.moved.map((one) => one.after) ?? [])])
  const same = after.alarms.filter((alarm) => alarm.rule === rule && !touched.has(alarm))
  const newest = (a: Episode, b: Episode) => b.from - a.from
  return [...changed.sort(newest), ...same.map((alarm) => episode(alarm, 'same')).sort(newest)]
}
