import { z } from 'zod'

/** Below the one a site heats, above the other it cools, °C. */
const HEATS_BELOW = 16
const COOLS_ABOVE = 24

/** From here on people at a guard post do heat or cool. */
const COLD = 10
const HOT = 26

/** Fewer hours, or too little change of the weather, tell nothing. */
const ENOUGH_HOURS = 72
const ENOUGH_VARIANCE = 4
const ENOUGH_EXPLAINED = 0.2

/** What heating and cooling draw, W for each degree; 0 while not known. */
export const Heating = z.object({ heat: z.number(), cool: z.number() }).strict()
export type Heating = z.infer<typeof Heating>

export function startHeating(): Heating {
  return { heat: 0, cool: 0 }
}

/** What heating or cooling draws at a temperature, W; 0 where that is not known. */
export function heatingAt(heating: Heating, temperature: number | null): number {
  if (temperature === null) return 0
  return heating.heat * Math.max(0, HEATS_BELOW - temperature) + heating.cool * Math.max(0, temperature - COOLS_ABOVE)
}

/** Whether people heat or cool in it. */
export function isHeatingWeather(temperature: number): boolean {
  return temperature < COLD || temperature > HOT
}

/** Whether the weather asks for heating or cooling that was not learned here; without a thermometer nobody knows. */
export function asksForMore({ heat, cool }: Heating, temperature: number | null): boolean {
  if (temperature === null) return false
  return (temperature < COLD && heat === 0) || (temperature > HOT && cool === 0)
}

/** An hour of some day: which of the day, its mean power and its temperature. */
export interface WeatherHour {
  readonly hour: number
  readonly power: number
  readonly temperature: number
}

/**
 * Least squares of power over heating and cooling degrees within each hour of the day, so that what happens at a warm time of the day
 * is not taken for cooling. Neither is ever negative.
 */
export function fitHeating(hours: readonly WeatherHour[]): Heating {
  const cold = hours.map(({ temperature }) => Math.max(0, HEATS_BELOW - temperature))
  const warm = hours.map(({ temperature }) => Math.max(0, temperature - COOLS_ABOVE))
  const power = within(
    hours,
    hours.map((hour) => hour.power),
  )
  const heat = slope(within(hours, cold), power)
  const cool = slope(within(hours, warm), power)
  return { heat, cool }
}

/** Each value less the mean of its hour of the day. */
function within(hours: readonly WeatherHour[], values: readonly number[]): number[] {
  const sums = new Map<number, { sum: number; count: number }>()
  for (const [at, { hour }] of hours.entries()) {
    const { sum, count } = sums.get(hour) ?? { sum: 0, count: 0 }
    sums.set(hour, { sum: sum + (values[at] ?? 0), count: count + 1 })
  }
  return hours.map(({ hour }, at) => {
    const { sum, count } = sums.get(hour) ?? { sum: 0, count: 1 }
    return (values[at] ?? 0) - sum / count
  })
}

function slope(degrees: readonly number[], power: readonly number[]): number {
  let [xx, xy, yy] = [0, 0, 0]
  for (const [at, x] of degrees.entries()) {
    const y = power[at] ?? 0
    xx += x * x
    xy += x * y
    yy += y * y
  }
  if (degrees.length < ENOUGH_HOURS || xx < ENOUGH_VARIANCE * degrees.length || xy <= 0) return 0
  return (xy * xy) / (xx * yy) < ENOUGH_EXPLAINED ? 0 : xy / xx
}
