import { z } from 'zod'
import { Alarm } from './alarm.ts'
import { LatestReading, SiteSummary } from './http.ts'
import { PointRef } from './reading.ts'
import { Id } from './text.ts'
import { UtcMs } from './time.ts'

/**
 * What the live feed (WebSocket /api/live) sends. `rev` counts without gaps; a client that misses one asks for a new
 * snapshot. A `beat` comes at least every 5 s; a client that hears nothing for 15 s shows everything as out of date.
 */
export const LiveMessage = z.discriminatedUnion('type', [
  z
    .object({
      type: z.literal('snapshot'),
      rev: z.number().int().nonnegative(),
      now: UtcMs,
      sites: z.array(SiteSummary),
      alarms: z.array(Alarm),
    })
    .strict(),
  z
    .object({
      type: z.literal('delta'),
      rev: z.number().int().positive(),
      now: UtcMs,
      sites: z.array(SiteSummary),
      /** Open alarms that changed; a closed one comes once more as closed. */
      alarms: z.array(Alarm),
      /** Readings of the site this client watches. */
      readings: z.array(z.object({ site: Id, point: PointRef, latest: LatestReading }).strict()),
    })
    .strict(),
  z.object({ type: z.literal('beat'), rev: z.number().int().nonnegative(), now: UtcMs }).strict(),
])
export type LiveMessage = z.infer<typeof LiveMessage>

/** What a client may say: which site's readings it wants (null = none), or that it needs a snapshot. */
export const LiveRequest = z.discriminatedUnion('type', [
  z.object({ type: z.literal('watch'), site: Id.nullable() }).strict(),
  z.object({ type: z.literal('snapshot') }).strict(),
])
export type LiveRequest = z.infer<typeof LiveRequest>
