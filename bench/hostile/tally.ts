import type { Chance } from '../../platform/clock.ts'
import { CELLS, type Verdict } from './adversary.ts'

/** What became of the requests of one master. */
export interface Tally {
  /** Requests that went out on a line, and what came of them: a value, an exception, an error told. */
  transactions: number
  answered: number
  exceptions: number
  refused: number
  /** Requests that could not be made because the line was lost at that moment; not counted as transactions. */
  down: number
  /** Another register's value, given as this one's. */
  wrong: number
  /** This register's value, but from an answer to an earlier request. */
  older: number
}

export function newTally(): Tally {
  return { transactions: 0, answered: 0, exceptions: 0, refused: 0, down: 0, wrong: 0, older: 0 }
}

/** Counts an answer with words. */
export function countWords(tally: Tally, verdict: Verdict): void {
  tally.transactions += 1
  tally.answered += 1
  if (verdict !== 'right') tally[verdict] += 1
}

export function sumOf(tallies: readonly Tally[]): Tally {
  const sum = newTally()
  for (const tally of tallies) {
    for (const key of Object.keys(sum) as (keyof Tally)[]) sum[key] += tally[key]
  }
  return sum
}

/** Lengths that come up again and again, as in a real map: a late answer often fits the next question. */
const LENGTHS = [2, 2, 2, 2, 1, 1, 4, 10]

export interface Ask {
  readonly address: number
  readonly quantity: number
}

export function nextAsk(chance: Chance): Ask {
  const quantity = LENGTHS[Math.floor(chance() * LENGTHS.length)] ?? 2
  return { address: Math.floor(chance() * (CELLS - quantity + 1)), quantity }
}
