import { z } from 'zod'
import { OccurrenceId } from './occurrence.ts'
import { StreamId } from './chain.ts'
import { Dating } from './clock.ts'
import { PointRef } from './reading.ts'
import { Site } from './site.ts'
import { Priority } from './priority.ts'
import { Id, Sha256 } from './text.ts'
import { UtcMs } from './time.ts'

/** What became of a message: taken durably, refused for good, or to be kept and sent again later. */
export const Verdict = z.enum(['accept', 'reject', 'keep'])
export type Verdict = z.infer<typeof Verdict>

const verdict = { verdict: Verdict.default('accept'), reason: z.string().max(300).optional() }

/** What the control room has durably. Only then does the edge delete. */
export const Receipt = z.discriminatedUnion('lane', [
  /** Carries the hash of the link, which only a reader of the link can know. */
  z
    .object({ lane: z.literal('range'), stream: StreamId, n: z.number().int().nonnegative(), hash: Sha256, ...verdict })
    .strict(),
  z
    .object({
      lane: z.literal('trend'),
      stream: StreamId,
      from: z.number().int().nonnegative(),
      to: z.number().int().nonnegative(),
      ...verdict,
    })
    .strict(),
  z.object({ lane: z.literal('alarm'), occurrence: OccurrenceId, n: z.number().int().positive(), ...verdict }).strict(),
  z.object({ lane: z.literal('evidence'), sha256: Sha256, ...verdict }).strict(),
  z
    .object({ lane: z.literal('edge-act'), occurrence: OccurrenceId, n: z.number().int().positive(), ...verdict })
    .strict(),
  /** The control room has the report that this configuration is applied: it can be heard, so the configuration may stay. */
  z.object({ lane: z.literal('config'), version: z.number().int().positive(), sha256: Sha256, ...verdict }).strict(),
  /** `accept`: the control room knows the content with this hash; `keep`: it does not, and it is to be sent with its body. */
  z.object({ lane: z.literal('running-config'), sha256: Sha256, ...verdict }).strict(),
])
export type Receipt = z.infer<typeof Receipt>

/** A gateway's own state, sent every few seconds. Counters count since start. */
export const GatewayHealth = z
  .object({
    site: Id,
    at: UtcMs,
    startedAt: UtcMs,
    version: z.string(),
    /** What waits for a receipt. */
    outbox: z
      .object({
        /** Readings in closed ranges and in the open one. */
        readings: z.number().int().nonnegative(),
        ranges: z.number().int().nonnegative(),
        alarm: z.number().int().nonnegative(),
        evidence: z.number().int().nonnegative(),
        bytes: z.number().int().nonnegative(),
        maxBytes: z.number().int().nonnegative(),
        /** Time of the oldest reading that waits; null when none does. */
        oldestAt: UtcMs.nullable(),
        /** Hours until the store is full at the present rate, when nothing is receipted; null while that is unknown. */
        hoursLeft: z.number().nonnegative().nullable(),
        /** Readings kept as minutes only, and not at all, because the store was full; since the store was made. */
        reduced: z.number().int().nonnegative(),
        dropped: z.number().int().nonnegative(),
        /** `memory`: the disk refuses, and what is not delivered before the next stop is lost. */
        state: z.enum(['disk', 'memory']),
      })
      .strict(),
    /** What its time is worth. */
    clock: Dating.extend({
      /** The machine's own clock minus the told time, ms: a wrong one is shown. */
      systemAheadMs: z.number(),
    }).strict(),
    buses: z.array(
      z
        .object({
          id: Id,
          state: z.enum(['up', 'down']),
          exchanges: z.number().int().nonnegative(),
          timeouts: z.number().int().nonnegative(),
          exceptions: z.number().int().nonnegative(),
          malformed: z.number().int().nonnegative(),
          discardedBytes: z.number().int().nonnegative(),
          /** Answers that came too late or twice, recognised and thrown away. */
          staleAnswers: z.number().int().nonnegative(),
          /** Times the line was lost and is there again. */
          reconnects: z.number().int().nonnegative(),
          /** Time the bus was in use, and the part of it that devices took which do not answer, in ms. */
          busyMs: z.number().nonnegative(),
          deadMs: z.number().nonnegative(),
        })
        .strict(),
    ),
    /** Devices on buses. */
    devices: z.array(
      z
        .object({
          id: Id,
          state: z.enum(['answers', 'silent', 'identity-mismatch']),
          /** How long it thinks, usually and at worst, and what it is given; ms. null until it has answered. */
          latencyMs: z.object({ p50: z.number(), p999: z.number() }).strict().nullable(),
          timeoutMs: z.number().nonnegative(),
          /** How long its last round took, how late it began, and rounds left out because one was still going on. */
          roundMs: z.number().nonnegative(),
          lateMs: z.number().nonnegative(),
          skippedRounds: z.number().int().nonnegative(),
        })
        .strict(),
    ),
    /** How it stands with telling people by itself; absent from a gateway of before. */
    alone: z
      .object({
        /** `no-modem`: nobody can be texted; `no-sheet`: nobody is known who could be, and only the siren is left. */
        state: z.enum(['ready', 'no-modem', 'modem-down', 'no-sheet', 'sheet-over']),
        /** Version and end of the duty sheet in use. */
        sheet: z.object({ version: z.number().int(), until: UtcMs }).strict().nullable(),
        /** Alarms somebody is being called about by the gateway itself. */
        calling: z.number().int().nonnegative(),
        /** Its acts that wait for a receipt. */
        acts: z.number().int().nonnegative(),
        /** What the modem says last that is not good; null = it is well or there is none. */
        modem: z.string().max(200).nullable(),
        /** Outputs that could not be switched off or were not seen to sound. */
        faulty: z.array(Id),
      })
      .strict()
      .optional(),
    rssBytes: z.number().int().nonnegative(),
  })
  .strict()
export type GatewayHealth = z.infer<typeof GatewayHealth>

/**
 * What a gateway tells of its site at birth: a String metric named `About` in the NBIRTH, as JSON.
 * `limit` is there for rules that have one and is in the point's own unit.
 */
export const SiteAbout = z
  .object({
    site: Site,
    version: z.string(),
    stream: StreamId,
    /** How its times are dated. */
    dating: Dating,
    rules: z.array(
      z
        .object({
          id: Id,
          type: z.string().min(1),
          point: PointRef,
          priority: Priority,
          limit: z.number().nullable(),
        })
        .strict(),
    ),
  })
  .strict()
export type SiteAbout = z.infer<typeof SiteAbout>
