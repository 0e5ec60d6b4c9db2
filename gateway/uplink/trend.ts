import type { TrendColumns } from '../../core/contract/chain.ts'
import type { RangeBatch, RangeReading } from '../../core/decode/range-body.ts'

/** Widths a trend may have, ms. */
const WIDTHS_MS = [1, 2, 5, 10, 15, 30, 60].map((minutes) => minutes * 60_000)

/** The share of the backlog's bytes that its trend may take: with births before it and live data beside it less than a 20th of the time. */
export const TREND_SHARE = 0.025

/** What a trend has to make do with. */
export interface TrendBudget {
  readonly bytes: number
  readonly points: number
  /** Time to be told of, ms. */
  readonly spanMs: number
  /** What a column of a point takes on the wire, bytes, counting those in which the point was not read. */
  readonly bytesPerColumn: number
}

/** The finest width that the budget allows, ms; null when not even the coarsest does. */
export function trendWidth({ bytes, points, spanMs, bytesPerColumn }: TrendBudget): number | null {
  const costOf = (width: number) => points * Math.ceil(spanMs / width) * bytesPerColumn
  return WIDTHS_MS.find((width) => costOf(width) <= bytes) ?? null
}

interface Cell {
  good: number
  min: number
  sum: number
  max: number
}

/** What became of each point in columns of one width. Cells lie by point and then by column. */
export class TrendColumnsBuilder {
  readonly widthMs: number
  readonly #points = new Map<string, { device: string; point: string; cells: Map<number, Cell> }>()
  #cells = 0

  constructor(widthMs: number) {
    this.widthMs = widthMs
  }

  /** How many columns of points there are. */
  get cells(): number {
    return this.#cells
  }

  /** Adds readings, dated with the offset of their boot, or as they were dated when read. */
  add(batches: readonly RangeBatch[], offsetMs: number | null): void {
    for (const { device, readings } of batches) {
      for (const reading of readings) {
        const at = offsetMs === null ? reading.at : reading.mono + offsetMs
        this.#note(device, reading, Math.max(0, Math.floor(at / this.widthMs)))
      }
    }
  }

  /** All columns, in the order of points and time; numbers as fine as a chart needs them. */
  columns(): TrendColumns[] {
    return Array.from(this.#points.values(), ({ device, point, cells }) => {
      const round = roundingFor([...cells.values()])
      const sorted = [...cells].sort(([a], [b]) => a - b)
      return { device, point, columns: sorted.map(([index, cell]) => columnOf(index, cell, round)) }
    })
  }

  #note(device: string, { point, value, quality }: RangeReading, index: number): void {
    const key = `${device}/${point}`
    let known = this.#points.get(key)
    if (known === undefined) this.#points.set(key, (known = { device, point, cells: new Map() }))
    let cell = known.cells.get(index)
    if (cell === undefined) {
      known.cells.set(index, (cell = { good: 0, min: Infinity, sum: 0, max: -Infinity }))
      this.#cells += 1
    }
    const number = typeof value === 'boolean' ? Number(value) : value
    if (quality !== 'good' || typeof number !== 'number') return
    cell.good += 1
    cell.min = Math.min(cell.min, number)
    cell.max = Math.max(cell.max, number)
    cell.sum += number
  }
}

/** Numbers rounded down, to the nearest, and up. */
interface Rounding {
  readonly down: (value: number) => number
  readonly near: (value: number) => number
  readonly up: (value: number) => number
}

const EXACT: Rounding = { down: (value) => value, near: (value) => value, up: (value) => value }

/** Decimals to a hundredth of what a point varies by, or finer: further digits are seen by nobody and taken away by no packer. */
function roundingFor(cells: readonly Cell[]): Rounding {
  let [least, most] = [Infinity, -Infinity]
  for (const { min, max } of cells) {
    least = Math.min(least, min)
    most = Math.max(most, max)
  }
  const places = 2 - Math.floor(Math.log10(most - least))
  if (!Number.isFinite(places) || Math.abs(places) > 15) return EXACT
  const unit = 10 ** Math.abs(places)
  const scaled = (value: number) => (places < 0 ? value / unit : value * unit)
  const whole = (value: number) => (places < 0 ? value * unit : value / unit)
  // A value that has no further digits is not moved to the next by how it was multiplied.
  const exact = (value: number, units: number) =>
    Math.abs(units - Math.round(units)) < 1e-6 && whole(Math.round(units)) === value
  return {
    // The smallest numbers there are become 0 by the scaling, which must not move one inwards.
    down: (value) => (exact(value, scaled(value)) ? value : Math.min(value, whole(Math.floor(scaled(value))))),
    near: (value) => whole(Math.round(scaled(value))),
    up: (value) => (exact(value, scaled(value)) ? value : Math.max(value, whole(Math.ceil(scaled(value))))),
  }
}

function columnOf(
  index: number,
  { good, min, sum, max }: Cell,
  { down, near, up }: Rounding,
): TrendColumns['columns'][number] {
  if (good === 0) return { index, good, min: null, mean: null, max: null }
  // A sum of huge numbers may leave the range of numbers.
  const mean = Number.isFinite(sum) ? sum / good : min / 2 + max / 2
  const [least, most] = [down(min), up(max)]
  return { index, good, min: least, mean: Math.min(most, Math.max(least, near(mean))), max: most }
}
