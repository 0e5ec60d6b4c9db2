import { z } from 'zod'
import { Alarm } from './alarm.ts'
import { Bilingual, Id } from './text.ts'
import { LatestReading, SiteSummary } from './http.ts'
import { ChannelLamp, NoticeMessage } from './notice.ts'
import { OccurrenceId } from './occurrence.ts'
import { PointRef, ReadingValue } from './reading.ts'
import { UtcMs } from './time.ts'

/** Open alarms a page is told of, the worst and of each priority the newest: in a flood more would choke it, and nobody reads more. */
export const MOST_OPEN_TOLD = 1_000

/** How the watch itself stands: who is on duty, whether messages get out, what is held back. Shown in the header at all times. */
export const DeskStatus = z
  .object({
    lamps: z.array(ChannelLamp),
    /** The process that watches the dispatcher from outside and holds the modem. */
    watchman: z.enum(['good', 'silent', 'absent']),
    /** More alarms than a person can handle: the list is grouped and sounds once a minute (> 10 in 10 min, until < 5). */
    storm: z.boolean(),
    onDuty: z.array(
      z
        .object({
          role: Id,
          name: Bilingual,
          persons: z.array(z.object({ id: Id, name: z.string(), checkedInAt: UtcMs.nullable() }).strict()),
          until: UtcMs,
          source: z.string(),
        })
        .strict(),
    ),
    /** Open alarms that are held back. */
    suppressed: z.number().int().nonnegative(),
  })
  .strict()
export type DeskStatus = z.infer<typeof DeskStatus>

/** The newest value of a point of a site. */
export const LiveReading = z.object({ site: Id, point: PointRef, latest: LatestReading }).strict()
export type LiveReading = z.infer<typeof LiveReading>

/**
 * What moves of a site from second to second, in place of its summary while nothing else has changed; a thousand summaries a second would cost
 * a page more than drawing them. In this order: the site, `lastHeardAt`, `freshUntil`, and of its headline `value`, `at`, `validUntil` (null =
 * it has none).
 */
export const SitePulse = z.tuple([
  Id,
  UtcMs.nullable(),
  UtcMs.nullable(),
  z.tuple([ReadingValue, UtcMs, UtcMs]).nullable(),
])
export type SitePulse = z.infer<typeof SitePulse>

/** Who is talking, so that a page of another version can tell. */
export const LiveHello = z
  .object({
    /** Version of the control room's program. */
    version: z.string().max(100),
    /** Fingerprint of everything a message may hold, `LIVE_REVISION` of the sender. */
    revision: z.string().max(100),
    /** The script the page of this control room starts with; null where no page is built. */
    page: z.string().max(300).nullable(),
  })
  .strict()
export type LiveHello = z.infer<typeof LiveHello>

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
      hello: LiveHello,
      sites: z.array(SiteSummary),
      alarms: z.array(Alarm),
      status: DeskStatus,
    })
    .strict(),
  z
    .object({
      type: z.literal('delta'),
      rev: z.number().int().positive(),
      now: UtcMs,
      sites: z.array(SiteSummary),
      /** Of sites that this client knows as they are but for this. */
      pulses: z.array(SitePulse),
      /** Open alarms that changed; a closed one comes once more as closed. */
      alarms: z.array(Alarm),
      /** Readings of the site this client watches. */
      readings: z.array(LiveReading),
      /** When it has changed. */
      status: DeskStatus.optional(),
    })
    .strict(),
  z.object({ type: z.literal('beat'), rev: z.number().int().nonnegative(), now: UtcMs }).strict(),
  /** A message to whoever sits at this desk that belongs to no open alarm; shown until it is read. Does not count as a `rev`. */
  z.object({ type: z.literal('notice'), now: UtcMs, message: NoticeMessage }).strict(),
])
export type LiveMessage = z.infer<typeof LiveMessage>

/**
 * What a client may say: which site's readings it wants (null = none), that it needs a snapshot, and every 10 s as a desk: whether its
 * sound can be heard, and which alarms and messages it has shown and announced since.
 */
export const LiveRequest = z.discriminatedUnion('type', [
  z.object({ type: z.literal('watch'), site: Id.nullable() }).strict(),
  z.object({ type: z.literal('snapshot') }).strict(),
  z
    .object({
      type: z.literal('desk'),
      sound: z.enum(['running', 'blocked', 'off']),
      shown: z.array(z.object({ alarm: OccurrenceId, version: z.number().int() }).strict()).max(1_000),
      /** Ids of the messages of type `notice` that it has shown since. */
      notices: z.array(z.string().max(200)).max(1_000).default([]),
    })
    .strict(),
])
export type LiveRequest = z.infer<typeof LiveRequest>
