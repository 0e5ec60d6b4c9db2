import { z } from 'zod'
import { PointRef } from '../../contract/reading.ts'
import { Duration } from '../../contract/time.ts'
import { defineRule, timing } from '../define-rule.ts'
import type { Sample } from '../rule.ts'
import { placeValues } from './common.ts'
import { Held, heldMs, holdMiddle, noHeld } from './observed.ts'

const STRENGTH = 2

const PARTS = 12
const WMS_PER_KWH = 3.6e9

/** So long no power of a machine stays the same to the last digit. */
const STUCK_MS = 120_000

/** A stretch between two readings of the register counts when the power was seen for this share of it. */
const SEEN = 0.98

const Params = z
  .object({
    /** The power that the register counts. */
    power: PointRef,
    /** By so much of the greater of the two they may differ, 0–1. */
    share: z.number().gt(0).max(1).default(0.05),
    /** And by so much in any case, kW.h. */
    least: z.number().positive().default(1),
    /** Observed time over which both are compared. */
    window: Duration.default(3_600_000),
    ...timing({ onDelay: 0, offDelay: 0 }),
  })
  .strict()
type Params = z.infer<typeof Params>

/** Over a twelfth of the window: what the register counted and what the power makes, kW.h; ms; and how often it was broken off. */
const Part = z.object({ counted: z.number(), drawn: z.number(), ms: z.number(), breaks: z.number() }).strict()
type Part = z.infer<typeof Part>

const Own = z
  .object({
    held: Held,
    /** Since the last reading of the register: energy drawn, kW.h, and for how long the power was seen, ms. */
    drawn: z.number(),
    seenMs: z.number(),
    register: z.object({ value: z.number(), mono: z.number() }).strict().nullable(),
    /** The least step of the register that was seen, kW.h: nothing smaller can be told from it. */
    step: z.number().nullable(),
    /** Oldest first; the last one is being filled. */
    parts: z.array(Part),
  })
  .strict()
type Own = z.infer<typeof Own>

/** The meter's energy register and its power do not tell the same: one of them was tampered with, or the ratio is wrong. (domain P13) */
export const energyIntegral = defineRule<Params, Own>({
  type: 'energy-integral',
  serves: 1,
  group: 'power',
  params: Params,
  quantities: ['energy'],
  inputs: ({ power }) => [{ point: power, path: ['with', 'power'], quantities: ['power'] }],
  own: Own,
  start: () => ({ held: noHeld(), drawn: 0, seenMs: 0, register: null, step: null, parts: [nothing()] }),
  resume: (own, isSameBoot) => (isSameBoot ? own : { ...own, held: noHeld(), drawn: 0, seenMs: 0, register: null }),
  hearsBad: true,
  peak: 'greatest',
  sense: (context, own, sample, input, out) => {
    accrue(own, sample.mono)
    if (input !== 0) {
      // A power that stays the same to the last digit may be stuck: it is not seen.
      const isStuck = sample.mono - context.inputs.changedMono(1) > STUCK_MS
      holdMiddle(own.held, sample, isStuck ? NaN : sample.value)
      out.verdict = 'aside'
      return
    }
    if (sample.quality !== 'good' || Number.isNaN(sample.value)) return
    count(own, sample, context.params.window)
    const sums = sumsOf(own)
    out.strength = STRENGTH
    if (sums.ms < context.params.window) {
      out.verdict = 'same'
      return
    }
    out.measure = sums.counted - sums.drawn
    out.verdict = Math.abs(out.measure) > allowedOf(context.params, own) ? 'true' : 'false'
  },
  explain: (context, own, facts) => {
    const { counted, drawn, ms } = sumsOf(own)
    return {
      key: `energy-integral.${facts.kind}${facts.kind === 'raised' ? (counted < drawn ? '-less' : '-more') : ''}`,
      values: {
        ...placeValues(context),
        counted,
        drawn,
        limit: allowedOf(context.params, own),
        windowS: ms / 1_000,
        activeS: facts.activeS,
      },
    }
  },
  standard: ({ load }) =>
    load?.energy === undefined ? [] : [{ point: load.energy, priority: 'yellow', with: { power: load.meter } }],
  faults: ({ params: { window } }) =>
    window >= 600_000
      ? []
      : [{ path: ['with', 'window'], message: 'expected a duration of 10min or more, such as 1h' }],
})

function nothing(): Part {
  return { counted: 0, drawn: 0, ms: 0, breaks: 0 }
}

/** Adds the energy of what was held up to `mono`; a register of use does not count back. */
function accrue(own: Own, mono: number): void {
  const ms = heldMs(own.held, mono)
  if (ms === 0) return
  own.drawn += (Math.max(0, own.held.value) * ms) / WMS_PER_KWH
  own.seenMs += ms
  own.held.mono = mono
}

/** Takes a reading of the register: the stretch since the last one counts where the power was seen all along. */
function count(own: Own, { value, mono }: Sample, windowMs: number): void {
  const { register, drawn, seenMs } = own
  own.register = { value, mono }
  own.drawn = 0
  own.seenMs = 0
  if (register === null) return
  const ms = mono - register.mono
  if (ms > windowMs) own.parts = [nothing()]
  const part = own.parts.at(-1)
  if (part === undefined) return
  const counted = value - register.value
  if (counted < 0 || seenMs < ms * SEEN) {
    part.breaks += 1
    return
  }
  if (counted > 1e-9) own.step = Math.min(own.step ?? Infinity, counted)
  part.counted += counted
  part.drawn += drawn
  part.ms += ms
  if (part.ms < windowMs / PARTS) return
  own.parts.push(nothing())
  if (own.parts.length > PARTS + 1) own.parts.shift()
}

function sumsOf({ parts }: Own): Part {
  const sums = nothing()
  for (const part of parts) {
    sums.counted += part.counted
    sums.drawn += part.drawn
    sums.ms += part.ms
    sums.breaks += part.breaks
  }
  return sums
}

/** By how much both may differ, kW.h. Each stretch begins and ends within a step of the register. */
function allowedOf({ share, least }: Params, own: Own): number {
  const { counted, drawn, breaks } = sumsOf(own)
  return Math.max(least, share * Math.max(counted, drawn)) + (own.step ?? 0) * (1 + breaks)
}
