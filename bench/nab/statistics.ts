import type { Series } from './corpus.ts'
import { probationOf } from './score.ts'
import { median, Ranked } from './ranked.ts'

/** How odd each row of a series is, by one measure; a row is judged by what came before it alone. */
export type Statistic = (series: Series) => Float64Array

const TINY = 1e-12
/** Rows before anything is said. */
const FIRST_ROWS = 20
/** What an hour of the day must have been seen before it is gone by. */
const HOUR_ROWS = 24
const MAD_PER_IQR = 0.7413
/** Deviations below this share of the whole range are noise. */
const FLOOR = 0.03
const STEP_ROWS = 6
const WIDE_ROWS = 24

/** How far outside the range of the probation, in widths of it: a threshold set once. */
export const outOfFirstRange: Statistic = ({ value }) => {
  const learned = value.subarray(0, probationOf(value.length))
  const [low, high] = [learned.reduce((a, b) => Math.min(a, b)), learned.reduce((a, b) => Math.max(a, b))]
  return value.map((one, row) => (row < learned.length ? 0 : beyond(one, low, high)))
}

/** How far outside all that was seen before. */
export const outOfRange: Statistic = ({ value }) => {
  let [low, high] = [Infinity, -Infinity]
  return value.map((one, row) => {
    const odd = row < FIRST_ROWS ? 0 : beyond(one, low, high)
    low = Math.min(low, one)
    high = Math.max(high, one)
    return odd
  })
}

function beyond(value: number, low: number, high: number): number {
  return Math.max(0, value - high, low - value) / Math.max(high - low, TINY)
}

/** The deviation from the median of the hour of the day, with its sign, in robust standard deviations. */
export const hourDeviation: Statistic = ({ at, value }) => {
  const hours = Array.from({ length: 24 }, () => new Ranked())
  const all = new Ranked()
  return value.map((one, row) => {
    const hour = hours[new Date(at[row] ?? 0).getUTCHours()] ?? all
    const known = hour.size >= HOUR_ROWS ? hour : all
    const floor = FLOOR * (all.quantile(0.95) - all.quantile(0.05)) + TINY
    const spread = Math.max(MAD_PER_IQR * (known.quantile(0.75) - known.quantile(0.25)), floor)
    const odd = known.size < HOUR_ROWS ? 0 : (one - known.quantile(0.5)) / spread
    hour.add(one)
    all.add(one)
    return odd
  })
}

/** The same without its sign. */
export const hourOddness: Statistic = (series) => hourDeviation(series).map(Math.abs)

const CUSUM_SLACK = 2
const CUSUM_MOST = 60

/** What deviations from the hour add up to, beyond a slack, in either direction. */
export const cusum: Statistic = (series) => {
  let [up, down] = [0, 0]
  return hourDeviation(series).map((odd) => {
    up = Math.min(CUSUM_MOST, Math.max(0, up + odd - CUSUM_SLACK))
    down = Math.min(CUSUM_MOST, Math.max(0, down - odd - CUSUM_SLACK))
    return Math.max(up, down)
  })
}

/** The median of six rows against that of the six before. */
export const step: Statistic = ({ value }) =>
  value.map((_, row) => {
    if (row < 2 * STEP_ROWS - 1) return 0
    const cut = row + 1 - STEP_ROWS
    return Math.abs(median(value.subarray(cut, row + 1)) - median(value.subarray(cut - STEP_ROWS, cut)))
  })

/** One row against the median of the six before. */
export const jump: Statistic = ({ value }) =>
  value.map((one, row) => (row < STEP_ROWS ? 0 : Math.abs(one - median(value.subarray(row - STEP_ROWS, row)))))

/** How wide the last 24 rows spread, without the outermost. */
export const unrest: Statistic = ({ value }) =>
  value.map((_, row) => {
    if (row < WIDE_ROWS) return 0
    const sorted = value.slice(row + 1 - WIDE_ROWS, row + 1).sort()
    return (sorted[20] ?? 0) - (sorted[3] ?? 0)
  })

/** How far the median of the last 24 rows lies from that of all. */
export const slowLevel: Statistic = ({ value }) => {
  const all = new Ranked()
  return value.map((one, row) => {
    all.add(one)
    if (row < 60) return 0
    const spread = (all.quantile(0.9) - all.quantile(0.1)) / 2 + TINY
    return Math.abs(median(value.subarray(row + 1 - WIDE_ROWS, row + 1)) - all.quantile(0.5)) / spread
  })
}
