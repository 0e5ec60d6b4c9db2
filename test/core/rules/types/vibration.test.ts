import { describe, expect, it } from 'vitest'
import { armed, Watch } from '../world.ts'

const ground = armed({ type: 'vibration', quantity: 'vibration_velocity', priority: 'yellow' })
const HOUR = 3_600

/** A shake of a few seconds at each of the given seconds over a quiet ground. */
const shakes = (every: number, from: number, until: number, size: number) => (s: number) =>
  s >= from && s < until && (s - from) % every < 4 ? size : 0.2 + 0.02 * (s % 3)

describe('vibration', () => {
  it('finds ten shakes within ten minutes at night', () => {
    const watch = new Watch(ground).series(0, 2_000, shakes(55, 900, 1_500, 1.8))
    expect(watch.told.map(({ kind }) => kind)).toEqual(['raise'])
    // The tenth begins 9 · 55 s after the first; the average needs a second of it.
    expect(Number(/raise@(\d+)/.exec(watch.story)?.[1])).toBeGreaterThanOrEqual(900 + 9 * 55)
    expect(watch.zh()).toMatch(/^夜间 10 分钟内振动 10 次，最大 1\.8 mm\/s，平时约 0\.2\d* mm\/s/)
    expect(watch.en()).toContain('The ground shook 10 times in 10 minutes at night')
  })

  it('does not count nine, nor ten that are further apart, nor ten by day', () => {
    expect(new Watch(ground).series(0, 2_000, shakes(55, 900, 900 + 9 * 55, 1.8)).story).toBe('')
    expect(new Watch(ground).series(0, 4_000, shakes(75, 900, 2_400, 1.8)).story).toBe('')
    const day = new Watch(ground).series(6 * HOUR, 6 * HOUR + 2_000, shakes(55, 6 * HOUR + 900, 6 * HOUR + 1_500, 1.8))
    expect(day.story).toBe('')
  })

  it('finds one shock like a blast, by day too', () => {
    const at = 8 * HOUR
    const watch = new Watch(ground).series(at, at + 1_400, (s) => (s === at + 600 ? 4 : 0.25))
    expect(watch.story).toBe(`raise@${at + 600} clear@${at + 1_201}`)
    expect(watch.zh(0)).toContain('一次强烈振动 4 mm/s，为平时 0.25 mm/s 的 16 倍，疑似爆破')
  })

  it('says nothing before it knows what is usual, and takes noise of a silent sensor for nothing', () => {
    expect(new Watch(ground).series(0, 300, shakes(20, 10, 300, 3)).story).toBe('')
    expect(new Watch(ground).series(0, 3_000, (s) => (s % 40 < 4 ? 0.3 : 0.001)).story).toBe('')
  })

  it('does not count shakes it did not see: after a gap the time before does not lengthen what is usual', () => {
    const watch = new Watch(ground).series(0, 300, () => 0.2).series(40_000, 40_030, shakes(5, 40_000, 40_030, 2))
    expect(watch.story).toBe('')
  })
})
