import type { TrendColumns } from '../contract/chain.ts'
import { MOST_PLACES, placesOf } from './decimals.ts'
import type { RangeBatch, RangeReading } from './range-body.ts'

type Column = TrendColumns['columns'][number]

/**
 * What became of each point in columns of `widthMs`, by the times the readings bear, in the order the points are first met.
 * Only good numbers count, and truths as 0 and 1; a column in which there were none of them has nulls. Means are rounded to one
 * place more than the readings have.
 */
export function trendColumns(batches: Iterable<RangeBatch>, widthMs: number): TrendColumns[] {
  const points = new Map<string, { device: string; point: string; columns: Map<number, number[]> }>()
  for (const { device, readings } of batches) {
    for (const reading of readings) {
      const name = `${device}/${reading.point}`
      const known = points.get(name) ?? { device, point: reading.point, columns: new Map<number, number[]>() }
      points.set(name, known)
      const index = Math.floor(reading.at / widthMs)
      const values = known.columns.get(index) ?? []
      known.columns.set(index, values)
      const value = numberOf(reading)
      if (value !== null) values.push(value)
    }
  }
  return Array.from(points.values(), ({ device, point, columns }) => {
    const round = roundingOf([...columns.values()].flat())
    const sorted = [...columns].sort(([a], [b]) => a - b)
    return { device, point, columns: sorted.map(([index, values]) => columnOf(index, values, round)) }
  })
}

function columnOf(index: number, values: readonly number[], round: (mean: number) => number): Column {
  const good = values.length
  if (good === 0) return { index, good, min: null, mean: null, max: null }
  let [min, max, sum] = [Infinity, -Infinity, 0]
  for (const value of values) {
    if (value < min) min = value
    if (value > max) max = value
    // Two large numbers may have a sum beyond all numbers, their mean never.
    sum += value / good
  }
  return { index, good, min, mean: Math.min(max, Math.max(min, round(sum))), max }
}

function roundingOf(values: readonly number[]): (mean: number) => number {
  const places = placesOf({ values, start: 0, end: values.length })
  if (places === null || places > MOST_PLACES) return (mean) => mean
  const power = 10 ** Math.min(MOST_PLACES, places + 1)
  return (mean) => Math.round(mean * power) / power
}

function numberOf({ value, quality }: RangeReading): number | null {
  if (quality !== 'good') return null
  if (typeof value === 'boolean') return value ? 1 : 0
  return typeof value === 'number' ? value : null
}
