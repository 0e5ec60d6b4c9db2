import { describe, expect, it } from 'vitest'
import { armed, type Given, sitePlan, Watch } from '../world.ts'
import { wobble } from './known-load.ts'

const rule: Given = { type: 'generator', quantity: 'frequency', with: { power: 'meter/power' } }
const play = (watch: Watch, hertz: (s: number) => number, watts = 6_000, every = 1) =>
  watch.play(0, 600, { 'meter/power': () => watts, 'meter/value': hertz }, every)

describe('generator', () => {
  it('finds a frequency that no grid has while power is drawn, after half a minute (domain P10)', () => {
    const watch = play(new Watch(armed(rule)), (s) => (s < 100 ? 50.01 : 51.2))
    // The minute's σ passes 0.1 Hz as soon as the step is in it; both begin at 100 s.
    expect(watch.story).toBe('raise@130')
    expect(watch.zh()).toBe(
      '频率 51.20 赫兹，偏离 50 赫兹超过 0.5 赫兹，夜间 02:01:40 起已持续 30 秒，同时用电 6 kW。电网频率不会这样，说明现场由发电机供电。没有有效作业票。',
    )
    expect(watch.en()).toBe(
      'Frequency 51.20 Hz, more than 0.5 Hz off 50 Hz, for 30 seconds since 02:01:40 (night), while 6 kW is drawn. No grid does that: a generator feeds the site. No permit is in force.',
    )
    expect(watch.run().strength).toBe(3)
  })

  it('finds an unsteady one near 50 Hz, also at five seconds a sample', () => {
    const watch = play(new Watch(armed(rule)), (s) => 50 + 0.3 * wobble(s), 6_000, 5)
    expect(watch.told.map(({ kind }) => kind)).toEqual(['raise'])
    expect(watch.told[0]!.at).toBeLessThanOrEqual(Date.UTC(2026, 0, 11, 18, 1, 45))
    expect(watch.en()).toMatch(/^The frequency is unsteady: it varies by 0\.\d+ Hz/)
  })

  it('leaves a grid alone, and a frequency without use of power', () => {
    expect(play(new Watch(armed(rule)), (s) => 50 + 0.05 * Math.sin(s / 40) + 0.02 * wobble(s)).story).toBe('')
    expect(play(new Watch(armed(rule)), () => 51.2, 1_500).story).toBe('')
    expect(play(new Watch(armed(rule)), () => 0).story).toBe('')
  })

  it('leaves a set alone that somebody answers for, and tells of one that turns without a permit', () => {
    const set: Given = { type: 'generator', quantity: 'rotational_speed' }
    const permit = { id: 'p', who: 'x', from: '2026-01-12T01:00:00+08:00', until: '2026-01-12T04:00:00+08:00' }
    expect(new Watch(sitePlan({ rules: [set], permits: [permit] })).series(0, 200, () => 1_500).story).toBe('')
    const watch = new Watch(armed(set)).series(0, 200, (s) => (s < 50 ? 0 : 1_500))
    expect(watch.story).toBe('raise@80')
    expect(watch.en()).toBe(
      'A generating set is running: it turns at 1500 r/min, the limit is 100 r/min, for 30 seconds since 02:00:50 (night). No permit is in force; with one this would be no alarm.',
    )
    const contact = new Watch(armed({ type: 'generator', quantity: 'running' })).series(0, 200, () => true)
    expect(contact.zh()).toMatch(/^发电机组在运行：运行信号已接通/)
  })

  it('asks for the power beside a frequency', () => {
    expect(() => armed({ type: 'generator', quantity: 'frequency' })).toThrow(/the power of the same supply/)
  })
})
