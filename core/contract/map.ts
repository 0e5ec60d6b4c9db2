import { z } from 'zod'
import { Sha256 } from './text.ts'
import { UtcMs } from './time.ts'

/** Degrees east and north, datum CGCS2000 or WGS84, which differ by less than a map shows. Never GCJ-02. */
export const GeoPosition = z.object({ lon: z.number().min(-180).max(180), lat: z.number().min(-90).max(90) }).strict()
export type GeoPosition = z.infer<typeof GeoPosition>

/** West, south, east, north in degrees. */
export const GeoExtent = z
  .tuple([
    z.number().min(-180).max(180),
    z.number().min(-90).max(90),
    z.number().min(-180).max(180),
    z.number().min(-90).max(90),
  ])
  .refine(([west, south, east, north]) => west < east && south < north, 'expected west before east, south before north')
export type GeoExtent = z.infer<typeof GeoExtent>

/** Most bytes of one imported GeoJSON file. */
export const MOST_LAYER_BYTES = 20 << 20
/** Most bytes of one imported picture. */
export const MOST_IMAGE_BYTES = 30 << 20
/** Most corners of all lines and areas of one layer. */
export const MOST_VERTICES = 400_000
/** Most things in one layer. */
export const MOST_FEATURES = 20_000
/** Most layers of one county. */
export const MOST_LAYERS = 40

/** What positions of a layer count from. */
export const MapDatum = z.enum(['cgcs2000', 'wgs84'])
export type MapDatum = z.infer<typeof MapDatum>

/** A layer of the county's map that the operator has brought; `id` is the SHA-256 of what is kept of it. */
export const MapLayer = z
  .object({
    id: Sha256,
    title: z.string(),
    /** Lines and areas, names of places, or a picture. */
    role: z.enum(['outline', 'labels', 'imagery']),
    datum: MapDatum,
    /** Shows administrative boundaries. */
    boundary: z.boolean(),
    /** The number under which the map was approved for showing. */
    review: z.string().nullable(),
    extent: GeoExtent,
    bytes: z.number().int().positive(),
    vertices: z.number().int().nonnegative(),
    addedAt: UtcMs,
    by: z.string(),
  })
  .strict()
export type MapLayer = z.infer<typeof MapLayer>

/** All of them, the lowest first. */
export const MapLayers = z.object({ layers: z.array(MapLayer) }).strict()
export type MapLayers = z.infer<typeof MapLayers>

const described = {
  title: z.string().trim().min(1).max(80),
  /** `gcj02` can be said, and is refused with the reason. */
  datum: z.enum([...MapDatum.options, 'gcj02']),
  boundary: z.enum(['yes', 'no']).default('no'),
  review: z.string().trim().max(60).default(''),
}

/** What is said of GeoJSON beside its bytes. */
export const AddMapLayer = z.object({ ...described, role: z.enum(['outline', 'labels']) }).strict()
export type AddMapLayer = z.infer<typeof AddMapLayer>

/** What is said of a picture beside its bytes: where its edges lie, in degrees. */
export const AddMapImage = z
  .object({
    ...described,
    west: z.coerce.number().min(-180).max(180),
    south: z.coerce.number().min(-90).max(90),
    east: z.coerce.number().min(-180).max(180),
    north: z.coerce.number().min(-90).max(90),
  })
  .strict()
export type AddMapImage = z.infer<typeof AddMapImage>

/** Every layer once, the lowest first. */
export const MapOrder = z.object({ layers: z.array(Sha256).max(MOST_LAYERS) }).strict()
export type MapOrder = z.infer<typeof MapOrder>

/** The time over which an alarm rate is counted. (EEMUA 191) */
export const RATE_STEP_MS = 600_000

export const AlarmRateQuery = z
  .object({ from: z.coerce.number().int().nonnegative(), to: z.coerce.number().int().nonnegative() })
  .strict()
export type AlarmRateQuery = z.infer<typeof AlarmRateQuery>

/** New alarms of each 10 minutes from `from` on, by when the control room had them; the last count may still grow. */
export const AlarmRate = z
  .object({ from: UtcMs, stepMs: z.literal(RATE_STEP_MS), counts: z.array(z.number().int().nonnegative()) })
  .strict()
export type AlarmRate = z.infer<typeof AlarmRate>
