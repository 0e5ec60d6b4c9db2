import { z } from 'zod'
import { SecondFactorCode } from './access.ts'
import { CheckItem, EvidenceGroup } from './activity.ts'
import { Second } from './acts.ts'
import { ConfigReason, ConfigState } from './config-lane.ts'
import { AlarmTally, RuleRole } from './http.ts'
import { Priority } from './priority.ts'
import { Quantity } from './quantity.ts'
import { PointRef } from './reading.ts'
import { RuleConfig } from './site.ts'
import { Bilingual, Id, Sha256 } from './text.ts'
import { UtcMs } from './time.ts'

/** Who wants a rule: the site's file, the house because of what a device can betray, or the standard set. */
export const RuleOrigin = z.enum(['configured', 'guard', 'standard'])
export type RuleOrigin = z.infer<typeof RuleOrigin>

/** A rule as its gateway has it. `with` is as it is written: durations as `10s`, what is absent as the type's default. */
export const RuleSheet = z
  .object({
    rule: Id,
    type: z.string(),
    point: PointRef,
    priority: Priority,
    name: Bilingual.nullable(),
    as: RuleConfig.shape.as.unwrap().nullable(),
    latched: z.boolean().nullable(),
    with: z.record(z.string(), z.unknown()),
    origin: RuleOrigin,
    /** False for one of the standard set that the site leaves out. */
    isArmed: z.boolean(),
    /** What its point measures; null where nobody knows. */
    quantity: Quantity.nullable(),
    /** In the unit of its point; null where it has none. */
    limit: z.number().nullable(),
  })
  .strict()
export type RuleSheet = z.infer<typeof RuleSheet>

/** What people made of the alarms a rule raised, or was a sign of. */
const Worth = AlarmTally.extend({ as: RuleRole }).strict()

/** A rule in the table of rules. */
export const RuleRow = RuleSheet.extend({
  site: Id,
  /** Alarms it raised, or was a sign of, in 30 days. */
  raised: z.number().int().nonnegative(),
  /** Of 90 days; null where it has told nothing. */
  worth: Worth.nullable(),
}).strict()
export type RuleRow = z.infer<typeof RuleRow>

/** Rules of one type over what somebody sees of the county. */
export const RuleTypeRow = z
  .object({
    type: z.string(),
    rules: z.number().int().positive(),
    sites: z.number().int().positive(),
    raised: z.number().int().nonnegative(),
  })
  .strict()
export type RuleTypeRow = z.infer<typeof RuleTypeRow>

/** A query is text: what is absent is not filtered by. */
export const RulesQuery = z
  .object({
    site: Id.optional(),
    type: z.string().max(64).optional(),
    priority: Priority.optional(),
    /** In the names of rules, types, points and sites. */
    text: z.string().max(100).optional(),
    armed: z.enum(['yes', 'no']).optional(),
    from: z.coerce.number().int().nonnegative().default(0),
    limit: z.coerce.number().int().min(1).max(1_000).default(500),
  })
  .strict()
export type RulesQuery = z.infer<typeof RulesQuery>

export const RulesList = z
  .object({
    rules: z.array(RuleRow),
    /** Of all that fit, those not in `rules` as well. */
    total: z.number().int().nonnegative(),
    types: z.array(RuleTypeRow),
    /** Sites whose rules are not known here. */
    unknown: z.array(Id),
  })
  .strict()
export type RulesList = z.infer<typeof RulesList>

/** A parameter of a rule type, as a form shows it. */
export const ParameterForm = z
  .object({
    name: z.string(),
    isRequired: z.boolean(),
    /** As it is written in a site file; absent where there is none. */
    default: z.unknown().optional(),
    /** UCUM, `time` for a duration such as 10s, `own` for the unit of what the point measures; null where it has none. */
    unit: z.string().nullable(),
    about: Bilingual,
    /** JSON Schema of its value, as it is written. */
    schema: z.record(z.string(), z.unknown()),
  })
  .strict()
export type ParameterForm = z.infer<typeof ParameterForm>

/** Everything a form for a rule of one type needs. */
export const RuleForm = z
  .object({
    type: z.string(),
    name: Bilingual,
    watches: Bilingual,
    /** Which of the eight checks it serves; 0 = it guards the watching itself. */
    serves: CheckItem,
    /** What it is evidence of; null = it always raises an alarm of its own. */
    group: EvidenceGroup.nullable(),
    /** Its point is the meter of the site's load. */
    needsLoad: z.boolean(),
    /** What its point may measure, with the unit; null = anything. */
    quantities: z.array(z.object({ quantity: Quantity, unit: z.string() }).strict()).nullable(),
    parameters: z.array(ParameterForm),
    /** JSON Schema of `with`. */
    schema: z.record(z.string(), z.unknown()),
  })
  .strict()
export type RuleForm = z.infer<typeof RuleForm>

/** What of a rule one version changed: null before it was there, and after it is gone. `by` is null for what was changed on site. */
export const RuleChange = z
  .object({
    at: UtcMs,
    by: z.string().nullable(),
    version: z.number().int().nonnegative(),
    before: RuleSheet.nullable(),
    after: RuleSheet.nullable(),
    /** Why, as who saved it said; null where nobody did. */
    reason: z.string().nullable(),
    second: z.string().nullable(),
  })
  .strict()
export type RuleChange = z.infer<typeof RuleChange>

/** How the control room knows a site's rules: told by its gateway, told but not readable here, or configured on site and not known. */
export const Knowledge = z.enum(['told', 'unreadable', 'not-told'])
export type Knowledge = z.infer<typeof Knowledge>

/** A version on its way to a site, or the last that was not taken; null where what runs is what was sent last. */
export const SentVersion = z
  .object({
    version: z.number().int().positive(),
    by: z.string(),
    at: UtcMs,
    /** null while the gateway has not said anything. */
    state: ConfigState.nullable(),
    reason: ConfigReason.nullable(),
    faults: z.array(z.string()),
  })
  .strict()
export type SentVersion = z.infer<typeof SentVersion>

/** What is known of one site's rules as a whole. */
export const SiteRules = z
  .object({
    site: Id,
    knowledge: Knowledge,
    /** Of what runs; null where it is not known. A change is made to this content and to no other. */
    sha256: Sha256.nullable(),
    version: z.number().int().nonnegative().nullable(),
    toldAt: UtcMs.nullable(),
    faults: z.array(z.string()),
    /** Files of the site's own that were not told, so that a rehearsal has the shipped ones: `calendar`, `law`. */
    missing: z.array(z.enum(['calendar', 'law'])),
    sent: SentVersion.nullable(),
    rules: z.array(RuleRow),
  })
  .strict()
export type SiteRules = z.infer<typeof SiteRules>

export const RuleHistory = z.object({ changes: z.array(RuleChange) }).strict()
export type RuleHistory = z.infer<typeof RuleHistory>

/** A rule as it is to be. A value of null takes a parameter out: its type's default counts. */
export const RuleEdit = z
  .object({
    /** The content the form was drawn from. */
    base: Sha256,
    priority: Priority,
    with: z.record(z.string().max(64), z.unknown()),
  })
  .strict()
export type RuleEdit = z.infer<typeof RuleEdit>

/** One thing wrong with a change; `path` from the rule on, such as `with.limit`, or from the site's file where it is not about the rule. */
export const EditFault = z.object({ path: z.string(), message: z.string() }).strict()
export type EditFault = z.infer<typeof EditFault>

/** What a gateway would say of a change. `sha256` is null where it would refuse it. */
export const EditVerdict = z
  .object({
    faults: z.array(EditFault),
    sha256: Sha256.nullable(),
    before: RuleSheet,
    after: RuleSheet.nullable(),
    /** Whether it takes a second person: the rule is red, or would be. */
    needsSecond: z.boolean(),
  })
  .strict()
export type EditVerdict = z.infer<typeof EditVerdict>

const reason = z.string().trim().min(4, 'expected a reason of at least 4 characters').max(500)

/** Saves an edit. A red rule takes a second person; whoever has a second factor gives a fresh code of it. */
export const SaveRule = RuleEdit.extend({
  reason,
  /** Why without a rehearsal of the last hour of exactly this, or although it was refused. */
  despite: reason.optional(),
  second: Second.pick({ user: true, password: true }).optional(),
  code: SecondFactorCode.optional(),
}).strict()
export type SaveRule = z.infer<typeof SaveRule>

/** Rules whose share of false alarms is above what is aimed at, worst first. */
export const RuleReview = z
  .object({
    from: UtcMs,
    to: UtcMs,
    rules: z.array(
      Worth.extend({
        site: Id,
        rule: Id,
        ruleType: z.string(),
        priority: Priority,
        /** wrong / (confirmed + wrong), and what it may be at most. */
        falseShare: z.number(),
        target: z.number(),
      }).strict(),
    ),
  })
  .strict()
export type RuleReview = z.infer<typeof RuleReview>
