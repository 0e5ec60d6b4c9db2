import { z } from 'zod'
import { defineRule, timing } from '../define-rule.ts'
import type { RuleContext, Sample } from '../rule.ts'
import { placeValues } from './common.ts'
import { Held, holdMiddle, medianOf, noHeld, noSlot, Slot, slotsOf } from './observed.ts'

const STRENGTH = 2.5

const SLOT_MS = 600_000
const tenMinutes = slotsOf(SLOT_MS)

/** 20:00 to 06:00 in parts of ten minutes. */
const NIGHT_FROM = 20
const SLOTS = 60

/** Two nights are compared where both were seen in three quarters of their parts. */
const ENOUGH = 45

/** A finished comparison stands so long: it says something of the nights, not of the day after. */
const STANDS_MS = 3_600_000

const Params = z
  .object({
    /** From which correlation of the night before two nights are alike, 0–1. */
    correlation: z.number().gt(0).lt(1).default(0.6),
    /** So many nights in a row must be alike. */
    nights: z.number().int().min(2).max(7).default(3),
    /** Nights in which the busiest hour lies less than so much above the middle are not compared, W. */
    least: z.number().positive().default(1_000),
    ...timing({ onDelay: 0, offDelay: 0 }),
  })
  .strict()
type Params = z.infer<typeof Params>

const Own = z
  .object({
    held: Held,
    slot: Slot,
    /** The local day on which the night began that is being filled; −1 while there is none. */
    night: z.number(),
    /** Means of ten minutes in W, this night and the one before; null where not enough was seen. */
    tonight: z.array(z.number().nullable()),
    before: z.array(z.number().nullable()),
    /** The night `before` is of. */
    beforeNight: z.number(),
    /** How many nights up to the last were alike, and the last correlation. */
    alike: z.number(),
    correlation: z.number().nullable(),
    /** When the busiest hour of the last night was, minutes after 20:00, and how far it lay above the middle, W. */
    busiestMin: z.number(),
    swing: z.number(),
    /** Until when the last comparison stands, monotonic; null when none does. */
    standsUntil: z.number().nullable(),
  })
  .strict()
type Own = z.infer<typeof Own>

/**
 * What is drawn beside the known loads has the same shape night after night: a shift works there. Slow trends, as heating has them over
 * a cold night, are taken out before the nights are compared. (domain P8, detection §2e)
 */
export const nightRegularity = defineRule<Params, Own>({
  type: 'night-regularity',
  serves: 1,
  group: 'power',
  params: Params,
  quantities: ['power'],
  needsLoad: true,
  own: Own,
  start: () => ({
    held: noHeld(),
    slot: noSlot(),
    night: -1,
    tonight: [],
    before: [],
    beforeNight: -1,
    alike: 0,
    correlation: null,
    busiestMin: 0,
    swing: 0,
    standsUntil: null,
  }),
  resume: (own, isSameBoot) => (isSameBoot ? own : { ...own, held: noHeld(), standsUntil: null }),
  hearsBad: true,
  peak: 'highest',
  sense: (context, own, sample, _input, out) => {
    account(context, own, sample)
    const { load } = context
    holdMiddle(own.held, sample, load === null || load.isMasked || !load.isArmed ? NaN : load.residual)
    if (sample.quality !== 'good') return
    out.strength = STRENGTH
    out.measure = own.correlation ?? NaN
    out.verdict = own.standsUntil !== null && sample.mono < own.standsUntil ? 'true' : 'false'
  },
  due: ({ standsUntil }) => standsUntil ?? Infinity,
  pass: (_context, own, _now, out) => {
    own.standsUntil = null
    out.verdict = 'false'
  },
  explain: (context, own, facts) => ({
    key: `night-regularity.${facts.kind}`,
    values: {
      ...placeValues(context),
      nights: own.alike,
      correlation: own.correlation,
      limit: context.params.correlation,
      swing: own.swing,
      busiestAt: Math.max(0, facts.at - minutesSince(context, facts.at, own.busiestMin) * 60_000),
    },
  }),
  standard: ({ load }) => (load === null ? [] : [{ point: load.meter, priority: 'orange' }]),
})

/** Minutes from the busiest hour of the last night until `at`. */
function minutesSince({ site }: RuleContext<Params>, at: number, busiestMin: number): number {
  return (site.minuteOf(at) - NIGHT_FROM * 60 - busiestMin + 2 * 1_440) % 1_440
}

/** Fills the night, and compares it with the one before when it is over. */
function account(context: RuleContext<Params>, own: Own, sample: Sample): void {
  const { site } = context
  const before = own.slot.key
  const mean = tenMinutes(own.slot, own.held, sample)
  if (own.slot.key === before || before < 0) return
  const at = before * SLOT_MS
  if (site.isNight(at) && !Number.isNaN(mean)) {
    const minute = (site.minuteOf(at) - NIGHT_FROM * 60 + 1_440) % 1_440
    const night = site.dayOf(at) - (site.hourOf(at) < NIGHT_FROM ? 1 : 0)
    if (night !== own.night) begin(context, own, { night, mono: sample.mono })
    own.tonight[Math.floor(minute / 10)] = Math.round(mean)
  }
  if (own.night >= 0 && !site.isNight(sample.at)) begin(context, own, { night: -1, mono: sample.mono })
}

/** The night that was filled is over. */
function begin(
  { params }: RuleContext<Params>,
  own: Own,
  next: { readonly night: number; readonly mono: number },
): void {
  if (own.night >= 0) {
    compare(params, own)
    if (own.alike >= params.nights) own.standsUntil = next.mono + STANDS_MS
    own.before = own.tonight
    own.beforeNight = own.night
  }
  own.night = next.night
  own.tonight = new Array<number | null>(SLOTS).fill(null)
}

function compare({ correlation, least }: Params, own: Own): void {
  const tonight = withoutTrend(own.tonight)
  const before = withoutTrend(own.before)
  const { swing, busiestMin } = busiest(tonight)
  const isNext = own.beforeNight === own.night - 1
  own.swing = swing
  own.busiestMin = busiestMin
  own.correlation = isNext && busiest(before).swing >= least ? correlationOf(before, tonight) : null
  const isAlike = swing >= least && own.correlation !== null && own.correlation > correlation
  own.alike = isAlike ? Math.min(99, Math.max(1, own.alike) + 1) : swing >= least ? 1 : 0
}

type Night = readonly (number | null)[]

/** The first hour of a night that lies about highest above its middle, W and minutes from 20:00; 0 where too little was seen. */
function busiest(night: Night): { swing: number; busiestMin: number } {
  const known = night.filter((mean) => mean !== null)
  let best = { swing: 0, busiestMin: 0 }
  if (known.length < ENOUGH) return best
  const middle = medianOf(known)
  for (let from = 0; from + 6 <= SLOTS; from += 1) {
    const hour = night.slice(from, from + 6).filter((mean) => mean !== null)
    if (hour.length < 4) continue
    const swing = hour.reduce((sum, mean) => sum + mean, 0) / hour.length - middle
    if (swing > best.swing * 1.05) best = { swing, busiestMin: from * 10 }
  }
  return best
}

/** A night without its least-squares line: heating falls or rises all night long. */
function withoutTrend(night: Night): Night {
  let [count, sumX, sumY, sumXX, sumXY] = [0, 0, 0, 0, 0]
  for (const [x, y] of night.entries()) {
    if (y === null) continue
    count += 1
    sumX += x
    sumY += y
    sumXX += x * x
    sumXY += x * y
  }
  const spread = count * sumXX - sumX * sumX
  const slope = spread === 0 ? 0 : (count * sumXY - sumX * sumY) / spread
  const from = count === 0 ? 0 : (sumY - slope * sumX) / count
  return night.map((y, x) => (y === null ? null : y - from - slope * x))
}

/** Pearson's r of the parts both nights have; null where there are too few. */
function correlationOf(first: Night, second: Night): number | null {
  let [count, sumA, sumB, sumAA, sumBB, sumAB] = [0, 0, 0, 0, 0, 0]
  for (const [slot, a] of first.entries()) {
    const b = second[slot] ?? null
    if (a === null || b === null) continue
    count += 1
    sumA += a
    sumB += b
    sumAA += a * a
    sumBB += b * b
    sumAB += a * b
  }
  if (count < ENOUGH) return null
  const size = Math.sqrt((count * sumAA - sumA * sumA) * (count * sumBB - sumB * sumB))
  return size > 0 ? (count * sumAB - sumA * sumB) / size : null
}
