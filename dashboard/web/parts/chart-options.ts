import uPlot from 'uplot'
import { zoneOffset } from '../show/zone-offset.ts'
import {
  type Brush,
  type ChartScene,
  type ChartWords,
  drawLimits,
  drawPens,
  FONT_SIZE,
  shade,
} from './chart-shading.ts'

/** What does not change while a lane lives. */
export interface LaneLook {
  readonly isSwitch: boolean
  /** The pen of each trace, 1–8, in the order they are drawn. */
  readonly pens: readonly number[]
  /** Each trace is laid over an earlier time of itself. */
  readonly isCompared: boolean
  /** Lines have numbers at their ends; a lone line needs none. */
  readonly isNumbered: boolean
  /** The axis of time is written below: in the last of several lanes. */
  readonly hasTimes: boolean
  readonly zone: string
  readonly words: ChartWords
  /** Where the theme's tokens are read. */
  readonly style: CSSStyleDeclaration
}

const DAY_S = 86_400
/** A narrower lane has less room beside it for numbers. */
const NARROW_PX = 560
const TIME_AXIS_PX = 30

/** Where in a lane so many pixels wide the time begins and ends, pixels from its left and right side. */
export function plotEdges(width: number): { readonly left: number; readonly right: number } {
  return { left: width < NARROW_PX ? 50 : 62, right: 14 }
}

/** Options of a lane. `scene` is what is to be seen when it draws. Series: the time, then max, min and mean of each trace, then means of an earlier time. */
export function laneOptions(
  look: LaneLook,
  size: { readonly width: number; readonly height: number },
  scene: () => ChartScene,
): uPlot.Options {
  const colour = colours(look.style)
  const font = `${FONT_SIZE} ${look.style.fontFamily}`
  const brush: Brush = { colour, font, words: look.words }
  const { left, right } = plotEdges(size.width)
  const offset = zoneOffset(look.zone)
  return {
    ...size,
    tzDate: (seconds) => localDate(seconds * 1_000, offset),
    padding: [look.isSwitch ? 20 : 24, right, look.hasTimes ? 0 : 6, 4],
    legend: { show: false },
    cursor: { show: false },
    scales: {
      x: { time: true, range: () => [scene().from, scene().to] },
      y: { range: (_chart, min, max) => yRange(look.isSwitch, scene(), [min, max]) },
    },
    series: [{}, ...tracesOf(look, colour)],
    bands: look.isSwitch
      ? []
      : look.pens.map((pen, place) => ({
          series: [3 * place + 1, 3 * place + 2],
          fill: look.pens.length === 1 ? colour('chart-band') : faint(colour(`pen-${pen}`)),
        })),
    axes: axesOf(look, { colour, font, left, offset }),
    hooks: {
      drawClear: [(chart) => shade(chart, scene(), brush)],
      draw: [
        (chart) => drawLimits(chart, scene(), brush),
        (chart) => (look.isNumbered ? drawPens(chart, look.pens, brush) : undefined),
      ],
    },
  }
}

/** The theme's colours by name; each is asked for once, as asking takes the browser long. */
function colours(style: CSSStyleDeclaration): (name: string) => string {
  const known = new Map<string, string>()
  return (name) => {
    const found = known.get(name) ?? style.getPropertyValue(`--${name}`).trim()
    known.set(name, found)
    return found
  }
}

/** A colour of six hexadecimal digits, thin enough to see lines through it. */
function faint(colour: string): string {
  return `${colour}33`
}

function tracesOf({ pens, isSwitch, isCompared }: LaneLook, colour: Brush['colour']): uPlot.Series[] {
  const stepped = uPlot.paths.stepped?.({ align: 1 })
  const paths = isSwitch && stepped !== undefined ? { paths: stepped } : {}
  const points = { show: false }
  const hidden: uPlot.Series = { stroke: 'transparent', width: 0, points }
  const stroke = (pen: number) => colour(pens.length === 1 ? 'chart-line' : `pen-${pen}`)
  return [
    ...pens.flatMap((pen) => [hidden, hidden, { stroke: stroke(pen), width: 1.75, points, ...paths }]),
    ...(isCompared ? pens.map((pen) => ({ stroke: stroke(pen), width: 1.25, dash: [5, 4], points, ...paths })) : []),
  ]
}

interface AxisLook {
  readonly colour: Brush['colour']
  readonly font: string
  readonly left: number
  readonly offset: (at: number) => number
}

function axesOf({ hasTimes, isSwitch }: LaneLook, { colour, font, left, offset }: AxisLook): uPlot.Axis[] {
  const axis = {
    stroke: colour('text-soft'),
    font,
    ticks: { show: false },
    grid: { stroke: colour('chart-grid'), width: 1 },
  }
  return [
    {
      ...axis,
      space: 84,
      size: hasTimes ? TIME_AXIS_PX : 0,
      values: (_chart, splits, _axis, _space, step) =>
        hasTimes ? timeLabels(splits, step, offset) : splits.map(() => ''),
    },
    {
      ...axis,
      size: left - 4,
      space: 26,
      ...(isSwitch ? { splits: () => [0, 1] } : {}),
      values: (_chart, splits) => numberLabels(splits),
    },
  ]
}

/** The vertical span: all values and limits with some air; never a flat line at the edge. */
function yRange(
  isSwitch: boolean,
  { limits }: ChartScene,
  [min, max]: readonly [number | null, number | null],
): [number, number] {
  if (isSwitch) return [-0.15, 1.15]
  const ends = [...limits.map(({ limit }) => limit), ...[min, max].filter((end) => end !== null)]
  if (ends.length === 0) return [0, 1]
  const low = Math.min(...ends)
  const high = Math.max(...ends)
  const air = Math.max((high - low) * 0.1, Math.abs(high) * 0.02, 0.05)
  return [low >= 0 && low - air < 0 ? 0 : low - air, high + air]
}

/** A date whose local fields are those of a zone, as the chart divides the axis by them. */
function localDate(at: number, offset: (at: number) => number): Date {
  const date = new Date(at)
  return new Date(at + offset(at) + date.getTimezoneOffset() * 60_000)
}

/** Times of the axis, 03:07 or 03:07:05; dates, 01-12, where a day begins or days are counted. */
function timeLabels(splits: readonly number[], stepS: number, offset: (at: number) => number): string[] {
  return splits.map((seconds) => {
    const at = seconds * 1_000
    const text = new Date(at + offset(at)).toISOString()
    if (stepS >= DAY_S || text.slice(11, 19) === '00:00:00') return text.slice(5, 10)
    return stepS < 60 ? text.slice(11, 19) : text.slice(11, 16)
  })
}

function numberLabels(splits: readonly number[]): string[] {
  const step = Math.abs((splits[1] ?? 1) - (splits[0] ?? 0))
  const digits = [0, 1, 2, 3].find((count) => Math.abs(step * 10 ** count - Math.round(step * 10 ** count)) < 1e-6) ?? 4
  return splits.map((value) => value.toFixed(digits).replace('-', '−'))
}
