import { describe, expect, it } from 'vitest'
import { EVALUATOR_PROPERTIES } from './evaluator-invariants.ts'
import { TIME_PROPERTIES } from './time-invariants.ts'

const RUNS = 2_000
const SEED = 20_260_112

describe('what is proven before an alarm, and the time and the shifts it lives in', () => {
  for (const { ids, run } of [...EVALUATOR_PROPERTIES, ...TIME_PROPERTIES]) {
    it(`${ids.join(', ')} hold`, () => {
      const exercised = new Map<string, number>()
      run({ runs: RUNS, seed: SEED, exercised })
      expect(exercised.get(ids[0] ?? '')).toBeGreaterThan(RUNS / 5)
    })
  }
})
