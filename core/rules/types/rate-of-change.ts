import { z } from 'zod'
import { Duration } from '../../contract/time.ts'
import { conditionRule, timing } from '../condition-rule.ts'
import { conditionValues, notNumeric, numberOf } from './common.ts'

const Params = z
  .object({
    /** The time the limits are meant for: `rise: 0.3` with `per: h` is 0.3 m an hour. */
    per: z.enum(['min', 'h']),
    /** Alarm when it rises at least this fast; positive, in the quantity's unit per `per`. */
    rise: z.number().positive().optional(),
    /** Alarm when it falls at least this fast; positive. */
    fall: z.number().positive().optional(),
    /** Over which the slope is taken. */
    window: Duration.default(600_000),
    /** The alarm returns only when the slope is smaller than the limit by this much. */
    deadband: z.number().min(0).default(0),
    ...timing({ onDelay: 0, offDelay: 0 }),
  })
  .strict()
type Params = z.infer<typeof Params>

const PER_MS = { min: 60_000, h: 3_600_000 } as const

/** The window is kept as at most this many means, so that a long one at a fast poll stays small in the store. */
const BUCKETS = 30

/** A value that rises or falls too fast: the least-squares slope over a window, so that one odd reading does not decide. */
export const rateOfChange = conditionRule<Params>({
  type: 'rate-of-change',
  params: Params,
  own: [],
  ownIsOfBoot: true,
  peak: 'greatest',
  sense: ({ params }, own, reading) => {
    const value = numberOf(reading)
    if (value === null) return null
    const buckets = addTo(bucketsOf(own), { mono: reading.mono, value, windowMs: params.window })
    const next = buckets.flatMap((bucket) => [bucket.mono, bucket.value, bucket.count])
    const perMs = slopeOf(buckets, params.window)
    if (perMs === null) return { own: next, raw: null, measure: null }
    const slope = perMs * PER_MS[params.per]
    return { own: next, raw: verdict(slope, params), measure: slope }
  },
  explain: (context, facts) => {
    const slope = facts.kind === 'raised' ? facts.measure : facts.peak
    const isFall = (slope ?? 0) < 0
    return {
      key: `rate-of-change.${facts.kind}-${isFall ? 'falling' : 'rising'}`,
      values: {
        ...conditionValues(context, facts),
        slope: facts.measure,
        limit: (isFall ? context.params.fall : context.params.rise) ?? null,
        per: context.params.per,
        windowS: context.params.window / 1_000,
      },
    }
  },
  fault: (context) => {
    const { rise, fall, window } = context.params
    if (rise === undefined && fall === undefined) {
      return { path: ['with'], message: 'expected rise or fall, or both: the rate from which this is an alarm' }
    }
    if (window <= 0) return { path: ['with', 'window'], message: 'expected a duration longer than 0, such as 10min' }
    return notNumeric(context)
  },
})

interface Bucket {
  /** Mean monotonic time and mean value of its readings. */
  readonly mono: number
  readonly value: number
  readonly count: number
}

function verdict(slope: number, { rise, fall, deadband }: Params): boolean | null {
  const excess = Math.max(slope - (rise ?? Infinity), -slope - (fall ?? Infinity))
  return excess >= 0 ? true : excess < -deadband ? false : null
}

function bucketsOf(own: readonly number[]): Bucket[] {
  return Array.from({ length: Math.floor(own.length / 3) }, (_, index) => ({
    mono: own[3 * index] ?? 0,
    value: own[3 * index + 1] ?? 0,
    count: own[3 * index + 2] ?? 1,
  }))
}

function addTo(buckets: readonly Bucket[], sample: { mono: number; value: number; windowMs: number }): Bucket[] {
  const { mono, value, windowMs } = sample
  const last = buckets.at(-1)
  const recent = buckets.filter((bucket) => bucket.mono >= mono - windowMs)
  const width = windowMs / BUCKETS
  if (last === undefined || Math.floor(mono / width) !== Math.floor(last.mono / width)) {
    return [...recent, { mono, value, count: 1 }]
  }
  const count = last.count + 1
  const merged = {
    mono: last.mono + (mono - last.mono) / count,
    value: last.value + (value - last.value) / count,
    count,
  }
  return [...recent.slice(0, -1), merged]
}

/** Least-squares slope per millisecond; null until three means span half the window. */
function slopeOf(buckets: readonly Bucket[], windowMs: number): number | null {
  const first = buckets[0]
  const last = buckets.at(-1)
  if (first === undefined || last === undefined || buckets.length < 3) return null
  if (last.mono - first.mono < windowMs / 2) return null
  const n = buckets.length
  const meanMono = buckets.reduce((sum, bucket) => sum + bucket.mono, 0) / n
  const meanValue = buckets.reduce((sum, bucket) => sum + bucket.value, 0) / n
  let above = 0
  let below = 0
  for (const { mono, value } of buckets) {
    above += (mono - meanMono) * (value - meanValue)
    below += (mono - meanMono) ** 2
  }
  return above / below
}
