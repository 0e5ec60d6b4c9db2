import { describe, expect, it } from 'vitest'
import { PROPERTIES, TRANSITION_NAMES, type Visits } from './invariants.ts'

const RUNS = 2_000
const SEED = 20_260_112

describe('whatever happens to the alarms of a point', () => {
  const visits: Visits = new Map()
  for (const { ids, run } of PROPERTIES) {
    it(`${ids.join(', ')} hold`, () => {
      expect(() => {
        run({ runs: RUNS, seed: SEED, visits })
      }).not.toThrow()
    })
  }

  it('every one of the 18 transitions is made at least 10 times in 5,000 stories', () => {
    expect(TRANSITION_NAMES.length).toBe(18)
    const rare = TRANSITION_NAMES.filter((name) => (visits.get(name) ?? 0) < 10 * (RUNS / 5_000))
    expect(rare).toEqual([])
    expect([...visits.keys()].filter((name) => !TRANSITION_NAMES.includes(name))).toEqual([])
  })
})
