import { describe, expect, it } from 'vitest'
import { driftBetween, keepAnchor, movedBy, UNMEASURED } from '../../../gateway/clock/drift.ts'

const anchor = (mono: number, offsetMs: number, uncertaintyMs = 50) => ({ mono, offsetMs, uncertaintyMs })

describe('how wrong a clock runs', () => {
  it('is measured by two looks: 540 ms in an hour are 150 ppm, and a crystal may wander by 20 more', () => {
    const { rate, bound } = driftBetween(anchor(0, 0), anchor(3_600_000, -540))
    expect(rate * 1e6).toBeCloseTo(-150, 6)
    expect(bound * 1e6).toBeCloseTo(100 / 3.6 + 20, 6)
  })

  it('is not measured by looks that are too close, too unsure, or of which one must be wrong', () => {
    expect(driftBetween(anchor(0, 0), anchor(60_000, 0))).toBe(UNMEASURED)
    expect(driftBetween(anchor(0, 0, 2_000), anchor(3_600_000, 0))).toBe(UNMEASURED)
    expect(driftBetween(anchor(0, 0), anchor(3_600_000, 3_600))).toBe(UNMEASURED)
  })

  it('is measured against the last day, by one look an hour', () => {
    let anchors = [anchor(0, 0)]
    for (let minute = 1; minute < 3 * 24 * 60; minute += 1)
      anchors = [...keepAnchor(anchors, anchor(minute * 60_000, 0))]
    expect(anchors.length).toBeLessThanOrEqual(25)
    expect(3 * 24 * 3_600_000 - (anchors[0]?.mono ?? 0)).toBeLessThan(26 * 3_600_000)
  })

  it('moves an offset that is told as one that does not by 17 s a day before it is measured', () => {
    expect(movedBy(UNMEASURED, 86_400_000)).toBeCloseTo(17_280, 6)
  })
})
