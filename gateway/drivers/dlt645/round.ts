import type { Reading, ReasonCode } from '../../../core/contract/reading.ts'

/** So many items in a row without an answer, or half as many at the beginning of a round: the meter seems gone. */
const MISSES_TO_GIVE_UP = 4

/** What has become of one round so far. */
export class Round {
  /** By point; the last one counts. */
  readonly readings = new Map<string, Reading>()
  /** Monotonic times: when it began, and up to when points are due with it. */
  readonly start: number
  readonly until: number
  /** True once an item was read that is not due every round. */
  hasSlow = false
  answered = 0
  missed = 0
  /** Set when asking on is useless; the rest of the points get this reason. */
  givenUp: ReasonCode | null = null
  #missedInRow = 0

  constructor(start: number, until: number) {
    this.start = start
    this.until = until
  }

  answer(): void {
    this.answered += 1
    this.#missedInRow = 0
  }

  miss(reason: ReasonCode): void {
    this.missed += 1
    this.#missedInRow += 1
    const most = this.answered === 0 ? MISSES_TO_GIVE_UP / 2 : MISSES_TO_GIVE_UP
    if (this.#missedInRow >= most) this.givenUp = reason
  }

  lost(): void {
    this.givenUp = 'link-down'
  }
}
