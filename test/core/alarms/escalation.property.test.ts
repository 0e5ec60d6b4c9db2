import { describe, expect, it } from 'vitest'
import { playNight } from './escalation-world.ts'

const NIGHTS = 2_000

describe('2,000 simulated nights of failing providers, crashes, restarts, clocks that are set and hand-overs', () => {
  it('keep E1 to E7 and E9 to E15, and none of what can happen is left out', () => {
    const seen: Record<string, number> = {}
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
})
