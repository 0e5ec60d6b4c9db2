import { createHash } from 'node:crypto'
import { join } from 'node:path'
import type { Actor } from '../../../core/contract/ledger.ts'
import {
  type AddMapImage,
  type AddMapLayer,
  type AlarmRate,
  type AlarmRateQuery,
  GeoExtent,
  type MapDatum,
  type MapLayer,
  MOST_LAYERS,
} from '../../../core/contract/map.ts'
import { HouseError } from '../../../core/kit/errors.ts'
import type { AlarmDesk } from '../alarms/desk.ts'
import type { Database } from '../db/database.ts'
import { alarmRate } from './alarm-rate.ts'
import { openLayerFiles } from './layer-files.ts'
import { addLayer, dropLayer, layersOf, orderLayers } from './layer-rows.ts'
import { takeGeoJson } from './take-geojson.ts'
import { takeImage } from './take-image.ts'

/** The county's map as the operator has brought it: outlines, names, pictures of the ground. Nothing comes with Pitwatch. */
export interface MapDesk {
  /** The lowest first. */
  layers(): Promise<MapLayer[]>
  /** Throws `http/invalid` with where the fault is, `http/conflict` where it is there already. */
  addGeoJson(said: AddMapLayer, bytes: Uint8Array, by: Actor): Promise<MapLayer>
  addImage(said: AddMapImage, bytes: Uint8Array, by: Actor): Promise<MapLayer>
  /** Throws `http/not-found`. */
  content(id: string): Promise<{ readonly bytes: Uint8Array; readonly mediaType: string }>
  remove(id: string, by: Actor): Promise<void>
  /** Throws `http/conflict` unless every layer is named once. */
  order(ids: readonly string[], by: Actor): Promise<MapLayer[]>
  /** New alarms of each 10 minutes, of these sites only; null = of all. Throws `http/invalid`. */
  rate(query: AlarmRateQuery, sites: readonly string[] | null): Promise<AlarmRate>
}

export interface MapDeps {
  readonly db: Database
  readonly desk: Pick<AlarmDesk, 'append' | 'time'>
  /** Folder of the control room's store. */
  readonly folder: string
}

/** Opens it. One file is read at a time. */
export function openMapDesk({ db, desk, folder }: MapDeps): MapDesk {
  const files = openLayerFiles(join(folder, 'map'))
  let reading: Promise<unknown> = Promise.resolve()
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = reading.then(work)
    reading = turn.catch(() => undefined)
    return turn
  }
  const keep = async (made: Omit<MapLayer, 'id' | 'bytes' | 'addedAt' | 'by'>, bytes: Uint8Array, by: Actor) => {
    const id = createHash('sha256').update(bytes).digest('hex')
    const layer: MapLayer = { ...made, id, bytes: bytes.length, addedAt: await desk.time(), by: by.name }
    await files.put(id, bytes)
    await db.transaction(async (q) => {
      const known = await layersOf(q)
      if (known.some((one) => one.id === id))
        throw new HouseError('http/conflict', 'this layer is there already', { id })
      if (known.length >= MOST_LAYERS) throw new HouseError('http/conflict', `expected at most ${MOST_LAYERS} layers`)
      await addLayer(q, layer)
      const { title, role, datum, review } = layer
      await desk.append(q, [{ actor: by, act: 'map-layer-added', subject: id, detail: { title, role, datum, review } }])
    })
    return layer
  }
  return {
    layers: () => db.read((q) => layersOf(q)),
    addGeoJson: (said, bytes, by) =>
      inTurn(async () => {
        const about = aboutOf(said)
        const { text, extent, vertices } = await takeGeoJson(bytes)
        return keep({ ...about, role: said.role, extent, vertices }, Buffer.from(text), by)
      }),
    addImage: (said, bytes, by) =>
      inTurn(async () => {
        const about = aboutOf(said)
        const extent = GeoExtent.safeParse([said.west, said.south, said.east, said.north])
        if (!extent.success)
          throw new HouseError('http/invalid', 'query: expected west before east and south before north')
        const kept = await takeImage(bytes)
        return keep({ ...about, role: 'imagery', extent: extent.data, vertices: 0 }, kept.bytes, by)
      }),
    content: async (id) => {
      const layer = (await db.read((q) => layersOf(q))).find((one) => one.id === id)
      if (layer === undefined) throw unknownLayer(id)
      const bytes = await files.get(id)
      return { bytes, mediaType: layer.role === 'imagery' ? imageTypeOf(bytes) : 'application/geo+json' }
    },
    remove: async (id, by) => {
      await db.transaction(async (q) => {
        if (!(await dropLayer(q, id))) throw unknownLayer(id)
        await desk.append(q, [{ actor: by, act: 'map-layer-removed', subject: id }])
      })
      await files.drop(id)
    },
    order: (ids, by) =>
      db.transaction(async (q) => {
        const known = (await layersOf(q)).map(({ id }) => id)
        if (ids.length !== known.length || new Set(ids).size !== ids.length || !ids.every((id) => known.includes(id))) {
          throw new HouseError('http/conflict', `expected each of the ${known.length} layers once; they have changed`)
        }
        await orderLayers(q, ids)
        await desk.append(q, [{ actor: by, act: 'map-layers-ordered', subject: 'map', detail: { layers: ids } }])
        return layersOf(q)
      }),
    rate: (query, sites) => alarmRate(db, query, sites),
  }
}

/** What is said of any layer, or why it cannot be shown. */
function aboutOf({ title, datum, boundary, review }: AddMapLayer | AddMapImage) {
  if (boundary === 'yes' && review === '') {
    throw new HouseError('http/invalid', 'review: expected the review number of the map, since it shows boundaries', {
      expected: 'the review number',
      came: 'nothing',
    })
  }
  return { title, datum: datumOf(datum), boundary: boundary === 'yes', review: review === '' ? null : review }
}

function datumOf(datum: AddMapLayer['datum']): MapDatum {
  if (datum !== 'gcj02') return datum
  throw new HouseError(
    'http/invalid',
    'datum: expected cgcs2000 or wgs84, came gcj02: it is shifted by 300 to 700 m against the coordinates of the sites and cannot be shifted back exactly; bring the map as the surveyor has it',
    { expected: 'cgcs2000 or wgs84', came: 'gcj02' },
  )
}

function imageTypeOf(bytes: Uint8Array): 'image/png' | 'image/jpeg' {
  return bytes[0] === 0x89 ? 'image/png' : 'image/jpeg'
}

function unknownLayer(id: string): HouseError {
  return new HouseError('http/not-found', `there is no layer ${id}`, { name: id })
}
