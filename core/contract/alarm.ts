import { z } from 'zod'
import { BecauseRow, Feedback } from './activity.ts'
import { BootId } from './clock.ts'
import { EvidenceRow } from './evidence.ts'
import { Notice } from './notice.ts'
import { OccurrenceId } from './occurrence.ts'
import { ClientId, PhotoRow } from './photo.ts'
import { PointRef, Reading } from './reading.ts'
import { Priority } from './priority.ts'
import { Id } from './text.ts'
import { MonoMs, UtcMs } from './time.ts'

/** A sentence as key and numbers; core/rules renders it in zh-CN or English. */
export const Explanation = z
  .object({
    key: z.string().regex(/^[a-z0-9-]+(\.[a-z0-9-]+)+$/),
    values: z.record(z.string(), z.union([z.number(), z.string(), z.boolean(), z.null()])),
  })
  .strict()
export type Explanation = z.infer<typeof Explanation>

/** What the times of a transition are worth. When the gateway learns better before it is sent, `at` is dated anew. */
export const AlarmClock = z
  .object({
    boot: BootId,
    mono: MonoMs,
    /** `at` as it was dated when the transition was made. */
    recordedAt: UtcMs,
    /** `at` may be off by this many ms either way; null where nobody can say. */
    uncertaintyMs: z.number().nonnegative().nullable(),
  })
  .strict()
export type AlarmClock = z.infer<typeof AlarmClock>

/**
 * What the edge says of an alarm occurrence, on the alarm lane. Transitions of one occurrence are numbered from 1:
 * the first is `raise`, the last `clear`, any `update` between adds evidence or a higher priority.
 */
export const AlarmTransition = z
  .object({
    occurrence: OccurrenceId,
    n: z.number().int().positive(),
    kind: z.enum(['raise', 'update', 'clear']),
    site: Id,
    rule: Id,
    ruleType: z.string().min(1),
    point: PointRef,
    priority: Priority,
    /** Event time: the instant the condition was proven, or proven gone. */
    at: UtcMs,
    explanation: Explanation,
    /** The readings that decided it. */
    readings: z.array(Reading).max(16),
    /** Pictures new with this transition. */
    evidence: z.array(EvidenceRow).max(16),
    /** What its time is worth; absent from a gateway that cannot say. */
    clock: AlarmClock.optional(),
    /** The signals an alarm of the whole site rests on, strongest first; absent from alarms of one rule. */
    because: z.array(BecauseRow).max(16).optional(),
    /** After its end a person must look at the place before it closes. */
    latched: z.boolean().optional(),
    /** Which version of the rule judged: the first 12 digits of the hash of its configuration. */
    ruleVersion: z.string().max(64).optional(),
    /** T2: when the gateway had it durably. */
    storedAt: UtcMs.optional(),
  })
  .strict()
export type AlarmTransition = z.infer<typeof AlarmTransition>

/**
 * Where an alarm stands in the control room (ISA-18.2 / IEC 62682, §3.3).
 * An alarm is one episode of one rule at one site: at most one is open, raises after a return add activations to it.
 */
export const AlarmState = z.enum([
  'unacked', // [B] active, nobody has acknowledged
  'acked', // [C] active, acknowledged
  'returned', // [D] condition gone, nobody has acknowledged
  'latched', // [E] condition gone, nobody has acknowledged, and a person must look at the place before it closes
  'latched-acked', // [F] the same, acknowledged: waits for its reset
  'closed', // [A] condition gone and acknowledged
])
export type AlarmState = z.infer<typeof AlarmState>

export const AlarmNote = z.object({ at: UtcMs, by: z.string(), text: z.string().min(1).max(2_000) }).strict()
export type AlarmNote = z.infer<typeof AlarmNote>

/** How an acknowledgement came: at a desk, by the link of a message, as an SMS, by a key on the phone, or at the site's own gateway. */
export const AcknowledgeVia = z.enum(['desk', 'phone', 'sms', 'voice', 'edge'])
export type AcknowledgeVia = z.infer<typeof AcknowledgeVia>

export const Acknowledgement = z
  .object({
    at: UtcMs,
    by: z.string(),
    note: z.string().max(2_000),
    via: AcknowledgeVia,
    /** When it was said, where the phone it was said on could not reach the control room then. The answer counts from `at`. */
    saidAt: UtcMs.optional(),
  })
  .strict()
export type Acknowledgement = z.infer<typeof Acknowledgement>

/**
 * Why an alarm is held back although its episode runs (§3.3): `shelved` by a person, `by-design` while its parent alarm is active or an
 * order of work holds, `out-of-service` on the word of two persons.
 */
export const Suppression = z
  .object({
    kind: z.enum(['shelved', 'by-design', 'out-of-service']),
    by: z.string().min(1),
    /** The second person, where one was needed. */
    second: z.string().nullable(),
    reason: z.string().min(1).max(500),
    from: UtcMs,
    /** When it ends by itself; null only for `by-design` with a parent. */
    until: UtcMs.nullable(),
    /** The active alarm that explains this one. */
    parent: OccurrenceId.nullable(),
    /** Number of the order, where it is out of service. */
    ticket: z.string().max(100).optional(),
  })
  .strict()
export type Suppression = z.infer<typeof Suppression>

/** Something that was found out on the spot or reported upwards (T9). */
export const Finding = z
  .object({
    kind: z.enum(['on-site', 'reported']),
    at: UtcMs,
    by: z.string(),
    note: z.string().max(2_000),
    /** Number under which a higher authority took it. */
    receipt: z.string().max(100).nullable(),
    /** What the phone it came from calls it, so that it is the same one when it comes twice. */
    id: ClientId.optional(),
    /** Photos taken on the spot. */
    pictures: z.array(PhotoRow).max(4).optional(),
  })
  .strict()
export type Finding = z.infer<typeof Finding>

/** What somebody found out about an alarm, and what the gateway of its site made of that. */
export const AlarmFeedback = Feedback.extend({
  state: z.enum(['pending', 'applied', 'refused']),
  answeredAt: UtcMs.nullable(),
  /** Why it was refused: a word, and what was expected and what came, such as `no-load: expected a load section …`. */
  answer: z.string().max(500).nullable(),
}).strict()
export type AlarmFeedback = z.infer<typeof AlarmFeedback>

/** An alarm as the control room keeps and shows it. */
export const Alarm = z
  .object({
    /** The id of its first occurrence. */
    id: OccurrenceId,
    /** What people call it: county prefix, day, count of that day; such as PW-20260112-0007. */
    number: z.string(),
    site: Id,
    rule: Id,
    ruleType: z.string(),
    point: PointRef,
    priority: Priority,
    state: AlarmState,
    raisedAt: UtcMs,
    /** What `raisedAt` is worth, and what it was before it was dated anew; absent where the gateway could not say. */
    clock: AlarmClock.optional(),
    /** When the control room had it durably. */
    receivedAt: UtcMs,
    returnedAt: UtcMs.nullable(),
    closedAt: UtcMs.nullable(),
    /** Raise…return intervals inside the episode, the newest 100. */
    activations: z.array(z.object({ occurrence: OccurrenceId, from: UtcMs, to: UtcMs.nullable() }).strict()),
    explanation: Explanation,
    readings: z.array(Reading),
    evidence: z.array(EvidenceRow),
    /** The signals it rests on, strongest first; absent where it is one of a single rule. */
    because: z.array(BecauseRow).max(16).optional(),
    /** How it was acknowledged; null again when it is raised anew. */
    acknowledgement: Acknowledgement.nullable(),
    /** A return does not close it: somebody must look at the place and reset it. */
    latched: z.boolean(),
    /** It had begun and ended, or begun long ago, before the control room could hear of it (补报). */
    late: z.boolean(),
    /** The rule as it was when this was raised, and when it returned; null from gateways that do not say. */
    ruleVersion: z.string().nullable(),
    returnRuleVersion: z.string().nullable(),
    /** T1: the reading that decided it. T2: the gateway had it durably. */
    sampledAt: UtcMs.nullable(),
    storedAt: UtcMs.nullable(),
    suppressions: z.array(Suppression),
    /** Announcements held back by suppression that are owed when the last one ends. */
    held: z.number().int().nonnegative(),
    /** Acknowledged and still active: when it announces itself again; null = never. */
    reAlarmAt: UtcMs.nullable(),
    /** Who is to see to it, by sign-in name or person id. */
    assignee: z.string().nullable(),
    findings: z.array(Finding),
    /** How often it was raised (×N), also where `activations` does not show all; absent from what was kept before it was counted. */
    raises: z.number().int().positive().optional(),
    /** Came long after it was raised and was not announced yet: when it is, unless its end comes before. */
    announceAt: UtcMs.optional(),
    /** At least 3 raises within a minute or 10 within an hour (I21). */
    chattering: z.boolean(),
    /** Whether the values behind it are still heard: `stale` while its gateway is silent. Never moves the state. */
    quality: z.enum(['good', 'stale']),
    /** Where its ladder stands: whom it calls next and when; null when nobody is being called. */
    ladder: z.object({ round: z.number().int(), step: z.number().int(), dueAt: UtcMs }).strict().nullable(),
    notes: z.array(AlarmNote),
    notices: z.array(Notice),
    /** What people found out about it, oldest first; absent until somebody has. */
    feedback: z.array(AlarmFeedback).optional(),
    /** Grows with every change, so that a stale view is recognised. */
    version: z.number().int().positive(),
  })
  .strict()
export type Alarm = z.infer<typeof Alarm>
