import { z } from 'zod'
import { asksForMore, type Heating, heatingAt } from './heating.ts'
import type { HourLimits } from './limits.ts'

/** However quiet an hour was: less than a kettle is nothing to wake anybody for, W. (detection.md §6.2) */
const LEAST_ENVELOPE_W = 2_000
const ENVELOPE = 1.1
const ENVELOPE_MORE_W = 400

/** A household's habits shift by an hour; a machine's timer by minutes. W and min. */
const HOUSEHOLD_W = 4_000
const TIMER_MIN = 15

/**
 * Weather may call for a heater or a cooler that was never on while learning, because the season had not come or the guard had not: one
 * of so much, W, that is on for up to so large a share of the time.
 */
const APPLIANCE_W = 2_500
const APPLIANCE_SHARE = 0.6

/** An appliance somebody answers for widens what is normal to no more than this, W, an hour before and after. */
const APPLIANCE_MOST_W = 6_500
const APPLIANCE_MIN = 60

/** What is normal in this minute, W. Worked out once a minute. */
export const Normal = z
  .object({
    /** Minutes since 1970; null before the first. */
    minute: z.number().int().nullable(),
    base: z.number(),
    heat: z.number(),
    /** An appliance that the weather may call for and nobody saw yet. */
    weather: z.number(),
    envelope: z.number(),
    usual: z.number(),
    low: z.number(),
    /** Wh; null where it is not known. */
    excess: z.number().nullable(),
    days: z.number().int(),
    isArmed: z.boolean(),
    /** Somebody works here with a paper. */
    isPermitted: z.boolean(),
    temperature: z.number().nullable(),
  })
  .strict()
export type Normal = z.infer<typeof Normal>

export function nothingNormal(): Normal {
  const nothing = { base: 0, heat: 0, weather: 0, envelope: 0, usual: 0, low: 0, excess: null, days: 0 }
  return { minute: null, ...nothing, isArmed: false, isPermitted: false, temperature: null }
}

export interface NormalParts {
  /** Local minute of the day. */
  readonly minute: number
  /** What is known of the kind of day, by hour. */
  readonly limits: readonly (HourLimits | null)[]
  readonly heating: Heating
  readonly temperature: number | null
  readonly declared: number
  readonly noise: number
  readonly appliances: readonly { readonly power: number; readonly minute: number }[]
}

type Limits = Pick<Normal, 'base' | 'heat' | 'weather' | 'envelope' | 'usual' | 'low' | 'excess' | 'days' | 'isArmed'>

/** What is normal at a minute: by what was learned where that is believed, by what was declared before. */
export function normalAt(parts: NormalParts): Limits {
  const { minute, limits, declared } = parts
  const hour = Math.floor(minute / 60)
  const own = limits[hour] ?? null
  if (own === null) return { ...nothingNormal(), envelope: declared }
  const around = neighbours(limits, hour, minute % 60)
  const heat = heatingAt(parts.heating, parts.temperature)
  const excesses = [own, around.before, around.after].flatMap((one) => one?.excess ?? [])
  const weather = asksForMore(parts.heating, parts.temperature) ? Math.max(0, APPLIANCE_W - grown(own)) : 0
  const usual = Math.max(own.usual, ...around.near.map((one) => one.usual)) - own.base
  const learned = {
    heat,
    usual: usual + applianceAt(parts) + APPLIANCE_SHARE * weather,
    weather,
    low: Math.min(...[own, around.before, around.after].flatMap((one) => one?.low ?? [])),
    excess: excesses.length === 0 ? null : Math.max(...excesses),
    days: own.days,
  }
  if (!own.isArmed) return { ...learned, base: own.base, envelope: declared, isArmed: false }
  const most = Math.max(declared - own.base - heat, 0.1 * declared + 4 * parts.noise)
  // A machine's hour says nothing of the hour beside it, a household's does.
  const isHabit = (one: HourLimits) => around.near.includes(one) || one.top <= own.base + HOUSEHOLD_W
  const top = Math.max(own.top, ...around.all.filter(isHabit).map((one) => one.top))
  const seen = Math.max(LEAST_ENVELOPE_W, ENVELOPE * (top - own.base - heat) + ENVELOPE_MORE_W) + weather
  const answeredFor = applianceAt(parts)
  const granted = answeredFor === 0 ? 0 : Math.min(ENVELOPE * answeredFor + ENVELOPE_MORE_W, declared, APPLIANCE_MOST_W)
  return { ...learned, base: own.base, envelope: Math.max(Math.min(seen, most), granted), isArmed: true }
}

/** By how much the level of an hour has risen this month: the appliance that the season calls for may be in it already. */
function grown({ top, month }: HourLimits): number {
  return month === null ? 0 : Math.max(0, top - month[2])
}

function neighbours(limits: readonly (HourLimits | null)[], hour: number, minute: number) {
  const before = limits[(hour + 23) % 24] ?? null
  const after = limits[(hour + 1) % 24] ?? null
  const isNear = (one: HourLimits | null) =>
    (one === before && minute < TIMER_MIN) || (one === after && minute >= 60 - TIMER_MIN)
  const all = [before, after].filter((one) => one !== null)
  return { before, after, all, near: all.filter(isNear) }
}

function applianceAt({ appliances, minute }: NormalParts): number {
  const isNow = (at: number) => Math.min(Math.abs(at - minute), 1_440 - Math.abs(at - minute)) <= APPLIANCE_MIN
  return appliances.filter((one) => isNow(one.minute)).reduce((most, { power }) => Math.max(most, power), 0)
}
