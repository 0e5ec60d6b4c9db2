import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { Calendar } from '../../core/contract/activity.ts'
import { loadYaml } from '../../platform/config.ts'

/** The demand of a Dutch research site in 1997, which lies beside the repository. */
const FILE = join(import.meta.dirname, '../../../shared/data/dutch-power/dutch_power_demand.txt')

const QUARTER_MS = 15 * 60_000
/** The recording has no day of 23 hours: its clock is the same all year. */
export const ZONE = 'Etc/GMT-1'
const BEGIN = Date.UTC(1997, 0, 1) - 3_600_000
/** What a meter of its own adds. */
const NOISE = 0.005
const SEED = 1_997

/** A year of a meter. */
export interface Year {
  /** UtcMs */
  readonly at: Float64Array
  /** W */
  readonly power: Float64Array
}

/** The year, scaled to a mean of `meanW` and read every `everyMs`, with a meter's noise. Throws where the data are not. */
export function dutchYear(meanW: number, everyMs: number): Year {
  if (!existsSync(FILE)) throw new Error(`${FILE}: expected the Dutch power data beside the repository, came none`)
  const demand = readFileSync(FILE, 'utf8').trim().split(/\s+/).map(Number)
  const mean = demand.reduce((sum, one) => sum + one, 0) / demand.length
  const noise = noiseOf(SEED)
  const length = Math.floor(((demand.length - 1) * QUARTER_MS) / everyMs)
  const at = Float64Array.from({ length }, (_, row) => BEGIN + QUARTER_MS + row * everyMs)
  const power = at.map((_, row) => {
    const quarter = (row * everyMs) / QUARTER_MS
    const [from, share] = [Math.floor(quarter), quarter % 1]
    const between = (demand[from] ?? 0) * (1 - share) + (demand[from + 1] ?? 0) * share
    return (between / mean) * meanW * (1 + NOISE * noise())
  })
  return { at, power }
}

/** The holidays of that year. */
export function dutchHolidays(): Calendar {
  return loadYaml(join(import.meta.dirname, 'nl-1997.yaml'), Calendar)
}

/** Chance between 0 and 1 that is the same every time. */
export function chanceOf(seed: number): () => number {
  let state = seed
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return state / 2 ** 32
  }
}

/** About normal, with a deviation of about 1. */
function noiseOf(seed: number): () => number {
  const chance = chanceOf(seed)
  return () => (chance() + chance() + chance() + chance() - 2) * Math.sqrt(3)
}
