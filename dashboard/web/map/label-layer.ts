import type { FrameState } from 'ol/Map.js'
import Layer from 'ol/layer/Layer.js'
import { isAlike } from '../../../core/kit/alike.ts'
import { type Marked, placeLabels, type Placed } from '../show/labels.ts'
import { type Detail, isUnwatched, markerSize, rankOf } from './marker.ts'
import { type MapLabel, openLabelTexts } from './label-texts.ts'
import type { Palette } from './palette.ts'
import { openSheet, pixelOf } from './sheet.ts'
import type { MapSite } from './site-layer.ts'

/** A site with its label. */
export interface LabelledSite extends MapSite {
  readonly label: MapLabel
}

/** Which sites somebody points at. */
export interface Pointed {
  readonly selected: string | null
  /** Has the focus of the keyboard. */
  readonly focused: string | null
  /** Lies under the mouse. */
  readonly hovered: string | null
}

export interface LabelLayer {
  readonly layer: Layer
  show(sites: readonly LabelledSite[]): void
  point(at: Pointed): void
  restyle(palette: Palette, detail: Detail): void
}

/** How far a ring, and a pulse or a hatched ground, reach beyond a marker, px. */
const RING = 11
const PULSE = 6
/** Labels drawn at once: more than that is a grey field. */
const MOST_LABELS = 90
/** Labels drawn for the first time in one frame. */
const MOST_NEW = 16

/** Opens the sheet over the markers: labels without overlaps, the worst first, and rings around what is pointed at. */
export function openLabelLayer(first: Palette): LabelLayer {
  const sheet = openSheet('map-labels')
  const sides = new Map<string, Placed['side']>()
  let [palette, detail]: [Palette, Detail] = [first, 'full']
  let sites: readonly LabelledSite[] = []
  let pointed: Pointed = { selected: null, focused: null, hovered: null }
  let texts = openLabelTexts(palette)

  const drawAll = (frame: FrameState) => {
    const pen = sheet.begin(frame)
    const [width = 0, height = 0] = frame.size
    const seen = sites.flatMap((site): Seen[] => {
      const [x, y] = pixelOf(frame, site.at)
      const isSeen = x > -20 && y > -20 && x < width + 20 && y < height + 20
      const around = isPointed(pointed, site.id) ? RING : site.marker.unacked || isUnwatched(site.marker) ? PULSE : 0
      return isSeen ? [{ site, x, y, radius: markerSize(site.marker, detail) / 2 + around }] : []
    })
    const wanted = chosen(seen, pointed, detail)
    let left = MOST_NEW
    const labelled = wanted.filter(({ site: { label } }) => texts.has(label) || (left -= 1) >= 0)
    // The rest comes with the next frame: no frame takes longer than a person sees.
    if (labelled.length < wanted.length) frame.animate = true
    const marks = labelled.map((one): Marked => {
      const { width: wide, height: high } = texts.size(one.site.label)
      const { id } = one.site
      return { ...one, width: wide, height: high, side: sides.get(id) ?? null, isPinned: isPointed(pointed, id) }
    })
    // In a crowd a label may lie over what is quiet, never over what is wrong or not watched.
    const obstacles = detail === 'full' ? seen : seen.filter(({ site }) => rankOf(site.marker) > 0)
    const places = placeLabels(marks, obstacles, { width, height })
    sides.clear()
    for (const [index, place] of places.entries()) {
      const one = labelled[index]
      if (one === undefined || place === null) continue
      sides.set(one.site.id, place.side)
      const { width: wide, height: high } = texts.size(one.site.label)
      pen.drawImage(texts.draw(one.site.label), Math.round(place.x), Math.round(place.y), wide, high)
    }
    for (const one of seen) drawRings(pen, one, { pointed, palette })
    return sheet.element
  }
  const layer = new Layer({ className: 'map-labels', render: drawAll })
  return {
    layer,
    show: (next) => {
      const isSame = next.length === sites.length && next.every((site, index) => looksLike(site, sites[index]))
      sites = next
      if (!isSame) layer.changed()
    },
    point: (at) => {
      pointed = at
      layer.changed()
    },
    restyle: (nextPalette, nextDetail) => {
      if (nextPalette !== palette) texts = openLabelTexts(nextPalette)
      ;[palette, detail] = [nextPalette, nextDetail]
      layer.changed()
    },
  }
}

/** Whether it is drawn the same, at the same place. */
function looksLike(a: LabelledSite, b: LabelledSite | undefined): boolean {
  return a.id === b?.id && isAlike(a.at, b.at) && isAlike(a.marker, b.marker) && isAlike(a.label, b.label)
}

interface Seen {
  readonly site: LabelledSite
  readonly x: number
  readonly y: number
  readonly radius: number
}

/** Whose label is wanted, the most wanted first: what is pointed at, then the worst; the quiet only where there is room for all. */
function chosen(seen: readonly Seen[], pointed: Pointed, detail: Detail): Seen[] {
  const wanted = ({ site: { id, marker } }: Seen) => (isPointed(pointed, id) ? 100 : rankOf(marker))
  return seen
    .filter((one) => detail === 'full' || wanted(one) > 0)
    .map((one) => ({ one, rank: wanted(one) }))
    .sort((a, b) => b.rank - a.rank || (a.one.site.id < b.one.site.id ? -1 : 1))
    .slice(0, MOST_LABELS)
    .map(({ one }) => one)
}

function isPointed({ selected, focused, hovered }: Pointed, id: string): boolean {
  return id === selected || id === focused || id === hovered
}

function drawRings(
  pen: CanvasRenderingContext2D,
  { site: { id }, x, y, radius }: Seen,
  { pointed, palette }: { readonly pointed: Pointed; readonly palette: Palette },
): void {
  const ring = (colour: string, width: number) => {
    pen.strokeStyle = colour
    pen.lineWidth = width
    pen.beginPath()
    pen.arc(x, y, radius - 2, 0, 2 * Math.PI)
    pen.stroke()
  }
  if (id === pointed.selected || id === pointed.hovered) ring(palette.text, 2)
  if (id === pointed.focused) ring(palette.focus, 3.5)
}
