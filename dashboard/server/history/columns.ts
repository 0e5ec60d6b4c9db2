import type { HistoryQuery } from '../../../core/contract/http.ts'
import type { Cells } from './cells.ts'
import type { Sum } from './chunk.ts'
import { GOOD, type Samples } from './samples.ts'

/** A trend's columns without the point's name, those that hold readings, oldest first; each is dated with its start. */
export interface Columns {
  readonly at: number[]
  readonly min: (number | null)[]
  readonly mean: (number | null)[]
  readonly max: (number | null)[]
  readonly readings: number
}

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
/** From such widths on a column is whole hours or minutes wide: one that begins with an hour then ends with one, and nothing finer has to be looked at. */
const WHOLE = [
  { fromMs: 4 * HOUR_MS, unitMs: HOUR_MS },
  { fromMs: 30 * MINUTE_MS, unitMs: MINUTE_MS },
] as const

/** Width of a column in ms: the smallest whole number (of minutes from 30 min on, of hours from 4 h on) with which `columns` of them reach from `from` to `to`. */
export function columnWidth({ from, to, columns }: HistoryQuery): number {
  const least = Math.max(1, Math.ceil((to - from) / columns))
  const unit = WHOLE.find(({ fromMs }) => least >= fromMs)?.unitMs ?? 1
  return Math.ceil(least / unit) * unit
}

/** The number of the column in which an instant lies; below 0 or from `columns` on when it lies outside. */
export function columnOf(query: HistoryQuery, at: number): number {
  return Math.floor((at - query.from) / columnWidth(query))
}

/** Adds samples, chunks and cells up into the columns of a query. */
export class ColumnSum {
  readonly #query: HistoryQuery
  readonly #width: number
  readonly #n: Float64Array
  readonly #good: Float64Array
  readonly #min: Float64Array
  readonly #max: Float64Array
  readonly #sum: Float64Array

  constructor(query: HistoryQuery) {
    const room = () => new Float64Array(query.columns)
    this.#query = query
    this.#width = columnWidth(query)
    this.#n = room()
    this.#good = room()
    this.#min = room().fill(Infinity)
    this.#max = room().fill(-Infinity)
    this.#sum = room()
  }

  /** Adds the samples in [from, to), an interval inside the query's. */
  addSamples({ length, at, value, flag }: Samples, from: number, to: number): void {
    for (let index = 0; index < length; index++) {
      const instant = at[index] ?? 0
      if (instant < from || instant >= to) continue
      const column = Math.floor((instant - this.#query.from) / this.#width)
      this.#n[column] = (this.#n[column] ?? 0) + 1
      if (flag[index] !== GOOD) continue
      const one = value[index] ?? 0
      this.#good[column] = (this.#good[column] ?? 0) + 1
      this.#sum[column] = (this.#sum[column] ?? 0) + one
      if (one < (this.#min[column] ?? 0)) this.#min[column] = one
      if (one > (this.#max[column] ?? 0)) this.#max[column] = one
    }
  }

  /** Adds samples from `first` up to and including `last` by their sum alone. False, with nothing added, when they belong to more than one column. */
  addSum({ n, good, min, max, sum }: Sum, first: number, last: number): boolean {
    const column = columnOf(this.#query, first)
    if (column !== columnOf(this.#query, last)) return false
    this.#n[column] = (this.#n[column] ?? 0) + n
    this.#good[column] = (this.#good[column] ?? 0) + good
    this.#sum[column] = (this.#sum[column] ?? 0) + sum
    this.#min[column] = Math.min(this.#min[column] ?? 0, min)
    this.#max[column] = Math.max(this.#max[column] ?? 0, max)
    return true
  }

  /** Adds the cells of this width that begin in [from, to); none of them may lie in two columns. */
  addCells(cells: Cells, widthMs: number, [from, to]: readonly [number, number]): void {
    for (let place = 0; place < cells.length; place++) {
      const start = (cells.index[place] ?? 0) * widthMs
      if (start < from || start >= to) continue
      const column = Math.floor((start - this.#query.from) / this.#width)
      this.#n[column] = (this.#n[column] ?? 0) + (cells.n[place] ?? 0)
      this.#good[column] = (this.#good[column] ?? 0) + (cells.good[place] ?? 0)
      this.#sum[column] = (this.#sum[column] ?? 0) + (cells.sum[place] ?? 0)
      this.#min[column] = Math.min(this.#min[column] ?? 0, cells.min[place] ?? 0)
      this.#max[column] = Math.max(this.#max[column] ?? 0, cells.max[place] ?? 0)
    }
  }

  finish(): Columns {
    const columns: Columns & { readings: number } = { at: [], min: [], mean: [], max: [], readings: 0 }
    for (let column = 0; column < this.#n.length; column++) {
      const n = this.#n[column] ?? 0
      if (n === 0) continue
      const good = this.#good[column] ?? 0
      const [min, max] = [this.#min[column] ?? 0, this.#max[column] ?? 0]
      columns.readings += n
      columns.at.push(this.#query.from + column * this.#width)
      columns.min.push(good === 0 ? null : min)
      columns.max.push(good === 0 ? null : max)
      // A sum beyond what a float holds has no mean of its own; the nearest truth is the bound it has passed.
      columns.mean.push(good === 0 ? null : Math.min(max, Math.max(min, (this.#sum[column] ?? 0) / good)))
    }
    return columns
  }
}
