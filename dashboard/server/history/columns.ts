import type { HistoryQuery } from '../../../core/contract/http.ts'
import type { Chunk, Sample } from './chunk.ts'

/** A trend's columns without the point's name. */
export interface Columns {
  readonly at: number[]
  readonly min: (number | null)[]
  readonly mean: (number | null)[]
  readonly max: (number | null)[]
  readonly readings: number
}

/** Adds samples and whole chunks up into the columns of a query. Samples outside [from, to) are left out. */
export interface ColumnSum {
  add(sample: Sample): void
  /** Adds a chunk by its header alone. False, with nothing added, when its samples belong to more than one column. */
  addWhole(chunk: Omit<Chunk, 'data'>): boolean
  /** Columns that hold readings, oldest first; each is dated with its start. */
  finish(): Columns
}

/** Width of a column in ms: the smallest whole number with which `columns` of them reach from `from` to `to`. */
export function columnWidth({ from, to, columns }: HistoryQuery): number {
  return Math.max(1, Math.ceil((to - from) / columns))
}

interface Cell {
  n: number
  good: number
  min: number
  max: number
  sum: number
}

export function sumColumns(query: HistoryQuery): ColumnSum {
  const width = columnWidth(query)
  const cells = new Map<number, Cell>()
  const inside = (at: number) => at >= query.from && at < query.to
  const column = (at: number) => Math.floor((at - query.from) / width)
  const cellOf = (index: number): Cell => {
    const known = cells.get(index)
    if (known !== undefined) return known
    const made: Cell = { n: 0, good: 0, min: Infinity, max: -Infinity, sum: 0 }
    cells.set(index, made)
    return made
  }
  return {
    add: ({ at, value, quality }) => {
      if (!inside(at)) return
      const cell = cellOf(column(at))
      cell.n++
      if (value === null || quality !== 'good') return
      cell.good++
      cell.sum += value
      cell.min = Math.min(cell.min, value)
      cell.max = Math.max(cell.max, value)
    },
    addWhole: ({ from, to, n, good, min, max, sum }) => {
      if (!inside(from) || !inside(to) || column(from) !== column(to)) return false
      const cell = cellOf(column(from))
      cell.n += n
      if (min === null || max === null || sum === null) return true
      cell.good += good
      cell.sum += sum
      cell.min = Math.min(cell.min, min)
      cell.max = Math.max(cell.max, max)
      return true
    },
    finish: () => {
      const sorted = [...cells].sort(([a], [b]) => a - b)
      const goodOr = (of: (cell: Cell) => number) => sorted.map(([, cell]) => (cell.good === 0 ? null : of(cell)))
      return {
        at: sorted.map(([index]) => query.from + index * width),
        min: goodOr((cell) => cell.min),
        mean: goodOr((cell) => cell.sum / cell.good),
        max: goodOr((cell) => cell.max),
        readings: sorted.reduce((sum, [, cell]) => sum + cell.n, 0),
      }
    },
  }
}
