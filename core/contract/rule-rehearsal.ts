import { z } from 'zod'
import { PointRef } from './reading.ts'
import { RuleEdit, RuleSheet } from './rules-desk.ts'
import { Id, Sha256 } from './text.ts'
import { UtcMs } from './time.ts'

/** Rehearses an edit over what was recorded in the last `days`; rules that learn are given `learnDays` before that. */
export const RehearseEdit = RuleEdit.extend({
  days: z.number().int().min(1).max(365).default(30),
  learnDays: z.number().int().min(0).max(90).default(14),
}).strict()
export type RehearseEdit = z.infer<typeof RehearseEdit>

export const RehearsalState = z.enum(['waiting', 'running', 'done', 'failed', 'cancelled'])
export type RehearsalState = z.infer<typeof RehearsalState>

/** What people said of an alarm that was really raised; `unjudged` where nobody did, or it never was. */
export const Judged = z.enum(['confirmed', 'wrong', 'lawful', 'unjudged'])
export type Judged = z.infer<typeof Judged>

/** Alarms of one side, by what is known of them. */
export const JudgedCounts = z
  .object({
    alarms: z.number().int().nonnegative(),
    confirmed: z.number().int().nonnegative(),
    wrong: z.number().int().nonnegative(),
    lawful: z.number().int().nonnegative(),
    unjudged: z.number().int().nonnegative(),
  })
  .strict()
export type JudgedCounts = z.infer<typeof JudgedCounts>

/** One alarm of a rehearsal. */
export const Episode = z
  .object({
    rule: Id,
    ruleType: z.string(),
    point: PointRef.nullable(),
    from: UtcMs,
    to: UtcMs.nullable(),
    /** What the change does to it. `byMs` below 0 is earlier; 0 for one that only comes or goes. */
    fate: z.enum(['added', 'removed', 'earlier', 'later', 'same']),
    byMs: z.number(),
    judged: Judged,
    /** The alarm that was really raised then. */
    alarm: z.string().nullable(),
  })
  .strict()
export type Episode = z.infer<typeof Episode>

/** What a change does to the alarms of one rule. */
export const RuleEffect = z
  .object({
    rule: Id,
    before: z.number().int().nonnegative(),
    after: z.number().int().nonnegative(),
    added: z.number().int().nonnegative(),
    removed: z.number().int().nonnegative(),
    earlier: z.number().int().nonnegative(),
    later: z.number().int().nonnegative(),
  })
  .strict()
export type RuleEffect = z.infer<typeof RuleEffect>

/** The load of the desk by one site, beside the budget it was computed against. */
const Load = z
  .object({
    perDay: z.number(),
    budget: z.number(),
    isWithin: z.boolean(),
    /** The fullest day, its number since 1970-01-01. */
    worst: z.object({ day: z.number().int(), alarms: z.number().int() }).strict().nullable(),
    /** Most alarms that came within ten minutes; a person can take one on the average, ten are a flood. (EEMUA 191) */
    mostInTenMinutes: z.number().int().nonnegative(),
  })
  .strict()

const KnownIncident = z.object({ alarm: z.string(), from: UtcMs, to: UtcMs, note: z.string() }).strict()

/** What a rehearsal came to. Numbers are of the whole site, as a change of one rule may move the alarm of the site. */
export const RehearsalResult = z
  .object({
    from: UtcMs,
    to: UtcMs,
    /** Days in whose hours there were readings. */
    watchedDays: z.number().nonnegative(),
    samples: z.number().int().nonnegative(),
    tookMs: z.number().nonnegative(),
    before: z.object({ rule: JudgedCounts, site: JudgedCounts, load: Load }).strict(),
    after: z.object({ rule: JudgedCounts, site: JudgedCounts, load: Load }).strict(),
    effects: z.array(RuleEffect),
    /** Confirmed alarms that would not be found any more, that would be found now, and that neither finds. */
    lost: z.array(KnownIncident),
    gained: z.array(KnownIncident),
    missed: z.array(KnownIncident),
    /** Alarms outside what was confirmed. */
    falseBefore: z.number().int().nonnegative(),
    falseAfter: z.number().int().nonnegative(),
    /** It loses something confirmed, or raises false alarms by more than a fifth: to be saved only with a reason. */
    isRefused: z.boolean(),
    /** Newest first, those that change before those that stay; no more than are worth looking through. */
    episodes: z.array(Episode),
    episodesLeftOut: z.number().int().nonnegative(),
  })
  .strict()
export type RehearsalResult = z.infer<typeof RehearsalResult>

export const Rehearsal = z
  .object({
    id: z.string(),
    site: Id,
    rule: Id,
    by: z.string(),
    askedAt: UtcMs,
    finishedAt: UtcMs.nullable(),
    state: RehearsalState,
    /** How much has been read, 0–1. */
    share: z.number().min(0).max(1),
    /** Rehearsals before it. */
    ahead: z.number().int().nonnegative(),
    days: z.number().int(),
    learnDays: z.number().int(),
    /** What was compared: the content that ran, and that as proposed. */
    base: Sha256,
    proposed: Sha256,
    before: RuleSheet,
    after: RuleSheet,
    /** Why it failed. */
    fault: z.string().nullable(),
    result: RehearsalResult.nullable(),
  })
  .strict()
export type Rehearsal = z.infer<typeof Rehearsal>

/** As a list shows them: without their episodes. */
export const RehearsalList = z.object({ rehearsals: z.array(Rehearsal) }).strict()
export type RehearsalList = z.infer<typeof RehearsalList>
