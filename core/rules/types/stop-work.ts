import { z } from 'zod'
import type { StopOrder } from '../../contract/activity.ts'
import { Duration } from '../../contract/time.ts'
import { defineRule, timing } from '../define-rule.ts'
import type { RuleContext, Sample } from '../rule.ts'
import { conditionValues } from './common.ts'
import { Held, holdMiddle, keepLast, medianOf, noHeld, noSlot, Slot, slotsOf } from './observed.ts'

/** An order is not to be misunderstood. */
const STRENGTH = 5

const DAYS = 30
const SLOT_MS = 3_600_000
const hours = slotsOf(SLOT_MS)
const DAY_ENOUGH = 12
const DAYS_ENOUGH = 7

const Params = z
  .object({
    /** How long after the order it may still run. */
    grace: Duration.default(30 * 60_000),
    /** Of the median of its last 30 days, 0–1: what may remain. */
    share: z.number().gt(0).max(1).default(0.1),
    /** What may remain in any case, and where the median is not known yet, W. */
    least: z.number().positive().default(500),
    ...timing({ onDelay: 300_000, offDelay: 300_000 }),
  })
  .strict()
type Params = z.infer<typeof Params>

const Own = z
  .object({
    held: Held,
    slot: Slot,
    /** The local day that is being filled, and the means of its hours, W. */
    day: z.number(),
    hours: z.array(z.number()),
    /** The medians of the days before, W. */
    medians: z.array(z.number()),
  })
  .strict()
type Own = z.infer<typeof Own>

/**
 * An order to stop work or to remove power is in force, and power is still drawn. Pitwatch verifies the order and executes nothing.
 * At the meter of the whole site known loads that run (pumps, fans) do not count: they must not be stopped. (domain P16)
 */
export const stopWork = defineRule<Params, Own>({
  type: 'stop-work',
  serves: 1,
  group: 'power',
  isAlarm: true,
  params: Params,
  quantities: ['power'],
  own: Own,
  start: () => ({ held: noHeld(), slot: noSlot(), day: -1, hours: [], medians: [] }),
  resume: (own, isSameBoot) => (isSameBoot ? own : { ...own, held: noHeld() }),
  hearsBad: true,
  peak: 'highest',
  sense: (context, own, sample, _input, out) => {
    account(context, own, sample)
    const drawn = drawnOf(context, sample)
    const order = orderAt(context, sample.at)
    // What is drawn while it should not be is not usual.
    holdMiddle(own.held, sample, order === null ? drawn : NaN)
    if (sample.quality === 'bad' || Number.isNaN(drawn)) return
    const isDue = order !== null && sample.at >= order.from + context.params.grace
    out.strength = STRENGTH
    out.measure = drawn
    out.verdict = isDue && drawn > limitOf(context.params, own) ? 'true' : 'false'
  },
  explain: (context, own, facts) => {
    const order = orderAt(context, facts.at)
    const usual = usualOf(own)
    return {
      key: `stop-work.${facts.kind}${facts.kind === 'cleared' && order === null ? '-lifted' : ''}`,
      values: {
        ...conditionValues(context, facts),
        value: facts.measure,
        order: order?.id ?? null,
        by: order?.by ?? null,
        from: order?.from ?? null,
        usual: Number.isNaN(usual) ? null : usual,
        limit: limitOf(context.params, own),
      },
    }
  },
  standard: ({ load, hasOrders }) => (load === null || !hasOrders ? [] : [{ point: load.meter, priority: 'red' }]),
})

function account({ site }: RuleContext<Params>, own: Own, sample: Sample): void {
  const before = own.slot.key
  const mean = hours(own.slot, own.held, sample)
  if (Number.isNaN(mean)) return
  const day = site.dayOf(before * SLOT_MS)
  if (day !== own.day) {
    if (own.hours.length >= DAY_ENOUGH) keepLast(own.medians, Math.round(medianOf(own.hours)), DAYS)
    own.day = day
    own.hours = []
  }
  keepLast(own.hours, Math.round(mean), 25)
}

function drawnOf({ isLoadMeter, load }: RuleContext<Params>, { value }: Sample): number {
  const known = isLoadMeter && load !== null ? load.runningW : 0
  return value - (Number.isNaN(known) ? 0 : known)
}

/** The order in force that is about this point: one that names it, or one that names none where this is the site's own meter. */
function orderAt({ config, isLoadMeter, load, site }: RuleContext<Params>, at: number): StopOrder | null {
  const isSites = isLoadMeter || load === null
  return (
    site.orders(at).find(({ feeders }) => (feeders === undefined ? isSites : feeders.includes(config.point))) ?? null
  )
}

/** W; NaN while it is not known. */
function usualOf({ medians }: Own): number {
  return medians.length < DAYS_ENOUGH ? NaN : medianOf(medians)
}

function limitOf({ share, least }: Params, own: Own): number {
  const usual = usualOf(own)
  return Number.isNaN(usual) ? least : Math.max(least, usual * share)
}
