import Feature from 'ol/Feature.js'
import Point from 'ol/geom/Point.js'
import VectorLayer from 'ol/layer/Vector.js'
import VectorSource from 'ol/source/Vector.js'
import Icon from 'ol/style/Icon.js'
import Style from 'ol/style/Style.js'
import { type Detail, type Marker, markerKey, markerSize, rankOf, spriteKey } from './marker.ts'
import { type Palette } from './palette.ts'
import type { PlanePoint } from './plane.ts'
import { spriteMaker } from './sprites.ts'

/** A site as the map draws it. */
export interface MapSite {
  readonly id: string
  readonly at: PlanePoint
  readonly marker: Marker
}

/** The markers of all sites, drawn anew only as far as they have changed. */
export interface SiteLayer {
  readonly layers: readonly VectorLayer[]
  /** Shows these sites; answers how many of them are new, gone or look otherwise than before. */
  show(sites: readonly MapSite[]): number
  /** Draws everything in other colours, or with another detail. */
  restyle(palette: Palette, detail: Detail): void
}

interface Drawn {
  readonly feature: Feature<Point>
  readonly site: MapSite
  readonly key: string
}

/** Opens it. The pulse lies on a sheet of its own, so that a style sheet lets it come and go and nothing is drawn for it. */
export function openSiteLayer(first: Palette): SiteLayer {
  let styles = openStyles(first, 'full')
  const marks = openSheetOf('map-marks', {
    keyOf: ({ marker }) => markerKey(marker),
    styleOf: ({ marker }) => styles.mark(marker),
  })
  const pulses = openSheetOf('map-pulse', {
    keyOf: ({ marker }) => `${marker.worst ?? ''} ${rankOf(marker)}`,
    styleOf: ({ marker }) => styles.pulse(marker),
  })
  return {
    layers: [pulses.layer, marks.layer],
    show: (sites) => {
      pulses.show(sites.filter(({ marker }) => marker.unacked))
      return marks.show(sites)
    },
    restyle: (palette, detail) => {
      styles = openStyles(palette, detail)
      marks.redraw()
      pulses.redraw()
    },
  }
}

interface SheetOf {
  readonly layer: VectorLayer
  show(sites: readonly MapSite[]): number
  redraw(): void
}

interface Looks {
  /** The same for two sites that look alike. */
  readonly keyOf: (site: MapSite) => string
  readonly styleOf: (site: MapSite) => Style | undefined
}

/** Sites on a sheet of their own, of which only those that have changed are touched. */
function openSheetOf(className: string, { keyOf, styleOf }: Looks): SheetOf {
  const source = new VectorSource<Feature<Point>>({ wrapX: false })
  const drawn = new Map<string, Drawn>()
  const layer = new VectorLayer({
    className,
    source,
    style: (feature) => {
      const known = drawn.get(String(feature.getId()))
      return known === undefined ? undefined : styleOf(known.site)
    },
    renderBuffer: 60,
  })
  const show = (sites: readonly MapSite[]): number => {
    const next = new Set<string>()
    const come: Feature<Point>[] = []
    let changed = 0
    for (const site of sites) {
      next.add(site.id)
      const key = keyOf(site)
      const known = drawn.get(site.id)
      if (known === undefined) {
        const feature = new Feature(new Point(site.at))
        feature.setId(site.id)
        come.push(feature)
        drawn.set(site.id, { feature, site, key })
        changed += 1
        continue
      }
      const hasMoved = known.site.at[0] !== site.at[0] || known.site.at[1] !== site.at[1]
      if (hasMoved) known.feature.getGeometry()?.setCoordinates(site.at)
      if (!hasMoved && known.key === key) continue
      drawn.set(site.id, { ...known, site, key })
      changed += 1
    }
    for (const [id, { feature }] of drawn) {
      if (next.has(id)) continue
      drawn.delete(id)
      source.removeFeature(feature)
      changed += 1
    }
    // Even none of them would have it draw.
    if (come.length > 0) source.addFeatures(come)
    if (changed > 0) source.changed()
    return changed
  }
  return { layer, show, redraw: () => source.changed() }
}

/** Styles by what a marker looks like: a few dozen for any number of sites. */
function openStyles(palette: Palette, detail: Detail) {
  const isStill = matchMedia('(prefers-reduced-motion: reduce)').matches
  const make = spriteMaker(palette, isStill)
  const made = new Map<string, Style>()
  const styleFor = (key: string, zIndex: number, draw: () => HTMLCanvasElement): Style => {
    const known = made.get(key)
    if (known !== undefined) return known
    const style = new Style({ image: new Icon({ img: draw(), scale: 1 / palette.scale }), zIndex })
    made.set(key, style)
    return style
  }
  return {
    mark: (marker: Marker) =>
      styleFor(`${spriteKey(marker)} ${rankOf(marker)}`, rankOf(marker), () => make.marker(marker, detail)),
    pulse: (marker: Marker) => {
      const { worst, unacked } = marker
      if (worst === null || !unacked) return undefined
      return styleFor(`pulse ${worst}`, rankOf(marker), () => make.pulse(worst, markerSize(marker, detail)))
    },
  }
}
