import uPlot from 'uplot'
import 'uplot/dist/uPlot.min.css'
import type { Quantity } from '../../../core/contract/quantity.ts'
import { inShownUnit, isSwitch, unitOf } from '../show/number.ts'
import { align } from '../stores/trend-merge.ts'
import type { Hold, Stretch } from '../stores/trend-shade.ts'
import { type AlarmPeriod, gapsOf, type Trend } from '../stores/trend.ts'
import { type LaneLook, laneOptions } from './chart-options.ts'
import type { ChartGap, ChartScene } from './chart-shading.ts'
import type { Priority } from '../../../core/contract/priority.ts'

/** One line of a lane: a point with the number of its pen. */
export interface LaneTrace {
  readonly pen: number
  readonly trend: Trend
  /** The same point at an earlier time, drawn where it would be now; null where nothing is compared. */
  readonly earlier: Trend | null
}

/** What a lane shows; times in ms, values in the quantity's own unit. */
export interface LaneContent extends Stretch {
  readonly quantity: Quantity
  readonly traces: readonly LaneTrace[]
  readonly nights: readonly Stretch[]
  /** `restore`: only beyond it does an alarm of this limit return. */
  readonly limits: readonly { readonly limit: number; readonly priority: Priority; readonly restore?: number }[]
  readonly periods: readonly AlarmPeriod[]
  readonly holds: readonly Hold[]
  /** Why nothing is known in a gap, in words; null where nobody can say. */
  readonly why: (gap: Stretch, trace: number) => string | null
}

/** A drawn lane. Setting it is cheap: nothing is made anew. */
export interface Lane {
  set(content: LaneContent): void
  size(width: number, height: number): void
  close(): void
}

/** Draws a lane into an element. Its look, and how many traces it has, stay as they are; `set` changes the rest. */
export function openLane(
  target: HTMLElement,
  look: LaneLook,
  { content, ...size }: { readonly content: LaneContent; readonly width: number; readonly height: number },
): Lane {
  let scene = sceneOf(content)
  const chart = new uPlot(
    laneOptions(look, size, () => scene),
    dataOf(content),
    target,
  )
  return {
    set: (next) => {
      scene = sceneOf(next)
      chart.setData(dataOf(next))
    },
    size: (width, height) => chart.setSize({ width, height }),
    close: () => chart.destroy(),
  }
}

/** What of a lane's content decides its look: with another, it has to be opened anew. */
export function laneShape({ quantity, traces }: Pick<LaneContent, 'quantity' | 'traces'>) {
  return {
    isSwitch: isSwitch(quantity),
    pens: traces.map(({ pen }) => pen),
    isCompared: traces.some(({ earlier }) => earlier !== null),
  }
}

function sceneOf(content: LaneContent): ChartScene {
  const { from, to, quantity, traces, nights, limits, periods, holds, why } = content
  const gaps = traces.map(({ trend }) => gapsOf(trend, from, to))
  return {
    ...inSeconds({ from, to }),
    unit: unitOf(quantity),
    nights: nights.map(inSeconds),
    limits: limits.map(({ limit, priority, restore }) => ({
      limit: inShownUnit(limit, quantity),
      priority,
      ...(restore === undefined ? {} : { restore: inShownUnit(restore, quantity) }),
    })),
    periods: periods.map(({ priority, ...period }) => ({
      ...inSeconds({ from: period.from, to: period.to ?? to }),
      priority,
    })),
    holds: holds.map(({ kind, ...hold }) => ({ ...inSeconds(hold), kind })),
    gaps: commonGaps(gaps).map((gap): ChartGap => ({ ...inSeconds(gap), why: why(gap, 0) })),
    ribbons:
      traces.length === 1
        ? []
        : gaps.flatMap((list, place) =>
            list.map((gap) => ({ ...inSeconds(gap), place, pen: traces[place]?.pen ?? 1 })),
          ),
    provisional: traces.flatMap(({ trend }) => trend.provisional.map(inSeconds)),
  }
}

/** Where every one of several lists has a gap. */
export function commonGaps(lists: readonly (readonly Stretch[])[]): Stretch[] {
  const [first = [], ...others] = lists
  return others
    .reduce<readonly Stretch[]>(
      (common, list) =>
        common.flatMap((one) =>
          list.flatMap((other) => {
            const part = { from: Math.max(one.from, other.from), to: Math.min(one.to, other.to) }
            return part.from < part.to ? [part] : []
          }),
        ),
      first,
    )
    .slice()
}

function inSeconds({ from, to }: Stretch) {
  return { from: from / 1_000, to: to / 1_000 }
}

function dataOf({ traces, quantity }: LaneContent): uPlot.AlignedData {
  const compared = traces.flatMap(({ earlier }) => (earlier === null ? [] : [earlier]))
  const { at, min, mean, max } = align([...traces.map(({ trend }) => trend), ...compared])
  const shown = (column: readonly (number | null | undefined)[] = []) =>
    column.map((value) => (typeof value === 'number' ? inShownUnit(value, quantity) : value))
  return [
    at.map((instant) => instant / 1_000),
    ...traces.flatMap((_, place) => [shown(max[place]), shown(min[place]), shown(mean[place])]),
    ...compared.map((_, place) => shown(mean[traces.length + place])),
  ]
}
