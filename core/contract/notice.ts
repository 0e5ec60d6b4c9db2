import { z } from 'zod'
import { OccurrenceId } from './occurrence.ts'
import { Bilingual, Id, Language } from './text.ts'
import { UtcMs } from './time.ts'
import { Priority } from './priority.ts'

/** How a message reaches a person, whatever carries it. Ladders name these. */
export const Medium = z.enum(['desk', 'sms', 'voice', 'robot', 'mail', 'push', 'webhook', 'site'])
export type Medium = z.infer<typeof Medium>

/**
 * What became of a message (§3.7). `accepted` = a provider has it, `delivered` = the receiving end has it, `seen` = a person opened or
 * answered it. `failed` only with messages on the person's other channels in its place. There is no expired and no dropped.
 */
export const NoticeState = z.enum(['queued', 'sending', 'accepted', 'delivered', 'seen', 'failed', 'cancelled'])
export type NoticeState = z.infer<typeof NoticeState>

/** Why a message was queued. */
export const NoticeKind = z.enum([
  'raise', // a new alarm
  'again', // the condition came back in the same episode
  'escalation', // nobody has acknowledged yet
  're-alarm', // acknowledged, still going on, and its time is up
  'after-suppression', // held back until now
  'returned', // the condition is gone, nobody has acknowledged
  'acknowledged', // somebody else has taken it on
  'handed-over', // the next crew has it
  'late', // happened while nobody could be told (补报)
])
export type NoticeKind = z.infer<typeof NoticeKind>

/** One message to one person over one channel, and what became of it. */
export const Notice = z
  .object({
    id: z.string(),
    alarm: OccurrenceId,
    kind: NoticeKind,
    round: z.number().int().nonnegative(),
    step: z.number().int().nonnegative(),
    person: z.string(),
    /** What the person was called when the message was queued; the roster may have changed since. */
    name: z.string(),
    /** The way it goes, and what sort of way that is. */
    channel: z.string(),
    medium: Medium,
    state: NoticeState,
    attempts: z.number().int().nonnegative(),
    queuedAt: UtcMs,
    /** T4: the last attempt began. */
    sentAt: UtcMs.nullable(),
    /** T5: a provider took it. */
    acceptedAt: UtcMs.nullable(),
    /** T6: the receiving end has it. */
    deliveredAt: UtcMs.nullable(),
    /** T7: a person opened or answered it. */
    seenAt: UtcMs.nullable(),
    /** SHA-256 over what was sent last, hex. */
    bodyHash: z.string().nullable(),
    /** The receiver's own words on success or failure, shortened. */
    answer: z.string().nullable(),
    /** Sent by the gateway of the site itself, which was alone. */
    byEdge: z.boolean(),
  })
  .strict()
export type Notice = z.infer<typeof Notice>

/** The body a webhook receives, and what every other channel is made from. */
export const NoticeMessage = z
  .object({
    notice: z.string(),
    kind: z.union([NoticeKind, z.enum(['digest', 'memo', 'test', 'code'])]),
    to: z.string(),
    language: Language,
    priority: Priority,
    site: Bilingual,
    /** The whole message as a person should read it, in the receiver's language. */
    title: z.string(),
    text: z.string(),
    /** The same in so few words that it fits one or two short messages; says how to answer. */
    short: z.string(),
    alarm: z.string().nullable(),
    /** The alarm's number for people, such as PW-20260112-0007. */
    number: z.string().nullable(),
    raisedAt: UtcMs,
    simulated: z.boolean(),
    /** POST here with {note} acknowledges as this person; `code` does so in an answer by SMS. null = nothing to acknowledge. */
    acknowledge: z
      .object({ url: z.url(), code: z.string().regex(/^\d{4}$/) })
      .strict()
      .nullable(),
  })
  .strict()
export type NoticeMessage = z.infer<typeof NoticeMessage>

/** How a channel stands, for its lamp (通道灯). */
export const ChannelLamp = z
  .object({
    channel: Id,
    kind: z.string(),
    medium: Medium,
    /** `unproven`: configured, and nothing was sent over it yet. */
    state: z.enum(['good', 'degraded', 'down', 'unproven']),
    /** What the provider or the modem said last when it is not good. */
    why: z.string().nullable(),
    since: UtcMs,
    lastAcceptedAt: UtcMs.nullable(),
    lastDeliveredAt: UtcMs.nullable(),
    waiting: z.number().int().nonnegative(),
    /** Counts of the last 24 h. */
    attempted: z.number().int().nonnegative(),
    accepted: z.number().int().nonnegative(),
    delivered: z.number().int().nonnegative(),
    failed: z.number().int().nonnegative(),
    /** Signal of a modem, dBm; absent elsewhere. */
    signalDbm: z.number().nullable().optional(),
  })
  .strict()
export type ChannelLamp = z.infer<typeof ChannelLamp>
