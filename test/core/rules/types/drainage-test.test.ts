import { describe, expect, it } from 'vitest'
import { shippedLaw } from '../../../../platform/site/law.ts'
import { armed, Watch } from '../world.ts'

const rule = (more: Record<string, unknown> = {}) =>
  armed({
    type: 'drainage-test',
    quantity: 'level',
    law: shippedLaw(),
    priority: 'yellow',
    with: {
      law: 'coal',
      pumps: [
        { current: 'one/i', rated: 40 },
        { current: 'two/i', rated: 40 },
      ],
      flow: 'pipe/flow',
      maxInflow: 100,
      ...more,
    },
  })

/** A test from second 600 on, for so many minutes, with so much flow. */
const test = (watch: Watch, from: number, minutes: number, flow = 130) => {
  const isOn = (s: number) => s >= from + 600 && s < from + 600 + minutes * 60
  return watch.play(
    from,
    from + 600 + minutes * 60 + 900,
    {
      'one/i': (s) => (isOn(s) ? 38 : 0),
      'two/i': (s) => (isOn(s) ? 37 : 0),
      'pipe/flow': (s) => (isOn(s) ? flow : 0),
      'meter/value': (s) => 5 - (isOn(s) ? (s - from) / 3_600 : 0),
    },
    5,
  )
}

describe('drainage-test', () => {
  it('finds a joint test by itself and raises when it was not passed, with what was missing', () => {
    const watch = test(new Watch(rule()), 0, 35, 100)
    expect(watch.told.map(({ kind }) => kind)).toEqual(['raise'])
    expect(watch.zh()).toBe(
      '联合排水试验不合格：总流量 100 立方米每小时，应不少于 120。合格后本报警解除。依据《煤矿安全规程》2022 版第 311 条，数值尚未与原文核对。',
    )
    expect(watch.en()).toContain('100 m³/h in all, at least 120 required')
  })

  it('clears when one is passed', () => {
    const watch = test(test(new Watch(rule()), 0, 35, 100), 20_000, 35, 130)
    expect(watch.told.map(({ kind }) => kind)).toEqual(['raise', 'clear'])
    expect(watch.zh()).toBe('联合排水试验合格。')
  })

  it('takes all pumps together for some minutes for no test: it may have been the rain', () => {
    expect(test(new Watch(rule()), 0, 12, 50).story).toBe('')
  })

  it('raises when its day has come and none was passed this year', () => {
    // NIGHT is 12 January.
    expect(new Watch(rule({ by: '01-12' })).series(0, 60, () => 4).story).toBe('raise@0')
    const watch = new Watch(rule({ by: '01-13' })).series(0, 90_000, () => 4, 60)
    expect(watch.story).toBe('raise@79200')
    expect(watch.zh()).toContain('今年的联合排水试验应在 1 月 13 日前完成')
    expect(new Watch(rule({ by: '01-12', passed: '2026-01-05' })).series(0, 60, () => 4).story).toBe('')
    expect(test(new Watch(rule({ by: '01-13' })), 0, 35).series(4_000, 90_000, () => 4, 60).story).toBe('')
  })
})
