import { z } from 'zod'
import { type Day, habitOf, seenAt } from './days.ts'
import { type Heating, heatingAt } from './heating.ts'
import { median } from './trail.ts'

/** Nothing that is learned rises faster than this in a day, nor by more than this in thirty without a person's word. */
const DAILY_RISE = 0.15
const MONTHLY_RISE = 0.1
/** A lamp more is no crime, W. */
const MONTHLY_ALLOWANCE_W = 300
/** A heater or a cooler more is none either, when the season for it has come, W. */
const SEASONAL_ALLOWANCE_W = 2_500
const DAILY_FALL = 0.01
const MONTH_DAYS = 30

/** A believed hour is learned on only where so many days of it were quiet. */
const QUIET_DAYS = 5
/** Days of a kind that is rarer than others, where the site has a weekly rhythm. */
const RARE_DAYS = 4

/** The slow baseline forgets a day's weight over so many days. */
const SLOW_DAYS = 90

/** What is normal at an hour of a kind of day, W, without known loads. `base` and `usual` are without heating. */
export const HourLimits = z
  .object({
    base: z.number(),
    usual: z.number(),
    top: z.number(),
    low: z.number(),
    /** Highest CUSUM, Wh; null while too few days told. */
    excess: z.number().nullable(),
    days: z.number().int(),
    isArmed: z.boolean(),
    /** The baseline of three months; null while not armed. */
    slow: z.number().nullable(),
    /** What was believed when the month began: [day, base, top, low, excess]. */
    month: z.tuple([z.number().int(), z.number(), z.number(), z.number(), z.number()]).nullable(),
  })
  .strict()
export type HourLimits = z.infer<typeof HourLimits>

export interface Learning {
  readonly learnDays: number
  readonly heating: Heating
  readonly today: number
  /** Days of this kind are rarer than those for which `learnDays` is meant. */
  readonly isRare: boolean
  /** The weather of these days asks for heating or cooling. */
  readonly isSeason: boolean
}

/** What is normal at an hour after another night. */
export function learnHour(
  days: readonly Day[],
  hour: number,
  before: HourLimits | null,
  learning: Learning,
): HourLimits | null {
  const seen = seenAt(days, hour)
  if (seen.length === 0) return before
  const plain = seen.map(({ summary: [middle, usual, , , , , temperature] }) => {
    const heat = heatingAt(learning.heating, temperature)
    return { middle: middle - heat, usual: usual - heat }
  })
  const middles = plain.map(({ middle }) => middle)
  const usuals = plain.map(({ usual }) => usual).sort((a, b) => a - b)
  const lows = seen.map(({ summary: [, , , low] }) => low).sort((a, b) => a - b)
  const excesses = seen.flatMap(({ summary: [, , , , , excess] }) => (excess === null ? [] : [excess]))
  const base = median([...middles])
  const usual = usuals[Math.floor(0.75 * (usuals.length - 1))] ?? base
  const fresh: Fresh = {
    base,
    usual: Math.max(base, usual),
    top: habitOf(days, hour),
    low: lows[lows.length >= 10 ? 1 : 0] ?? 0,
    excess: excesses.length < 3 ? null : Math.max(...excesses),
    days: seen.length,
  }
  if (before?.isArmed === true)
    return seen.length < QUIET_DAYS && !learning.isRare ? before : moved(before, fresh, learning)
  const wanted = learning.isRare ? Math.min(RARE_DAYS, learning.learnDays) : learning.learnDays
  const isArmed = seen.length >= wanted && isStationary(middles, usual - base)
  const month: HourLimits['month'] = isArmed
    ? [learning.today, fresh.base, fresh.top, fresh.low, fresh.excess ?? 0]
    : null
  return { ...fresh, isArmed, slow: isArmed ? base : null, month }
}

type Fresh = Omit<HourLimits, 'isArmed' | 'slow' | 'month'>

/** What is believed follows what was seen, but only so fast. */
function moved(before: HourLimits, fresh: Fresh, { today, isSeason }: Learning): HourLimits {
  const old = before.month ?? [today, before.base, before.top, before.low, before.excess ?? 0]
  const month: NonNullable<HourLimits['month']> =
    today - old[0] < MONTH_DAYS ? old : [today, before.base, before.top, before.low, before.excess ?? 0]
  const [, monthBase, monthTop, monthLow, monthExcess] = month
  const slow = before.slow ?? before.base
  const allowance = isSeason ? SEASONAL_ALLOWANCE_W : MONTHLY_ALLOWANCE_W
  const fall = (value: number) => value * DAILY_FALL
  return {
    base: follow(before.base, fresh.base, { since: monthBase, fall: 0.15 * before.base, allowance }),
    usual: follow(before.usual, fresh.usual, {
      since: monthBase + (before.usual - before.base),
      fall: 0.15 * before.usual,
      allowance,
    }),
    top: follow(before.top, fresh.top, { since: monthTop, fall: fall(before.top), allowance }),
    // Falling is the direction in which somebody could teach it: less and less through the meter.
    low: Math.max(
      monthLow * (1 - MONTHLY_RISE),
      Math.min(before.low * (1 + DAILY_FALL) + 1, Math.max(before.low * (1 - DAILY_RISE), fresh.low)),
    ),
    excess:
      fresh.excess === null
        ? before.excess
        : follow(before.excess ?? fresh.excess, fresh.excess, {
            since: monthExcess,
            fall: fall(before.excess ?? 0),
            allowance,
          }),
    days: Math.max(before.days, fresh.days),
    isArmed: true,
    slow: slow + (fresh.base - slow) / SLOW_DAYS,
    month,
  }
}

function follow(
  before: number,
  fresh: number,
  within: { readonly since: number; readonly fall: number; readonly allowance: number },
): number {
  if (fresh <= before) return Math.max(fresh, before - Math.abs(within.fall))
  const most = Math.max(within.since * (1 + MONTHLY_RISE), within.since + within.allowance)
  return Math.max(before, Math.min(fresh, before + Math.max(before * DAILY_RISE, within.allowance / 2), most))
}

/**
 * Whether daily medians stand still: a CUSUM over them, in units of how far they scatter, does not run away. A share of the hour's own
 * spread counts as scatter, because the median of an hour in which a heater comes and goes falls on either side.
 */
function isStationary(middles: readonly number[], spread: number): boolean {
  const centre = median([...middles])
  // From one day to the next, so that a trend is no scatter.
  const scatter = median(middles.slice(1).map((middle, at) => Math.abs(middle - (middles[at] ?? middle))))
  const unit = Math.max(1.05 * scatter, 0.5 * spread, 0.05 * Math.abs(centre), 100)
  let [up, down] = [0, 0]
  for (const middle of middles) {
    // One odd day is no trend.
    const z = Math.max(-3, Math.min(3, (middle - centre) / unit))
    up = Math.max(0, up + z - 0.5)
    down = Math.max(0, down - z - 0.5)
  }
  return up < 6 && down < 6
}
