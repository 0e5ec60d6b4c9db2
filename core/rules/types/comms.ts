import { z } from 'zod'
import { PointRef } from '../../contract/reading.ts'
import { Duration } from '../../contract/time.ts'
import { defineRule, timing } from '../define-rule.ts'
import type { Instant, RuleContext, Sample, Sensed, StandardFacts, StandardRule } from '../rule.ts'
import { mainsOf } from './beside.ts'
import { placeValues } from './common.ts'

/** Lost for a while; lost for longer than it ever was; and others with it in the same minute. (detection §6.2) */
const LOST = 1.5
const LONG = 4.2
const TOGETHER = 1

/** A gap is longer than ever from so many times the longest that was learned, and so much more. */
const LONGER_TIMES = 1.25
const LONGER_MS = 60_000
const LEAST_LONGEST_MS = 1_500_000
/** Nobody calls it usual that a site is not heard for longer. */
const MOST_LONGEST_MS = 3_600_000
/** While it is new, every gap is learned; then only what is not much longer than those. */
const LEARN_MS = 10 * 86_400_000
/** While it stays lost it is told again after so long. */
const AGAIN_MS = 600_000
const SAME_MINUTE_MS = 60_000
/** A mains contact that went within this of the loss tells why. */
const POWER_FAIL_MS = 120_000

const Params = z
  .object({
    /** Without anything good from it for this long it is lost. */
    after: Duration.default(180_000),
    /** Points of other devices, to tell one broken line from a place that was cut off. */
    others: z.array(PointRef).max(15).default([]),
    /** What tells of the mains; where they went with it, it is an outage. */
    mains: PointRef.optional(),
    /** What it says while the mains are there. */
    mainsAt: z.boolean().default(true),
    ...timing({ onDelay: 0, offDelay: 0 }),
  })
  .strict()
type Params = z.infer<typeof Params>

const Own = z
  .object({
    /** When it was last heard; null before the first time in this run of the program. */
    last: z.object({ at: z.number(), mono: z.number() }).strict().nullable(),
    /** How long what it said last is valid, ms: a meter that is read each quarter of an hour is not lost between two readings. */
    validMs: z.number(),
    isLost: z.boolean(),
    /** Its long silence was found. */
    isLong: z.boolean(),
    /** It was lost with the mains. */
    isOutage: z.boolean(),
    /** Others that were lost in the same minute. */
    together: z.number(),
    /** When it is told next, monotonic. */
    next: z.number().nullable(),
    longestMs: z.number(),
    watchedMs: z.number(),
    /** How long it was lost the last time. */
    goneMs: z.number(),
    /** Mains went at, monotonic. */
    mainsGone: z.number().nullable(),
  })
  .strict()
type Own = z.infer<typeof Own>

/**
 * The site is not heard: first a nuisance, then, once it is silent for longer than it ever was by itself, what it looks like. What happened
 * before doubles it where signals are put together. (detection §6.2; domain N1)
 */
export const comms = defineRule<Params, Own>({
  type: 'comms',
  serves: 0,
  group: 'comms',
  isAlarm: true,
  params: Params,
  quantities: null,
  inputs: ({ others, mains }) => [
    ...others.map((point, index) => ({ point, path: ['with', 'others', index], quantities: null })),
    ...(mains === undefined ? [] : [{ point: mains, path: ['with', 'mains'], quantities: null }]),
  ],
  own: Own,
  start: () => ({
    last: null,
    validMs: 0,
    isLost: false,
    isLong: false,
    isOutage: false,
    together: 0,
    next: null,
    longestMs: LEAST_LONGEST_MS,
    watchedMs: 0,
    goneMs: 0,
    mainsGone: null,
  }),
  // A program that was not running heard nothing either: silence counts anew from its first reading.
  resume: (own) => ({ ...own, last: null, isLost: false, isLong: false, next: null, mainsGone: null }),
  peak: 'highest',
  sense: (context, own, sample, input, out) => {
    const { others } = context.params
    if (input !== 0) {
      if (input === others.length + 1) noteMains(context.params, own, sample)
      out.verdict = 'aside'
      return
    }
    if (sample.quality !== 'good' || (sample.kind === 'number' && !Number.isFinite(sample.value))) {
      out.verdict = 'aside'
      return
    }
    hear(own, sample, context.params)
    own.validMs = sample.validMs
    out.verdict = 'false'
  },
  due: (own, { after }) => {
    // One that was never heard is not missed; one that was is, from the start of the program on.
    if (own.last === null) return own.watchedMs > 0 ? -Infinity : Infinity
    return own.isLost ? (own.next ?? Infinity) : own.last.mono + lostAfter(own, after)
  },
  pass: (context, own, now, out) => miss(context, own, now, out),
  explain: (context, own, facts) => {
    const { last, isLong, isOutage, together, longestMs } = own
    const goneMs = facts.kind === 'cleared' || last === null ? own.goneMs : Math.max(0, facts.at - last.at)
    const variant = facts.kind === 'cleared' ? '' : isOutage ? '-outage' : isLong ? '-long' : ''
    return {
      key: `comms.${facts.kind}${variant}`,
      values: {
        ...placeValues(context),
        since: last?.at ?? facts.at,
        goneS: Math.round(goneMs / 1_000),
        longestS: Math.round(longestMs / 1_000),
        together,
      },
    }
  },
  standard: (facts) => watchedOf(facts),
})

function noteMains({ mainsAt }: Params, own: Own, { kind, value, mono }: Sample): void {
  if (kind !== 'state') return
  if ((value === 1) === mainsAt) own.mainsGone = null
  else own.mainsGone ??= mono
}

function hear(own: Own, { at, mono }: Instant, { after }: Params): void {
  if (own.last !== null) {
    const gapMs = mono - own.last.mono
    own.watchedMs += Math.max(1, gapMs)
    if (
      gapMs >= lostAfter(own, after) &&
      !own.isOutage &&
      gapMs <= (own.watchedMs < LEARN_MS ? MOST_LONGEST_MS : longMs(own))
    )
      own.longestMs = Math.min(MOST_LONGEST_MS, Math.max(own.longestMs, gapMs))
    if (own.isLost) own.goneMs = gapMs
  }
  Object.assign(own, { last: { at, mono }, isLost: false, isLong: false, isOutage: false, together: 0, next: null })
}

function lostAfter({ validMs }: Own, after: number): number {
  return Math.max(after, validMs)
}

/** Nothing came up to `now`. */
function miss({ params, inputs }: RuleContext<Params>, own: Own, now: Instant, out: Sensed): void {
  const { last, mainsGone } = own
  if (last === null) {
    own.last = { at: now.at, mono: now.mono }
    out.verdict = 'aside'
    return
  }
  if (!own.isLost) {
    own.isLost = true
    own.isOutage = mainsGone !== null && mainsGone >= last.mono - POWER_FAIL_MS
    own.together = params.others.filter((_, index) => {
      return Math.abs(inputs.goodMono(index + 1) - last.mono) <= SAME_MINUTE_MS
    }).length
  }
  const longAt = last.mono + longMs(own)
  own.isLong = !own.isOutage && now.mono >= longAt
  own.next = own.isLong || own.isOutage || now.mono + AGAIN_MS < longAt ? now.mono + AGAIN_MS : longAt
  // That several are silent for minutes is how a line fails; for longer than ever it is not.
  out.strength = own.isOutage ? 0 : own.isLong ? LONG + (own.together > 0 ? TOGETHER : 0) : LOST
  out.measure = (now.mono - last.mono) / 1_000
  out.verdict = 'true'
}

/** From when on a silence is longer than it ever was by itself. */
function longMs({ longestMs }: Own): number {
  return longestMs * LONGER_TIMES + LONGER_MS
}

/** The site's meter, and one point of each other device beside it. */
function watchedOf({ load, points }: StandardFacts): StandardRule[] {
  if (load === null) return []
  const own = load.meter.split('/')[0]
  const others = new Map<string, PointRef>()
  for (const [point, quantity] of points) {
    const device = point.split('/')[0] ?? ''
    // What only speaks when something happens is not missed when it is silent.
    if (device !== own && device !== 'gateway' && quantity !== 'presence' && !others.has(device))
      others.set(device, point)
  }
  const mains = mainsOf(points)
  return [
    { point: load.meter, priority: 'blue', with: { others: [...others.values()].slice(0, 15), ...(mains ?? {}) } },
  ]
}
