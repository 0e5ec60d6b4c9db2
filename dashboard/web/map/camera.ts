import View from 'ol/View.js'
import Projection from 'ol/proj/Projection.js'
import { type MapView, ZOOMS } from './map-view.ts'
import { type Detail, detailFor } from './marker.ts'
import type { Plane, PlanePoint } from './plane.ts'

const PLANE = new Projection({ code: 'pitwatch-plane', units: 'm' })
/** Room for markers and labels at the edges, px. */
const PADDING = [46, 90, 40, 60] as const
/** Units a pixel at which the library begins to count. */
const LEVEL_0 = 1e5

/** Where is looked: the whole county, until somebody looks elsewhere. */
export function openCamera(moved: (view: MapView | null) => void) {
  const view = new View({
    projection: PLANE,
    center: [67.5, 50],
    resolution: 0.2,
    maxResolution: LEVEL_0,
    enableRotation: false,
    multiWorld: true,
    showFullExtent: true,
  })
  let whole: Whole | null = null
  let wanted: MapView | null = null
  let told: MapView | null = null
  // Nobody sees two pixels.
  const isNear = (a: MapView, b: MapView, plane: Plane): boolean => {
    const reach = 2 * (whole?.resolution ?? 1) * 2 ** -b.zoom
    const [from, to] = [plane.toPlane([a.x, a.y]), plane.toPlane([b.x, b.y])]
    const away = Math.max(Math.abs(from[0] - to[0]), Math.abs(from[1] - to[1]))
    return away <= reach && Math.abs(a.zoom - b.zoom) < 0.01
  }
  const show = (plane: Plane) => {
    if (whole === null) return
    const at = wanted === null ? whole.centre : plane.toPlane([wanted.x, wanted.y])
    // An address may have been made before the map went by coordinates: it does not lead into the void.
    const isVoid = Math.hypot(at[0] - whole.centre[0], at[1] - whole.centre[1]) > 2 * whole.span
    view.setCenter(isVoid ? whole.centre : at)
    view.setResolution(whole.resolution / 2 ** (isVoid ? 0 : (wanted?.zoom ?? 0)))
    told = wanted
  }
  return {
    view,
    detail: (count: number): Detail => {
      if (whole === null) return 'full'
      return detailFor(count, whole.area / (view.getResolution() ?? whole.resolution) ** 2)
    },
    /** The whole is to show these points. */
    bounds: (points: readonly PlanePoint[], size: readonly number[] | undefined, plane: Plane) => {
      const next = wholeOf(points, size)
      if (next === null || (whole !== null && isSame(whole, next))) return
      const isFree = whole !== null && told !== null
      whole = next
      const level = Math.log2(LEVEL_0 / next.resolution)
      view.setMinZoom(level + ZOOMS.least)
      view.setMaxZoom(level + ZOOMS.most)
      if (!isFree) show(plane)
    },
    forget: () => {
      whole = null
      told = null
    },
    look: (next: MapView | null, plane: Plane) => {
      wanted = next
      if (next !== null && told !== null && isNear(next, told, plane)) return
      if (next !== null || told !== null) show(plane)
    },
    zoomBy: (steps: number) => view.animate({ zoom: (view.getZoom() ?? 0) + steps, duration: 160 }),
    settled: (plane: Plane) => {
      if (whole === null) return
      const [x, y] = plane.fromPlane(view.getCenter() ?? whole.centre)
      const zoom = Math.log2(whole.resolution / (view.getResolution() ?? whole.resolution))
      const [wholeX, wholeY] = plane.fromPlane(whole.centre)
      const now = isNear({ x, y, zoom }, { x: wholeX, y: wholeY, zoom: 0 }, plane) ? null : { x, y, zoom }
      if (now === null ? told === null : told !== null && isNear(now, told, plane)) return
      told = now
      wanted = now
      moved(now)
    },
  }
}

interface Whole {
  readonly centre: PlanePoint
  readonly resolution: number
  readonly area: number
  /** Width and height together. */
  readonly span: number
}

function wholeOf(points: readonly PlanePoint[], size: readonly number[] | undefined): Whole | null {
  const [width = 0, height = 0] = size ?? []
  if (points.length === 0 || width === 0 || height === 0) return null
  let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity]
  for (const [x, y] of points) {
    west = Math.min(west, x)
    east = Math.max(east, x)
    south = Math.min(south, y)
    north = Math.max(north, y)
  }
  const least = Math.max(1, Math.abs(north) * 1e-4)
  const [wide, high] = [Math.max(east - west, least), Math.max(north - south, least)]
  const [top, right, bottom, left] = PADDING
  const resolution = Math.max(wide / Math.max(60, width - left - right), high / Math.max(60, height - top - bottom))
  // The middle of the field is not the middle of what the labels leave of it.
  const centre: PlanePoint = [
    (west + east) / 2 + ((right - left) / 2) * resolution,
    (south + north) / 2 + ((top - bottom) / 2) * resolution,
  ]
  return { centre, resolution, area: wide * high, span: wide + high }
}

function isSame(a: Whole, b: Whole): boolean {
  return a.resolution === b.resolution && a.centre[0] === b.centre[0] && a.centre[1] === b.centre[1]
}
