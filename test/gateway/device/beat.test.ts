import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Beat } from '../../../gateway/device/beat.ts'

const PERIOD = 1_000

/** When the first rounds of a device begin that takes `tookMs` for each. */
function starts(device: string, tookMs: number, rounds: number): readonly number[] {
  const beat = new Beat(device, PERIOD, 0)
  let now = 0
  return Array.from({ length: rounds }, () => {
    now += beat.waitMs(now)
    const start = now
    beat.begin(now)
    now += tookMs
    beat.end(now)
    return start
  })
}

describe('the beat of a device', () => {
  it('begins at once, goes on half to one and a half periods later, and then keeps its period', () => {
    fc.assert(
      fc.property(fc.string(), (device) => {
        const [first, second = 0, ...others] = starts(device, 10, 5)
        expect(first).toBe(0)
        expect(second).toBeGreaterThanOrEqual(PERIOD / 2)
        expect(second).toBeLessThan(1.5 * PERIOD)
        for (const [index, start] of others.entries()) expect(start).toBeCloseTo(second + (index + 1) * PERIOD, 6)
      }),
    )
  })

  it('is the same each time for one device, and spreads many evenly over the period', () => {
    expect(starts('meter-1', 10, 3)).toEqual(starts('meter-1', 10, 3))
    const tenths = new Map<number, number>()
    for (let device = 0; device < 1_000; device += 1) {
      const tenth = Math.floor(((starts(`meter-${device}`, 10, 2)[1] ?? 0) % PERIOD) / (PERIOD / 10))
      tenths.set(tenth, (tenths.get(tenth) ?? 0) + 1)
    }
    expect(tenths.size).toBe(10)
    expect(Math.max(...tenths.values())).toBeLessThan(150)
    expect(Math.min(...tenths.values())).toBeGreaterThan(50)
  })

  it('follows a round that is too long by one more at once, and counts the others as left out', () => {
    const beat = new Beat('meter', PERIOD, 0)
    beat.begin(0)
    beat.end(10)
    const { at } = beat
    beat.begin(at)
    beat.end(at + 3_500)
    expect(beat.waitMs(at + 3_500)).toBe(0)
    beat.begin(at + 3_500)
    beat.end(at + 3_600)
    expect(beat.figures).toEqual({ roundMs: 100, lateMs: 500, skippedRounds: 2 })
    expect(beat.waitMs(at + 3_600)).toBeCloseTo(400, 6)
  })

  it('is not late where a round had nothing to ask', () => {
    const beat = new Beat('meter', PERIOD, 0)
    beat.begin(0)
    beat.end(10)
    const { at } = beat
    beat.pass(at + 2_300)
    expect(beat.figures).toMatchObject({ lateMs: 0, skippedRounds: 0 })
    expect(beat.waitMs(at + 2_300)).toBeCloseTo(700, 6)
  })
})
