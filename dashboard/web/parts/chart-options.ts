import uPlot from 'uplot'
import type { Priority } from '../../../core/contract/priority.ts'
import type { ZoneTimes } from '../show/time.ts'
import { digitOf } from '../stores/alarm-order.ts'

/** Everything beside the line that the chart draws, in seconds and in the shown unit. */
export interface ChartScene {
  readonly from: number
  readonly to: number
  readonly zone: string
  readonly times: ZoneTimes
  readonly isSwitch: boolean
  readonly unit: string
  readonly limits: readonly { readonly limit: number; readonly priority: Priority }[]
  readonly periods: readonly { readonly from: number; readonly to: number; readonly priority: Priority }[]
  readonly gaps: readonly { readonly from: number; readonly to: number }[]
  /** Where the line stands on a trend whose readings are still to come. */
  readonly provisional: readonly { readonly from: number; readonly to: number }[]
}

export interface ChartInput {
  /** The scene as it is when the chart draws. */
  readonly scene: () => ChartScene
  readonly style: CSSStyleDeclaration
  readonly width: number
  readonly height: number
  readonly gapWord: string
  readonly limitWord: string
  readonly onPoint: (index: number | null) => void
}

const FONT = '12px'
const DAY_S = 86_400

/** Options of a trend chart; colours come from the theme's tokens. */
export function chartOptions({ scene, style, width, height, gapWord, limitWord, onPoint }: ChartInput): uPlot.Options {
  const colour = (name: string) => style.getPropertyValue(`--${name}`).trim()
  const font = `${FONT} ${style.fontFamily}`
  const axis = {
    stroke: colour('text-soft'),
    font,
    ticks: { show: false },
    grid: { stroke: colour('chart-grid'), width: 1 },
  }
  const mean = colour('chart-line')
  const { isSwitch } = scene()
  const stepped = uPlot.paths.stepped?.({ align: 1 })
  const hidden: uPlot.Series = { stroke: 'transparent', width: 0, points: { show: false } }
  return {
    width,
    height,
    tzDate: (seconds) => uPlot.tzDate(new Date(seconds * 1_000), scene().zone),
    padding: [24, 14, 0, 4],
    legend: { show: false },
    cursor: {
      y: false,
      points: { size: 7, fill: mean, stroke: colour('panel'), width: 2 },
      drag: { x: false, y: false },
    },
    scales: {
      x: { time: true, range: () => [scene().from, scene().to] },
      y: { range: (_chart, min, max) => yRange(scene(), min, max) },
    },
    series: [
      {},
      hidden,
      hidden,
      {
        stroke: mean,
        width: 1.75,
        points: { show: false },
        ...(isSwitch && stepped !== undefined ? { paths: stepped } : {}),
      },
    ],
    bands: isSwitch ? [] : [{ series: [1, 2], fill: colour('chart-band') }],
    axes: [
      {
        ...axis,
        space: 84,
        size: 30,
        values: (_chart, splits, _axis, _space, step) => timeLabels(splits, step, scene().times),
      },
      {
        ...axis,
        size: 58,
        ...(isSwitch ? { splits: () => [0, 1] } : {}),
        values: (_chart, splits) => numberLabels(splits),
      },
    ],
    hooks: {
      drawClear: [(chart) => shade(chart, { scene: scene(), colour, gapWord, font })],
      draw: [(chart) => limitLines(chart, { scene: scene(), colour, word: limitWord, font })],
      setCursor: [(chart) => onPoint(chart.cursor.idx ?? null)],
    },
  }
}

/** The vertical span: all values and limits with some air; never a flat line at the edge. */
function yRange({ isSwitch, limits }: ChartScene, min: number | null, max: number | null): [number, number] {
  if (isSwitch) return [-0.15, 1.15]
  const ends = [...limits.map(({ limit }) => limit), ...[min, max].filter((end) => end !== null)]
  if (ends.length === 0) return [0, 1]
  const low = Math.min(...ends)
  const high = Math.max(...ends)
  const air = Math.max((high - low) * 0.1, Math.abs(high) * 0.02, 0.05)
  return [low >= 0 && low - air < 0 ? 0 : low - air, high + air]
}

function timeLabels(splits: readonly number[], stepS: number, times: ZoneTimes): string[] {
  return splits.map((seconds) => {
    const at = seconds * 1_000
    if (stepS >= DAY_S) return times.shortDate(at)
    if (stepS < 60) return times.time(at)
    const text = times.shortTime(at)
    return text === '00:00' ? times.shortDate(at) : text
  })
}

function numberLabels(splits: readonly number[]): string[] {
  const step = Math.abs((splits[1] ?? 1) - (splits[0] ?? 0))
  const digits = Math.min(4, Math.max(0, -Math.floor(Math.log10(step === 0 ? 1 : step))))
  return splits.map((value) => value.toFixed(digits).replace('-', '−'))
}

interface Shading {
  readonly scene: ChartScene
  readonly colour: (name: string) => string
  readonly gapWord: string
  readonly font: string
}

function shade(chart: uPlot, { scene, colour, gapWord, font }: Shading): void {
  const { ctx } = chart
  const ratio = uPlot.pxRatio
  ctx.save()
  for (const period of scene.periods) {
    const box = boxOf(chart, period.from, period.to)
    if (box === null) continue
    ctx.globalAlpha = 0.16
    ctx.fillStyle = colour(`${period.priority}-fill`)
    ctx.fillRect(box.left, box.top, Math.max(box.width, 2 * ratio), box.height)
    ctx.globalAlpha = 1
    ctx.fillRect(box.left, box.top, Math.max(box.width, 2 * ratio), 3 * ratio)
  }
  for (const stretch of scene.provisional) {
    const box = boxOf(chart, stretch.from, stretch.to)
    if (box !== null) dots(ctx, box, colour('chart-hatch'), ratio)
  }
  for (const gap of scene.gaps) {
    const box = boxOf(chart, gap.from, gap.to)
    if (box === null) continue
    hatch(ctx, box, colour('chart-hatch'), ratio)
    ctx.font = font.replace(FONT, `${12 * ratio}px`)
    const width = ctx.measureText(gapWord).width + 10 * ratio
    if (box.width < width) continue
    const middle = { x: box.left + box.width / 2, y: box.top + box.height / 2 }
    ctx.fillStyle = colour('panel')
    ctx.fillRect(middle.x - width / 2, middle.y - 10 * ratio, width, 20 * ratio)
    ctx.fillStyle = colour('text-soft')
    ctx.textAlign = 'center'
    ctx.textBaseline = 'middle'
    ctx.fillText(gapWord, middle.x, middle.y)
  }
  ctx.restore()
}

interface PixelBox {
  readonly left: number
  readonly top: number
  readonly width: number
  readonly height: number
}

function boxOf(chart: uPlot, from: number, to: number): PixelBox | null {
  const { left, top, width, height } = chart.bbox
  const start = Math.max(left, chart.valToPos(from, 'x', true))
  const end = Math.min(left + width, chart.valToPos(to, 'x', true))
  return end < start ? null : { left: start, top, width: end - start, height }
}

function hatch(
  ctx: CanvasRenderingContext2D,
  { left, top, width, height }: PixelBox,
  colour: string,
  ratio: number,
): void {
  const step = 7 * ratio
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
  ctx.lineWidth = ratio
  ctx.stroke()
  ctx.restore()
}

/** A field of dots: known in outline, where hatching means that nothing is. */
function dots(
  ctx: CanvasRenderingContext2D,
  { left, top, width, height }: PixelBox,
  colour: string,
  ratio: number,
): void {
  const step = 9 * ratio
  const side = 1.5 * ratio
  ctx.fillStyle = colour
  for (let y = top + step / 2; y < top + height; y += step) {
    for (let x = left + step / 2; x < left + width; x += step) ctx.fillRect(x, y, side, side)
  }
}

interface LimitDrawing {
  readonly scene: ChartScene
  readonly colour: (name: string) => string
  readonly word: string
  readonly font: string
}

function limitLines(chart: uPlot, { scene: { limits, unit }, colour, word, font }: LimitDrawing): void {
  const { ctx, bbox } = chart
  const ratio = uPlot.pxRatio
  ctx.save()
  ctx.font = font.replace(FONT, `${12 * ratio}px`)
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
    const text = `${digitOf(priority)} ${word} ${Number(limit.toPrecision(4))} ${unit}`.trim()
    ctx.fillText(text, bbox.left + bbox.width - 4 * ratio, y - 2 * ratio)
  }
  ctx.restore()
}
