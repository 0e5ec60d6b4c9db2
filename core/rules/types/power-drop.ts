import { z } from 'zod'
import { PointRef } from '../../contract/reading.ts'
import { defineRule, timing } from '../define-rule.ts'
import type { RuleContext, Sample, StandardFacts } from '../rule.ts'
import { conditionValues } from './common.ts'
import { Held, holdMiddle, keepLast, noHeld, noSlot, Slot, slotsOf } from './observed.ts'
import { pointsBeside } from './beside.ts'

const STRENGTH = 2

const DAYS = 7
const SLOT_MS = 600_000
const tenMinutes = slotsOf(SLOT_MS)

/** A day counts when half of its slots were observed; so many days make known what is always drawn. */
const DAY_ENOUGH = 72
const DAYS_ENOUGH = 3

/** The power was there within this before it fell; what fades over longer is not sudden. */
const SUDDEN_MS = 60_000

/** Of what is always drawn: below the first it is gone, from the second on it is there. */
const GONE = 0.1
const THERE = 0.5

const Params = z
  .object({
    /** Voltages of the same line, one or one a phase. */
    voltage: z.union([PointRef, z.array(PointRef).min(1).max(3)]),
    /** From which a phase is live, V. */
    live: z.number().positive().default(180),
    /** A site that always draws less than so much is not judged, W. */
    least: z.number().positive().default(200),
    ...timing({ onDelay: 10_000, offDelay: 60_000 }),
  })
  .strict()
type Params = z.infer<typeof Params>

const Own = z
  .object({
    held: Held,
    slot: Slot,
    /** The local day that is being filled: its slots and the least mean of one, W. */
    day: z.number(),
    slots: z.number(),
    least: z.number(),
    /** The least mean of ten minutes on each of the last days, W. */
    leasts: z.array(z.number()),
    /** When the power was there last, monotonic; null when it was not in this boot. */
    thereMono: z.number().nullable(),
    isGone: z.boolean(),
  })
  .strict()
type Own = z.infer<typeof Own>

/**
 * What a site always draws, day and night, is gone at once while the line is live: a cable cut or stolen behind the meter, or the meter
 * bypassed. A pump or a heater that stops leaves what is always drawn; without voltage it is an outage. (domain P14)
 */
export const powerDrop = defineRule<Params, Own>({
  type: 'power-drop',
  serves: 1,
  group: 'power',
  params: Params,
  quantities: ['power'],
  inputs: ({ voltage }) => {
    const isOne = typeof voltage === 'string'
    return (isOne ? [voltage] : voltage).map((point, index) => ({
      point,
      path: ['with', 'voltage', ...(isOne ? [] : [index])],
      quantities: ['voltage'],
    }))
  },
  own: Own,
  start: () => ({
    held: noHeld(),
    slot: noSlot(),
    day: -1,
    slots: 0,
    least: 0,
    leasts: [],
    thereMono: null,
    isGone: false,
  }),
  resume: (own, isSameBoot) => (isSameBoot ? own : { ...own, held: noHeld(), thereMono: null }),
  hearsBad: true,
  peak: 'lowest',
  sense: (context, own, sample, input, out) => {
    if (input !== 0) {
      out.verdict = 'aside'
      return
    }
    account(context, own, sample)
    const volts = voltageOf(context, sample.mono)
    const isLive = volts >= context.params.live
    // What a dead line does not draw tells nothing of what is always drawn.
    holdMiddle(own.held, sample, isLive && !own.isGone ? sample.value : NaN)
    const usual = usualOf(own)
    if (sample.quality !== 'good' || Number.isNaN(sample.value) || Number.isNaN(volts)) return
    out.strength = STRENGTH
    out.measure = sample.value
    judge(own, sample, { usual: usual >= context.params.least ? usual : NaN, isLive })
    out.verdict = own.isGone ? 'true' : 'false'
  },
  explain: (context, own, facts) => ({
    key: `power-drop.${facts.kind}`,
    values: { ...conditionValues(context, facts), usual: usualOf(own) },
  }),
  standard: ({ load, points }: StandardFacts) => {
    const voltage = load === null ? [] : pointsBeside(load.meter, points, 'voltage').slice(0, 3)
    return load === null || voltage.length === 0 ? [] : [{ point: load.meter, priority: 'yellow', with: { voltage } }]
  },
})

function account({ site }: RuleContext<Params>, own: Own, sample: Sample): void {
  const before = own.slot.key
  const mean = tenMinutes(own.slot, own.held, sample)
  if (Number.isNaN(mean)) return
  const day = site.dayOf(before * SLOT_MS)
  if (day !== own.day) {
    if (own.slots >= DAY_ENOUGH) keepLast(own.leasts, own.least, DAYS)
    own.day = day
    own.slots = 0
  }
  own.least = own.slots === 0 ? mean : Math.min(own.least, mean)
  own.slots += 1
}

function judge(own: Own, sample: Sample, now: { readonly usual: number; readonly isLive: boolean }): void {
  const { value, mono } = sample
  if (value >= now.usual * THERE) {
    own.thereMono = mono
    own.isGone = false
    return
  }
  const isSudden = own.thereMono !== null && mono - own.thereMono <= SUDDEN_MS
  if (!now.isLive) own.isGone = false
  else if (value < now.usual * GONE && isSudden) own.isGone = true
}

/** What is always drawn, W; NaN while it is not known. */
function usualOf({ leasts }: Own): number {
  return leasts.length < DAYS_ENOUGH ? NaN : Math.min(...leasts)
}

/** The highest of the phases, V; NaN while none is known. */
function voltageOf({ params, inputs }: RuleContext<Params>, mono: number): number {
  const phases = typeof params.voltage === 'string' ? 1 : params.voltage.length
  let highest = NaN
  for (let input = 1; input <= phases; input += 1) {
    const volts = inputs.value(input, mono)
    if (!(highest >= volts) && !Number.isNaN(volts)) highest = volts
  }
  return highest
}
