import { z } from 'zod'

/**
 * How long a condition has been proven, and what follows from it; changed in place. Between two samples the raw value is held, but never
 * longer than the sample is valid: a gap proves nothing. Times are monotonic but for `holdAt`.
 */
export const ProvenTime = z
  .object({
    /** The debounced condition: true between a raise and its clear. */
    active: z.boolean(),
    /** The condition as the last believed sample had it; null before the first. */
    raw: z.boolean().nullable(),
    /** Proven milliseconds during which raw differed from active. */
    provenMs: z.number().nonnegative(),
    /** The last believed sample while it still counts, and until when; null where nothing is held. `until` null = for ever. */
    hold: z.object({ at: z.number(), mono: z.number(), until: z.number().nullable() }).strict().nullable(),
    /** Up to where time has been accounted for in this boot; null = nowhere yet. */
    upTo: z.number().nullable(),
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
  readonly at: number
  readonly mono: number
}

/** Nothing is known yet, except whether an alarm is open. */
export function startProven(active: boolean): ProvenTime {
  return { active, raw: null, provenMs: 0, hold: null, upTo: null }
}

/** As it is written: what is held says nothing while it is as it was proven to be, and most conditions are at rest. */
export function savedProven(proven: ProvenTime): ProvenTime {
  return proven.raw === proven.active ? { ...proven, hold: null } : proven
}

/** After a restart: proven time stays proven, but nothing is held until a sample has come again. */
export function restartProven(proven: ProvenTime): void {
  proven.hold = null
  proven.upTo = null
}

/** The instant at which what is held will have proven the other state, if no sample comes before; Infinity = it will not. */
export function flipDue(proven: ProvenTime, delays: Delays): number {
  const { hold, raw, active } = proven
  if (hold === null || raw === null || raw === active) return Infinity
  const from = Math.max(proven.upTo ?? hold.mono, hold.mono)
  const instant = from + Math.max(0, (raw ? delays.onDelay : delays.offDelay) - proven.provenMs)
  return instant <= (hold.until ?? Infinity) ? instant : Infinity
}

/** The flip that `flipDue` told of. The same flips come out however often or seldom time is accounted for. (I11) */
export function takeFlip(proven: ProvenTime, mono: number): Flip {
  const { hold } = proven
  if (hold === null) throw new RangeError('nothing is held that could flip')
  proven.active = !proven.active
  proven.provenMs = 0
  proven.upTo = Math.max(proven.upTo ?? 0, mono)
  return { active: proven.active, at: Math.max(0, Math.floor(hold.at + (mono - hold.mono))), mono }
}

/** Accounts for the time up to `to`, in which no flip is due. */
export function proveUpTo(proven: ProvenTime, to: number): void {
  const { hold, raw, active } = proven
  if (hold !== null && raw !== null && raw !== active) {
    const from = Math.max(proven.upTo ?? hold.mono, hold.mono)
    const end = Math.min(to, hold.until ?? Infinity)
    if (end > from) proven.provenMs += end - from
  }
  proven.upTo = Math.max(proven.upTo ?? 0, to)
}

/**
 * Takes a believed sample after the time before it was accounted for; answers the flip it makes at once where its delay is 0. One that
 * comes after its time was already accounted for counts from there on.
 */
export function takeSample(
  proven: ProvenTime,
  delays: Delays,
  sample: { readonly at: number; readonly mono: number; readonly holdMs: number; readonly raw: boolean },
): Flip | null {
  const { raw, mono } = sample
  if (raw !== proven.raw) proven.provenMs = 0
  proven.raw = raw
  const until = Number.isFinite(sample.holdMs) ? mono + sample.holdMs : null
  // The same object again: this happens at every sample of every rule.
  if (proven.hold === null) proven.hold = { at: sample.at, mono, until }
  else {
    proven.hold.at = sample.at
    proven.hold.mono = mono
    proven.hold.until = until
  }
  if (raw === proven.active || (raw ? delays.onDelay : delays.offDelay) > 0) return null
  return takeFlip(proven, Math.max(mono, proven.upTo ?? mono))
}

/** A sample that cannot be believed: nothing is held from here on, everything else stays as it is. (I4) */
export function stopHolding(proven: ProvenTime): void {
  proven.hold = null
}
