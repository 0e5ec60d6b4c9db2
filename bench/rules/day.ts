import { POINTS } from './site.ts'

const DAY_S = 86_400
const PUMP_EVERY_S = 5_400
const PUMP_FOR_S = 900

/** One day of one-second data: a value a point and second, in the order of POINTS; the energy counts from 0. */
export interface Day {
  readonly columns: readonly Float64Array[]
  /** Energy used in it, kWh. */
  readonly energy: number
}

/** Seconds of a lawful day: a guard's house with its evening, heating by the cold, and a pump that runs by level; no two seeds are alike. */
export function dayOf(seed: number): Day {
  const chance = chancesOf(seed)
  const columns = POINTS.map(() => new Float64Array(DAY_S))
  let energy = 0
  for (let s = 0; s < DAY_S; s += 1) {
    const hour = s / 3_600
    const isPumping = s % PUMP_EVERY_S < PUMP_FOR_S
    const house = 600 + (hour > 17 && hour < 22 ? 900 : 0) + (hour > 6 && hour < 8 ? 500 : 0)
    const temperature = 2 - 8 * Math.cos(((hour - 3) / 24) * 2 * Math.PI) + seed
    const heating = Math.max(0, 12 - temperature) * 90
    const power = house + heating + (isPumping ? 5_500 : 0) + 60 * (chance() + chance() - 1)
    energy += power / 3_600_000
    const perPhase = power / 3 / 228
    const values = [
      to(1, power),
      to(0.01, perPhase * (1 + 0.02 * chance())),
      to(0.01, perPhase * (1 + 0.02 * chance())),
      to(0.01, perPhase * (1 + 0.02 * chance())),
      to(0.01, energy),
      isPumping ? 1 : 0,
      to(0.001, 2 + Math.abs((s % PUMP_EVERY_S) / PUMP_EVERY_S - 0.17) + 0.005 * chance()),
      hour > 8 && hour < 17 && s % 4_000 < 40 ? 1 : 0,
      to(0.1, temperature),
    ]
    for (const [index, value] of values.entries()) (columns[index] ?? values)[s] = value
  }
  return { columns, energy: to(0.01, energy) }
}

/** As a meter shows it. */
function to(step: number, value: number): number {
  return Math.round(value / step) / Math.round(1 / step)
}

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
function chancesOf(seed: number): () => number {
  let state = seed + 0x6d2b79f5
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
