import { Quality } from '../../../core/contract/reading.ts'

/** Samples of one point as columns of equal length. Booleans are 0 and 1; a missing value is 0 with a flag that says so. */
export interface Samples {
  readonly length: number
  /** UtcMs */
  readonly at: Float64Array
  readonly value: Float64Array
  readonly flag: Uint8Array
}

/** Flag of a sample that is good and has a value; only these count for min, mean and max. */
export const GOOD = 0

const NO_VALUE = 0x80
const QUALITIES = Quality.options

/** What a sample is worth, in one byte: its quality, and whether it has a value. */
export function flagOf(value: number | null, quality: Quality): number {
  return QUALITIES.indexOf(quality) | (value === null ? NO_VALUE : 0)
}

/** Whether a byte is a flag that `flagOf` gives. */
export function isFlag(flag: number): boolean {
  return (flag & ~NO_VALUE) < QUALITIES.length
}

export function hasValue(flag: number): boolean {
  return (flag & NO_VALUE) === 0
}

/** Oldest first; samples of the same instant keep their order. */
export function sorted(samples: Samples): Samples {
  const runs = runsOf(samples)
  if (runs.length <= 1) return samples
  // Ranges come newest first, each in order: then whole runs change places.
  const byStart = runs.toSorted((a, b) => (samples.at[a.from] ?? 0) - (samples.at[b.from] ?? 0))
  const isApart = byStart.every(({ from }, index) => {
    const before = byStart[index - 1]
    return before === undefined || (samples.at[before.to - 1] ?? 0) < (samples.at[from] ?? 0)
  })
  return isApart ? rearranged(samples, byStart) : sortedOneByOne(samples)
}

interface Run {
  readonly from: number
  readonly to: number
}

/** Stretches in which time does not go back. */
function runsOf({ length, at }: Samples): Run[] {
  const runs: Run[] = []
  let from = 0
  for (let index = 1; index <= length; index++) {
    if (index < length && (at[index] ?? 0) >= (at[index - 1] ?? 0)) continue
    runs.push({ from, to: index })
    from = index
  }
  return runs
}

function rearranged(samples: Samples, runs: readonly Run[]): Samples {
  const { length } = samples
  const made = { length, at: new Float64Array(length), value: new Float64Array(length), flag: new Uint8Array(length) }
  let next = 0
  for (const { from, to } of runs) {
    const { at, value, flag } = part(samples, from, to)
    made.at.set(at, next)
    made.value.set(value, next)
    made.flag.set(flag, next)
    next += to - from
  }
  return made
}

function sortedOneByOne({ length, at, value, flag }: Samples): Samples {
  const order = Uint32Array.from({ length }, (_, index) => index).sort((a, b) => (at[a] ?? 0) - (at[b] ?? 0) || a - b)
  return {
    length,
    at: Float64Array.from(order, (index) => at[index] ?? 0),
    value: Float64Array.from(order, (index) => value[index] ?? 0),
    flag: Uint8Array.from(order, (index) => flag[index] ?? 0),
  }
}

/** The place of the first of samples that are sorted by time which is not before `instant`. */
export function placeOf({ length, at }: Samples, instant: number): number {
  let [low, high] = [0, length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((at[middle] ?? 0) < instant) low = middle + 1
    else high = middle
  }
  return low
}

/** Samples `from` up to but without `to`, sharing their memory. */
export function part({ at, value, flag }: Samples, from: number, to: number): Samples {
  return {
    length: to - from,
    at: at.subarray(from, to),
    value: value.subarray(from, to),
    flag: flag.subarray(from, to),
  }
}
