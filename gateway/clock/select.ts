import { z } from 'zod'
import { TimeSource } from '../../core/contract/clock.ts'
import type { Drift } from './drift.ts'

/** What one source said the time was, at one instant of this boot. */
export const Claim = z
  .object({
    source: TimeSource,
    /** Monotonic time of the instant, ms. */
    mono: z.number().nonnegative(),
    /** UTC minus monotonic time, ms. */
    offsetMs: z.number(),
    /** How far it may be off either way by its own account, ms; null where it cannot say. */
    uncertaintyMs: z.number().nonnegative().nullable(),
  })
  .strict()
export type Claim = z.infer<typeof Claim>

/** What follows from all claims. */
export interface Selection {
  readonly source: TimeSource
  readonly mono: number
  readonly offsetMs: number
  readonly uncertaintyMs: number | null
  /** The same for those that were followed alone, as if nobody contradicted them; null with the other. */
  readonly followedMs: number | null
  /** Sources that contradict the ones that were followed; they are shown, and not followed. */
  readonly outliers: readonly TimeSource[]
}

interface Interval {
  readonly claim: Claim
  readonly from: number
  readonly to: number
}

/** A battery clock alone is better than nothing; beside anybody who knows, it has no voice. */
const WITHOUT_VOICE: readonly TimeSource[] = ['none', 'placed', 'rtc']

/** Which source is followed when none of them can say how far it is off. */
const BLIND: readonly TimeSource[] = ['control-room', 'technician', 'ntp', 'gps', 'rtc']

/**
 * The time that most sources agree on at `mono`: where the most of their intervals overlap (K. Marzullo, Maintaining the Time in a
 * Distributed System, 1984). Sources that contradict each other in equal numbers leave it open who is right: the uncertainty then
 * covers all of them. Null without any claim.
 */
export function selectTime(claims: readonly Claim[], mono: number, drift: Drift): Selection | null {
  const known = claims.map((claim) => intervalAt(claim, mono, drift)).filter((interval) => interval !== null)
  const voiced = known.filter(({ claim }) => !WITHOUT_VOICE.includes(claim.source))
  const heard = voiced.length > 0 ? voiced : known
  const guess = blind(claims, mono, drift)
  const [first] = heard
  if (first === undefined) return guess
  // Even one who cannot say how far off it is has more voice than a battery clock that contradicts it.
  const isDenied = voiced.length === 0 && guess !== null && (guess.offsetMs < first.from || guess.offsetMs > first.to)
  if (isDenied) return { ...guess, outliers: [first.claim.source] }
  const regions = mostAgreed(heard)
  const [low, high] = [Math.min(...regions.map(({ from }) => from)), Math.max(...regions.map(({ to }) => to))]
  const agrees = ({ from, to }: Interval) => regions.some((region) => from <= region.to && to >= region.from)
  const surest = heard.filter(agrees).reduce((best, next) => (widthOf(next) < widthOf(best) ? next : best))
  const region = regions.find(({ from, to }) => surest.from <= to && surest.to >= from) ?? { from: low, to: high }
  const offsetMs = (region.from + region.to) / 2
  return {
    source: surest.claim.source,
    mono,
    offsetMs,
    uncertaintyMs: Math.max(offsetMs - low, high - offsetMs),
    followedMs: (region.to - region.from) / 2,
    outliers: known
      .filter(({ from, to }) => to < region.from || from > region.to)
      .map(({ claim }) => claim.source)
      .sort(),
  }
}

/** A claim grows older: it moves with the clock's rate, and widens by what that rate is not known to. */
function intervalAt(claim: Claim, mono: number, { rate, bound }: Drift): Interval | null {
  if (claim.uncertaintyMs === null) return null
  const age = mono - claim.mono
  const middle = claim.offsetMs + rate * age
  const half = claim.uncertaintyMs + bound * Math.abs(age)
  return { claim, from: middle - half, to: middle + half }
}

/** The places where most intervals overlap, in order; they do not touch. */
function mostAgreed(intervals: readonly Interval[]): readonly { readonly from: number; readonly to: number }[] {
  const starts = intervals.map(({ from }) => from)
  const countAt = (at: number) => intervals.filter(({ from, to }) => from <= at && at <= to).length
  const most = Math.max(...starts.map(countAt))
  // Every place where most overlap begins where one of them does, and ends where the first of them ends.
  const found = [...new Set(starts)]
    .filter((at) => countAt(at) === most)
    .map((from) => ({
      from,
      to: Math.min(...intervals.filter((one) => one.from <= from && from <= one.to).map((one) => one.to)),
    }))
  return found.sort((a, b) => a.from - b.from)
}

function widthOf({ from, to }: Interval): number {
  return to - from
}

/** Sources that cannot say how far they are off: the first of them by rank. */
function blind(claims: readonly Claim[], mono: number, { rate }: Drift): Selection | null {
  const unsure = claims.filter(({ uncertaintyMs }) => uncertaintyMs === null)
  const found = BLIND.map((source) => unsure.find((claim) => claim.source === source)).find(
    (claim) => claim !== undefined,
  )
  if (found === undefined) return null
  const offsetMs = found.offsetMs + rate * (mono - found.mono)
  return { source: found.source, mono, offsetMs, uncertaintyMs: null, followedMs: null, outliers: [] }
}
