import type { GeoExtent, GeoPosition } from '../../../core/contract/map.ts'
import type { Site } from '../../../core/contract/site.ts'

/** A place on the drawn plane, x to the east, y to the north. */
export type PlanePoint = [x: number, y: number]

/** From where things are said to be to where they are drawn, and back. */
export interface Plane {
  readonly kind: 'schematic' | 'geographic'
  /** `[x, y]` of the county's schema (0–100 from west and north), or `[lon, lat]`. */
  toPlane(at: readonly [number, number]): PlanePoint
  fromPlane(at: readonly number[]): [number, number]
}

/** A schema is wider than high, as the field it is shown on. */
const WIDER = 1.35

export const SCHEMATIC: Plane = {
  kind: 'schematic',
  toPlane: ([x, y]) => [x * WIDER, 100 - y],
  fromPlane: ([x = 0, y = 0]) => [x / WIDER, 100 - y],
}

const METRES_A_DEGREE = 111_195

/**
 * Degrees as metres around `lat0`: equirectangular, so that pictures whose edges are meridians and parallels fit without bending. Within a
 * county (1° high) lengths are wrong by less than 1 %.
 */
export function geographicPlane(lat0: number): Plane {
  const east = METRES_A_DEGREE * Math.cos((lat0 * Math.PI) / 180)
  return {
    kind: 'geographic',
    toPlane: ([lon, lat]) => [lon * east, lat * METRES_A_DEGREE],
    fromPlane: ([x = 0, y = 0]) => [x / east, y / METRES_A_DEGREE],
  }
}

/** The plane of a county: by coordinates where the operator has brought a map and some site has coordinates, else the schema. */
export function planeFor(
  sites: readonly Pick<Site, 'position'>[],
  layers: readonly { readonly extent: GeoExtent }[],
): Plane {
  const known = sites.flatMap(({ position }) => position ?? [])
  if (layers.length === 0 || known.length === 0) return SCHEMATIC
  // Rounded, so that a site more does not move all others.
  return geographicPlane(Math.round((known.reduce((sum, { lat }) => sum + lat, 0) / known.length) * 2) / 2)
}

/** Where a site is drawn; null = it has no coordinates on a map that goes by them. */
export function placeOf({ place, position }: Pick<Site, 'place' | 'position'>, plane: Plane): PlanePoint | null {
  if (plane.kind === 'schematic') return plane.toPlane([place.x, place.y])
  return position === undefined ? null : plane.toPlane(inOrder(position))
}

function inOrder({ lon, lat }: GeoPosition): [number, number] {
  return [lon, lat]
}
