/** Figures of one run. A key names its unit: p99Ms, rssMB, cpuShare. */
export type Figures = Readonly<Record<string, number>>

/** One benchmark. Lives in `bench/<name>.ts` and exports itself as `bench`. */
export interface Bench {
  readonly name: string
  /** What is measured, in one sentence. */
  readonly about: string
  /** The figure the aim is about, and the most it may be. */
  readonly aim: { readonly figure: string; readonly atMost: number }
  /** Measures; progress goes to standard error. `quick` answers the same figures in under 40 s. */
  run(options: { readonly quick: boolean }): Promise<Figures>
}

/** The value below which `share` of the sorted samples lie (nearest rank). NaN for none. */
export function percentile(samples: readonly number[], share: number): number {
  const sorted = samples.toSorted((a, b) => a - b)
  return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? NaN
}

/** `value` with `digits` decimals, as a number. */
export function rounded(value: number, digits = 1): number {
  return Number(value.toFixed(digits))
}
