import { z } from 'zod'
import { MapLayer } from '../../../core/contract/map.ts'
import type { Query } from '../db/database.ts'

const Row = z
  .object({
    id: z.string(),
    title: z.string(),
    role: z.string(),
    datum: z.string(),
    boundary: z.number(),
    review: z.string().nullable(),
    extent: z.string().transform((text): unknown => JSON.parse(text)),
    bytes: z.number(),
    vertices: z.number(),
    added_at: z.number(),
    by: z.string(),
  })
  .transform(({ added_at: addedAt, boundary, ...same }) =>
    MapLayer.parse({ ...same, boundary: boundary !== 0, addedAt }),
  )

const COLUMNS = 'id, title, role, datum, boundary, review, extent, bytes, vertices, added_at, by'

/** Every layer, the lowest first. */
export function layersOf(q: Query): Promise<MapLayer[]> {
  return q.all(Row, `select ${COLUMNS} from map_layers order by place`)
}

/** Puts a layer on top of the others. */
export async function addLayer(q: Query, layer: MapLayer): Promise<void> {
  await q.run(
    `insert into map_layers (${COLUMNS}, place) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,
       (select coalesce(max(place), 0) + 1 from map_layers))`,
    ...[layer.id, layer.title, layer.role, layer.datum, Number(layer.boundary), layer.review],
    ...[JSON.stringify(layer.extent), layer.bytes, layer.vertices, layer.addedAt, layer.by],
  )
}

/** False where there is no such layer. */
export async function dropLayer(q: Query, id: string): Promise<boolean> {
  return (await q.run('delete from map_layers where id = ?', id)).changes > 0
}

/** Puts the layers into this order. */
export async function orderLayers(q: Query, ids: readonly string[]): Promise<void> {
  for (const [place, id] of ids.entries()) await q.run('update map_layers set place = ? where id = ?', place + 1, id)
}
