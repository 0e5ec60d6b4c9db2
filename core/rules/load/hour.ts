import { z } from 'zod'
import { BINS, binOf, levelAbove, levelBelow } from './histogram.ts'
import { LEVELS, type Runs } from './runs.ts'

/** A level that was held for less than this in an hour tells nothing: the 99.9th percentile over three hours and some weeks. */
const GLIMPSE_MS = 10_000

/** Less of an hour is no hour, and so long above what is declared is no normal one. */
const ENOUGH_MS = 40 * 60_000
const ABOVE_DECLARED_MS = 60_000

/**
 * An hour of one day, as a tuple, because hundreds are kept: the power that known loads do not explain (median, nine tenths, the level
 * above and below which it was for seconds only, mean; W), the highest CUSUM (Wh; null while there was no limit to count from) and the
 * outdoor temperature (°C).
 */
export const HourSummary = z.tuple([
  z.number(),
  z.number(),
  z.number(),
  z.number(),
  z.number(),
  z.number().nullable(),
  z.number().nullable(),
])
export type HourSummary = z.infer<typeof HourSummary>

/** What has been seen of the hour that runs. */
export const Hour = z
  .object({
    /** Local day and hour; null before the first sample. */
    day: z.number().int().nullable(),
    hour: z.number().int(),
    isOff: z.boolean(),
    bins: z.array(z.number()).length(BINS),
    ms: z.number(),
    energy: z.number(),
    aboveMs: z.number(),
    excess: z.number().nullable(),
    temperature: z.number().nullable(),
    runs: z.array(z.number()).length(LEVELS.length),
    cycle: z.number(),
    creep: z.number(),
    starts: z.array(z.number()),
    /** Something was not as always, or somebody works here: nothing of it is learned. */
    isSpoiled: z.boolean(),
  })
  .strict()
export type Hour = z.infer<typeof Hour>

export function startHour(): Hour {
  return {
    day: null,
    hour: 0,
    isOff: false,
    bins: Array.from({ length: BINS }, () => 0),
    ms: 0,
    energy: 0,
    aboveMs: 0,
    excess: null,
    temperature: null,
    runs: LEVELS.map(() => 0),
    cycle: 0,
    creep: 0,
    starts: [],
    isSpoiled: false,
  }
}

/** Begins the next hour in the same object. */
export function beginHour(
  hour: Hour,
  place: { readonly day: number; readonly hour: number; readonly isOff: boolean },
): void {
  const { bins, runs } = hour
  bins.fill(0)
  runs.fill(0)
  Object.assign(hour, startHour(), place, { bins, runs })
}

/** The power unexplained by known loads was `power` for `ms`. */
export function addToHour(hour: Hour, power: number, ms: number, declared: number): void {
  const bin = binOf(power)
  hour.bins[bin] = (hour.bins[bin] ?? 0) + ms
  hour.ms += ms
  hour.energy += power * ms
  if (power > declared) hour.aboveMs += ms
}

/** How long runs were in this hour. */
export function noteRuns(hour: Hour, { now, isAny }: Runs): void {
  if (!isAny) return
  for (let level = 0; level < LEVELS.length; level += 1) {
    if ((now[level] ?? 0) > (hour.runs[level] ?? 0)) hour.runs[level] = now[level] ?? 0
  }
}

/** What the hour was; null where it is not one to learn from. */
export function summaryOf(hour: Hour, declared: number): HourSummary | null {
  const { bins, ms } = hour
  if (hour.isSpoiled || ms < ENOUGH_MS || hour.aboveMs >= ABOVE_DECLARED_MS) return null
  return [
    Math.round(levelBelow(bins, ms / 2)),
    Math.round(levelBelow(bins, 0.9 * ms)),
    Math.round(Math.min(declared, levelAbove(bins, GLIMPSE_MS))),
    Math.round(levelBelow(bins, GLIMPSE_MS)),
    Math.round(hour.energy / ms),
    hour.excess === null ? null : Math.round(hour.excess / 3_600_000),
    hour.temperature === null ? null : Math.round(hour.temperature * 2) / 2,
  ]
}
