import { z } from 'zod'
import {
  AddMapImage,
  AddMapLayer,
  AlarmRate,
  AlarmRateQuery,
  MapLayer,
  MapLayers,
  MapOrder,
  MOST_IMAGE_BYTES,
  MOST_LAYER_BYTES,
} from '../../../core/contract/map.ts'
import { Sha256 } from '../../../core/contract/text.ts'
import { done, EVERYBODY, none, nothing, route, TECHNICIANS } from './route.ts'

const layerId = z.object({ id: Sha256 })
const bytes = z.custom<Uint8Array>((value) => value instanceof Uint8Array, 'expected the bytes of a file')

/** Routes of the county's map and of how many alarms came. */
export const MAP_API = {
  mapLayers: route({
    method: 'GET',
    path: '/api/map/layers',
    about: 'The layers of the map that were brought, the lowest first.',
    allowed: EVERYBODY,
    reach: 'none',
    params: none,
    query: none,
    body: nothing,
    answer: MapLayers,
  }),
  mapLayer: route({
    method: 'GET',
    path: '/api/map/layers/:id',
    about: 'What is kept of a layer: GeoJSON, or a JPEG or PNG picture. The name is the hash of its bytes.',
    allowed: EVERYBODY,
    reach: 'none',
    params: layerId,
    query: none,
    body: nothing,
    answer: z.string(),
    media: 'application/geo+json',
  }),
  addMapLayer: route({
    method: 'POST',
    path: '/api/map/layers',
    about:
      'Adds GeoJSON as a layer, at most 20 MB: a FeatureCollection of Point, LineString, Polygon and MultiPolygon in degrees. It is read and written anew; of properties only `name` is kept. Boundaries need the review number of the map.',
    allowed: TECHNICIANS,
    reach: 'county',
    params: none,
    query: AddMapLayer,
    body: bytes,
    answer: MapLayer,
    mostBytes: MOST_LAYER_BYTES,
  }),
  addMapImage: route({
    method: 'POST',
    path: '/api/map/images',
    about:
      'Adds a JPEG or PNG picture of the ground as a layer, at most 30 MB, with where its edges lie. It is decoded and encoded anew.',
    allowed: TECHNICIANS,
    reach: 'county',
    params: none,
    query: AddMapImage,
    body: bytes,
    answer: MapLayer,
    mostBytes: MOST_IMAGE_BYTES,
  }),
  orderMapLayers: route({
    method: 'POST',
    path: '/api/map/order',
    about: 'Puts the layers into another order, the lowest first. Each is named once.',
    allowed: TECHNICIANS,
    reach: 'county',
    params: none,
    query: none,
    body: MapOrder,
    answer: MapLayers,
  }),
  removeMapLayer: route({
    method: 'DELETE',
    path: '/api/map/layers/:id',
    about: 'Removes a layer.',
    allowed: TECHNICIANS,
    reach: 'county',
    params: layerId,
    query: none,
    body: nothing,
    answer: done,
  }),
  alarmRate: route({
    method: 'GET',
    path: '/api/alarms/rate',
    about: 'New alarms of each 10 minutes between two instants, at most 7 days, by when the control room had them.',
    allowed: EVERYBODY,
    reach: 'filtered',
    params: none,
    query: AlarmRateQuery,
    body: nothing,
    answer: AlarmRate,
  }),
} as const
