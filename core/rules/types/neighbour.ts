import { z } from 'zod'
import { defineRule, timing } from '../define-rule.ts'
import type { Instant, RuleContext } from '../rule.ts'
import { conditionValues } from './common.ts'
import { Held, hold, keepLast, noHeld, noSlot, Slot, slotsOf } from './observed.ts'

const STRENGTH = 2.5

const DAYS = 30
const SLOT_MS = 15 * 60_000
const quarterHours = slotsOf(SLOT_MS)

/** A day counts when so many of its quarter hours were observed. */
const DAY_ENOUGH = 48

/** Of the last three quarter hours, so many must be awake. (domain P2) */
const OF_LAST = 3
const AWAKE = 2

const Params = z
  .object({
    /** It sleeps while it draws less than so much on the average of 30 days, W. */
    dormant: z.number().positive().default(500),
    /** It is awake from so much on the average of a quarter of an hour, W. */
    awake: z.number().positive().default(1_500),
    /** Days it must have been seen before it is known to sleep. */
    days: z.number().int().min(3).max(DAYS).default(14),
    ...timing({ onDelay: 0, offDelay: 30 * 60_000 }),
  })
  .strict()
type Params = z.infer<typeof Params>

const Own = z
  .object({
    held: Held,
    slot: Slot,
    /** Of the last quarter hours, which were awake: 1 or 0. */
    last: z.array(z.number()),
    /** The local day that is being filled: sum and count of its quarter hours that were not awake. */
    day: z.number(),
    sum: z.number(),
    count: z.number(),
    /** Daily means, W, and the mean over them; null until there are enough. */
    means: z.array(z.number()),
    usual: z.number().nullable(),
    power: z.number(),
  })
  .strict()
type Own = z.infer<typeof Own>

/** A transformer beside a closed pit that has slept for a month draws power at night: the pit may be fed from there. (domain P15) */
export const neighbour = defineRule<Params, Own>({
  type: 'neighbour',
  serves: 1,
  group: 'power',
  params: Params,
  quantities: ['power'],
  own: Own,
  start: () => ({
    held: noHeld(),
    slot: noSlot(),
    last: [],
    day: -1,
    sum: 0,
    count: 0,
    means: [],
    usual: null,
    power: 0,
  }),
  resume: (own, isSameBoot) => (isSameBoot ? own : { ...own, held: noHeld() }),
  hearsBad: true,
  peak: 'highest',
  sense: (context, own, sample, _input, out) => {
    account(context, own, sample)
    hold(own.held, sample, sample.value)
    if (sample.quality !== 'good') return
    const { dormant } = context.params
    out.strength = STRENGTH
    if (own.usual === null) return
    const awake = own.last.reduce((sum, one) => sum + one, 0)
    const isAwake = own.usual < dormant && awake >= AWAKE && context.site.isNight(sample.at)
    out.measure = own.power
    out.verdict = isAwake ? 'true' : 'false'
  },
  explain: (context, own, facts) => ({
    key: `neighbour.${facts.kind}`,
    values: {
      ...conditionValues(context, facts),
      value: own.power,
      usual: own.usual,
      limit: context.params.awake,
      days: own.means.length,
    },
  }),
  limit: ({ params }) => params.awake,
  faults: ({ params: { dormant, awake } }) =>
    awake > dormant
      ? []
      : [{ path: ['with', 'awake'], message: `expected more than dormant, ${dormant} W, came ${awake}` }],
})

function account({ params, site }: RuleContext<Params>, own: Own, now: Instant): void {
  const before = own.slot.key
  const mean = quarterHours(own.slot, own.held, now)
  if (own.slot.key === before) return
  if (own.slot.key !== before + 1 || Number.isNaN(mean)) own.last = []
  const day = site.dayOf(before * SLOT_MS)
  if (day !== own.day) {
    if (own.count >= DAY_ENOUGH) keepLast(own.means, own.sum / own.count, DAYS)
    own.usual = own.means.length >= params.days ? own.means.reduce((sum, one) => sum + one, 0) / own.means.length : null
    own.day = day
    own.sum = 0
    own.count = 0
  }
  if (Number.isNaN(mean)) return
  own.power = mean
  const isAwake = mean >= params.awake
  keepLast(own.last, isAwake ? 1 : 0, OF_LAST)
  // What wakes up must not become what is usual.
  if (isAwake && own.usual !== null) return
  own.sum += mean
  own.count += 1
}
