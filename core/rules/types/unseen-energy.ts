import { z } from 'zod'
import { PointRef } from '../../contract/reading.ts'
import { Duration } from '../../contract/time.ts'
import { defineRule, timing } from '../define-rule.ts'
import type { RuleContext, Sample } from '../rule.ts'
import { placeValues } from './common.ts'
import { Held, heldMs, holdMiddle, noHeld, noSlot, Slot, slotsOf } from './observed.ts'
import { expectedEnergy, HourlyUse, learnHour, noHourlyUse } from './hourly-use.ts'
import { mostEnergy, MostUsed, noMostUsed, noteMost } from './most-used.ts'

/** Energy that nobody saw being used was used behind a cut line. */
const STRENGTH = 4

const SLOT_MS = 600_000
const tenMinutes = slotsOf(SLOT_MS)
const WMS_PER_KWH = 3.6e9

const Params = z
  .object({
    /** The power that the register counts. */
    power: PointRef,
    /** From so long without the power it was a gap. */
    gap: Duration.default(180_000),
    /** So much more than usual is always allowed, kW.h. */
    least: z.number().positive().default(0.5),
    /** And so many times the usual deviation. */
    sigmas: z.number().positive().default(3),
    /** Days each hour of the gap must have been seen before what is usual is known. */
    days: z.number().int().min(2).max(30).default(5),
    /** No site draws more; a register that counted faster was exchanged or read wrongly, W. */
    most: z.number().positive().default(1_000_000),
    ...timing({ onDelay: 0, offDelay: 30 * 60_000 }),
  })
  .strict()
type Params = z.infer<typeof Params>

/** What the last gap hid: kW.h, ms. */
const Found = z
  .object({ used: z.number(), expected: z.number(), allowed: z.number(), gapMs: z.number(), until: z.number() })
  .strict()

const Own = z
  .object({
    held: Held,
    slot: Slot,
    use: HourlyUse,
    most: MostUsed,
    /** Since the last reading of the register: energy seen to be drawn, kW.h, and for how long, ms. */
    drawn: z.number(),
    seenMs: z.number(),
    /** The register as last read, of any boot; `mono` only in its own. */
    register: z.object({ value: z.number(), at: z.number(), mono: z.number().nullable() }).strict().nullable(),
    found: Found.nullable(),
  })
  .strict()
type Own = z.infer<typeof Own>

/**
 * While the meter was not heard its register counted more than this site uses in such a time, and more than it was ever seen to (a pump
 * may have run all the while): whoever cut the line worked behind it.
 * The register is remembered over restarts, so a gateway that was switched off is caught as well. (detection §6.7)
 */
export const unseenEnergy = defineRule<Params, Own>({
  type: 'unseen-energy',
  serves: 1,
  group: 'power',
  params: Params,
  quantities: ['energy'],
  inputs: ({ power }) => [{ point: power, path: ['with', 'power'], quantities: ['power'] }],
  own: Own,
  start: () => ({
    held: noHeld(),
    slot: noSlot(),
    use: noHourlyUse(),
    most: noMostUsed(),
    drawn: 0,
    seenMs: 0,
    register: null,
    found: null,
  }),
  resume: (own, isSameBoot) =>
    isSameBoot
      ? own
      : {
          ...own,
          held: noHeld(),
          drawn: 0,
          seenMs: 0,
          register: own.register === null ? null : { ...own.register, mono: null },
        },
  hearsBad: true,
  peak: 'highest',
  sense: (context, own, sample, input, out) => {
    accrue(context, own, sample)
    if (input !== 0) {
      holdMiddle(own.held, sample, sample.value)
      out.verdict = 'aside'
      return
    }
    if (sample.quality !== 'good' || Number.isNaN(sample.value)) return
    out.strength = STRENGTH
    const found = judge(context, own, sample)
    own.register = { value: sample.value, at: sample.at, mono: sample.mono }
    own.drawn = 0
    own.seenMs = 0
    out.verdict = 'false'
    if (found === null) return
    own.found = found
    out.measure = found.used
    out.verdict = found.used - found.expected > found.allowed ? 'true' : 'false'
  },
  explain: (context, { found }, facts) => ({
    key: `unseen-energy.${facts.kind}`,
    values: {
      ...placeValues(context),
      used: found?.used ?? null,
      expected: found?.expected ?? null,
      limit: found === null ? null : found.expected + found.allowed,
      gapS: found === null ? null : found.gapMs / 1_000,
      since: found === null ? null : found.until - found.gapMs,
      until: found?.until ?? null,
      power: found === null ? null : (found.used * WMS_PER_KWH) / found.gapMs,
    },
  }),
  standard: ({ load }) =>
    load?.energy === undefined ? [] : [{ point: load.energy, priority: 'orange', with: { power: load.meter } }],
})

/** Adds the energy of what was held, and learns the ten minutes that have just ended. */
function accrue({ site }: RuleContext<Params>, own: Own, sample: Sample): void {
  const { held } = own
  const before = own.slot.key
  const mean = tenMinutes(own.slot, held, sample)
  if (own.slot.key !== before && before >= 0) {
    noteMost(own.most, site.dayOf(before * SLOT_MS), own.slot.key === before + 1 ? mean : NaN)
    if (!Number.isNaN(mean)) learnHour(own.use, site.hourOf(before * SLOT_MS), mean)
  }
  const ms = heldMs(held, sample.mono)
  if (ms === 0) return
  own.drawn += (Math.max(0, held.value) * ms) / WMS_PER_KWH
  own.seenMs += ms
  held.mono = sample.mono
}

/** What the gap before this reading of the register hid; null where there was none, or nothing can be said of it. */
function judge({ params, site }: RuleContext<Params>, own: Own, { value, at, mono }: Sample): Own['found'] {
  const { register } = own
  if (register === null) return null
  const ms = register.mono === null ? at - register.at : mono - register.mono
  const gapMs = ms - own.seenMs
  if (gapMs < params.gap) return null
  const used = value - register.value - own.drawn
  if (used < 0 || used * WMS_PER_KWH > params.most * gapMs) return null
  const hourOf = (instant: number) => site.hourOf(instant)
  const usual = expectedEnergy(own.use, { from: at - gapMs, until: at, days: params.days, hourOf })
  if (usual === null) return null
  const allowed = Math.max(params.least, params.sigmas * usual.sigma, mostEnergy(own.most, gapMs) - usual.energy)
  return { used, expected: usual.energy, allowed, gapMs, until: at }
}
