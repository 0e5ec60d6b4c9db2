import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { growingPause } from '../../../gateway/link/pause.ts'

const limits = { first: 1_000, most: 60_000 }

describe('a growing pause', () => {
  it('doubles up to its limit, less a fifth at most', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer({ min: 1, max: 5_000 }), (name, attempt) => {
        const full = Math.min(60_000, 1_000 * 2 ** (attempt - 1))
        const pause = growingPause(name, attempt, limits)
        expect(pause).toBeLessThanOrEqual(full)
        expect(pause).toBeGreaterThan(full * 0.8)
      }),
    )
  })

  it('is the same each time for one thing and differs between things', () => {
    const pauses = Array.from({ length: 50 }, (_, index) => growingPause(`meter-${index}`, 9, limits))
    expect(growingPause('meter-0', 9, limits)).toBe(pauses[0])
    expect(new Set(pauses).size).toBe(50)
    expect(Math.max(...pauses) - Math.min(...pauses)).toBeGreaterThan(8_000)
  })
})
