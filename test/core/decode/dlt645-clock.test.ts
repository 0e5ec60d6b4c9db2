import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  clockMemory,
  type ClockWatch,
  meterClock,
  sinceMidnight,
  watchClock,
} from '../../../core/decode/dlt645-clock.ts'
import { clockBytes } from '../../../sim/dlt645/items.ts'
import { hex } from './hex.ts'

const NOON = Date.UTC(2025, 0, 14, 4)
const MINUTE = 60_000

/** Samples of a meter `aheadMs` ahead, one a minute; our own wall clock may be off as well. */
function played(aheadMs: readonly number[], wallOffMs: readonly number[] = [], from: ClockWatch | null = null) {
  return aheadMs.reduce<ClockWatch | null>((watch, ahead, index) => {
    const passed = index * MINUTE
    const wall = NOON + passed + (wallOffMs[index] ?? 0)
    return watchClock(watch, { meter: NOON + passed + ahead, wall, mono: 1_000 + passed })
  }, from)!
}

describe('a meter’s clock', () => {
  it('shows the time of China', () => {
    expect(meterClock(hex('02 14 01 25'), hex('30 05 12'))).toBe(Date.UTC(2025, 0, 14, 4, 5, 30))
  })

  it('reads as it was set, to the second', () => {
    fc.assert(
      fc.property(fc.integer({ min: Date.UTC(2000, 0, 2) / 1_000, max: Date.UTC(2099, 11, 30) / 1_000 }), (seconds) => {
        const { date, time } = clockBytes(seconds * 1_000)
        expect(meterClock(date, time)).toBe(seconds * 1_000)
      }),
    )
  })

  it('shows nothing where date or time do not exist', () => {
    const good = hex('30 05 12')
    expect(meterClock(hex('02 31 02 25'), good)).toBeNull()
    expect(meterClock(hex('02 14 13 25'), good)).toBeNull()
    expect(meterClock(hex('02 00 01 25'), good)).toBeNull()
    expect(meterClock(hex('02 1A 01 25'), good)).toBeNull()
    expect(meterClock(hex('02 14 01'), good)).toBeNull()
    expect(meterClock(hex('02 14 01 25'), hex('30 05 24'))).toBeNull()
    expect(meterClock(hex('02 14 01 25'), hex('FF FF FF'))).toBeNull()
  })

  it('knows how long ago its midnight was', () => {
    expect(sinceMidnight(Date.UTC(2025, 0, 13, 16, 0, 5))).toBe(5_000)
  })
})

describe('a watched clock', () => {
  it('has not jumped as long as it only drifts, nor by five minutes', () => {
    expect(played([0, 20_000, 40_000, 340_000, 40_000]).jumps).toBe(0)
  })

  it('has jumped each time it was set by more than five minutes, forwards or back', () => {
    expect(played([0, 301_000]).jumps).toBe(1)
    expect(played([0, -3_600_000, -3_600_000, 0]).jumps).toBe(2)
  })

  it('has not jumped where our own wall clock was corrected', () => {
    const watch = played([0, 0, 0], [-7_200_000, -7_200_000, 0])
    expect(watch).toMatchObject({ jumps: 0, offsetMs: 0 })
  })

  it('counts on after a restart, and sees a clock set in the meantime once our own is right', () => {
    const before = clockMemory(played([0, 400_000]))
    expect(before.jumps).toBe(1)
    const first = watchClock(before, { meter: NOON + 4_000_000, wall: NOON, mono: 5 })
    expect(first.jumps).toBe(1)
    const same = { meter: NOON + 86_400_000 + 400_000, wall: NOON + 86_400_000, mono: 5 }
    const unmoved = watchClock(watchClock(before, same), {
      meter: same.meter + MINUTE,
      wall: same.wall + MINUTE,
      mono: 5 + MINUTE,
    })
    expect(unmoved.jumps).toBe(1)
    const set = { ...same, meter: same.meter + 3_600_000 }
    const moved = watchClock(watchClock(before, set), {
      meter: set.meter + MINUTE,
      wall: set.wall + MINUTE,
      mono: 5 + MINUTE,
    })
    expect(moved.jumps).toBe(2)
  })

  it('takes no gateway that has yet to learn the time for a meter that was set', () => {
    const before = clockMemory(played([0, 0]))
    const restart = NOON + 3_600_000
    const early = watchClock(before, { meter: restart, wall: NOON, mono: 5 })
    const right = watchClock(early, { meter: restart + MINUTE, wall: restart + MINUTE, mono: 5 + MINUTE })
    expect(right.jumps).toBe(0)
  })

  it('that shows an earlier time than before the restart was set back', () => {
    const before = clockMemory(played([0, 0]))
    expect(watchClock(before, { meter: NOON - 3_600_000, wall: NOON, mono: 5 }).jumps).toBe(1)
  })

  it('is compared with what was known before, also when the restart is followed by another at once', () => {
    const before = clockMemory(played([0, 0]))
    const first = watchClock(before, { meter: NOON + 7_200_000, wall: NOON + 3_600_000, mono: 5 })
    expect(clockMemory(first)).toMatchObject({ jumps: 0, offsetMs: 0 })
  })
})
