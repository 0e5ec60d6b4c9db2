import { describe, expect, it } from 'vitest'
import { armed, reading, Watch } from '../world.ts'

describe('should-be-off', () => {
  it('tells of a closed pit that draws power: value, limit, since when, how long, and why that is wrong', () => {
    const watch = new Watch(armed({ type: 'should-be-off', quantity: 'power' }))
    watch.series(0, 1_100, (s) => (s < 100 ? 3 : s < 700 ? 12_400 : 8))
    expect(watch.story).toBe('raise@110 clear@1000')
    expect(watch.zh(0)).toBe(
      '已关闭矿井仍在用电：功率 12.4 kW，超过限值 1 kW，夜间 02:01:40 起已持续 10 秒。该矿已关闭、应停电，不应有任何设备运行。',
    )
    expect(watch.en(0)).toBe(
      'Power in use at a closed pit: power 12.4 kW, at or above the limit of 1 kW, for 10 seconds since 02:01:40 (night). The pit is closed and its power removed; nothing should be running.',
    )
    expect(watch.zh()).toBe('用电已停止：功率 8 W，低于限值 1 kW。本次持续 10 分钟，最高 12.4 kW。请查明是谁在用电。')
    expect(watch.en()).toBe(
      'The use of power has stopped at a closed pit: power 8 W, below the limit of 1 kW. It lasted 10 minutes, highest 12.4 kW. Find out who used it.',
    )
  })

  it('has a default for power, current and voltage, and asks for one elsewhere (domain P1)', () => {
    expect(armed({ type: 'should-be-off', quantity: 'power' }).limit).toBe(1_000)
    expect(armed({ type: 'should-be-off', quantity: 'current' }).limit).toBe(0.5)
    expect(armed({ type: 'should-be-off', quantity: 'voltage' }).limit).toBe(180)
    expect(() => armed({ type: 'should-be-off', quantity: 'frequency' })).toThrow(/no default for frequency/)
    expect(armed({ type: 'should-be-off', with: { above: 5 } }).limit).toBe(5)
  })

  it('calls a live feeder at a sealed shaft live, and a feeder elsewhere out of use', () => {
    const shaft = new Watch(armed({ type: 'should-be-off', quantity: 'voltage', siteKind: 'sealed-shaft' }))
    expect(shaft.series(0, 20, () => 228.4).zh()).toBe(
      '已封闭井口仍带电：电压 228 V，超过限值 180 V，夜间 02:00:00 起已持续 10 秒。该井已封闭，此回路不应带电。',
    )
    const mine = new Watch(armed({ type: 'should-be-off', quantity: 'current', siteKind: 'licensed-mine' }))
    expect(mine.series(0, 20, () => 3.14159).en()).toBe(
      'Power in use on a feeder that is out of use: current 3.14 A, at or above the limit of 0.5 A, for 10 seconds since 02:00:00 (night). This feeder is registered as out of use; it should be dead.',
    )
  })

  it('judges a running contact as well', () => {
    const watch = new Watch(armed({ type: 'should-be-off', quantity: 'running', with: { offDelay: '10s' } }))
    watch.series(0, 400, (s) => s >= 100 && s < 200)
    expect(watch.story).toBe('raise@110 clear@210')
    expect(watch.zh(0)).toBe(
      '已关闭矿井有设备在运行：运行信号已接通，夜间 02:01:40 起已持续 10 秒。该矿已关闭、应停电，不应有任何设备运行。',
    )
    expect(watch.zh()).toBe('设备已停止运行：运行信号已断开。本次持续 1 分 40 秒。请查明是谁在用。')
  })

  it('stays one alarm through the pauses of a winch (domain §6.1)', () => {
    const watch = new Watch(armed({ type: 'should-be-off', quantity: 'power' }))
    // 60 s of lifting, 3 min of pause.
    watch.series(0, 3_600, (s) => (s % 240 < 60 ? 18_000 : 0))
    expect(watch.story).toBe('raise@10')
  })

  it('does not raise by a spike shorter than the on-delay', () => {
    const watch = new Watch(armed({ type: 'should-be-off', quantity: 'power' }))
    expect(watch.series(0, 600, (s) => (s % 60 < 8 ? 5_000 : 0)).story).toBe('')
  })

  it('raises between two slow readings at the exact instant', () => {
    const watch = new Watch(armed({ type: 'should-be-off', quantity: 'power' }))
    const at = reading(3, 9_000)
    watch.read({ ...at, validUntil: reading(63, 0).at }).until(20)
    expect(watch.story).toBe('raise@13')
  })
})
