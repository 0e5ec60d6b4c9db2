import { type GeoExtent, MOST_FEATURES, MOST_VERTICES } from '../../../core/contract/map.ts'
import { HouseError } from '../../../core/kit/errors.ts'

/** GeoJSON as it is kept: nothing but shapes and names, in one order. */
export interface KeptGeoJson {
  readonly text: string
  readonly extent: GeoExtent
  readonly vertices: number
}

type Position = readonly [lon: number, lat: number]

interface Shape {
  readonly type: 'Point' | 'LineString' | 'Polygon' | 'MultiPolygon'
  readonly coordinates: unknown
}

const MOST_NAME = 100
/** A tenth of a metre. */
const DECIMALS = 1e6

/**
 * Reads GeoJSON that somebody has brought and writes it anew: a FeatureCollection of Point, LineString, Polygon and MultiPolygon in
 * degrees; of properties only `name` is kept, of positions only longitude and latitude. Throws `http/invalid`, which says where the first
 * fault is. (RFC 7946)
 */
export function readGeoJson(bytes: Uint8Array): KeptGeoJson {
  const root = objectOf(parsed(bytes), 'file')
  if (root.type !== 'FeatureCollection') throw invalid('file.type', 'FeatureCollection', root.type)
  checkReference(root.crs)
  if (!Array.isArray(root.features)) throw invalid('features', 'a list', root.features)
  const features: unknown[] = root.features
  if (features.length === 0) throw invalid('features', 'at least one feature', 'none')
  if (features.length > MOST_FEATURES) throw invalid('features', `at most ${MOST_FEATURES}`, features.length)
  const walk = openWalk()
  const kept = features.map((feature, index) => keptFeature(walk, feature, `features.${index}`))
  return {
    text: JSON.stringify({ type: 'FeatureCollection', features: kept }),
    extent: walk.extent(),
    vertices: walk.vertices(),
  }
}

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (error) {
    throw new HouseError('http/invalid', 'file: expected JSON in UTF-8, came something else', {}, error)
  }
}

/** Old files name what their positions count from; what is no longitude and latitude would be drawn somewhere else. */
function checkReference(crs: unknown): void {
  if (crs === undefined || crs === null) return
  const name = JSON.stringify(crs)
  if (/CRS:?:?84|EPSG:+(4326|4490)\b/i.test(name)) return
  throw invalid('crs', 'longitude and latitude (CRS84, EPSG:4326, EPSG:4490)', name)
}

function keptFeature(walk: Walk, value: unknown, at: string): object {
  const feature = objectOf(value, at)
  if (feature.type !== 'Feature') throw invalid(`${at}.type`, 'Feature', feature.type)
  const geometry = shapeOf(walk, objectOf(feature.geometry, `${at}.geometry`), `${at}.geometry`)
  const name = nameOf(feature.properties)
  return { type: 'Feature', properties: name === null ? {} : { name }, geometry }
}

function nameOf(properties: unknown): string | null {
  if (typeof properties !== 'object' || properties === null) return null
  const name: unknown = Object.getOwnPropertyDescriptor(properties, 'name')?.value
  const text = typeof name === 'string' ? inOneLine(name).trim() : ''
  return text === '' ? null : text.slice(0, MOST_NAME)
}

/** What is drawn is text of one line, whatever was in the file. */
function inOneLine(text: string): string {
  return Array.from(text.toWellFormed(), (sign) => (sign < ' ' || sign === '\u007f' ? ' ' : sign)).join('')
}

function shapeOf(walk: Walk, { type, coordinates }: Readonly<Record<string, unknown>>, at: string): Shape {
  const where = `${at}.coordinates`
  switch (type) {
    case 'Point':
      return { type, coordinates: walk.position(coordinates, where) }
    case 'LineString':
      return { type, coordinates: walk.line(coordinates, { at: where, least: 2 }) }
    case 'Polygon':
      return { type, coordinates: walk.rings(coordinates, where) }
    case 'MultiPolygon':
      return {
        type,
        coordinates: listOf(coordinates, where).map((one, index) => walk.rings(one, `${where}.${index}`)),
      }
    default:
      throw invalid(`${at}.type`, 'Point, LineString, Polygon or MultiPolygon', type)
  }
}

interface Walk {
  position(value: unknown, at: string): Position
  line(value: unknown, how: { readonly at: string; readonly least: number }): readonly Position[]
  rings(value: unknown, at: string): readonly (readonly Position[])[]
  extent(): GeoExtent
  vertices(): number
}

/** Walks through positions, counting them and what they span. */
function openWalk(): Walk {
  let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity]
  let count = 0
  const position = (value: unknown, at: string): Position => {
    const [lon, lat] = listOf(value, at)
    if (!isWithin(lon, 180)) throw invalid(`${at}.0`, 'a longitude within ±180', lon)
    if (!isWithin(lat, 90)) throw invalid(`${at}.1`, 'a latitude within ±90', lat)
    count += 1
    if (count > MOST_VERTICES) throw invalid(at, `at most ${MOST_VERTICES} positions in all`, 'more')
    const kept: Position = [Math.round(lon * DECIMALS) / DECIMALS, Math.round(lat * DECIMALS) / DECIMALS]
    west = Math.min(west, kept[0])
    east = Math.max(east, kept[0])
    south = Math.min(south, kept[1])
    north = Math.max(north, kept[1])
    return kept
  }
  const line: Walk['line'] = (value, { at, least }) => {
    const list = listOf(value, at)
    if (list.length < least) throw invalid(at, `at least ${least} positions`, list.length)
    return list.map((one, index) => position(one, `${at}.${index}`))
  }
  const ring = (value: unknown, at: string): readonly Position[] => {
    const kept = line(value, { at, least: 4 })
    const [first, last] = [kept[0], kept.at(-1)]
    if (first?.[0] === last?.[0] && first?.[1] === last?.[1]) return kept
    throw invalid(at, 'a ring that ends where it begins', 'an open one')
  }
  return {
    position,
    line,
    rings: (value, at) => {
      const list = listOf(value, at)
      if (list.length === 0) throw invalid(at, 'at least one ring', 'none')
      return list.map((one, index) => ring(one, `${at}.${index}`))
    },
    // One point spans nothing; an extent is something that can be shown.
    extent: () => [
      Math.max(-180, west - (east > west ? 0 : 1e-4)),
      Math.max(-90, south - (north > south ? 0 : 1e-4)),
      Math.min(180, east + (east > west ? 0 : 1e-4)),
      Math.min(90, north + (north > south ? 0 : 1e-4)),
    ],
    vertices: () => count,
  }
}

function isWithin(value: unknown, most: number): value is number {
  return typeof value === 'number' && Math.abs(value) <= most
}

function listOf(value: unknown, at: string): readonly unknown[] {
  if (Array.isArray(value)) return value
  throw invalid(at, 'a list', value)
}

function objectOf(value: unknown, at: string): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value }
  throw invalid(at, 'an object', value)
}

function invalid(at: string, expected: string, value: unknown): HouseError {
  const came =
    value === undefined ? 'nothing' : (typeof value === 'string' ? value : JSON.stringify(value)).slice(0, 80)
  return new HouseError('http/invalid', `${at}: expected ${expected}, came ${came}`, { expected, came })
}
