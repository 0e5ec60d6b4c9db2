import Map from 'ol/Map.js'
import type BaseLayer from 'ol/layer/Base.js'
import DoubleClickZoom from 'ol/interaction/DoubleClickZoom.js'
import DragPan from 'ol/interaction/DragPan.js'
import MouseWheelZoom from 'ol/interaction/MouseWheelZoom.js'
import PinchZoom from 'ol/interaction/PinchZoom.js'
import { openCamera } from './camera.ts'
import { gridSheet, type GroundLayer, groundSheets } from './ground.ts'
import { type LabelledSite, openLabelLayer, type Pointed } from './label-layer.ts'
import type { MapView } from './map-view.ts'
import { type Detail, markerSize, rankOf } from './marker.ts'
import { readPalette } from './palette.ts'
import { type Plane, SCHEMATIC } from './plane.ts'
import { openSiteLayer } from './site-layer.ts'

/** What the map tells the page. */
export interface MapEvents {
  /** Somebody has moved the map; null = it shows the whole again. */
  readonly moved: (view: MapView | null) => void
  /** Somebody has clicked on a site, or on none. */
  readonly chosen: (site: string | null) => void
  readonly hovered: (site: string | null) => void
}

export interface MapOptions {
  readonly events: MapEvents
  /** Pixels of the screen to one of the page. */
  readonly scale: number
}

/** The county's map in an element of the page. */
export interface CountyMap {
  /** Shows these sites, of which `at` lies on the plane of `ground`; answers how many were drawn anew. */
  show(sites: readonly LabelledSite[]): number
  point(at: Pointed): void
  /** What lies under the sites, and the plane both are drawn on. */
  ground(plane: Plane, layers: readonly GroundLayer[]): void
  /** Looks there, or at the whole (null). */
  look(view: MapView | null): void
  zoomBy(steps: number): void
  /** Draws in the colours that are in force now. */
  restyle(): void
  /** The element has another size. */
  resize(): void
  /** Draws at once what was changed, for whoever measures it. */
  drawNow(): void
  end(): void
}

const SLOP = 14

/** Opens an empty map. */
export function openCountyMap(target: HTMLElement, { events, scale }: MapOptions): CountyMap {
  let palette = readPalette(target, scale)
  let plane: Plane = SCHEMATIC
  let brought: readonly GroundLayer[] = []
  let sites: readonly LabelledSite[] = []
  let detail: Detail = 'full'
  const marks = openSiteLayer(palette)
  const labels = openLabelLayer(palette)
  const camera = openCamera(events.moved)
  const map = new Map({
    target,
    controls: [],
    pixelRatio: scale,
    interactions: [new DragPan(), new MouseWheelZoom(), new PinchZoom(), new DoubleClickZoom()],
    view: camera.view,
  })
  const restack = () => {
    const under: BaseLayer[] =
      plane.kind === 'schematic' ? [gridSheet(plane, palette)] : groundSheets(brought, plane, palette)
    map.setLayers([...under, ...marks.layers, labels.layer])
  }
  const siteAt = (pixel: readonly number[]): string | null => nearest(map, sites, { pixel, detail })
  const refine = () => {
    const next = camera.detail(sites.length)
    if (next === detail) return
    detail = next
    marks.restyle(palette, detail)
    labels.restyle(palette, detail)
  }
  restack()
  map.on('click', ({ pixel }) => events.chosen(siteAt(pixel)))
  map.on('pointermove', ({ pixel, dragging }) => {
    const site = dragging ? null : siteAt(pixel)
    target.classList.toggle('is-over-site', site !== null)
    events.hovered(site)
  })
  map.on('moveend', () => {
    refine()
    camera.settled(plane)
  })
  return {
    show: (next) => {
      const isFirst = sites.length === 0
      sites = next
      camera.bounds(
        next.map(({ at }) => at),
        map.getSize(),
        plane,
      )
      if (isFirst) refine()
      labels.show(next)
      return marks.show(next)
    },
    point: (at) => labels.point(at),
    ground: (nextPlane, layers) => {
      plane = nextPlane
      brought = layers
      sites = []
      marks.show([])
      camera.forget()
      restack()
    },
    look: (view) => camera.look(view, plane),
    zoomBy: (steps) => camera.zoomBy(steps),
    restyle: () => {
      palette = readPalette(target, scale)
      marks.restyle(palette, detail)
      labels.restyle(palette, detail)
      restack()
    },
    resize: () => {
      map.updateSize()
      camera.bounds(
        sites.map(({ at }) => at),
        map.getSize(),
        plane,
      )
      refine()
    },
    drawNow: () => map.renderSync(),
    end: () => {
      map.setTarget(undefined)
      map.dispose()
    },
  }
}

/** The site at a pixel: of those whose marker lies there the one on top, else the nearest one close by. */
function nearest(
  map: Map,
  sites: readonly LabelledSite[],
  { pixel: [x = 0, y = 0], detail }: { readonly pixel: readonly number[]; readonly detail: Detail },
): string | null {
  if (!map.isRendered()) return null
  let best: { readonly id: string; readonly score: number } | null = null
  for (const { id, at, marker } of sites) {
    const [left = NaN, top = NaN] = map.getPixelFromCoordinate(at)
    const away = Math.hypot(left - x, top - y) - markerSize(marker, detail) / 2
    if (!(away <= SLOP)) continue
    const score = away <= 0 ? 1_000 + rankOf(marker) : -away
    if (best === null || score > best.score) best = { id, score }
  }
  return best?.id ?? null
}
