/** One figure, or figures of parts. null = there is none, such as the median of what never came. */
export type Figure = number | null | readonly Figure[] | { readonly [part: string]: Figure }

/** Figures of one run. A key names its unit: p99Ms, rssMB, cpuShare. */
export type Figures = Readonly<Record<string, number>>

/** What a run answers: its figures, some of them in parts. */
export type Report = Readonly<Record<string, Figure>>

/** A figure, and the most or the least it may be. */
export type Aim =
  { readonly figure: string; readonly atMost: number } | { readonly figure: string; readonly atLeast: number }

/** One benchmark. Lives in `bench/<name>.ts` and exports itself as `bench`. */
export interface Bench {
  readonly name: string
  /** What is measured, in one sentence. */
  readonly about: string
  /** What the figures are to come to; all of them where there are several. */
  readonly aim: Aim | readonly Aim[]
  /** Measures; progress goes to standard error. `quick` answers the same figures soon. `seed` makes what is random the same again. */
  run(options: { readonly quick: boolean; readonly seed?: number }): Promise<Report>
}

/** All aims of a bench. */
export function aimsOf({ aim }: Pick<Bench, 'aim'>): readonly Aim[] {
  return 'figure' in aim ? [aim] : aim
}

/** An aim as people read it: `wrong <= 0`. */
export function aimText(aim: Aim): string {
  return 'atMost' in aim ? `${aim.figure} <= ${aim.atMost}` : `${aim.figure} >= ${aim.atLeast}`
}

/** Whether the figures come up to the aim; a figure that is not there does not. */
export function isMet(aim: Aim, figures: Report): boolean {
  const reached = figures[aim.figure]
  if (typeof reached !== 'number') return false
  return 'atMost' in aim ? reached <= aim.atMost : reached >= aim.atLeast
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
