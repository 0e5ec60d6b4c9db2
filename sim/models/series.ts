import { balanced, type Load } from './load.ts'
import type { Energy } from './meter.ts'

/** A recorded series of power: one value each `stepMs`, in W, none of them missing. */
export interface Series {
  readonly stepMs: number
  readonly watts: Float64Array
  /** When the recording started, UTC ms, where the file says so. */
  readonly recordedFrom: number | null
}

/** How long the series lasts, in ms. */
export function lengthMs(series: Series): number {
  return series.watts.length * series.stepMs
}

/** The power factor of what was recorded, which only says watts. */
const FACTOR = 0.93

/** The series as a load that holds each value for one step; its first value starts at second 0. */
export function played(series: Series): Load {
  return (seconds) => balanced(wattsAt(series, seconds), FACTOR)
}

/** Energy of the series since second 0. */
export function playedEnergy(series: Series): (seconds: number) => Energy {
  const stepH = series.stepMs / 3_600_000
  const sums = new Float64Array(series.watts.length + 1)
  for (const [index, watts] of series.watts.entries()) sums[index + 1] = (sums[index] ?? 0) + (watts * stepH) / 1_000
  return (seconds) => {
    const place = Math.min(Math.max(0, (seconds * 1_000) / series.stepMs), series.watts.length)
    const whole = Math.floor(place)
    const total = (sums[whole] ?? 0) + ((series.watts[whole] ?? 0) * (place - whole) * stepH) / 1_000
    const { watts: kWh, vars: kvarh } = balanced(total, FACTOR)
    return { kWh, kvarh }
  }
}

function wattsAt(series: Series, seconds: number): number {
  const index = Math.floor((seconds * 1_000) / series.stepMs)
  // Before its start and after its end a series holds its nearest value: a meter does not stop measuring.
  return series.watts[Math.min(Math.max(0, index), series.watts.length - 1)] ?? 0
}
