import { z } from 'zod'
import { Feedback } from './activity.ts'
import { Alarm, AlarmState } from './alarm.ts'
import { GatewayHealth } from './lanes.ts'
import { LedgerEntry } from './ledger.ts'
import { LedgerFault } from './proof.ts'
import { Quantity, Unit } from './quantity.ts'
import { PointRef, Quality, ReadingValue, ReasonCode } from './reading.ts'
import { Site } from './site.ts'
import { Priority } from './priority.ts'
import { Bilingual, Id } from './text.ts'
import { UtcMs } from './time.ts'

/** What a client reads of a refusal. `code` is a word that never changes; `expected` and `came` say what is wrong. */
export const Refusal = z.object({
  code: z.string(),
  message: z.string(),
  expected: z.string().optional(),
  came: z.string().optional(),
  /** Path of the first field that is wrong, such as body.note; all of them are in `errors`. */
  field: z.string().optional(),
  errors: z.array(z.object({ field: z.string(), message: z.string() })).optional(),
  /** Why, as a word of whoever refused, where it has words of its own: see RefusedBecause. */
  because: z.string().optional(),
})
export type Refusal = z.infer<typeof Refusal>

/** The body of every refusal, of type application/problem+json (RFC 9457): a refusal with the members of the standard. */
export const Problem = Refusal.extend({
  /** urn:pitwatch: and the code, such as urn:pitwatch:http:invalid. */
  type: z.string(),
  /** What the code means, the same for every refusal of it. */
  title: z.string(),
  status: z.number().int().min(400).max(599),
  /** The same as `message`. */
  detail: z.string(),
})
export type Problem = z.infer<typeof Problem>

/** What a site's gateway said of itself last; nulls until it has since the control room's start. */
export const GatewayReport = z.object({ health: GatewayHealth.nullable(), receivedAt: UtcMs.nullable() }).strict()
export type GatewayReport = z.infer<typeof GatewayReport>

/** The value of a point as the control room knows it now. The reader checks `validUntil`. */
export const LatestReading = z
  .object({
    value: ReadingValue,
    quality: Quality,
    reason: ReasonCode.nullable(),
    at: UtcMs,
    validUntil: UtcMs,
    /** How far `at` may be off either way, ms, as the gateway has told; null where nobody can say. */
    uncertaintyMs: z.number().nonnegative().nullable().default(null),
  })
  .strict()
export type LatestReading = z.infer<typeof LatestReading>

/** What a device birth told of a point. */
export const PointInfo = z
  .object({
    device: Id,
    point: Id,
    name: Bilingual.nullable(),
    quantity: Quantity,
    unit: Unit,
    range: z.tuple([z.number(), z.number()]).nullable(),
  })
  .strict()
export type PointInfo = z.infer<typeof PointInfo>

export const DeviceInfo = z.object({ id: Id, name: Bilingual, profile: z.string(), online: z.boolean() }).strict()
export type DeviceInfo = z.infer<typeof DeviceInfo>

/** A site in the overview: facts only; the page derives the state from them and the time. */
export const SiteSummary = z
  .object({
    site: Site,
    /** Between birth and death of its gateway. */
    online: z.boolean(),
    /** When anything was last heard; null = never since this control room knows the site. */
    lastHeardAt: UtcMs.nullable(),
    openAlarms: z.object({ red: z.number(), orange: z.number(), yellow: z.number(), blue: z.number() }).strict(),
    /** Highest priority nobody has acknowledged; null = none. */
    worstUnacked: Priority.nullable(),
    points: z.number().int().nonnegative(),
    /** Points whose last reading is not good, whatever its age. */
    notGood: z.number().int().nonnegative(),
    /** The earliest validUntil of the site's good points: after it something is stale. */
    freshUntil: UtcMs.nullable(),
    headline: LatestReading.extend({ point: PointRef, quantity: Quantity }).strict().nullable(),
  })
  .strict()
export type SiteSummary = z.infer<typeof SiteSummary>

export const SiteDetail = z
  .object({
    summary: SiteSummary,
    devices: z.array(DeviceInfo),
    points: z.array(PointInfo.extend({ latest: LatestReading.nullable() }).strict()),
    /** Limits of armed rules that can be drawn into a trend. */
    limits: z.array(z.object({ rule: Id, point: PointRef, limit: z.number(), priority: Priority }).strict()),
  })
  .strict()
export type SiteDetail = z.infer<typeof SiteDetail>

export const HistoryQuery = z
  .object({
    from: z.coerce.number().int().nonnegative(),
    to: z.coerce.number().int().nonnegative(),
    /** Most columns to answer with; each is the min, mean and max of its share of the interval. */
    columns: z.coerce.number().int().min(1).max(4_000).default(800),
  })
  .strict()
export type HistoryQuery = z.infer<typeof HistoryQuery>

/**
 * A trend as parallel arrays, one entry a column that holds readings, oldest first.
 * `null` marks a gap: readings came, but none was good. Booleans count as 0 and 1.
 */
export const History = z
  .object({
    point: PointRef,
    source: z.enum(['influxdb', 'embedded']),
    at: z.array(z.number()),
    min: z.array(z.number().nullable()),
    mean: z.array(z.number().nullable()),
    max: z.array(z.number().nullable()),
    /** Columns in which no readings are yet, drawn from a trend that was sent before them; absent where there is none. */
    provisional: z.array(z.boolean()).optional(),
    readings: z.number().int().nonnegative(),
  })
  .strict()
export type History = z.infer<typeof History>

/** The interval of a certificate, UTC ms; `to` is not in it. */
export const CertificateQuery = z
  .object({ from: z.coerce.number().int().nonnegative(), to: z.coerce.number().int().nonnegative() })
  .strict()
export type CertificateQuery = z.infer<typeof CertificateQuery>

export const AlarmQuery = z
  .object({
    state: z.union([z.literal('open'), z.literal('all'), AlarmState]).default('open'),
    site: Id.optional(),
    rule: Id.optional(),
    priority: Priority.optional(),
    /** Those that are held back, or those that are not. */
    suppressed: z.enum(['yes', 'no']).optional(),
    /** What people call it, such as PW-20260112-0007. */
    number: z.string().max(40).optional(),
    /** Raised at or after, and before. */
    from: z.coerce.number().int().nonnegative().optional(),
    to: z.coerce.number().int().nonnegative().optional(),
    limit: z.coerce.number().int().min(1).max(1_000).default(200),
  })
  .strict()
export type AlarmQuery = z.infer<typeof AlarmQuery>

export const AlarmList = z.object({ alarms: z.array(Alarm) }).strict()
export type AlarmList = z.infer<typeof AlarmList>

/** What somebody found out about an alarm. What a kind needs, and how long it may last, is checked beyond the schema. */
export const JudgeAlarm = Feedback.pick({ kind: true, note: true, power: true, until: true, point: true }).strict()
export type JudgeAlarm = z.infer<typeof JudgeAlarm>

/** What people made of alarms. */
export const AlarmTally = z
  .object({
    alarms: z.number().int().nonnegative(),
    confirmed: z.number().int().nonnegative(),
    /** A known appliance, or a sensor at fault. */
    wrong: z.number().int().nonnegative(),
    /** Authorised work that was not announced: the rule saw what there was. */
    lawful: z.number().int().nonnegative(),
    /** Nobody has said anything yet. */
    open: z.number().int().nonnegative(),
    /** confirmed / (confirmed + wrong); null where nobody said either. */
    precision: z.number().min(0).max(1).nullable(),
    /** Wilson's 95 % interval of it. */
    interval: z.tuple([z.number(), z.number()]).nullable(),
  })
  .strict()
export type AlarmTally = z.infer<typeof AlarmTally>

/** Whether a rule raised the alarm itself, or is a sign that an alarm of the whole site rests on. */
export const RuleRole = z.enum(['alarm', 'sign'])
export type RuleRole = z.infer<typeof RuleRole>

/** What rules were worth, by the alarms raised in a time. */
export const RulePrecision = z
  .object({
    from: UtcMs,
    to: UtcMs,
    types: z.array(AlarmTally.extend({ ruleType: z.string(), as: RuleRole }).strict()),
    /** Single rules, those with most wrong alarms first. */
    rules: z.array(AlarmTally.extend({ site: Id, rule: Id, ruleType: z.string(), as: RuleRole }).strict()),
  })
  .strict()
export type RulePrecision = z.infer<typeof RulePrecision>

export const LedgerQuery = z
  .object({
    after: z.coerce.number().int().nonnegative().default(0),
    limit: z.coerce.number().int().min(1).max(1_000).default(200),
    subject: z.string().optional(),
  })
  .strict()
export const LedgerPage = z.object({ entries: z.array(LedgerEntry), total: z.number().int().nonnegative() }).strict()
export type LedgerPage = z.infer<typeof LedgerPage>

export const LedgerVerdict = z
  .object({
    intact: z.boolean(),
    /** Entries; where it is not intact, those before the first that does not fit. */
    entries: z.number().int().nonnegative(),
    /** The first entry that does not fit, when not intact. */
    brokenAt: z.number().int().positive().nullable(),
    /** What is wrong with it. */
    fault: LedgerFault.nullable(),
  })
  .strict()
export type LedgerVerdict = z.infer<typeof LedgerVerdict>

/** Why a message from a gateway, or from whoever speaks in its place, was refused. */
export const MessageRefusal = z.enum([
  'unknown-topic', // none of ours
  'too-large', // longer than any message of its kind; nothing of it was read
  'malformed', // it does not follow its schema
  'other-site', // about another site than its topic
  'too-many-sites',
  'queue-full', // too much of its kind waits already
  'body', // what is packed in it cannot be unpacked
  'body-hash', // what is packed in it is not what it names
  'numbers', // its readings are not those it names
  'chain', // it does not fit its neighbours in the chain
  'fork', // another link with its number came before
  'signature', // not by a key of its site
  'unsigned', // without the signature that links before it bear
  'picture', // no picture, or not the one it is named after
])
export type MessageRefusal = z.infer<typeof MessageRefusal>

/** How the control room itself is doing; open to monitoring without signing in, so it names nothing of the county. */
export const Health = z
  .object({
    ok: z.boolean(),
    version: z.string(),
    startedAt: UtcMs,
    broker: z.enum(['connected', 'disconnected']),
    history: z.object({ kind: z.enum(['influxdb', 'embedded']), ok: z.boolean(), waiting: z.number() }).strict(),
    refusedMessages: z.number().int().nonnegative(),
    /** Those of them that came as far as being read, by reason. */
    refusals: z.partialRecord(MessageRefusal, z.number().int().positive()),
    /** Readings that came safely and are in no chart: of points no birth has told of, and those the history refuses for good. */
    unknownReadings: z.number().int().nonnegative(),
    rejectedReadings: z.number().int().nonnegative(),
    noticesWaiting: z.number().int().nonnegative(),
  })
  .strict()
export type Health = z.infer<typeof Health>
