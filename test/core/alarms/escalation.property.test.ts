import { describe, expect, it } from 'vitest'
import { playNight } from './escalation-world.ts'

const NIGHTS = 2_000

describe('2,000 simulated nights of failing providers, crashes, restarts, clocks that are set and hand-overs', () => {
  const seen: Record<string, number> = {}

  it.each([1, 501, 1_001, 1_501])('keep what is promised, from the %sth on', (first) => {
    for (let seed = first; seed < first + NIGHTS / 4; seed += 1) {
      const night = playNight(seed)
      expect(night.wrongs, `seed ${seed}`).toEqual([])
      for (const [what, times] of Object.entries(night.seen)) seen[what] = (seen[what] ?? 0) + times
    }
  })

  it('leave out nothing that can happen', () => {
    for (const what of [
      'crash',
      'orphan',
      'throttled',
      'moved',
      'failed',
      'cancelled',
      'undelivered',
      'digest',
      'nobody',
    ]) {
      expect(seen[what], what).toBeGreaterThan(NIGHTS / 50)
    }
    for (const what of ['acknowledged', 'handed-over', 'storm-began', 'storm-ended']) {
      expect(seen[what], what).toBeGreaterThan(NIGHTS / 50)
    }
  })

  it.each(['E1', 'E2', 'E3', 'E4', 'E5', 'E6', 'E7', 'E9', 'E10', 'E11', 'E12', 'E13', 'E14', 'E15'])(
    '%s holds, and was really asked for in them',
    (invariant) => {
      expect(seen[invariant]).toBeGreaterThan(NIGHTS / 50)
    },
  )
})
