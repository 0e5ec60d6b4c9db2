import type { Series } from './corpus.ts'
import { Ranked } from './ranked.ts'
import { probationOf } from './score.ts'
import {
  cusum,
  hourOddness,
  jump,
  outOfFirstRange,
  outOfRange,
  slowLevel,
  type Statistic,
  step,
  unrest,
} from './statistics.ts'

/** The rows at which somebody would have been told. */
export type Detector = (series: Series) => readonly number[]

/** One set of parameters for all files, and for good: changing them to please the score would make it say nothing. */
const STATIC_MARGIN = 0.1
/** A row must be rarer than one in 2^6 before it says anything. */
const LEAST_BITS = 6
const MOST_BITS = 20
const LEAST_HISTORY = 50
/** Bits for each doubling beyond what was ever seen. */
const BEYOND_BITS = 4
/** Signals besides the strongest count half, as in an alarm of a site. */
const REST = 0.5
const ALARM_BITS = 7
const SINGLE_BITS = 11

/** How rare each row is among those before it, in bits. */
function rarity(odd: Float64Array): Float64Array {
  const seen = new Ranked()
  return odd.map((one) => {
    const rarer = seen.countFrom(one)
    const most = seen.quantile(1)
    const bits = Math.log2((seen.size + 1) / (rarer + 1))
    const further = rarer === 0 && most > 0 ? BEYOND_BITS * Math.log2(one / most) : 0
    const told = seen.size > LEAST_HISTORY ? Math.min(MOST_BITS, bits + further) : 0
    seen.add(one)
    return told
  })
}

/** One alarm an event: where `odd` rises above `limit`, and not again for the length of a probation. */
function told(odd: Float64Array, limit: number): readonly number[] {
  const pause = probationOf(odd.length)
  const alarms: number[] = []
  for (let row = pause; row < odd.length; row++) {
    const rises = (odd[row] ?? 0) > limit && (odd[row - 1] ?? 0) <= limit
    if (rises && row - (alarms.at(-1) ?? -Infinity) >= pause) alarms.push(row)
  }
  return alarms
}

const FUSED: readonly Statistic[] = [outOfRange, hourOddness, step, jump, unrest, slowLevel]

/** The strongest of six signals and half of each other, each by how much rarer it is than what is common. */
function fused(series: Series): Float64Array {
  const signals = FUSED.map((statistic) => rarity(statistic(series)))
  return series.value.map((_, row) => {
    const bits = signals.map((signal) => Math.max(0, (signal[row] ?? 0) - LEAST_BITS))
    const strongest = Math.max(...bits)
    return strongest + REST * (bits.reduce((sum, one) => sum + one, 0) - strongest)
  })
}

const alone =
  (statistic: Statistic): Detector =>
  (series) =>
    told(rarity(statistic(series)), SINGLE_BITS)

export const DETECTORS = {
  fused: (series) => told(fused(series), ALARM_BITS),
  staticThreshold: (series) => told(outOfFirstRange(series), STATIC_MARGIN),
  hourOfDay: alone(hourOddness),
  cusum: alone(cusum),
  step: alone(step),
  /** An alarm every 15 % of a file, whatever is in it. */
  cheat: ({ value }) => {
    const every = probationOf(value.length)
    return Array.from({ length: Math.floor(value.length / every) }, (_, n) => (n + 1) * every)
  },
  nothing: () => [],
} as const satisfies Readonly<Record<string, Detector>>
