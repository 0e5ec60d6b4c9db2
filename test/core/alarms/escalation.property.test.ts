import { describe, expect, it } from 'vitest'
import { playNight } from './escalation-world.ts'

const NIGHTS = 2_000

describe('2,000 simulated nights of failing providers, crashes, restarts, clocks that are set and hand-overs', () => {
  const seen: Record<string, number> = {}

  it('keep what is promised, and none of what can happen is left out', () => {
    for (let seed = 1; seed <= NIGHTS; seed += 1) {
      const night = playNight(seed)
      expect(night.wrongs, `seed ${seed}`).toEqual([])
      for (const [what, times] of Object.entries(night.seen)) seen[what] = (seen[what] ?? 0) + times
    }
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
