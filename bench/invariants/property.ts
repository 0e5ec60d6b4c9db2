/** How often each invariant was really asked for, by its name: not where it holds for want of anything it speaks of. */
export type Exercised = Map<string, number>

/** What some invariants promise, as a bench can ask for it. */
export interface Property {
  readonly ids: readonly string[]
  /** Throws when it does not hold, with what it takes to see it again. */
  run(options: {
    readonly seed: number
    readonly runs: number
    readonly exercised: Exercised
    /** How often each transition of the life-cycle was made. */
    readonly visits: Map<string, number>
  }): void
}
