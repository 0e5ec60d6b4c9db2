import { useEffect, useRef } from 'preact/hooks'
import uPlot from 'uplot'
import type { Quantity } from '../../../core/contract/quantity.ts'
import type { Priority } from '../../../core/contract/priority.ts'
import { useTexts } from '../page.ts'
import type { ZoneTimes } from '../show/time.ts'
import { inShownUnit, isSwitch, unitOf } from '../show/number.ts'
import { gapsOf, type AlarmPeriod, type Trend } from '../stores/trend.ts'
import { chartOptions, type ChartScene } from './chart-options.ts'
import { useSize } from './use-size.ts'

export interface TrendLimit {
  readonly limit: number
  readonly priority: Priority
}

export interface TrendChartProps {
  readonly trend: Trend
  readonly quantity: Quantity
  readonly from: number
  readonly to: number
  readonly limits: readonly TrendLimit[]
  readonly periods: readonly AlarmPeriod[]
  readonly zone: string
  readonly times: ZoneTimes
  readonly label: string
  /** Changes when the colours do. */
  readonly theme: string
  /** Index of the column under the pointer; null when it has left. */
  readonly onPoint: (index: number | null) => void
}

/** A trend: min–max band, mean, limits, alarm periods, and hatching where nothing is known. */
export function TrendChart(props: TrendChartProps) {
  const { trend, quantity, from, to, label, theme, zone } = props
  const texts = useTexts()
  const { ref, size } = useSize<HTMLDivElement>()
  const chart = useRef<uPlot | null>(null)
  const scene = useRef<ChartScene>(sceneOf(props))
  scene.current = sceneOf(props)

  const { width, height } = size
  useEffect(() => {
    const target = ref.current
    if (target === null || width === 0) return undefined
    const options = chartOptions({
      scene: () => scene.current,
      style: getComputedStyle(target),
      width,
      height,
      gapWord: texts.trend.gap,
      limitWord: texts.trend.limit,
      onPoint: (index) => props.onPoint(index),
    })
    const made = new uPlot(options, dataOf(trend, quantity), target)
    chart.current = made
    return () => {
      made.destroy()
      chart.current = null
    }
  }, [width > 0, quantity, theme, zone, texts])
  useEffect(() => {
    if (width > 0) chart.current?.setSize({ width, height })
  }, [width, height])
  useEffect(() => {
    chart.current?.setData(dataOf(trend, quantity))
  }, [trend, quantity, from, to, props.limits, props.periods])
  return <div class="chart" ref={ref} role="img" aria-label={label} />
}

function sceneOf(props: TrendChartProps): ChartScene {
  const { trend, quantity, from, to, limits, periods, zone, times } = props
  return {
    from: from / 1_000,
    to: to / 1_000,
    zone,
    times,
    isSwitch: isSwitch(quantity),
    unit: unitOf(quantity),
    limits: limits.map(({ limit, priority }) => ({ limit: inShownUnit(limit, quantity), priority })),
    periods: periods.map((period) => ({
      from: period.from / 1_000,
      to: (period.to ?? to) / 1_000,
      priority: period.priority,
    })),
    gaps: gapsOf(trend, from, to).map(inSeconds),
    provisional: trend.provisional.map(inSeconds),
  }
}

function inSeconds({ from, to }: { readonly from: number; readonly to: number }) {
  return { from: from / 1_000, to: to / 1_000 }
}

function dataOf(trend: Trend, quantity: Quantity): uPlot.AlignedData {
  const shown = (column: readonly (number | null)[]) =>
    column.map((value) => (value === null ? null : inShownUnit(value, quantity)))
  return [trend.at.map((at) => at / 1_000), shown(trend.max), shown(trend.min), shown(trend.mean)]
}
