import { z } from 'zod'

const Position = z.tuple([z.number(), z.number()])

const OutlineShape = z.discriminatedUnion('type', [
  z.object({ type: z.literal('Point'), coordinates: Position }),
  z.object({ type: z.literal('LineString'), coordinates: z.array(Position) }),
  z.object({ type: z.literal('Polygon'), coordinates: z.array(z.array(Position)) }),
  z.object({ type: z.literal('MultiPolygon'), coordinates: z.array(z.array(z.array(Position))) }),
])
export type OutlineShape = z.infer<typeof OutlineShape>

/** GeoJSON as the control room keeps it: shapes and names. */
export const Outline = z.object({
  type: z.literal('FeatureCollection'),
  features: z.array(
    z.object({
      type: z.literal('Feature'),
      properties: z.object({ name: z.string().optional() }),
      geometry: OutlineShape,
    }),
  ),
})
export type Outline = z.infer<typeof Outline>
