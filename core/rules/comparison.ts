import { z } from 'zod'
import { WallTime } from '../contract/activity.ts'
import type { AlarmTransition } from '../contract/alarm.ts'
import { Id } from '../contract/text.ts'
import { UtcMs } from '../contract/time.ts'

/** What a desk can take, alarms per pit and day, so that each is still believed. */
export const DESK_BUDGET = 1.4

/** A change of rules is refused when it raises false alarms by more than this share. */
const MOST_MORE_FALSE = 0.2

const Instant = z.union([UtcMs, WallTime])

/** Something that is known to have happened, which rules must go on finding. */
export const Incident = z
  .object({ from: Instant, to: Instant, site: Id.optional(), note: z.string().default('') })
  .strict()
  .refine(({ from, to }) => to >= from, { path: ['to'], message: 'expected an end not before the beginning' })
export type Incident = z.infer<typeof Incident>

/** One alarm of a rehearsal, from its raise to its clear. */
export interface RehearsedAlarm {
  readonly rule: string
  readonly ruleType: string
  readonly occurrence: string
  readonly from: number
  /** null while it is open. */
  readonly to: number | null
  /** When more was told of it: its raise and its updates. */
  readonly news: readonly number[]
}

/** What is asked of a transition here. */
export type ToldTransition = Pick<AlarmTransition, 'kind' | 'occurrence' | 'rule' | 'ruleType' | 'at'>

/** The alarms that transitions tell of, oldest first. */
export function alarmsOf(transitions: Iterable<ToldTransition>): RehearsedAlarm[] {
  const open = new Map<string, { to: number | null; news: number[] } & Omit<RehearsedAlarm, 'to' | 'news'>>()
  for (const { kind, occurrence, rule, ruleType, at } of transitions) {
    if (kind === 'raise') open.set(occurrence, { rule, ruleType, occurrence, from: at, to: null, news: [at] })
    else if (kind === 'update') open.get(occurrence)?.news.push(at)
    else {
      const alarm = open.get(occurrence)
      if (alarm !== undefined) alarm.to = at
    }
  }
  return [...open.values()].sort((a, b) => a.from - b.from)
}

/** What alarms ask of a desk. */
export interface DeskLoad {
  readonly alarms: number
  readonly days: number
  readonly perDay: number
  /** The day with the most; null without any alarm. `day` counts from 1970-01-01. */
  readonly worst: { readonly day: number; readonly alarms: number } | null
  readonly isWithin: boolean
}

/** The load of one pit's alarms in `days` that were watched; `dayOf` numbers the days of the site. */
export function deskLoad(alarms: readonly RehearsedAlarm[], days: number, dayOf: (at: number) => number): DeskLoad {
  const byDay = Map.groupBy(alarms, ({ from }) => dayOf(from))
  const worst = [...byDay].reduce<DeskLoad['worst']>(
    (most, [day, those]) => (those.length > (most?.alarms ?? 0) ? { day, alarms: those.length } : most),
    null,
  )
  // A part of a day is not made a whole one's share of alarms.
  const perDay = alarms.length / Math.max(1, days)
  return { alarms: alarms.length, days, perDay, worst, isWithin: perDay <= DESK_BUDGET }
}

/** What a change does to the alarms of one rule. */
export interface RuleDifference {
  readonly rule: string
  readonly before: number
  readonly after: number
  readonly added: readonly RehearsedAlarm[]
  readonly removed: readonly RehearsedAlarm[]
  /** Alarms of both, whose raise moved: `byMs` below 0 is earlier. */
  readonly moved: readonly { readonly before: RehearsedAlarm; readonly after: RehearsedAlarm; readonly byMs: number }[]
}

/** What a change of rules would have done. */
export interface Comparison {
  readonly rules: readonly RuleDifference[]
  /** Incidents found before and not any more. */
  readonly lost: readonly Incident[]
  readonly gained: readonly Incident[]
  /** Found by neither. */
  readonly missed: readonly Incident[]
  readonly falseBefore: number
  readonly falseAfter: number
  readonly isRefused: boolean
}

/**
 * Compares the alarms of the rules as they were with those of a change. `finds` says whether alarms of a rule can find an incident at all: one
 * that guards the watching itself cannot. An alarm that has no incident in its time is false.
 */
export function compare(
  before: readonly RehearsedAlarm[],
  after: readonly RehearsedAlarm[],
  { incidents, finds }: { readonly incidents: readonly Incident[]; readonly finds: (rule: string) => boolean },
): Comparison {
  const names = [...new Set([...before, ...after].map(({ rule }) => rule))].sort()
  const rules = names.map((rule) =>
    difference(
      rule,
      before.filter((alarm) => alarm.rule === rule),
      after.filter((alarm) => alarm.rule === rule),
    ),
  )
  const found = (alarms: readonly RehearsedAlarm[], incident: Incident) =>
    alarms.some((alarm) => finds(alarm.rule) && isAbout(alarm, incident))
  const fate = (was: boolean, is: boolean) =>
    incidents.filter((incident) => found(before, incident) === was && found(after, incident) === is)
  const lost = fate(true, false)
  const [falseBefore, falseAfter] = [falseOf(before, incidents), falseOf(after, incidents)]
  const isRefused = lost.length > 0 || falseAfter > falseBefore * (1 + MOST_MORE_FALSE)
  return { rules, lost, gained: fate(false, true), missed: fate(false, false), falseBefore, falseAfter, isRefused }
}

function falseOf(alarms: readonly RehearsedAlarm[], incidents: readonly Incident[]): number {
  return alarms.filter((alarm) => !incidents.some((incident) => isDuring(alarm, incident))).length
}

/** Something was told while the incident lasted: an alarm that was open long before it tells nobody of it. */
function isAbout({ news }: RehearsedAlarm, { from, to }: Incident): boolean {
  return news.some((at) => at >= from && at <= to)
}

function isDuring({ from, to }: RehearsedAlarm, incident: Incident): boolean {
  return from <= incident.to && (to ?? Infinity) >= incident.from
}

/** Alarms are the same where they overlap in time; of several the first that is free. */
function difference(rule: string, before: readonly RehearsedAlarm[], after: readonly RehearsedAlarm[]): RuleDifference {
  const moved: RuleDifference['moved'][number][] = []
  const removed: RehearsedAlarm[] = []
  const free = new Set(after)
  for (const alarm of before) {
    const same = [...free].find(({ from, to }) => from <= (alarm.to ?? Infinity) && (to ?? Infinity) >= alarm.from)
    if (same === undefined) removed.push(alarm)
    else {
      free.delete(same)
      if (same.from !== alarm.from) moved.push({ before: alarm, after: same, byMs: same.from - alarm.from })
    }
  }
  return { rule, before: before.length, after: after.length, added: [...free], removed, moved }
}
