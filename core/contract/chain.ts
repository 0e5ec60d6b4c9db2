import { z } from 'zod'
import { Dating } from './clock.ts'
import { Id, Sha256 } from './text.ts'
import { UtcMs } from './time.ts'

/** The stream of readings one gateway store numbers without gaps; new when a store is made anew. */
export const StreamId = z.string().regex(/^[0-9a-z]{8,32}$/)
export type StreamId = z.infer<typeof StreamId>

/** The number of a reading in its stream, from 0, without gaps. */
const Seq = z.number().int().nonnegative()

/** The hash that stands before the first link of a stream. */
export const FIRST_PREV = '0'.repeat(64)

const link = {
  site: Id,
  stream: StreamId,
  /** Links of a stream are numbered from 0 without gaps. */
  n: Seq,
  /** The hash of link n − 1, or FIRST_PREV. */
  prev: Sha256,
}

/**
 * One link of the chain a gateway makes of everything it has read. Its hash is that of its canonical JSON, so it vouches for all
 * links before it; a range also names the hash of its body. Ranges and gaps together account for every reading of the stream once:
 * each begins where the one before it ended.
 */
export const Link = z.discriminatedUnion('kind', [
  /** Readings `from`…`to`, both included, of one boot. */
  z
    .object({
      kind: z.literal('range'),
      ...link,
      from: Seq,
      to: Seq,
      /** How its times were dated when it was closed. A later `dating` of the same boot that is surer takes its place. */
      dating: Dating,
      /** First and last time of its readings, as dated then. */
      at: z.tuple([UtcMs, UtcMs]),
      /** SHA-256 of the body before compression. */
      body: Sha256,
    })
    .strict(),
  /** Readings that were numbered and are lost. */
  z
    .object({
      kind: z.literal('gap'),
      ...link,
      from: Seq,
      to: Seq,
      cause: z.enum([
        'damaged', // what stood in the store can no longer be read
        'power', // numbered, and gone with a power cut
        'disk', // the disk refused them
      ]),
    })
    .strict(),
  /** The time of a boot is known better than before: its ranges are dated with this, the sent and the unsent. */
  z.object({ kind: z.literal('dating'), ...link, dating: Dating }).strict(),
  /** The gateway's program has started. What is missing before it was never read. */
  z
    .object({
      kind: z.literal('start'),
      ...link,
      dating: Dating,
      at: UtcMs,
      /** How the run before ended; null at the very first. */
      before: z.enum(['stopped', 'killed', 'power']).nullable(),
      /** Until when the run before is known to have lived, as dated then. */
      livedUntil: UtcMs.nullable(),
    })
    .strict(),
])
export type Link = z.infer<typeof Link>
export type RangeLink = Extract<Link, { kind: 'range' }>

/** What is left of a range's readings: all; minutes of each point as min, mean and max; nothing. */
export const Fidelity = z.enum(['raw', 'minutes', 'none'])
export type Fidelity = z.infer<typeof Fidelity>

/** The first line of a message on the range lane; the body follows it, compressed, and is empty for other links than ranges. */
export const LinkHead = z
  .object({
    link: Link,
    fidelity: Fidelity,
    /** By the gateway's key over the link's hash, base64; absent where the gateway has none. */
    signature: z.base64().optional(),
  })
  .strict()
export type LinkHead = z.infer<typeof LinkHead>

/**
 * The first line of a message on the trend lane: what became of every point between two numbers of the stream, in columns of equal
 * width, sent before the readings themselves on a thin link. It is provisional: the readings take its place.
 */
export const TrendHead = z
  .object({
    site: Id,
    stream: StreamId,
    from: Seq,
    to: Seq,
    widthMs: z.number().int().positive(),
    at: z.tuple([UtcMs, UtcMs]),
    body: Sha256,
  })
  .strict()
export type TrendHead = z.infer<typeof TrendHead>

/** One point's columns in a trend: index of the column (time divided by its width), good readings in it, min, mean, max. */
export interface TrendColumns {
  readonly device: string
  readonly point: string
  readonly columns: readonly {
    readonly index: number
    readonly good: number
    readonly min: number | null
    readonly mean: number | null
    readonly max: number | null
  }[]
}

/** Why readings of an interval are missing. */
export const HoleCause = z.enum([
  'on-its-way', // the gateway still has them
  'not-yet-told', // after the last link the control room has
  'reduced', // the gateway's store was full: minutes are left
  'dropped', // the gateway's store was full: nothing is left
  'damaged',
  'power',
  'disk',
  'stopped', // the gateway was stopped
  'killed', // the gateway's program ended without a word
  'store-lost', // a stream ended without a word and another began
])
export type HoleCause = z.infer<typeof HoleCause>

/** What the control room can prove of a site's readings between two instants. */
export const Certificate = z
  .object({
    site: Id,
    from: UtcMs,
    to: UtcMs,
    issuedAt: UtcMs,
    /** True when there is no hole. */
    complete: z.boolean(),
    /** Readings in the interval, and those known to be missing. */
    readings: z.number().int().nonnegative(),
    missing: z.number().int().nonnegative(),
    /** Worst uncertainty of a time in it, ms; null where nobody can say. */
    uncertaintyMs: z.number().nonnegative().nullable(),
    holes: z.array(
      z
        .object({
          from: UtcMs,
          to: UtcMs,
          cause: HoleCause,
          /** Readings missing in it; null for a time in which nothing was read. */
          readings: z.number().int().nonnegative().nullable(),
          stream: StreamId,
        })
        .strict(),
    ),
    /** The links that bear it out, by stream: first and last number, the hash of the last. */
    chains: z.array(z.object({ stream: StreamId, first: Seq, last: Seq, hash: Sha256, signed: z.boolean() }).strict()),
  })
  .strict()
export type Certificate = z.infer<typeof Certificate>
