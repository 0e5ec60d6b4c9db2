import { z } from 'zod'
import { Alarm } from './alarm.ts'
import { LedgerEntry } from './ledger.ts'
import { Medium, Notice } from './notice.ts'
import { Priority } from './priority.ts'
import { Bilingual, Id, Language, Sha256 } from './text.ts'
import { UtcMs } from './time.ts'

/** The ten time stamps of an alarm (§3.5). */
export const STAMPS = ['T0', 'T1', 'T2', 'T3', 'T4', 'T5', 'T6', 'T7', 'T8', 'T9'] as const
export const StampId = z.enum(STAMPS)
export type StampId = z.infer<typeof StampId>

/** Why a time stamp is not there. */
export const StampMissing = z.enum([
  'gateway-cannot-say', // the gateway's program is too old to tell
  'nobody-called', // blue, held back, or nobody to call
  'none-sent', // messages wait, none has gone out
  'none-accepted', // no provider has taken one
  'no-receipts', // no channel it went over tells of delivery
  'none-delivered', // a channel that tells has not told
  'none-seen', // nobody has opened or answered one
  'nobody-acknowledged',
  'nothing-found', // neither looked at on the spot nor reported upwards
])
export type StampMissing = z.infer<typeof StampMissing>

/** One of the ten time stamps: when, by whose word, or why it is not there. */
export const Stamp = z
  .object({
    stamp: StampId,
    at: UtcMs.nullable(),
    /** Whose clock wrote it. */
    source: z.enum(['gateway', 'control-room', 'provider', 'receiver', 'person']),
    /** The person it concerns; null where it is nobody's. */
    by: z.string().nullable(),
    /** How: the channel of a message, the way of an acknowledgement, the receipt number of a report. */
    via: z.string().nullable(),
    missing: StampMissing.nullable(),
  })
  .strict()
export type Stamp = z.infer<typeof Stamp>

/** What a time limit ends with: the first acknowledgement, any report upwards, or one that got a receipt number. */
export const SlaEnd = z.enum(['acknowledged', 'reported', 'reported-in-writing'])
export type SlaEnd = z.infer<typeof SlaEnd>

/** One time limit of the jurisdiction: counted from T3. */
export const SlaRow = z
  .object({
    id: Id,
    priority: Priority,
    ends: SlaEnd,
    withinMs: z.number().int().positive(),
    demand: Bilingual,
    /** Where it stands. */
    source: Bilingual,
    /** Whether somebody read this very number at this very place. */
    verified: z.boolean(),
  })
  .strict()
export type SlaRow = z.infer<typeof SlaRow>

/** A time limit as one alarm has kept it. */
export const SlaCheck = z
  .object({
    row: SlaRow,
    dueAt: UtcMs,
    metAt: UtcMs.nullable(),
    /** `released`: before it was due a person found that there was nothing to report. */
    is: z.enum(['kept', 'exceeded', 'running', 'released']),
    /** How far beyond the limit, until now where it is still not met; 0 when it is not exceeded. */
    overMs: z.number().int().nonnegative(),
  })
  .strict()
export type SlaCheck = z.infer<typeof SlaCheck>

/** Told too late (迟报), not told (漏报), told untruly (谎报), hidden (瞒报). */
export const VerdictKind = z.enum(['late', 'omitted', 'false', 'concealed'])
export type VerdictKind = z.infer<typeof VerdictKind>

/** Why a verdict is what it is; core/alarms/proof/wording.ts says it in words. */
export const VerdictReason = z
  .object({
    key: z.enum([
      'sla-exceeded',
      'not-reported',
      'gap-not-filled',
      'sensor-says-otherwise',
      'still-active',
      'no-second-person',
      'entry-missing',
      'ledger-broken',
      'root-differs',
    ]),
    values: z.record(z.string(), z.union([z.string(), z.number()])),
  })
  .strict()
export type VerdictReason = z.infer<typeof VerdictReason>

/** Computed, never typed. What depends on a person's intent is only ever `suspected`. `running`: a time limit has not ended yet. */
export const Verdict = z
  .object({
    kind: VerdictKind,
    is: z.enum(['clear', 'running', 'found', 'suspected']),
    because: z.array(VerdictReason),
  })
  .strict()
export type Verdict = z.infer<typeof Verdict>

/** The root over the hashes of one day's ledger entries. (RFC 6962 §2.1, SHA-256, a leaf is an entry's hash) */
export const DailyRoot = z
  .object({
    /** Day of the county, +08:00. */
    day: z.iso.date(),
    first: z.number().int().positive(),
    last: z.number().int().positive(),
    entries: z.number().int().positive(),
    root: Sha256,
    /** When it was made. */
    at: UtcMs,
  })
  .strict()
export type DailyRoot = z.infer<typeof DailyRoot>

export const DailyRoots = z.object({ roots: z.array(DailyRoot) }).strict()
export type DailyRoots = z.infer<typeof DailyRoots>

export const DailyRootsQuery = z.object({ limit: z.coerce.number().int().min(1).max(4_000).default(31) }).strict()

/** What is wrong with the first entry of a ledger that does not fit. */
export const LedgerFault = z
  .object({
    kind: z.enum([
      'missing', // entries are gone before this one
      'content', // it was changed: its hash is that of something else
      'hash', // its hash was changed
      'link', // it does not follow the entry before: one of the two was written anew
      'time', // it is older than the entry before
      'no-entry', // it can be read, and is no entry
      'unreadable', // the file is damaged there
      'root', // the day's root is not the one that was made
      'expected', // it is not what was expected from elsewhere
      'cut-off', // the end is missing
      'no-raise', // an alarm is there and the entry of its raise is not
      'no-alarm', // the entry of its raise is there and the alarm is not
    ]),
    /** The number it should have. */
    n: z.number().int().positive(),
    /** The time it says. */
    at: z.number().nullable(),
    /** What it says, in short; null where it cannot be read. */
    says: z.string().nullable(),
    expected: z.string(),
    came: z.string(),
  })
  .strict()
export type LedgerFault = z.infer<typeof LedgerFault>

/** What can be proved of one alarm: who was told when, against which limits, and what the ledger says of it. */
export const Proof = z
  .object({
    alarm: Alarm,
    issuedAt: UtcMs,
    stamps: z.array(Stamp).length(STAMPS.length),
    /** Every message about it, oldest first. */
    called: z.array(Notice),
    slas: z.array(SlaCheck),
    verdicts: z.array(Verdict).length(VerdictKind.options.length),
    ledger: z
      .object({
        /** Entries about the alarm, oldest first; the newest are left out where there are very many. */
        entries: z.array(LedgerEntry),
        total: z.number().int().nonnegative(),
        /** The last entry of the whole ledger at `issuedAt`. */
        head: z.object({ n: z.number().int().positive(), hash: Sha256 }).strict().nullable(),
        /** What does not fit in the ledger, where it was looked at; null = nothing. */
        fault: LedgerFault.nullable(),
        /** Roots of the days its entries lie in, as far as they are made. */
        roots: z.array(DailyRoot),
      })
      .strict(),
  })
  .strict()
export type Proof = z.infer<typeof Proof>

export const ProofSheetQuery = z.object({ lang: Language.default('zh-CN') }).strict()

/** The interval of alarm quality, UTC ms; `to` is not in it. At most 400 days. */
export const QualityQuery = z
  .object({ from: z.coerce.number().int().nonnegative(), to: z.coerce.number().int().nonnegative() })
  .strict()
export type QualityQuery = z.infer<typeof QualityQuery>

/** A spread of durations in ms; null of none. */
export const Spread = z
  .object({ count: z.number().int().positive(), median: z.number(), p90: z.number(), max: z.number() })
  .strict()
  .nullable()
export type Spread = z.infer<typeof Spread>

const ByPriority = <T extends z.ZodType>(of: T) => z.object({ red: of, orange: of, yellow: of, blue: of }).strict()
const Count = z.number().int().nonnegative()

/** How good the alarms of a time were (§5.4; EEMUA 191, ISA-18.2). */
export const AlarmQuality = z
  .object({
    from: UtcMs,
    to: UtcMs,
    alarms: ByPriority(Count),
    /** First acknowledgement after T3. */
    toAcknowledge: ByPriority(Spread),
    /** First message a provider took, after T3. */
    toNotify: ByPriority(Spread),
    /** T3 after T0; without the late ones. */
    toDetect: ByPriority(Spread),
    /** First finding on the spot after the first acknowledgement. */
    toVerify: ByPriority(Spread),
    rate: z
      .object({
        per10Min: z.number(),
        perHour: z.number(),
        perDay: z.number(),
        /** Share of the windows of 10 min, counted from `from`, with more than 10 alarms. */
        windowsOver10: z.number().min(0).max(1),
        /** Most alarms in any 60 min, and in any minute. */
        peakHour: Count,
        peakMinute: Count,
      })
      .strict(),
    /** Alarms that came in each hour, counted from `from`; the last may be cut short by `to`. */
    hourly: z.array(Count),
    /** Each begins with a window of 10 min with more than 10 alarms and ends with one of fewer than 5. */
    floods: z.array(z.object({ from: UtcMs, to: UtcMs, alarms: Count }).strict()),
    floodShare: z.number().min(0).max(1),
    /** Shares of red and orange, of yellow, of blue; null of none. */
    mix: z.object({ high: z.number(), medium: z.number(), low: z.number() }).strict().nullable(),
    /** The ten points with most alarms. */
    top: z
      .array(z.object({ site: Id, rule: Id, point: z.string(), alarms: Count, share: z.number() }).strict())
      .max(10),
    topShare: z.number().min(0).max(1),
    chattering: Count,
    /** Over within 30 s. */
    fleeting: Count,
    /** Active for more than 24 h. */
    stale: Count,
    /** Wrong among those judged right or wrong, by type of rule; most wrong first. */
    rules: z.array(
      z
        .object({
          ruleType: z.string(),
          alarms: Count,
          confirmed: Count,
          wrong: Count,
          planned: Count,
          falseRatio: z.number().min(0).max(1).nullable(),
        })
        .strict(),
    ),
    /** Messages that called somebody, an acknowledged alarm: mean and most. */
    pages: ByPriority(z.object({ mean: z.number(), max: Count }).strict().nullable()),
    suppression: z
      .object({
        count: Count,
        hours: z.number(),
        /** Of red, or out of service, without a second person. */
        unauthorised: Count,
      })
      .strict(),
    channels: z.array(
      z
        .object({
          channel: z.string(),
          medium: Medium,
          attempted: Count,
          accepted: Count,
          delivered: Count,
          /** accepted / attempted, delivered / accepted; null of none. */
          acceptedShare: z.number().nullable(),
          deliveredShare: z.number().nullable(),
        })
        .strict(),
    ),
    /** Those of the late lane (补报), and how late they came. */
    late: z.object({ count: Count, age: Spread }).strict(),
  })
  .strict()
export type AlarmQuality = z.infer<typeof AlarmQuality>
