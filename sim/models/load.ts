/** A quantity of each of the three phases. */
export type Phases = readonly [number, number, number]

/** What something draws from the three phases at an instant: active power in W and reactive power in var. */
export interface Draw {
  readonly watts: Phases
  readonly vars: Phases
}

/** A consumer as a pure function of scenario time in seconds. */
export type Load = (seconds: number) => Draw

/** How long something has been on, in seconds, or null while it is off. */
export type RunningFor = (seconds: number) => number | null

export const NOTHING: Draw = { watts: [0, 0, 0], vars: [0, 0, 0] }

/** `watts` spread evenly over three phases at power factor `factor` (0–1). */
export function balanced(watts: number, factor: number): Draw {
  const share = watts / 3
  const reactive = Math.abs(share) * Math.tan(Math.acos(factor))
  return { watts: [share, share, share], vars: [reactive, reactive, reactive] }
}

/** `watts` on the first phase only at power factor `factor` (0–1), as a lamp or heater is wired. */
export function singlePhase(watts: number, factor: number): Draw {
  return { watts: [watts, 0, 0], vars: [Math.abs(watts) * Math.tan(Math.acos(factor)), 0, 0] }
}

/** All of `loads` on one feeder. */
export function together(loads: readonly Load[]): Load {
  return (seconds) => {
    const draws = loads.map((load) => load(seconds))
    const sum = (key: 'watts' | 'vars', phase: 0 | 1 | 2) => draws.reduce((total, draw) => total + draw[key][phase], 0)
    return {
      watts: [sum('watts', 0), sum('watts', 1), sum('watts', 2)],
      vars: [sum('vars', 0), sum('vars', 1), sum('vars', 2)],
    }
  }
}
