import { packed, unpacked } from './packed.ts'
import { GOOD, type Samples } from './samples.ts'

/**
 * What the samples of a point come to in stretches of equal width: one entry a cell that holds samples, oldest first. Cells are additive:
 * those of two sets of samples add up to the cell of both.
 */
export interface Cells {
  readonly length: number
  /** Number of the cell: time divided by its width, rounded down. */
  readonly index: ArrayLike<number>
  readonly n: ArrayLike<number>
  /** Samples with a good value; min, max and sum are over them, and mean nothing where there are none. */
  readonly good: ArrayLike<number>
  readonly min: ArrayLike<number>
  readonly max: ArrayLike<number>
  readonly sum: ArrayLike<number>
}

const FORMAT = 1
/** Bytes from which a block is compressed: hardly ever where values have few decimal places. */
const LEAST_COMPRESSED = 1_024
const MOST_CELLS = 1 << 16
/** A sum that is this close to a round number, relatively, is that number: adding floats has left the rest. */
const NOISE = 1e-12

/** The cells of samples that are sorted by time. */
export function cellsOf({ length, at, value, flag }: Samples, widthMs: number): Cells {
  const cells = emptyCells()
  let last = -1
  for (let place = 0; place < length; place++) {
    const cell = Math.floor((at[place] ?? 0) / widthMs)
    if (last < 0 || cells.index[last] !== cell) last = pushCell(cells, cell)
    cells.n[last] = (cells.n[last] ?? 0) + 1
    if (flag[place] !== GOOD) continue
    const one = value[place] ?? 0
    cells.good[last] = (cells.good[last] ?? 0) + 1
    cells.sum[last] = (cells.sum[last] ?? 0) + one
    if (one < (cells.min[last] ?? 0)) cells.min[last] = one
    if (one > (cells.max[last] ?? 0)) cells.max[last] = one
  }
  return { ...cells, length: last + 1 }
}

/** The cells of both, where both are of one width. */
export function addedCells(a: Cells, b: Cells): Cells {
  const sum = emptyCells()
  let [left, right, last] = [0, 0, -1]
  while (left < a.length || right < b.length) {
    const next = Math.min(a.index[left] ?? Infinity, b.index[right] ?? Infinity)
    last = pushCell(sum, next)
    if (a.index[left] === next) addCell(sum, last, a, left++)
    if (b.index[right] === next) addCell(sum, last, b, right++)
  }
  return { ...sum, length: last + 1 }
}

/** Cells `from` up to but without `to`, by their places. */
export function someCells(cells: Cells, from: number, to: number): Cells {
  const some = emptyCells()
  for (let place = from; place < to; place++) addCell(some, pushCell(some, cells.index[place] ?? 0), cells, place)
  return { ...some, length: to - from }
}

/** Packs cells, none of which has a number below `base`. */
export function encodeCells(cells: Cells, base: number): Uint8Array {
  const { length, good } = cells
  const steps = new Float64Array(length)
  const bad = new Float64Array(length)
  const [min, max, sum] = [new Float64Array(length), new Float64Array(length), new Float64Array(length)]
  let filled = 0
  let next = base
  for (let place = 0; place < length; place++) {
    const index = cells.index[place] ?? 0
    steps[place] = index - next
    next = index + 1
    bad[place] = (cells.n[place] ?? 0) - (good[place] ?? 0)
    if ((good[place] ?? 0) === 0) continue
    min[filled] = cells.min[place] ?? 0
    max[filled] = cells.max[place] ?? 0
    sum[filled++] = tidied(cells.sum[place] ?? 0)
  }
  return packed(LEAST_COMPRESSED, (writer) => {
    writer.count(FORMAT)
    writer.count(length)
    writer.runs(steps, length)
    writer.runs(good, length)
    writer.runs(bad, length)
    for (const column of [min, max, sum]) writer.numbers(column.subarray(0, filled))
  })
}

/** The inverse of `encodeCells`. Throws `store/failed` for bytes that are no block of cells. */
export function decodeCells(data: Uint8Array, base: number): Cells {
  return unpacked(data, 'a block of history cells', (reader) => {
    const format = reader.count(FORMAT)
    if (format !== FORMAT) throw new RangeError(`format ${format}`)
    const length = reader.count(MOST_CELLS)
    const [steps, good, bad] = [reader.runs(length), reader.runs(length), reader.runs(length)]
    const filled = good.reduce((count, one) => count + (one > 0 ? 1 : 0), 0)
    const sums = [reader.numbers(filled), reader.numbers(filled), reader.numbers(filled)] as const
    return { length, ...cellNumbers(base, steps, { good, bad }), ...spreadSums(good, sums) }
  })
}

interface Counts {
  readonly good: Float64Array
  readonly bad: Float64Array
}

function cellNumbers(base: number, steps: Float64Array, { good, bad }: Counts): Pick<Cells, 'index' | 'n' | 'good'> {
  const index = new Float64Array(steps.length)
  const n = new Float64Array(steps.length)
  let next = base
  for (let place = 0; place < steps.length; place++) {
    index[place] = next + (steps[place] ?? 0)
    next = (index[place] ?? 0) + 1
    n[place] = (good[place] ?? 0) + (bad[place] ?? 0)
  }
  return { index, n, good }
}

/** The sums of cells with good samples, at their places among all cells. */
function spreadSums(
  good: Float64Array,
  [min, max, sum]: readonly [Float64Array, Float64Array, Float64Array],
): Pick<Cells, 'min' | 'max' | 'sum'> {
  if (min.length === good.length) return { min, max, sum }
  const spaced = {
    min: new Float64Array(good.length).fill(Infinity),
    max: new Float64Array(good.length).fill(-Infinity),
    sum: new Float64Array(good.length),
  }
  let next = 0
  for (let place = 0; place < good.length; place++) {
    if ((good[place] ?? 0) === 0) continue
    spaced.min[place] = min[next] ?? 0
    spaced.max[place] = max[next] ?? 0
    spaced.sum[place] = sum[next++] ?? 0
  }
  return spaced
}

interface Growing {
  readonly index: number[]
  readonly n: number[]
  readonly good: number[]
  readonly min: number[]
  readonly max: number[]
  readonly sum: number[]
}

function emptyCells(): Growing {
  return { index: [], n: [], good: [], min: [], max: [], sum: [] }
}

/** Begins a cell; answers its place. */
function pushCell(cells: Growing, index: number): number {
  cells.n.push(0)
  cells.good.push(0)
  cells.min.push(Infinity)
  cells.max.push(-Infinity)
  cells.sum.push(0)
  return cells.index.push(index) - 1
}

function addCell(to: Growing, last: number, from: Cells, place: number): void {
  to.n[last] = (to.n[last] ?? 0) + (from.n[place] ?? 0)
  to.good[last] = (to.good[last] ?? 0) + (from.good[place] ?? 0)
  to.sum[last] = (to.sum[last] ?? 0) + (from.sum[place] ?? 0)
  to.min[last] = Math.min(to.min[last] ?? 0, from.min[place] ?? 0)
  to.max[last] = Math.max(to.max[last] ?? 0, from.max[place] ?? 0)
}

/** A sum as it is kept: finite, and without the noise that adding has left. */
function tidied(sum: number): number {
  const finite = Math.max(-Number.MAX_VALUE, Math.min(Number.MAX_VALUE, sum))
  const round = Math.round(finite * 1e6) / 1e6
  return Math.abs(round - finite) <= NOISE * Math.abs(finite) ? round : finite
}
