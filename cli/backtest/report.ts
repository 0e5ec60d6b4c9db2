import {
  type Comparison,
  DESK_BUDGET,
  type DeskLoad,
  type Incident,
  type RehearsedAlarm,
} from '../../core/rules/comparison.ts'
import type { Language } from '../../core/contract/text.ts'
import { ruleTypeName } from '../../core/rules/explain.ts'
import { durationText } from '../../core/rules/wording.ts'
import { textTable } from '../text-table.ts'
import type { RunResult } from '../../dashboard/server/rules/rehearsal-run.ts'
import type { Summary } from '../../dashboard/server/rules/rehearsal-summary.ts'
import { say } from './texts.ts'

const DAY_MS = 86_400_000
/** Changes listed one by one. */
const MOST_LISTED = 20
/** Unknown points named. */
const MOST_NAMED = 8

/** The summary as one JSON object: for programs. */
export function summaryJson({ result, site, load, comparison, against }: Summary): string {
  const { span, watchedDays, malformed, unknown, tookMs } = result
  const counts = result.rehearsed[0]?.counts
  const alarms = result.rehearsed[0]?.alarms ?? []
  const samples = (counts?.judged ?? 0) + (counts?.unread ?? 0) + sumOf(unknown)
  return JSON.stringify({
    site: site.plan.site,
    span,
    watchedDays,
    counts: counts === undefined ? null : { ...counts, unknown: sumOf(unknown) },
    malformed: malformed.count,
    unknown,
    seconds: tookMs / 1_000,
    samplesPerSecond: tookMs > 0 ? Math.round((1_000 * samples) / tookMs) : null,
    alarms: alarms.length,
    rules: perRule(alarms).map(([rule, those]) => ({ rule, ruleType: those[0]?.ruleType, alarms: those.length })),
    load: load === null ? null : { ...load, budget: DESK_BUDGET },
    comparison: comparison === null ? null : { against, ...comparison },
  })
}

function sumOf(unknown: RunResult['unknown']): number {
  return unknown.reduce((sum, { samples }) => sum + samples, 0)
}

function perRule(alarms: readonly RehearsedAlarm[]): [string, RehearsedAlarm[]][] {
  return [...Map.groupBy(alarms, ({ rule }) => rule)].sort((a, b) => b[1].length - a[1].length)
}

/** The summary as people read it, line by line. */
export function summaryText(summary: Summary, language: Language): string[] {
  const { result, load, comparison } = summary
  const alarms = result.rehearsed[0]?.alarms ?? []
  const days = result.watchedDays
  const rows = perRule(alarms).map(([rule, those]) => [
    rule,
    ruleTypeName(those[0]?.ruleType ?? '', language),
    String(those.length),
    ((7 * those.length) / Math.max(1, days)).toFixed(2),
  ])
  const heads = [say(language, 'rule'), say(language, 'type'), say(language, 'alarms'), say(language, 'perWeek')]
  return [
    judgedText(summary, language),
    ...warnings(result, language),
    ...(rows.length === 0 ? [] : ['', ...textTable(heads, rows, [2, 3]), '']),
    ...(load === null ? [] : [deskText(load, language)]),
    ...(comparison === null ? [] : ['', ...comparisonText(summary, comparison, language)]),
  ]
}

function judgedText({ result, site }: Summary, language: Language): string {
  const { watchedDays, tookMs } = result
  const judged = result.rehearsed[0]?.counts.judged ?? 0
  return say(language, 'judged', {
    site: site.plan.site,
    days: watchedDays.toFixed(1),
    samples: judged,
    rules: site.plan.rules.length,
    raised: result.rehearsed[0]?.alarms.length ?? 0,
    seconds: (tookMs / 1_000).toFixed(1),
    rate: rateText(judged, tookMs),
  })
}

/** Samples a second, rounded to what is worth reading. */
export function rateText(samples: number, tookMs: number): string {
  const rate = tookMs > 0 ? (1_000 * samples) / tookMs : 0
  return rate >= 1e6
    ? `${(rate / 1e6).toFixed(2)} M`
    : rate >= 1e3
      ? `${Math.round(rate / 1e3)} k`
      : String(Math.round(rate))
}

function warnings({ rehearsed, malformed, unknown }: RunResult, language: Language): string[] {
  const counts = rehearsed[0]?.counts
  if (counts === undefined) return []
  const { unread, late, stray, disordered } = counts
  const { first } = malformed
  const named = unknown.slice(0, MOST_NAMED).map(({ point }) => point)
  const points = [...named, ...(unknown.length > MOST_NAMED ? ['…'] : [])].join(', ')
  return [
    ...(unknown.length > 0 ? [say(language, 'unknown', { points, count: sumOf(unknown) })] : []),
    ...(first === null ? [] : [say(language, 'malformed', { count: malformed.count, ...first })]),
    ...(unread > 0 ? [say(language, 'unread', { count: unread })] : []),
    ...(late > 0 ? [say(language, 'late', { count: late })] : []),
    ...(stray > 0 ? [say(language, 'stray', { count: stray })] : []),
    ...(disordered > counts.judged / 100 ? [say(language, 'disordered', { count: disordered })] : []),
  ]
}

function deskText({ perDay, worst, isWithin }: DeskLoad, language: Language): string {
  const day = worst === null ? '' : new Date(worst.day * DAY_MS).toISOString().slice(0, 10)
  return say(language, 'desk', {
    perDay: perDay.toFixed(2),
    budget: DESK_BUDGET,
    verdict: say(language, isWithin ? 'within' : 'beyond'),
    worst: worst === null ? '' : say(language, 'worst', { day, alarms: worst.alarms }),
  })
}

function comparisonText({ site, against }: Summary, comparison: Comparison, language: Language): string[] {
  const { rules, lost, gained, missed, falseBefore, falseAfter, isRefused } = comparison
  const at = (instant: number) => new Date(instant).toLocaleString('sv-SE', { timeZone: site.plan.zone })
  const incident = (key: 'lost' | 'gained' | 'missed') => (one: Incident) =>
    say(language, key, { from: at(one.from), to: at(one.to), note: one.note })
  const changed = rules.filter(({ added, removed, moved }) => added.length + removed.length + moved.length > 0)
  const heads = (['rule', 'before', 'after', 'added', 'removed', 'earlier', 'later'] as const).map((key) =>
    say(language, key),
  )
  const rows = changed.map(({ rule, before, after, added, removed, moved }) => {
    const earlier = moved.filter(({ byMs }) => byMs < 0).length
    return [rule, before, after, added.length, removed.length, earlier, moved.length - earlier].map(String)
  })
  const listed = changes(changed, at, language)
  const more = listed.length - MOST_LISTED
  return [
    say(language, 'changes', { against: against ?? '' }),
    ...(rows.length === 0 ? [say(language, 'unchanged')] : textTable(heads, rows, [1, 2, 3, 4, 5, 6])),
    ...listed.slice(0, MOST_LISTED),
    ...(more > 0 ? [say(language, 'more', { count: more })] : []),
    ...[...lost.map(incident('lost')), ...gained.map(incident('gained')), ...missed.map(incident('missed'))],
    say(language, 'falseAlarms', { before: falseBefore, after: falseAfter }),
    say(language, !isRefused ? 'accepted' : lost.length > 0 ? 'refusedLost' : 'refusedFalse'),
  ]
}

/** Every alarm that comes, goes or moves, by time. */
function changes(rules: Comparison['rules'], at: (instant: number) => string, language: Language): string[] {
  const told = rules.flatMap(({ rule, added, removed, moved }) => [
    ...added.map(({ from }) => ({ from, text: say(language, 'addedAt', { at: at(from), rule }) })),
    ...removed.map(({ from }) => ({ from, text: say(language, 'removedAt', { at: at(from), rule }) })),
    ...moved.map(({ after, byMs }) => {
      const by = durationText(Math.abs(byMs) / 1_000, language)
      return {
        from: after.from,
        text: say(language, byMs < 0 ? 'earlierAt' : 'laterAt', { at: at(after.from), by, rule }),
      }
    }),
  ])
  return told.sort((a, b) => a.from - b.from).map(({ text }) => text)
}
