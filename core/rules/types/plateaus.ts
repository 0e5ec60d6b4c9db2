import { z } from 'zod'

/** Shorter levels are transients: the inrush of a motor, a spike. */
const SETTLED_MS = 5_000

/** One sample that departs is a spike; two are a new level. */
const DEPARTED = 2

/** The mean follows slow drift over so many samples. */
const MEMORY = 60

/** A level that lasted: from when until when (monotonic), and its mean. */
export const Plateau = z.object({ mono: z.number(), until: z.number(), mean: z.number() }).strict()
export type Plateau = z.infer<typeof Plateau>

/** The level a value stays at, and the one it stayed at before; nothing is known while `count` is 0. */
export const Level = z
  .object({
    /** When it was reached, and when what was before it was left: an inrush lies between. */
    mono: z.number(),
    from: z.number(),
    mean: z.number(),
    count: z.number(),
    /** Until when its last sample is held. */
    until: z.number(),
    /** The highest value on the way to this level. */
    peak: z.number(),
    isSettled: z.boolean(),
    /** Samples that departed from it since. */
    odd: z.object({ mono: z.number(), sum: z.number(), count: z.number(), peak: z.number() }).strict(),
    was: Plateau.nullable(),
  })
  .strict()
export type Level = z.infer<typeof Level>

/** No level is known. */
export function noLevel(): Level {
  const odd = { mono: 0, sum: 0, count: 0, peak: 0 }
  return { mono: 0, from: 0, mean: 0, count: 0, until: 0, peak: 0, isSettled: false, odd, was: null }
}

/** A value now, how long it may be held, and how far from a level it may be and still belong to it. */
export interface LevelSample {
  value: number
  mono: number
  validMs: number
  tolerance: number
}

/**
 * Follows a value from level to level. `edge`: it has settled at another one than `was`. `lost`: it was not seen for longer than it may
 * be held, and what was known is gone.
 */
export function followLevel(level: Level, now: LevelSample): 'edge' | 'lost' | 'none' {
  const { value, mono } = now
  if (level.count === 0 || mono > level.until) {
    const isLost = level.count > 0
    begin(level, { mono, from: mono, mean: value, count: 1, peak: value })
    level.was = null
    level.until = mono + now.validMs
    return isLost ? 'lost' : 'none'
  }
  level.until = mono + now.validMs
  if (Math.abs(value - level.mean) <= now.tolerance) {
    level.odd.count = 0
    level.count = Math.min(MEMORY, level.count + 1)
    level.mean += (value - level.mean) / level.count
    return settle(level, now)
  }
  depart(level, now)
  return settle(level, now)
}

function depart(level: Level, { value, mono, tolerance }: LevelSample): void {
  const { odd } = level
  const isNew = odd.count === 0 || Math.abs(value - odd.sum / odd.count) > tolerance
  if (isNew) {
    const peak = odd.count === 0 ? value : Math.max(odd.peak, value)
    level.odd = { mono, sum: value, count: 1, peak }
    return
  }
  odd.sum += value
  odd.count += 1
  odd.peak = Math.max(odd.peak, value)
  if (odd.count < DEPARTED) return
  const isTransient = odd.mono - level.mono < SETTLED_MS
  const peak = isTransient ? Math.max(level.peak, odd.peak) : odd.peak
  if (!isTransient) level.was = { mono: level.from, until: odd.mono, mean: level.mean }
  const from = isTransient ? level.from : odd.mono
  begin(level, { mono: odd.mono, from, mean: odd.sum / odd.count, count: odd.count, peak })
}

function settle(level: Level, { mono, tolerance }: LevelSample): 'edge' | 'none' {
  if (level.isSettled || level.odd.count > 0 || mono - level.mono < SETTLED_MS) return 'none'
  level.isSettled = true
  const { was } = level
  if (was === null) return 'none'
  if (Math.abs(level.mean - was.mean) > tolerance) return 'edge'
  // Back where it was: the transient between was none of its own.
  level.mono = was.mono
  level.from = was.mono
  level.was = null
  return 'none'
}

type First = Pick<Level, 'mono' | 'from' | 'mean' | 'count' | 'peak'>

function begin(level: Level, first: First): void {
  level.mono = first.mono
  level.from = first.from
  level.mean = first.mean
  level.count = first.count
  level.peak = first.peak
  level.isSettled = false
  level.odd = { mono: 0, sum: 0, count: 0, peak: 0 }
}
