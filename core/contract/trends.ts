import { z } from 'zod'
import { History, HistoryQuery, LatestReading } from './http.ts'
import { Quantity } from './quantity.ts'
import { PointRef } from './reading.ts'
import { Bilingual, Id } from './text.ts'

/** Most points that one trend shows. */
export const MOST_TREND_POINTS = 8

/** A point of a site as an address names it: `site/device/point`. */
export const SitePoint = z
  .string()
  .max(200)
  .regex(/^[a-z0-9-]+\/[a-z0-9-]+\/[a-z0-9-]+$/, 'expected site/device/point, such as east-pit/feeder/power')
export type SitePoint = z.infer<typeof SitePoint>

/** An interval and the points to show in it, with commas between. */
export const ManyHistoryQuery = HistoryQuery.extend({
  points: z
    .string()
    .max(2_000)
    .transform((text) => text.split(','))
    .pipe(z.array(SitePoint).min(1).max(MOST_TREND_POINTS)),
}).strict()
export type ManyHistoryQuery = z.infer<typeof ManyHistoryQuery>

/** A point that can be shown in a trend, with what people call it and where it is. */
export const TrendPoint = z
  .object({
    site: Id,
    point: PointRef,
    siteName: Bilingual,
    deviceName: Bilingual,
    /** What it measures there; null where its profile gives it no name. */
    pointName: Bilingual.nullable(),
    quantity: Quantity,
  })
  .strict()
export type TrendPoint = z.infer<typeof TrendPoint>

/** Several points over the same interval, all in columns of the same width that begin at the same instants. */
export const ManyHistory = z
  .object({
    from: z.number(),
    to: z.number(),
    /** Width of a column, ms. */
    columnMs: z.number().positive(),
    points: z.array(TrendPoint.extend({ latest: LatestReading.nullable(), history: History }).strict()),
    /** Points asked for that no site has told of (any more). */
    unknown: z.array(SitePoint),
  })
  .strict()
export type ManyHistory = z.infer<typeof ManyHistory>

export const PointSearchQuery = z
  .object({
    /** Words that must all occur in the names or ids of site, device or point. */
    text: z.string().max(100).default(''),
    limit: z.coerce.number().int().min(1).max(200).default(60),
  })
  .strict()
export type PointSearchQuery = z.infer<typeof PointSearchQuery>

/** Points that were found, by site and device; `total` counts those beyond the limit too. */
export const PointSearch = z.object({ points: z.array(TrendPoint), total: z.number().int().nonnegative() }).strict()
export type PointSearch = z.infer<typeof PointSearch>
