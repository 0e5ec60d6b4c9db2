import { z } from 'zod'
import { defineRule, timing } from '../define-rule.ts'
import { median } from '../load/trail.ts'
import type { Sample } from '../rule.ts'
import { conditionValues, NUMBERS } from './common.ts'

/** Noisy: 75 false alarms a site-week where nothing else is asked (detection.md §0). */
const STRENGTH = 1

/** Days of an hour that are kept, and that are needed: two weeks of working days, and of days off. */
const KEPT = 10
const NEEDED = { work: 8, off: 4 } as const

/** An hour is one from so many minutes on; two values do where a point is read seldom. */
const ENOUGH_MS = 30 * 60_000
const MINUTE_MS = 60_000
const MINUTES = 60

/** However steady an hour was: a scatter below this share of its value is not believed. */
const LEAST_SCATTER = 0.03

/** An odd hour moves what is normal by so many scatters at most. */
const ODD_HOUR = 3

const Params = z
  .object({
    /** Robust z from which a minute is not normal, on either side or on one. */
    k: z.number().min(2).default(6),
    side: z.enum(['both', 'above', 'below']).default('both'),
    /** A deviation smaller than this is none, in the quantity's own unit. */
    least: z.number().min(0).default(0),
    // Three minutes in a row.
    ...timing({ onDelay: 120_000, offDelay: 180_000 }),
  })
  .strict()
type Params = z.infer<typeof Params>

/** The medians of an hour on its last days, and how far minutes lie from them. */
const Bucket = z.object({ medians: z.array(z.number()).max(KEPT), within: z.number() }).strict()
type Bucket = z.infer<typeof Bucket>

const Own = z
  .object({
    /** By hour, working days first and days off after them; null before the first day. */
    buckets: z.array(Bucket.nullable()).length(48),
    /** The hour that runs: which bucket of which day, and its minutes. */
    bucket: z.number().int().nullable(),
    day: z.number().int(),
    minutes: z.array(z.number()).max(MINUTES),
    ms: z.number(),
    /** The minute that runs: since when, sum and number of its values. Monotonic. */
    from: z.number().nullable(),
    sum: z.number(),
    count: z.number().int(),
    mono: z.number().nullable(),
    /** What would be normal now; null while that is not known. */
    normal: z.number().nullable(),
    scatter: z.number(),
  })
  .strict()
type Own = z.infer<typeof Own>

/** A value that is not what it usually is at this hour of this kind of day. */
export const baseline = defineRule<Params, Own>({
  type: 'baseline',
  serves: 1,
  group: 'power',
  params: Params,
  quantities: NUMBERS,
  own: Own,
  start: () => ({
    buckets: Array.from({ length: 48 }, () => null),
    bucket: null,
    day: 0,
    minutes: [],
    ms: 0,
    from: null,
    sum: 0,
    count: 0,
    mono: null,
    normal: null,
    scatter: 0,
  }),
  resume: (own, isSameBoot) => (isSameBoot ? own : { ...own, from: null, sum: 0, count: 0, mono: null }),
  peak: 'greatest',
  sense: ({ params, site }, own, sample, _input, out) => {
    if (Number.isNaN(sample.value)) return
    const mean = minuteOf(own, sample)
    out.strength = STRENGTH
    if (mean === null) {
      out.verdict = 'aside'
      return
    }
    const { at } = sample
    const bucket = site.hourOf(at) + (site.dayType(at) === 'work' ? 0 : 24)
    if (bucket !== own.bucket || site.dayOf(at) !== own.day) {
      closeBucket(own)
      own.bucket = bucket
      own.day = site.dayOf(at)
      openBucket(own, bucket)
    }
    // What is learned of uncertain values would be uncertain for weeks.
    if (sample.quality === 'good' && own.minutes.length < MINUTES) own.minutes.push(rounded(mean))
    if (own.normal === null) return
    const away = mean - own.normal
    out.measure = away / own.scatter
    out.verdict = isOdd(away, own.scatter, params)
      ? 'true'
      : isOdd(away, own.scatter, { ...params, k: params.k / 2 })
        ? 'same'
        : 'false'
  },
  explain: (context, own, facts) => ({
    key: `baseline.${facts.kind}`,
    values: {
      ...conditionValues(context, facts),
      normal: own.normal === null ? null : rounded(own.normal),
      days: own.bucket === null ? null : (own.buckets[own.bucket]?.medians.length ?? null),
      times: facts.measure === null ? null : Math.round(Math.abs(facts.measure)),
      isOff: (own.bucket ?? 0) >= 24,
    },
  }),
})

/** The mean of the minute that is over with this sample; null while it runs. */
function minuteOf(own: Own, { value, mono, validMs }: Sample): number | null {
  const elapsed = own.mono === null ? 0 : Math.min(mono - own.mono, validMs)
  own.mono = mono
  own.ms += elapsed
  own.sum += value
  own.count += 1
  own.from ??= mono - Math.max(elapsed, Math.min(validMs, MINUTE_MS))
  if (mono - own.from < MINUTE_MS) return null
  const mean = own.sum / own.count
  own.from = mono
  own.sum = 0
  own.count = 0
  return mean
}

function closeBucket(own: Own): void {
  const { bucket, minutes, ms } = own
  own.minutes = []
  own.ms = 0
  if (bucket === null || ms < ENOUGH_MS || minutes.length < 2) return
  const middle = median([...minutes])
  const within = median(minutes.map((minute) => Math.abs(minute - middle)))
  const known = own.buckets[bucket] ?? null
  if (known === null) {
    own.buckets[bucket] = { medians: [rounded(middle)], within: rounded(within) }
    return
  }
  const most = ODD_HOUR * own.scatter
  const kept = own.normal === null ? middle : own.normal + Math.max(-most, Math.min(most, middle - own.normal))
  known.medians.push(rounded(kept))
  if (known.medians.length > KEPT) known.medians.shift()
  known.within = rounded(known.within + (within - known.within) / Math.min(known.medians.length, KEPT))
}

function openBucket(own: Own, bucket: number): void {
  const known = own.buckets[bucket] ?? null
  own.normal = null
  if (known === null || known.medians.length < NEEDED[bucket < 24 ? 'work' : 'off']) return
  own.normal = median([...known.medians])
  own.scatter = scatterOf(known, own.normal)
}

/** The deviation of a minute from what is normal, of days and of minutes together. */
function scatterOf({ medians, within }: Bucket, normal: number): number {
  const between = median(medians.map((one) => Math.abs(one - normal)))
  return Math.max(1.48 * Math.hypot(between, within), LEAST_SCATTER * Math.abs(normal), Number.MIN_VALUE)
}

function isOdd(away: number, scatter: number, { k, side, least }: Params): boolean {
  const size = side === 'above' ? away : side === 'below' ? -away : Math.abs(away)
  return size >= k * scatter && size >= least
}

/** Four digits are enough to remember. */
function rounded(value: number): number {
  return Number(value.toPrecision(4))
}
