import { describe, expect, it } from 'vitest'
import type { Series } from '../../../bench/nab/corpus.ts'
import { DETECTORS } from '../../../bench/nab/detectors.ts'
import { normalised, probationOf, PROFILES, rawScore } from '../../../bench/nab/score.ts'

const series: Series = {
  name: 'a',
  at: Float64Array.from({ length: 1_000 }, (_, row) => row * 300_000),
  value: Float64Array.from({ length: 1_000 }, (_, row) => (row >= 400 && row < 410 ? 50 : row % 7)),
  windows: [[400, 499] as const],
}
const score = (...alarms: number[]) => rawScore(series, alarms, PROFILES.standard)

describe('the scoring of the Numenta Anomaly Benchmark', () => {
  it('gives 0 for silence and 100 for the first row of every window, in every profile', () => {
    for (const profile of Object.values(PROFILES)) {
      expect(normalised([series], () => [], profile)).toBe(0)
      expect(normalised([series], () => [400], profile)).toBeCloseTo(100, 9)
    }
  })

  it('gives less the later a window is hit, counts the best hit alone, and hits nothing in the probation', () => {
    expect(score(400)).toBeGreaterThan(score(450))
    expect(score(450)).toBeGreaterThan(score(499))
    // 2 / (1 + e^(5 · -0.5)) - 1 over the same at -1.
    expect(score(450)).toBeCloseTo(0.848_284 / 0.986_614, 5)
    expect(score(420, 450, 480)).toBe(score(420))
    expect(score(10)).toBe(-1)
    expect([probationOf(1_000), probationOf(22_695)]).toEqual([150, 750])
  })

  it('forgives a false alarm soon behind a window, and no other', () => {
    expect(score(400, 200)).toBeCloseTo(1 - 0.11, 9)
    expect(score(400, 500)).toBeGreaterThan(score(400, 600))
    expect(score(400, 900)).toBeCloseTo(1 - 0.11, 6)
  })

  it('has one alarm an event to score, however long the event is', () => {
    expect(DETECTORS.staticThreshold(series)).toEqual([400])
    expect(DETECTORS.cheat(series)).toEqual([150, 300, 450, 600, 750, 900])
    expect(DETECTORS.nothing()).toEqual([])
  })
})
