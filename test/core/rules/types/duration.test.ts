import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { armed, Watch } from '../world.ts'

const HOUR = 3_600

describe('duration', () => {
  it('raises at the exact instant at which a run is too long, and returns when it is switched off', () => {
    const watch = new Watch(armed({ type: 'duration', quantity: 'running', with: { max: '2h' } }))
    watch.series(0, 3 * HOUR, (s) => s >= 100 && s < 100 + 2.5 * HOUR, 7)
    // The first reading that says so is at 105 s, the first that says it is off at 9100 s.
    expect(watch.story).toBe(`raise@${105 + 2 * HOUR} clear@${9_100 + 60}`)
    expect(watch.en(0)).toBe(
      'On without a break for 2 hours; the most allowed is 2 hours. Only observed time counts. It returns when it is switched off.',
    )
    expect(watch.zh(0)).toBe('连续接通已达 2 小时，最长允许 2 小时。只统计有数据的时间。关闭后报警自动恢复。')
  })

  it('adds up the runs of a local day, and begins anew at midnight', () => {
    const watch = new Watch(armed({ type: 'duration', quantity: 'power', with: { perDay: '3h' } }))
    // Half of every hour from 02:00: three hours are full at 07:30; again on the next day from 00:00 at 05:30.
    watch.series(0, 30 * HOUR, (s) => (s % HOUR < HOUR / 2 ? 2_000 : 0), 10)
    const raises = watch.told.filter(({ kind }) => kind === 'raise').map(({ at }) => at)
    expect(watch.story.startsWith(`raise@${5.5 * HOUR}`)).toBe(true)
    expect(raises.map((at) => new Date(at + 8 * HOUR * 1_000).toISOString().slice(8, 16))).toContain('13T05:30')
    expect(watch.zh(0)).toBe('今日累计接通已达 3 小时，每日最多 3 小时。只统计有数据的时间，次日零点重新计算。')
  })

  it('speaks the more the longer it lasts: 1.5 at the limit, 3 at twice of it (detection §6.2)', () => {
    const watch = new Watch(armed({ type: 'duration', quantity: 'running', with: { max: '1h' } }))
    watch.series(0, HOUR, () => true, 10)
    expect(watch.run().strength).toBeCloseTo(1.5, 2)
    watch.series(HOUR + 10, 2 * HOUR, () => true, 10)
    expect(watch.run().strength).toBeCloseTo(3, 2)
  })

  it('never counts time that nobody observed', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 400 }), { minLength: 1, maxLength: 60 }), (gaps) => {
        const watch = new Watch(armed({ type: 'duration', quantity: 'running', with: { perDay: '1min' } }))
        let [s, seen] = [0, 0]
        for (const gap of gaps) {
          watch.say(s, true)
          if (watch.told.length > 0) break
          seen += Math.min(gap, 2.5)
          s += gap
        }
        expect(watch.told.length > 0 ? seen >= 60 : seen <= 62.5).toBe(true)
      }),
    )
  })

  it('asks for a limit, and for the value from which a thing is on', () => {
    expect(() => armed({ type: 'duration', quantity: 'running' })).toThrow(/expected max or perDay/)
    expect(() => armed({ type: 'duration', quantity: 'rotational_speed', with: { max: '1h' } })).toThrow(/switched on/)
    expect(() => armed({ type: 'duration', quantity: 'running', with: { perDay: '25h' } })).toThrow(/a day at most/)
  })
})
