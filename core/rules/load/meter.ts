import { z } from 'zod'
import type { Sample } from '../rule.ts'

/** Silence after which it is not known what went on: the power may have been gone. */
const GAP_MS = 60_000

/** After an outage every thermostat calls at once. */
const COLD_LOAD_MS = 30 * 60_000

/** Below this the resolution of a meter counts more than its class, W. */
const SMALL_W = 200

/** Below this a meter that has a load behind it shows an outage, W. */
const DEAD_W = 20
const OUTAGE_MS = 30_000

/** What is known of the meter's own behaviour. Times are monotonic ms of this boot. */
export const Meter = z
  .object({
    /** Whether anything was read in this boot, and when last. */
    isRead: z.boolean(),
    mono: z.number(),
    /** The last two samples as they came, and how many there were since a gap, up to 2. */
    last: z.number(),
    beforeLast: z.number(),
    seen: z.number().int().min(0).max(2),
    /** Usual time from one sample to the next, ms. */
    stepMs: z.number(),
    /** How long the last sample may be held. */
    validMs: z.number(),
    /** Deviation of one sample from the next while nothing switches, as a share of what is drawn: so meters err. */
    noise: z.number(),
    /** Since when the very same number comes, and how often it came. */
    sameFrom: z.number(),
    same: z.number().int(),
    /** For how long there has been no power. */
    deadMs: z.number(),
    /** Until when a load after an outage is expected. */
    coldUntil: z.number(),
  })
  .strict()
export type Meter = z.infer<typeof Meter>

export function startMeter(): Meter {
  const nothing = {
    isRead: false,
    mono: 0,
    last: 0,
    beforeLast: 0,
    seen: 0,
    validMs: 0,
    noise: 0,
    sameFrom: 0,
    same: 0,
  }
  return { ...nothing, stepMs: 5_000, deadMs: 0, coldUntil: 0 }
}

/** Monotonic times of another boot are void; the power may have been gone. */
export function restartMeter(meter: Meter): void {
  meter.isRead = false
  meter.seen = 0
  meter.same = 0
  meter.coldUntil = 0
}

/**
 * Takes a good sample; answers how long the one before it could be held, ms, 0 after a gap. Time that no sample covers is not
 * counted.
 */
export function takeMeter(meter: Meter, sample: Sample, hasBase: boolean): number {
  const { mono, value } = sample
  const elapsed = meter.isRead ? mono - meter.mono : Infinity
  // A meter that is read seldom says so by how long its readings hold.
  const isGap = elapsed > GAP_MS && elapsed > Math.max(4 * meter.stepMs, meter.validMs)
  const held = isGap ? 0 : Math.min(elapsed, meter.validMs)
  if (isGap) {
    meter.seen = 0
    meter.same = 0
    meter.coldUntil = mono + COLD_LOAD_MS
  } else {
    meter.stepMs += 0.05 * (elapsed - meter.stepMs)
    const jump = Math.abs(value - meter.last)
    const size = Math.max(SMALL_W, Math.abs(value))
    if (jump < SMALL_W + 0.05 * size) meter.noise += 0.02 * ((0.886 * jump) / size - meter.noise)
  }
  if (value !== meter.last || meter.same === 0) {
    meter.sameFrom = mono
    meter.same = 1
  } else meter.same += 1
  if (Math.abs(value) < DEAD_W) meter.deadMs += held
  else if (meter.deadMs > 0) {
    if (meter.deadMs >= OUTAGE_MS && hasBase) meter.coldUntil = mono + COLD_LOAD_MS
    meter.deadMs = 0
  }
  meter.isRead = true
  meter.mono = mono
  meter.validMs = Math.max(0, sample.validMs)
  return held
}

/** The sample without spikes: the median of the last three. Moves on, so that it is asked once a sample. */
export function withoutSpike(meter: Meter, value: number): number {
  const { last: b, beforeLast: c, seen } = meter
  meter.beforeLast = b
  meter.last = value
  if (seen < 2) {
    meter.seen = seen + 1
    return seen === 0 ? value : Math.min(value, b)
  }
  return value > b ? (b > c ? b : Math.min(value, c)) : b < c ? b : Math.max(value, c)
}

/** The noise of a meter that shows `power`, W. */
export function noiseAt({ noise }: Meter, power: number): number {
  return noise * Math.max(SMALL_W, Math.abs(power))
}
