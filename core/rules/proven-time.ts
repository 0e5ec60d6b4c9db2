import { z } from 'zod'
import { MonoMs, UtcMs } from '../contract/time.ts'
import { later } from '../kit/time.ts'

/**
 * How long a condition has been proven, and what follows from it.
 * Between two samples the raw value is held, but never longer than the sample is valid: a gap proves nothing.
 */
export const ProvenTime = z
  .object({
    /** The debounced condition: true between a raise and its clear. */
    active: z.boolean(),
    /** The condition as the last believed sample had it; null before the first. */
    raw: z.boolean().nullable(),
    /** Proven milliseconds during which raw differed from active. */
    provenMs: z.number().nonnegative(),
    /** The last believed sample while it still counts. Times of an earlier boot are void. */
    hold: z.object({ at: UtcMs, mono: MonoMs, until: MonoMs }).strict().nullable(),
    /** Up to where time has been accounted for in this boot. */
    upTo: MonoMs.nullable(),
  })
  .strict()
export type ProvenTime = z.infer<typeof ProvenTime>

export interface Delays {
  /** Proven milliseconds of true before a raise; 0 raises at the sample. */
  readonly onDelay: number
  /** Proven milliseconds of false before a clear; 0 clears at the sample. */
  readonly offDelay: number
}

/** The instant at which `active` changed. */
export interface Flip {
  readonly active: boolean
  readonly at: UtcMs
  readonly mono: MonoMs
}

export interface ProvenStep {
  readonly proven: ProvenTime
  /** None, one, or two: one proven by the sample before, one by a delay of 0 at this sample. */
  readonly flips: readonly Flip[]
}

export interface Sample {
  readonly at: UtcMs
  readonly mono: MonoMs
  /** How long this sample may be held, in milliseconds. */
  readonly holdMs: number
  /** The condition at this sample; null inside the deadband, where it stays as it was. */
  readonly raw: boolean | null
}

/** Nothing is known yet, except whether an alarm is open. */
export function startProven(active: boolean): ProvenTime {
  return { active, raw: null, provenMs: 0, hold: null, upTo: null }
}

/** After a restart: proven time stays proven, but nothing is held until a sample of this boot has come. */
export function resumeProven(proven: ProvenTime): ProvenTime {
  return { ...proven, hold: null, upTo: null }
}

/** Accounts for the time up to `to`. The same flips come out however often or seldom this is called. (I11) */
export function proveUpTo(proven: ProvenTime, delays: Delays, to: MonoMs): ProvenStep {
  const { hold, raw, active } = proven
  if (hold === null || raw === null) return { proven: moved(proven, to), flips: [] }
  const from = Math.max(proven.upTo ?? hold.mono, hold.mono)
  const end = Math.min(to, hold.until)
  if (raw === active || end <= from) return { proven: moved(proven, to), flips: [] }
  const needed = raw ? delays.onDelay : delays.offDelay
  const provenMs = proven.provenMs + (end - from)
  if (provenMs < needed) return { proven: moved({ ...proven, provenMs }, to), flips: [] }
  const instant = MonoMs.parse(from + Math.max(0, needed - proven.provenMs))
  const flip: Flip = { active: raw, at: later(hold.at, instant - hold.mono), mono: instant }
  return { proven: moved({ ...proven, active: raw, provenMs: 0 }, to), flips: [flip] }
}

/** Takes a believed sample. One that comes after its time was already accounted for counts from there on. */
export function takeSample(proven: ProvenTime, delays: Delays, sample: Sample): ProvenStep {
  const before = proveUpTo(proven, delays, sample.mono)
  const raw = sample.raw ?? before.proven.raw ?? before.proven.active
  const hold = { at: sample.at, mono: sample.mono, until: MonoMs.parse(sample.mono + sample.holdMs) }
  const isFlip = raw !== before.proven.raw
  const after: ProvenTime = { ...before.proven, raw, hold, provenMs: isFlip ? 0 : before.proven.provenMs }
  const needed = raw ? delays.onDelay : delays.offDelay
  if (raw === after.active || needed > 0) return { proven: after, flips: before.flips }
  const mono = MonoMs.parse(Math.max(sample.mono, proven.upTo ?? sample.mono))
  const flip: Flip = { active: raw, at: later(sample.at, mono - sample.mono), mono }
  return { proven: { ...after, active: raw, provenMs: 0 }, flips: [...before.flips, flip] }
}

/** A sample that cannot be believed: nothing is held from here on, everything else stays as it is. (I4) */
export function stopHolding(proven: ProvenTime, delays: Delays, mono: MonoMs): ProvenStep {
  const before = proveUpTo(proven, delays, mono)
  return { proven: { ...before.proven, hold: null }, flips: before.flips }
}

function moved(proven: ProvenTime, to: MonoMs): ProvenTime {
  return { ...proven, upTo: MonoMs.parse(Math.max(proven.upTo ?? 0, to)) }
}
