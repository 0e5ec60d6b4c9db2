import type { Series } from './corpus.ts'

/** What hits and misses are worth. (NAB config/profiles.json) */
export interface Profile {
  readonly tp: number
  readonly fp: number
  readonly fn: number
}

export const PROFILES = {
  standard: { tp: 1, fp: 0.11, fn: 1 },
  lowFP: { tp: 1, fp: 0.22, fn: 1 },
  lowFN: { tp: 1, fp: 0.11, fn: 2 },
} as const satisfies Readonly<Record<string, Profile>>

/** A detector has so many rows of a file to learn in; what it says of them does not count. (NAB probationPercent) */
export function probationOf(rows: number): number {
  return Math.min(Math.floor(0.15 * rows), 750)
}

/** The scaled sigmoid of a place: −1 at the beginning of a window, 0 at its end, 1 a width behind it. (NAB sweeper.py) */
function worth(place: number): number {
  return place > 3 ? -1 : 2 / (1 + Math.exp(5 * place)) - 1
}

const MOST = worth(-1)

/** What a file's alarms, rows in order, are worth before normalising. */
export function rawScore(
  { at, windows }: Pick<Series, 'at' | 'windows'>,
  alarms: readonly number[],
  profile: Profile,
): number {
  const probation = probationOf(at.length)
  const best = windows.map(() => -profile.fn)
  let wrong = 0
  for (const row of alarms) {
    if (row < probation) continue
    const inside = windows.findIndex(([from, to]) => row >= from && row <= to)
    const window = windows[inside]
    if (window !== undefined) {
      const [from, to] = window
      const place = -(to - row + 1) / (to - from + 1)
      best[inside] = Math.max(best[inside] ?? 0, (profile.tp * worth(place)) / MOST)
      continue
    }
    const before = windows.findLast(([, to]) => to < row)
    const past = before === undefined ? Infinity : (row - before[1]) / (before[1] - before[0])
    wrong += profile.fp * worth(past)
  }
  return best.reduce((sum, one) => sum + one, wrong)
}

/** The score of the whole corpus: 0 for a detector that says nothing, 100 for one that says the first row of every window and nothing else. */
export function normalised(
  corpus: readonly Series[],
  alarmsOf: (series: Series) => readonly number[],
  profile: Profile,
): number {
  const windows = corpus.reduce((sum, series) => sum + series.windows.length, 0)
  const raw = corpus.reduce((sum, series) => sum + rawScore(series, alarmsOf(series), profile), 0)
  const [none, perfect] = [-profile.fn * windows, profile.tp * windows]
  return (100 * (raw - none)) / (perfect - none)
}
