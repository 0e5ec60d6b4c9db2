import { DAY_S, dayOfYear, HOUR_S } from './days.ts'
import type { PitSite } from './site.ts'
import type { Dice } from './dice.ts'

export interface Weather {
  /** Outdoors, °C. */
  temperature(t: number): number
  /** By how much more water comes in than without rain, ≥ 1. */
  rain(t: number): number
}

/** As a factor of what comes in without rain. */
export const HEAVIEST_RAIN = 4

const MEAN_C = 10
const YEAR_SWING_C = 13
const DAY_SWING_C = 5
const HOTTEST_YEAR_DAY = 200
const HOTTEST_HOUR = 15

/** Draws the weather: a year, a day, and a deviation from day to day; rain on 12 % of days, of which half is left the day after. */
export function drawWeather(site: PitSite, dice: Dice): Weather {
  const first = dayOfYear(site.date)
  const offsets: number[] = []
  for (let day = 0; day <= site.days + 1; day++) offsets.push(0.6 * (offsets.at(-1) ?? 0) + 1.6 * dice.gauss())
  const rains: number[] = []
  for (let day = 0; day <= site.days; day++) {
    const left = 1 + 0.5 * ((rains.at(-1) ?? 1) - 1)
    rains.push(dice.isLucky(0.12) ? Math.max(left, dice.uniform(1.5, HEAVIEST_RAIN)) : left)
  }
  return {
    temperature: (t) => {
      const day = Math.floor(t / DAY_S)
      const part = t / DAY_S - day
      const offset = (offsets[day] ?? 0) * (1 - part) + (offsets[day + 1] ?? 0) * part
      const year = Math.cos((2 * Math.PI * (first + t / DAY_S - HOTTEST_YEAR_DAY)) / 365)
      const hour = Math.cos((2 * Math.PI * (t / HOUR_S - HOTTEST_HOUR)) / 24)
      return MEAN_C + YEAR_SWING_C * year + DAY_SWING_C * hour + offset
    },
    rain: (t) => rains[Math.floor(t / DAY_S)] ?? 1,
  }
}
