import type { Priority } from '../../../core/contract/priority.ts'
import { KIND_PATHS } from '../parts/kind-icon.tsx'
import { DIGIT_Y, SHAPES } from '../parts/mark.tsx'
import { digitOf } from '../stores/alarm-order.ts'
import { type Detail, isUnwatched, type Marker, markerSize } from './marker.ts'
import type { Palette } from './palette.ts'

/** Shapes are drawn in a box of 24; a pulse reaches further out. */
const BOX = 24
const PULSE = 1.38
/** Room around a marker for its hatched ground and its pulse. */
const MARGIN = 9

/** Draws markers once each. `isStill`: nothing may move, so what pulses is dashed instead. */
export interface SpriteMaker {
  marker(marker: Marker, detail: Detail): HTMLCanvasElement
  /** The outline of what nobody has acknowledged, that comes and goes around it. */
  pulse(priority: Priority, size: number): HTMLCanvasElement
}

export function spriteMaker(palette: Palette, isStill: boolean): SpriteMaker {
  const { scale } = palette
  const sheet = (size: number, draw: (pen: CanvasRenderingContext2D, middle: number) => void) => {
    const edge = size + 2 * MARGIN
    const canvas = document.createElement('canvas')
    canvas.width = canvas.height = Math.ceil(edge * scale)
    const pen = canvas.getContext('2d')
    if (pen === null) return canvas
    pen.scale(scale, scale)
    pen.lineJoin = pen.lineCap = 'round'
    draw(pen, edge / 2)
    return canvas
  }
  return {
    marker: (marker, detail) => {
      const size = markerSize(marker, detail)
      return sheet(size, (pen, middle) => {
        if (marker.worst === null) drawQuiet(pen, { marker, size, middle, palette })
        else drawAlarm(pen, { marker, worst: marker.worst, size, middle, palette })
      })
    },
    pulse: (priority, size) =>
      sheet(size, (pen, middle) => {
        inBox(pen, middle, (size / BOX) * PULSE)
        pen.strokeStyle = palette.priorities[priority].text
        pen.lineWidth = isStill ? 2.2 : 1.7
        if (isStill) pen.setLineDash([3, 2])
        pen.stroke(new Path2D(SHAPES[priority]))
      }),
  }
}

interface Drawing {
  readonly marker: Marker
  readonly size: number
  readonly middle: number
  readonly palette: Palette
}

function drawQuiet(pen: CanvasRenderingContext2D, { marker, size, middle, palette }: Drawing): void {
  const radius = size / 2 - 1
  const disc = circle(middle, radius)
  pen.fillStyle = palette.panel
  pen.fill(disc)
  if (isUnwatched(marker)) hatch(pen, disc, palette)
  pen.strokeStyle = marker.watch === 'watched' ? palette.lineStrong : palette.textSoft
  pen.lineWidth = 1.5
  if (marker.watch !== 'watched') pen.setLineDash(size > 16 ? [4, 3] : [2, 2])
  pen.stroke(disc)
  pen.setLineDash([])
  if (size < 18) return
  const box = size * 0.6
  pen.translate(middle - box / 2, middle - box / 2)
  pen.scale(box / 16, box / 16)
  pen.strokeStyle = palette.textSoft
  pen.lineWidth = 1.4
  pen.stroke(new Path2D(KIND_PATHS[marker.kind]))
}

function drawAlarm(
  pen: CanvasRenderingContext2D,
  { marker, worst, size, middle, palette }: Drawing & { readonly worst: Priority },
): void {
  const { fill, digit } = palette.priorities[worst]
  // An alarm must not hide that nobody watches the place any more.
  if (isUnwatched(marker)) {
    const disc = circle(middle, size / 2 + 6)
    pen.fillStyle = palette.panel
    pen.fill(disc)
    hatch(pen, disc, palette)
    pen.strokeStyle = palette.textSoft
    pen.lineWidth = 1.5
    pen.setLineDash([4, 3])
    pen.stroke(disc)
    pen.setLineDash([])
  }
  inBox(pen, middle, size / BOX)
  const shape = new Path2D(SHAPES[worst])
  pen.fillStyle = marker.isHollow ? palette.panel : fill
  pen.fill(shape)
  pen.strokeStyle = fill
  pen.lineWidth = marker.isHollow ? 2.6 : 2
  pen.stroke(shape)
  pen.fillStyle = marker.isHollow ? palette.text : digit
  pen.font = `800 13px ${palette.font}`
  pen.textAlign = 'center'
  pen.fillText(String(digitOf(worst)), BOX / 2, DIGIT_Y[worst])
  if (marker.hasClock) drawClock(pen, palette)
}

function drawClock(pen: CanvasRenderingContext2D, palette: Palette): void {
  const face = new Path2D()
  face.arc(20, 20, 5, 0, 2 * Math.PI)
  pen.fillStyle = palette.panel
  pen.fill(face)
  pen.strokeStyle = palette.text
  pen.lineWidth = 1.4
  pen.stroke(face)
  pen.stroke(new Path2D('M20 17v3h2.4'))
}

function circle(middle: number, radius: number): Path2D {
  const path = new Path2D()
  path.arc(middle, middle, radius, 0, 2 * Math.PI)
  return path
}

/** Lines of 45°, the sign of what is not known now. */
function hatch(pen: CanvasRenderingContext2D, within: Path2D, palette: Palette): void {
  pen.save()
  pen.clip(within)
  pen.strokeStyle = palette.lineStrong
  pen.lineWidth = 1.8
  const { width } = pen.canvas
  pen.beginPath()
  for (let at = -width; at < width; at += 5) {
    pen.moveTo(at, width)
    pen.lineTo(at + width, 0)
  }
  pen.stroke()
  pen.restore()
}

function inBox(pen: CanvasRenderingContext2D, middle: number, scale: number): void {
  pen.translate(middle, middle)
  pen.scale(scale, scale)
  pen.translate(-BOX / 2, -BOX / 2)
}
