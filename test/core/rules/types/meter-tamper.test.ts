import { describe, expect, it } from 'vitest'
import { armed, bad, type Given, reading, Watch } from '../world.ts'

const tamper = (check: string, quantity: Given['quantity'], more: Record<string, unknown> = {}): Given => ({
  type: 'meter-tamper',
  quantity: quantity!,
  with: { check, ...more },
})
const VOLTS = { 'meter/ua': () => 228, 'meter/ub': () => 229, 'meter/uc': () => 231 }
const phase = tamper('phase', 'current', {
  voltage: Object.keys(VOLTS),
  current: ['meter/ib', 'meter/ic'],
  rated: 100,
})

describe('meter-tamper', () => {
  it('finds a phase led past the meter while the others are in use, after a quarter of an hour (domain P11)', () => {
    const watch = new Watch(armed(phase))
    watch.play(0, 3_000, {
      ...VOLTS,
      'meter/ib': () => 31,
      'meter/ic': () => 29,
      'meter/value': (s) => (s < 1_000 ? 30 : 0.2),
    })
    expect(watch.story).toBe('raise@1900')
    expect(watch.run().strength).toBe(4.2)
    expect(watch.zh()).toBe(
      '一相电流几乎为零（0.2 安），其余各相正在用电，且各相电压正常，夜间 02:16:40 起已持续 15 分钟。该相电流可能被短接或绕过，少计电量。请查表箱和互感器。',
    )
  })

  it('leaves the small single-phase loads of a guard post alone, and a phase without voltage', () => {
    const guard = new Watch(armed(phase))
    guard.play(0, 3_000, { ...VOLTS, 'meter/ib': () => 8, 'meter/ic': () => 0, 'meter/value': () => 0 })
    expect(guard.story).toBe('')
    const uneven = new Watch(armed(phase))
    uneven.play(0, 3_000, { ...VOLTS, 'meter/ib': () => 5, 'meter/ic': () => 29, 'meter/value': () => 0 })
    expect(uneven.story).toBe('')
    const fuse = new Watch(armed(phase))
    fuse.play(0, 3_000, {
      ...VOLTS,
      'meter/ua': () => 3,
      'meter/ib': () => 31,
      'meter/ic': () => 29,
      'meter/value': () => 0,
    })
    expect(fuse.story).toBe('')
  })

  it('compares the power with what voltage, current and power factor make', () => {
    const rule = tamper('product', 'power', { voltage: ['meter/u'], current: ['meter/i'], factor: ['meter/pf'] })
    const of = (watts: number) =>
      new Watch(armed(rule)).play(0, 1_200, {
        'meter/u': () => 230,
        'meter/i': () => 50,
        'meter/pf': () => 0.9,
        'meter/value': () => watts,
      })
    // 230 V · 50 A · 0.9 = 10 350 W; a tenth of it is allowed.
    expect(of(9_400).story).toBe('')
    expect(of(9_200).story).toBe('raise@900')
    expect(of(9_200).en()).toMatch(/they differ by -1\.15 kW/)
    expect(of(-10_350).story).toBe('')
  })

  it('finds what the whole draws beside its feeders', () => {
    const rule = tamper('feeders', 'power', { feeders: ['one/power', 'two/power'] })
    const of = (watts: number) =>
      new Watch(armed(rule)).play(0, 1_200, {
        'one/power': () => 20_000,
        'two/power': () => 15_000,
        'meter/value': () => watts,
      })
    // max(1 kW, 5 % of the whole): 36.8 kW leave 1.84 kW, 37 kW leave 1.85 kW.
    expect(of(36_800).story).toBe('')
    expect(of(37_000).story).toBe('raise@900')
    expect(of(37_000).zh()).toMatch(/^总表比 2 个分路之和多 2 kW/)
  })

  it('knows the sign a power factor usually has, and only then that it was turned round', () => {
    const rule = tamper('factor', 'power_factor')
    const watch = new Watch(armed(rule)).series(0, 10_000, (s) => (s < 5_000 ? 0.85 : -0.85), 5)
    expect(watch.story).toBe('raise@5900')
    const wired = new Watch(armed(rule)).series(0, 10_000, () => -0.85, 5)
    expect(wired.story).toBe('')
  })

  it('finds power that flows backwards, but not the moment in which a winch brakes', () => {
    const rule = tamper('reverse', 'power')
    const brake = new Watch(armed(rule)).series(0, 3_600, (s) => (s % 120 < 20 ? -4_000 : 9_000))
    expect(brake.story).toBe('')
    const turned = new Watch(armed(rule)).series(0, 600, () => -9_000)
    expect(turned.story).toBe('raise@300')
    expect(turned.en()).toMatch(/^Power flows backwards: -9 kW/)
  })

  it('tells of a ratio that was changed and of a register that went back, over a restart too (domain P12)', () => {
    const ratio = new Watch(armed(tamper('ratio', 'ratio'))).read(reading(0, 40)).restart().read(reading(10, 20))
    expect(ratio.story).toBe('raise@10')
    expect(ratio.zh()).toBe(
      '变比由 40 改为 20，夜间 02:00:10。变比只有计量人员可以改，改小即少计电量。请核实是谁改的。',
    )
    const register = new Watch(armed(tamper('register', 'energy')))
    register.read(reading(0, 4_321.5), bad(5), reading(10, 4_321.6), reading(20, 12.3))
    expect(register.story).toBe('raise@20')
    expect(register.en()).toMatch(/went back from 4322 to 12\.3 kWh at 02:00:20/)
  })

  it('takes a register that begins again at its end for what it is', () => {
    const watch = new Watch(armed(tamper('register', 'energy')))
    watch.read(reading(0, 99_999.8), reading(10, 0.1), reading(20, 0.2))
    expect(watch.story).toBe('')
  })

  it.each([
    [
      tamper('phase', 'current', { current: ['meter/ib', 'meter/ic'], rated: 100 }),
      /expected voltage for the check phase/,
    ],
    [tamper('feeders', 'power'), /expected feeders for the check feeders/],
    [tamper('ratio', 'power'), /expected a point that measures ratio for the check ratio/],
    [tamper('magnet', 'power'), /expected phase or factor or product/],
  ])('refuses what it cannot judge by', (given, message) => {
    expect(() => armed(given)).toThrow(message)
  })
})
