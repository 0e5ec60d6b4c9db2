import type { Reading } from '../contract/reading.ts'
import type { ConditionMemory, Seen } from './condition-memory.ts'
import type { Flip } from './proven-time.ts'
import type { ConditionFacts, Instant, RuleSpec, Timing } from './rule.ts'

/** What can be told of a condition: since when, how far it went, and the readings it began with. Changed in place. */
export class ConditionTrace {
  readonly #peakOf: RuleSpec<Timing, object>['peak']
  readonly #reading: () => Reading | null
  /** When the present run of the condition began, and when that of the open alarm did. */
  #first: Seen | null = null
  #began: Seen | null = null
  #measure = NaN
  #peak = NaN

  /** `reading` is what the rule's own point said last. */
  constructor(peakOf: RuleSpec<Timing, object>['peak'], reading: () => Reading | null) {
    this.#peakOf = peakOf
    this.#reading = reading
  }

  get isEmpty(): boolean {
    return this.#first === null
  }

  /** Another run of the condition begins with a believed sample; `isRise`: one that may come to an alarm. */
  begin({ at, mono }: Instant, measure: number, isRise: boolean): void {
    this.#first = { at, mono, reading: this.#reading() }
    if (isRise) {
      this.#began = this.#first
      this.#peak = NaN
    }
    this.go(measure)
  }

  /** The run goes on with a believed sample. */
  go(measure: number): void {
    this.#measure = measure
    this.#peak = furthest(this.#peakOf, this.#peak, measure)
  }

  /** The readings that decide a change: the one the present run began with, and the last. */
  readings(): readonly Reading[] {
    const last = this.#reading()
    const first = this.#first?.reading ?? null
    const isOne = first === null || last === null || (first.at === last.at && first.mono === last.mono)
    return isOne ? [last ?? first].filter((one) => one !== null) : [first, last]
  }

  facts(flip: Flip, more: Pick<ConditionFacts, 'value' | 'strength' | 'isGrave'>): ConditionFacts {
    const since = (seen: Seen | null) => (seen === null ? 0 : secondsBetween(seen, flip))
    return {
      ...more,
      kind: flip.active ? 'raised' : 'cleared',
      at: flip.at,
      since: this.#first?.at ?? flip.at,
      measure: Number.isNaN(this.#measure) ? null : this.#measure,
      peak: Number.isNaN(this.#peak) ? null : this.#peak,
      heldS: since(this.#first),
      activeS: Math.max(0, since(this.#began ?? this.#first) - (flip.active ? 0 : since(this.#first))),
    }
  }

  save(): Pick<ConditionMemory, 'first' | 'began' | 'measure' | 'peak'> {
    return {
      first: this.#first,
      began: this.#began,
      measure: Number.isNaN(this.#measure) ? null : this.#measure,
      peak: Number.isNaN(this.#peak) ? null : this.#peak,
    }
  }

  load({ first, began, measure, peak }: ConditionMemory): void {
    this.#first = first
    this.#began = began
    this.#measure = measure ?? NaN
    this.#peak = peak ?? NaN
  }

  /** What was seen is of another boot. */
  leaveBoot(): void {
    if (this.#first !== null) this.#first = { ...this.#first, mono: null }
    if (this.#began !== null) this.#began = { ...this.#began, mono: null }
  }
}

/** Seconds for people to read. By the monotonic clock where both instants are of this boot; over boots there is only the wall clock. */
function secondsBetween(from: Seen, flip: Flip): number {
  const ms = from.mono === null ? flip.at - from.at : flip.mono - from.mono
  return Math.max(0, Math.round(ms / 100) / 10)
}

/** Which of two measures is worth telling; one that is NaN never is. */
function furthest(which: RuleSpec<Timing, object>['peak'], a: number, b: number): number {
  if (Number.isNaN(a) || Number.isNaN(b)) return Number.isNaN(a) ? b : a
  switch (which) {
    case 'highest':
      return Math.max(a, b)
    case 'lowest':
      return Math.min(a, b)
    case 'greatest':
      return Math.abs(b) > Math.abs(a) ? b : a
  }
}
