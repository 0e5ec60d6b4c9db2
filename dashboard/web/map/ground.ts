import type { FrameState } from 'ol/Map.js'
import type Layer from 'ol/layer/Layer.js'
import type { MapLayer } from '../../../core/contract/map.ts'
import type { Outline, OutlineShape } from './outline.ts'
import type { Palette } from './palette.ts'
import type { Plane, PlanePoint } from './plane.ts'
import { pixelOf, stillLayer } from './sheet.ts'

/** What is drawn under the sites: a layer with what was fetched of it. */
export interface GroundLayer {
  readonly layer: MapLayer
  readonly content:
    { readonly is: 'outline'; readonly outline: Outline } | { readonly is: 'image'; readonly image: CanvasImageSource }
}

/** The layers the operator has brought, as sheets of the map, the lowest first. */
export function groundSheets(ground: readonly GroundLayer[], plane: Plane, palette: Palette): Layer[] {
  return ground.map(({ layer, content }) => {
    if (content.is === 'image') return imageSheet(layer, content.image, plane)
    const parts = content.outline.features.map((feature) => partOf(feature, plane))
    return stillLayer('map-ground', (pen, frame) =>
      drawParts(pen, frame, { parts, palette, hasNames: layer.role === 'labels' }),
    )
  })
}

/** One thing of a layer on the plane. */
interface Part {
  readonly name: string | null
  /** Lines and rings, each as x, y, x, y …; a ring ends where it begins. */
  readonly lines: readonly Float64Array[]
  readonly point: PlanePoint | null
}

function partOf({ properties, geometry }: Outline['features'][number], plane: Plane): Part {
  const name = properties.name ?? null
  if (geometry.type === 'Point') return { name, lines: [], point: plane.toPlane(geometry.coordinates) }
  return {
    name,
    point: null,
    lines: linesOf(geometry).map((line) => Float64Array.from(line.flatMap((at) => plane.toPlane(at)))),
  }
}

function linesOf(shape: Exclude<OutlineShape, { readonly type: 'Point' }>): readonly (readonly [number, number][])[] {
  switch (shape.type) {
    case 'LineString':
      return [shape.coordinates]
    case 'Polygon':
      return shape.coordinates
    case 'MultiPolygon':
      return shape.coordinates.flat()
  }
}

interface Drawing {
  readonly parts: readonly Part[]
  readonly palette: Palette
  readonly hasNames: boolean
}

function drawParts(pen: CanvasRenderingContext2D, frame: FrameState, { parts, palette, hasNames }: Drawing): void {
  pen.strokeStyle = palette.lineStrong
  pen.lineWidth = 1.2
  pen.lineJoin = 'round'
  pen.beginPath()
  for (const { lines } of parts) for (const line of lines) trace(pen, frame, line)
  pen.stroke()
  pen.fillStyle = palette.lineStrong
  for (const { point } of parts) {
    if (point === null) continue
    const [x, y] = pixelOf(frame, point)
    pen.fillRect(x - 1.5, y - 1.5, 3, 3)
  }
  if (hasNames) writeNames(pen, frame, { parts, palette })
}

/** Corners closer to the last one than this are left out, px. */
const SEEN_PX = 0.7

function trace(pen: CanvasRenderingContext2D, { coordinateToPixelTransform: t }: FrameState, line: Float64Array): void {
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = t
  let [lastX, lastY] = [NaN, NaN]
  for (let at = 0; at + 1 < line.length; at += 2) {
    const [planeX, planeY] = [line[at] ?? 0, line[at + 1] ?? 0]
    const [x, y] = [a * planeX + c * planeY + e, b * planeX + d * planeY + f]
    if (at === 0) pen.moveTo(x, y)
    else if (at + 2 < line.length && Math.abs(x - lastX) + Math.abs(y - lastY) < SEEN_PX) continue
    else pen.lineTo(x, y)
    lastX = x
    lastY = y
  }
}

/** Room a name takes, px. */
const NAME = { size: 12, high: 18 } as const

/** Names of places, each only where it covers no other. */
function writeNames(
  pen: CanvasRenderingContext2D,
  frame: FrameState,
  { parts, palette }: Omit<Drawing, 'hasNames'>,
): void {
  const [width = 0, height = 0] = frame.size
  const taken: { readonly x: number; readonly y: number; readonly half: number }[] = []
  pen.font = `${NAME.size}px ${palette.font}`
  pen.textAlign = 'center'
  pen.lineWidth = 3
  pen.strokeStyle = palette.panel
  pen.fillStyle = palette.textSoft
  for (const { name, point, lines } of parts) {
    const at = point ?? middleOf(lines)
    if (name === null || at === null) continue
    const [x, y] = pixelOf(frame, at)
    if (x < 0 || y < 0 || x > width || y > height) continue
    const half = (name.length * NAME.size) / 2
    if (taken.some((other) => Math.abs(other.x - x) < other.half + half && Math.abs(other.y - y) < NAME.high)) continue
    taken.push({ x, y, half })
    pen.strokeText(name, x, y - 6)
    pen.fillText(name, x, y - 6)
  }
}

/** The middle of the box around the first line. */
function middleOf([line]: readonly Float64Array[]): PlanePoint | null {
  if (line === undefined) return null
  let [west, south, east, north] = [Infinity, Infinity, -Infinity, -Infinity]
  for (let at = 0; at + 1 < line.length; at += 2) {
    west = Math.min(west, line[at] ?? 0)
    east = Math.max(east, line[at] ?? 0)
    south = Math.min(south, line[at + 1] ?? 0)
    north = Math.max(north, line[at + 1] ?? 0)
  }
  return [(west + east) / 2, (south + north) / 2]
}

/** A picture between its edges. Meridians and parallels are straight on the plane, so it is only stretched. */
function imageSheet({ extent: [west, south, east, north] }: MapLayer, image: CanvasImageSource, plane: Plane): Layer {
  const corners = [plane.toPlane([west, north]), plane.toPlane([east, south])] as const
  return stillLayer('map-image', (pen, frame) => {
    const [left, top] = pixelOf(frame, corners[0])
    const [right, bottom] = pixelOf(frame, corners[1])
    pen.drawImage(image, left, top, right - left, bottom - top)
  })
}

const COLUMNS = 8
const ROWS = 6

/** The empty field of a schema: squares with a letter and a digit, so that somebody on the phone can say where. */
export function gridSheet(plane: Plane, palette: Palette): Layer {
  return stillLayer('map-grid', (pen, frame) => {
    const at = (x: number, y: number) => pixelOf(frame, plane.toPlane([x, y]))
    pen.strokeStyle = palette.line
    pen.fillStyle = palette.lineStrong
    pen.font = `11px ${palette.font}`
    pen.setLineDash([2, 6])
    pen.beginPath()
    for (let column = 0; column <= COLUMNS; column += 1) {
      const x = (column / COLUMNS) * 100
      pen.moveTo(...at(x, 0))
      pen.lineTo(...at(x, 100))
      const [left, top] = at(x + 50 / COLUMNS, 0)
      if (column < COLUMNS) pen.fillText(String.fromCharCode(65 + column), left - 4, Math.max(14, top - 6))
    }
    for (let row = 0; row <= ROWS; row += 1) {
      const y = (row / ROWS) * 100
      pen.moveTo(...at(0, y))
      pen.lineTo(...at(100, y))
      const [left, top] = at(0, y + 50 / ROWS)
      if (row < ROWS) pen.fillText(String(row + 1), Math.max(6, left - 14), top + 4)
    }
    pen.stroke()
    pen.setLineDash([])
  })
}
