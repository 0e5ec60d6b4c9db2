import uPlot from 'uplot'
import type { Priority } from '../../../core/contract/priority.ts'
import { digitOf } from '../stores/alarm-order.ts'

/** A stretch of time, seconds. */
export interface Seconds {
  readonly from: number
  readonly to: number
}

/** A stretch in which a trace says nothing, and why where that is known. */
export interface ChartGap extends Seconds {
  readonly why: string | null
}

/** Everything beside the lines that one lane draws, in seconds and in the shown unit. */
export interface ChartScene extends Seconds {
  readonly unit: string
  readonly nights: readonly Seconds[]
  readonly limits: readonly { readonly limit: number; readonly priority: Priority; readonly restore?: number }[]
  readonly periods: readonly (Seconds & { readonly priority: Priority })[]
  readonly holds: readonly (Seconds & { readonly kind: 'suppressed' | 'permitted' })[]
  /** Where no trace of the lane says anything. */
  readonly gaps: readonly ChartGap[]
  /** Where only some say nothing: by the place of the trace in its lane. */
  readonly ribbons: readonly (Seconds & { readonly place: number; readonly pen: number })[]
  /** Where a line stands on a trend whose readings are still to come. */
  readonly provisional: readonly Seconds[]
}

/** Words a lane writes into itself. */
export interface ChartWords {
  readonly gap: string
  readonly limit: string
  readonly holds: Readonly<Record<'suppressed' | 'permitted', string>>
}

/** What a lane draws with. */
export interface Brush {
  readonly colour: (name: string) => string
  /** Font of a text so many pixels high. */
  readonly font: string
  readonly words: ChartWords
}

export const FONT_SIZE = '12px'

/** Height of the line that says that alarms were held back, pixels. */
const HOLD_PX = 15
const RIBBON_PX = 5

/** Everything that lies beneath the lines. */
export function shade(chart: uPlot, scene: ChartScene, brush: Brush): void {
  const { ctx } = chart
  const ratio = uPlot.pxRatio
  ctx.save()
  shadeNights(chart, scene, brush)
  shadeDeadbands(chart, scene, brush)
  for (const period of scene.periods) {
    const box = boxOf(chart, period)
    if (box === null) continue
    const width = Math.max(box.width, 2 * ratio)
    ctx.globalAlpha = 0.16
    ctx.fillStyle = brush.colour(`${period.priority}-fill`)
    ctx.fillRect(box.left, box.top, width, box.height)
    ctx.globalAlpha = 1
    ctx.fillRect(box.left, box.top, width, 3 * ratio)
  }
  for (const stretch of scene.provisional) {
    const box = boxOf(chart, stretch)
    if (box !== null) dots(ctx, box, brush.colour('chart-hatch'))
  }
  for (const gap of scene.gaps) shadeGap(chart, gap, brush)
  for (const ribbon of scene.ribbons) {
    const box = boxOf(chart, ribbon)
    if (box === null) continue
    const height = RIBBON_PX * ratio
    const top = box.top + box.height - (ribbon.place + 1) * (height + ratio)
    hatch(ctx, { ...box, top, height }, brush.colour(`pen-${ribbon.pen}`))
  }
  for (const hold of scene.holds) shadeHold(chart, hold, brush)
  ctx.restore()
}

function shadeNights(chart: uPlot, { nights }: ChartScene, { colour }: Brush): void {
  const { ctx } = chart
  ctx.fillStyle = colour('chart-night')
  for (const night of nights) {
    const box = boxOf(chart, night)
    if (box !== null) ctx.fillRect(box.left, box.top, box.width, box.height)
  }
}

/** Between a limit and where its alarm returns: what is in there changes nothing. */
function shadeDeadbands(chart: uPlot, { limits }: ChartScene, { colour }: Brush): void {
  const { ctx, bbox } = chart
  for (const { limit, restore, priority } of limits) {
    if (restore === undefined || restore === limit) continue
    const [a, b] = [chart.valToPos(limit, 'y', true), chart.valToPos(restore, 'y', true)]
    ctx.globalAlpha = 0.14
    ctx.fillStyle = colour(`${priority}-fill`)
    ctx.fillRect(bbox.left, Math.min(a, b), bbox.width, Math.abs(a - b))
    ctx.globalAlpha = 1
  }
}

function shadeGap(chart: uPlot, gap: ChartGap, { colour, font, words }: Brush): void {
  const box = boxOf(chart, gap)
  if (box === null) return
  const { ctx } = chart
  const ratio = uPlot.pxRatio
  hatch(ctx, box, colour('chart-hatch'))
  ctx.font = sized(font)
  const long = gap.why === null ? words.gap : `${words.gap} · ${gap.why}`
  const fits = (text: string) => ctx.measureText(text).width + 10 * ratio <= box.width
  const text = fits(long) ? long : words.gap
  if (!fits(text)) return
  const width = ctx.measureText(text).width + 10 * ratio
  const middle = { x: box.left + box.width / 2, y: box.top + box.height / 2 }
  ctx.fillStyle = colour('panel')
  ctx.fillRect(middle.x - width / 2, middle.y - 10 * ratio, width, 20 * ratio)
  ctx.fillStyle = colour('text-soft')
  ctx.textAlign = 'center'
  ctx.textBaseline = 'middle'
  ctx.fillText(text, middle.x, middle.y)
}

/** Held back is an outline: what it holds back is still seen. (shared/docs/alarms.md §4.2) */
function shadeHold(chart: uPlot, hold: ChartScene['holds'][number], { colour, font, words }: Brush): void {
  const box = boxOf(chart, hold)
  if (box === null) return
  const { ctx } = chart
  const ratio = uPlot.pxRatio
  const row = hold.kind === 'suppressed' ? 0 : 1
  const top = box.top + (5 + row * (HOLD_PX + 2)) * ratio
  ctx.strokeStyle = colour('text-soft')
  ctx.lineWidth = ratio
  ctx.setLineDash(hold.kind === 'suppressed' ? [] : [2 * ratio, 2 * ratio])
  ctx.strokeRect(box.left, top, Math.max(box.width, 3 * ratio), HOLD_PX * ratio)
  ctx.setLineDash([])
  ctx.font = sized(font)
  const word = words.holds[hold.kind]
  const text = [word, word.slice(0, 1)].find((one) => ctx.measureText(one).width + 8 * ratio <= box.width)
  if (text === undefined) return
  ctx.fillStyle = colour('text-soft')
  ctx.textAlign = 'left'
  ctx.textBaseline = 'middle'
  ctx.fillText(text, box.left + 4 * ratio, top + (HOLD_PX / 2) * ratio)
}

/** The limits of armed rules, above the lines. */
export function drawLimits(chart: uPlot, { limits, unit }: ChartScene, { colour, font, words }: Brush): void {
  const { ctx, bbox } = chart
  const ratio = uPlot.pxRatio
  ctx.save()
  ctx.font = sized(font)
  ctx.textAlign = 'right'
  ctx.textBaseline = 'bottom'
  ctx.fillStyle = colour('text-soft')
  ctx.fillText(unit, bbox.left - 8 * ratio, bbox.top - 5 * ratio)
  ctx.setLineDash([6 * ratio, 4 * ratio])
  ctx.lineWidth = 1.5 * ratio
  for (const { limit, priority } of limits) {
    const y = Math.round(chart.valToPos(limit, 'y', true))
    ctx.strokeStyle = colour(`${priority}-fill`)
    ctx.beginPath()
    ctx.moveTo(bbox.left, y)
    ctx.lineTo(bbox.left + bbox.width, y)
    ctx.stroke()
    ctx.fillStyle = colour(`${priority}-text`)
    const text = `${digitOf(priority)} ${words.limit} ${Number(limit.toPrecision(4))} ${unit}`.trim()
    // At the very right stand the numbers of the lines.
    ctx.fillText(text, bbox.left + bbox.width - 24 * ratio, y - 2 * ratio)
  }
  ctx.restore()
}

/** The number of each line at its right end, so that no line is told from another by its colour alone. */
export function drawPens(chart: uPlot, pens: readonly number[], { colour, font }: Brush): void {
  const { ctx, bbox } = chart
  const ratio = uPlot.pxRatio
  const ends = pens
    .flatMap((pen, place) => {
      const end = lastPoint(chart, 3 * place + 3)
      return end === null ? [] : [{ pen, ...end }]
    })
    .sort((a, b) => a.y - b.y)
  ctx.save()
  ctx.font = `700 ${sized(font)}`
  ctx.textAlign = 'center'
  ctx.textBaseline = 'middle'
  let free = bbox.top
  for (const { pen, x, y } of ends) {
    const half = 7 * ratio
    const middle = Math.min(Math.max(y, free + half), bbox.top + bbox.height - half)
    free = middle + half
    const left = Math.min(x + half + 2 * ratio, bbox.left + bbox.width - half)
    ctx.fillStyle = colour(`pen-${pen}`)
    ctx.fillRect(left - half, middle - half, 2 * half, 2 * half)
    ctx.fillStyle = colour('panel')
    ctx.fillText(String(pen), left, middle + 0.5 * ratio)
  }
  ctx.restore()
}

function lastPoint(chart: uPlot, series: number): { readonly x: number; readonly y: number } | null {
  const [at, values] = [chart.data[0], chart.data[series]]
  const max = chart.scales.x?.max ?? Infinity
  for (let index = at.length - 1; index >= 0; index--) {
    const [instant, value] = [at[index], values?.[index]]
    if (instant === undefined || typeof value !== 'number' || instant > max) continue
    return { x: chart.valToPos(instant, 'x', true), y: chart.valToPos(value, 'y', true) }
  }
  return null
}

interface PixelBox {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

function boxOf(chart: uPlot, { from, to }: Seconds): PixelBox | null {
  const { left, top, width, height } = chart.bbox
  const start = Math.max(left, chart.valToPos(from, 'x', true))
  const end = Math.min(left + width, chart.valToPos(to, 'x', true))
  return end < start ? null : { left: start, top, width: end - start, height }
}

function sized(font: string): string {
  return font.replace(FONT_SIZE, `${12 * uPlot.pxRatio}px`)
}

function hatch(ctx: CanvasRenderingContext2D, { left, top, width, height }: PixelBox, colour: string): void {
  const step = 7 * uPlot.pxRatio
  ctx.save()
  ctx.beginPath()
  ctx.rect(left, top, width, height)
  ctx.clip()
  ctx.beginPath()
  for (let x = left - height; x < left + width; x += step) {
    ctx.moveTo(x, top + height)
    ctx.lineTo(x + height, top)
  }
  ctx.strokeStyle = colour
  ctx.lineWidth = uPlot.pxRatio
  ctx.stroke()
  ctx.restore()
}

/** A field of dots: known in outline, where hatching means that nothing is. */
function dots(ctx: CanvasRenderingContext2D, { left, top, width, height }: PixelBox, colour: string): void {
  const step = 9 * uPlot.pxRatio
  const side = 1.5 * uPlot.pxRatio
  ctx.fillStyle = colour
  for (let y = top + step / 2; y < top + height; y += step) {
    for (let x = left + step / 2; x < left + width; x += step) ctx.fillRect(x, y, side, side)
  }
}
