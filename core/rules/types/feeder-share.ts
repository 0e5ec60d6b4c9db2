import { z } from 'zod'
import { PointRef } from '../../contract/reading.ts'
import { Duration } from '../../contract/time.ts'
import { defineRule, timing } from '../define-rule.ts'
import type { RuleContext, Sample } from '../rule.ts'
import { placeValues } from './common.ts'
import { Held, heldMs, holdMiddle, keepLast, medianOf, noHeld, unseenMs } from './observed.ts'

const STRENGTH = 2

/** The window is kept as so many parts, and days that many back. */
const PARTS = 12
const DAYS = 30

/** A day counts when so much of it was observed. */
const DAY_ENOUGH_MS = 12 * 3_600_000

const WMS_PER_KWH = 3.6e9

const Params = z
  .object({
    /** The power of the whole site. */
    of: PointRef,
    /** Against the median of its share on the last 30 days. */
    ratio: z.number().gt(1).default(1.3),
    /** It must have risen by so much of the site's energy, 0–1, as well: 0.02 is two of a hundred. */
    rise: z.number().min(0).max(1).default(0.02),
    /** The share it may have at most, 0–1, whatever it had before. */
    most: z.number().gt(0).max(1).optional(),
    /** Over which the share is taken, in observed time. */
    window: Duration.default(6 * 3_600_000),
    /** A feeder that used less than so much in the window is not judged, kW.h. */
    least: z.number().min(0).default(1),
    /** Days it must have been seen before its share is known. */
    days: z.number().int().min(3).max(DAYS).default(7),
    ...timing({ onDelay: 0, offDelay: 0 }),
  })
  .strict()
type Params = z.infer<typeof Params>

/** Energy of the feeder and of the site in the same observed time; W·ms and ms. */
const Part = z.object({ feeder: z.number(), site: z.number(), ms: z.number() }).strict()
type Part = z.infer<typeof Part>

const Own = z
  .object({
    held: Held,
    /** The window, oldest first; the last one is being filled. */
    parts: z.array(Part),
    /** The local day that is being filled, and the shares of those before. */
    day: z.number(),
    today: Part,
    shares: z.array(z.number()),
    share: z.number(),
    usual: z.number().nullable(),
  })
  .strict()
type Own = z.infer<typeof Own>

/** A feeder's share of the site's energy is greater than it was: what is declared as maintenance is winding. (domain P9) */
export const feederShare = defineRule<Params, Own>({
  type: 'feeder-share',
  serves: 1,
  group: 'power',
  params: Params,
  quantities: ['power'],
  inputs: ({ of }) => [{ point: of, path: ['with', 'of'], quantities: ['power'] }],
  own: Own,
  start: () => ({ held: noHeld(), parts: [nothing()], day: -1, today: nothing(), shares: [], share: 0, usual: null }),
  resume: (own, isSameBoot) => (isSameBoot ? own : { ...own, held: noHeld() }),
  hearsBad: true,
  peak: 'highest',
  sense: (context, own, sample, input, out) => {
    if (input !== 0) {
      out.verdict = 'aside'
      return
    }
    const isFull = account(context, own, sample)
    holdMiddle(own.held, sample, Math.max(0, sample.value))
    if (sample.quality !== 'good') return
    out.strength = STRENGTH
    out.verdict = 'same'
    if (!isFull) return
    const feeder = total(own.parts, 'feeder')
    own.share = feeder / Math.max(1, total(own.parts, 'site'))
    own.parts.shift()
    const limit = limitOf(context.params, own)
    out.measure = own.share
    out.verdict = own.share > limit && feeder >= context.params.least * WMS_PER_KWH ? 'true' : 'false'
  },
  explain: (context, own, facts) => ({
    key: `feeder-share.${facts.kind}${own.usual === null ? '-most' : ''}`,
    values: {
      ...placeValues(context),
      share: own.share * 100,
      usual: own.usual === null ? null : own.usual * 100,
      limit: limitOf(context.params, own) * 100,
      windowS: context.params.window / 1_000,
      activeS: facts.activeS,
      since: facts.since,
    },
  }),
  faults: ({ params: { window } }) =>
    window >= 3_600_000
      ? []
      : [{ path: ['with', 'window'], message: 'expected a duration of an hour or more, such as 6h' }],
})

function nothing(): Part {
  return { feeder: 0, site: 0, ms: 0 }
}

/** Adds what was observed of both; true when the window is full and a part of it ended. */
function account({ params, inputs, site }: RuleContext<Params>, own: Own, sample: Sample): boolean {
  const { held } = own
  const partMs = params.window / PARTS
  const day = site.dayOf(sample.at)
  if (day !== own.day) {
    const { today } = own
    if (today.ms >= DAY_ENOUGH_MS && today.site > 0) keepLast(own.shares, today.feeder / today.site, DAYS)
    own.usual = own.shares.length >= params.days ? medianOf(own.shares) : null
    own.day = day
    own.today = nothing()
  }
  if (unseenMs(held, sample.mono) > partMs * 2) own.parts = [nothing()]
  const ms = heldMs(held, sample.mono)
  const whole = inputs.value(1, sample.mono)
  if (ms === 0 || Number.isNaN(whole)) return false
  const part = own.parts.at(-1)
  if (part === undefined) return false
  for (const sum of [part, own.today]) {
    sum.feeder += held.value * ms
    sum.site += Math.max(held.value, whole) * ms
    sum.ms += ms
  }
  if (part.ms < partMs) return false
  own.parts.push(nothing())
  return own.parts.length > PARTS
}

function limitOf({ most = Infinity, ratio, rise }: Params, { usual }: Own): number {
  return Math.min(most, usual === null ? Infinity : Math.max(usual * ratio, usual + rise))
}

function total(parts: readonly Part[], what: 'feeder' | 'site'): number {
  return parts.reduce((sum, part) => sum + part[what], 0)
}
