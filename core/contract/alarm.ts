import { z } from 'zod'
import { BecauseRow, Feedback } from './activity.ts'
import { BootId } from './clock.ts'
import { EvidenceRow } from './evidence.ts'
import { PointRef, Reading } from './reading.ts'
import { Priority } from './site.ts'
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

/** Stable id of one raise…clear interval, made at the edge from site, rule and raise time. */
export const OccurrenceId = z.string().regex(/^[a-z0-9-]+\.[a-z0-9-]+\.[0-9a-z]+$/)
export type OccurrenceId = z.infer<typeof OccurrenceId>

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
  })
  .strict()
export type AlarmTransition = z.infer<typeof AlarmTransition>

/**
 * Where an alarm stands in the control room (ISA-18.2 / IEC 62682).
 * An alarm is one episode of one rule at one site: at most one is open, raises after a return add activations to it.
 */
export const AlarmState = z.enum([
  'unacked', // [B] active, nobody has acknowledged
  'acked', // [C] active, acknowledged
  'returned', // [D] condition gone, nobody has acknowledged
  'closed', // [A] condition gone and acknowledged
])
export type AlarmState = z.infer<typeof AlarmState>

export const AlarmNote = z.object({ at: UtcMs, by: z.string(), text: z.string().min(1).max(2_000) }).strict()
export type AlarmNote = z.infer<typeof AlarmNote>

export const Acknowledgement = z
  .object({ at: UtcMs, by: z.string(), note: z.string().max(2_000), via: z.enum(['desk', 'phone']) })
  .strict()
export type Acknowledgement = z.infer<typeof Acknowledgement>

/** One message to one person over one channel, and what became of it. */
export const NoticeState = z.enum(['queued', 'sending', 'accepted', 'failed', 'cancelled'])
export type NoticeState = z.infer<typeof NoticeState>

export const Notice = z
  .object({
    id: z.string(),
    alarm: OccurrenceId,
    kind: z.enum(['raise', 'escalation', 'returned']),
    round: z.number().int().nonnegative(),
    step: z.number().int().nonnegative(),
    person: z.string(),
    /** What the person was called when the message was queued; the duty list may have changed since. */
    name: z.string(),
    channel: z.string(),
    state: NoticeState,
    attempts: z.number().int().nonnegative(),
    queuedAt: UtcMs,
    acceptedAt: UtcMs.nullable(),
    /** The receiver's own words on success or failure, shortened. */
    answer: z.string().nullable(),
  })
  .strict()
export type Notice = z.infer<typeof Notice>

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
    /** Raise…return intervals inside the episode. */
    activations: z.array(z.object({ occurrence: OccurrenceId, from: UtcMs, to: UtcMs.nullable() }).strict()),
    explanation: Explanation,
    readings: z.array(Reading),
    evidence: z.array(EvidenceRow),
    /** The signals it rests on, strongest first; absent where it is one of a single rule. */
    because: z.array(BecauseRow).max(16).optional(),
    acknowledgement: Acknowledgement.nullable(),
    notes: z.array(AlarmNote),
    notices: z.array(Notice),
    /** What people found out about it, oldest first; absent until somebody has. */
    feedback: z.array(AlarmFeedback).optional(),
    /** Grows with every change, so that a stale view is recognised. */
    version: z.number().int().positive(),
  })
  .strict()
export type Alarm = z.infer<typeof Alarm>
