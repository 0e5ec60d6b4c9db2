import type { Sample } from './rule.ts'

/** How long a recorded sample is believed. */
export interface Holding {
  /** Takes note of a sample of the point at `at`; answers for how long it may be held, ms. */
  validMs(at: number, sample: Pick<Sample, 'kind' | 'event'>): number
}

/** A reading is believed for this many of the gaps there usually are between two of its point; gateways do the same with poll periods. */
const VALID_GAPS = 2.5
/** Gaps by which a point's pace is known. */
const GAPS = 15
const LEAST_MS = 5_000
/** Before there is a gap to go by. */
const FIRST_MS = 60_000
/** What is told only when it changes: ten years are for ever. */
const FOR_EVER_MS = 3_650 * 86_400_000
/** A state that comes more rarely than this on the usual day is told when it changes. */
const LONGEST_PACE_MS = 300_000

/**
 * How long samples of a point hold: `knownMs` as its gateway says; 2.5 times the gap that is usual among its first samples where nobody knows,
 * or where they come so rarely that each would have expired before the next, because they were thinned out since. Events, and states that
 * come at no pace, hold until they change.
 */
export function openHolding(knownMs: number | null): Holding {
  const gaps: number[] = []
  let lastAt = NaN
  let holdMs = knownMs ?? FIRST_MS
  let isPaced = knownMs !== null
  const learn = (gap: number) => {
    gaps.push(gap)
    const isKnownWell = gaps.length === GAPS
    const usual = gaps.toSorted((a, b) => a - b)[gaps.length >> 1] ?? FIRST_MS
    if (knownMs === null) {
      holdMs = Math.max(LEAST_MS, VALID_GAPS * usual)
      isPaced = isKnownWell && usual <= LONGEST_PACE_MS && isRegular(gaps, usual)
    } else if (isKnownWell && usual > knownMs) holdMs = VALID_GAPS * usual
  }
  return {
    validMs: (at, { kind, event }) => {
      if (event !== null) return FOR_EVER_MS
      if (gaps.length < GAPS) {
        if (at > lastAt) learn(at - lastAt)
        lastAt = at
      }
      return kind === 'state' && !isPaced ? FOR_EVER_MS : holdMs
    },
  }
}

/** Three in four gaps are no longer than twice the usual one. */
function isRegular(gaps: readonly number[], usual: number): boolean {
  return gaps.filter((gap) => gap <= 2 * usual).length >= 0.75 * gaps.length
}
