import { z } from 'zod'
import { OccurrenceId } from './alarm.ts'
import { PointRef } from './reading.ts'
import { Priority, Site } from './site.ts'
import { Id, Sha256 } from './text.ts'
import { UtcMs } from './time.ts'

/** The stream of readings one gateway store numbers without gaps; new when a store is made anew. */
export const StreamId = z.string().regex(/^[0-9a-z]{8,32}$/)
export type StreamId = z.infer<typeof StreamId>

/**
 * What the control room has durably. Only then does the edge delete.
 * A telemetry receipt covers every reading of the stream up to and including `upTo`.
 */
export const Receipt = z.discriminatedUnion('lane', [
  z.object({ lane: z.literal('telemetry'), stream: StreamId, upTo: z.number().int().nonnegative() }).strict(),
  z.object({ lane: z.literal('alarm'), occurrence: OccurrenceId, n: z.number().int().positive() }).strict(),
  z.object({ lane: z.literal('evidence'), sha256: Sha256 }).strict(),
])
export type Receipt = z.infer<typeof Receipt>

/** A gateway's own state, sent every few seconds. Counters count since start. */
export const GatewayHealth = z
  .object({
    site: Id,
    at: UtcMs,
    startedAt: UtcMs,
    version: z.string(),
    /** Rows that wait for a receipt. */
    outbox: z
      .object({
        telemetry: z.number().int().nonnegative(),
        alarm: z.number().int().nonnegative(),
        evidence: z.number().int().nonnegative(),
      })
      .strict(),
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
