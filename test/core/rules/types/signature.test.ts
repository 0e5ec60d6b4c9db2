import { describe, expect, it } from 'vitest'
import { armed, type Given, sitePlan, Watch } from '../world.ts'
import { knownLoad } from './known-load.ts'

const SIDES = { reactive: 'meter/q', current: ['meter/ia', 'meter/ib', 'meter/ic'] }
const rule: Given = { type: 'signature', quantity: 'power', with: SIDES }

/** What a load of `watts` from second `s` of its cycle on draws, with everything a meter tells of it; 800 W run always. */
interface Machine {
  readonly watts: number
  readonly factor: number
  readonly phases: 1 | 3
  readonly inrush: number
  readonly on: (s: number) => number | null
}

function play(watch: Watch, machine: Machine, until: number): Watch {
  const { watts, factor, phases, inrush, on } = machine
  const drawn = (s: number) => {
    const since = on(s)
    return since === null ? 0 : since < 2 ? watts * inrush : watts
  }
  const amps = (s: number, phase: number) => 1.2 + (phase < phases ? drawn(s) / phases / 230 / factor : 0)
  return watch.play(0, until, {
    'meter/q': (s) => 300 + drawn(s) * Math.tan(Math.acos(factor)),
    'meter/ia': (s) => amps(s, 0),
    'meter/ib': (s) => amps(s, 1),
    'meter/ic': (s) => amps(s, 2),
    'meter/value': (s) => 800 + drawn(s),
  })
}

/** On for `on` s of every `every` s, from 100 s on. */
const cycle = (on: number, every: number) => (s: number) =>
  s >= 100 && (s - 100) % every < on ? (s - 100) % every : null

describe('signature', () => {
  it('knows a winch by power, phases, power factor and its strokes, as soon as one is over', () => {
    const watch = new Watch(armed(rule))
    play(watch, { watts: 18_500, factor: 0.82, phases: 3, inrush: 3, on: cycle(70, 240) }, 700)
    expect(watch.story).toBe('raise@175')
    expect(watch.run().strength).toBe(2)
    expect(watch.zh(0)).toBe(
      '用电特征像绞车：18.5 kW，运行 1 分 10 秒后停。已关闭矿井用不着这种设备。如确有此设备，请登记为已知设备。',
    )
    expect(watch.en(0)).toBe(
      'It looks like a winch: 18.5 kW, on for 1 minute 10 seconds and off again. A closed pit has no use for one. If it belongs here, register it as a known load.',
    )
  })

  it('knows a local fan that stays on, after an hour and a half, which no pump does', () => {
    const watch = new Watch(armed(rule))
    play(watch, { watts: 11_000, factor: 0.85, phases: 3, inrush: 2.5, on: (s) => (s >= 100 ? s - 100 : null) }, 6_000)
    expect(watch.story).toBe('raise@5500')
    expect(watch.en()).toMatch(/^It looks like a local fan: 11 kW, on for 1 hour 30 minutes by now\./)
  })

  it('counts a heater on its thermostat for the site, and raises no alarm for it', () => {
    const watch = new Watch(armed(rule))
    play(watch, { watts: 2_000, factor: 1, phases: 1, inrush: 1, on: cycle(600, 1_200) }, 900)
    expect(watch.story).toBe('')
    expect(watch.run().isActive).toBe(true)
    expect(watch.run().strength).toBe(-2)
  })

  it('tells of a machine even where an appliance was recognised just before', () => {
    const watch = new Watch(armed(rule))
    play(
      watch,
      { watts: 2_000, factor: 1, phases: 1, inrush: 1, on: (s) => (s >= 100 && s < 500 ? s - 100 : null) },
      600,
    )
    expect(watch.run().strength).toBe(-2)
    const winch = (s: number) => (s >= 620 && s < 690 ? 18_500 : 0)
    watch.play(601, 800, {
      'meter/q': (s) => 300 + winch(s) * 0.7,
      'meter/ia': (s) => 1.2 + winch(s) / 566,
      'meter/ib': (s) => 1.2 + winch(s) / 566,
      'meter/ic': (s) => 1.2 + winch(s) / 566,
      'meter/value': (s) => 800 + winch(s),
    })
    expect(watch.story).toBe('raise@696')
    expect(watch.run().strength).toBe(2)
  })

  it('says nothing of a pump on its level, of what it knows too little of, and of what looks like both', () => {
    const pump = new Watch(armed(rule))
    play(pump, { watts: 22_000, factor: 0.85, phases: 3, inrush: 3, on: cycle(3_000, 9_000) }, 30_000)
    expect(pump.story).toBe('')
    const blind = new Watch(armed({ type: 'signature', quantity: 'power' }))
    blind.series(0, 2_000, (s) => (s % 1_000 < 400 ? 2_000 : 300))
    expect(blind.story).toBe('')
    expect(blind.run().isActive).toBe(false)
  })

  it('forgets a match after ten minutes, and everything it followed in a gap', () => {
    const watch = new Watch(armed(rule))
    play(
      watch,
      { watts: 18_500, factor: 0.82, phases: 3, inrush: 3, on: (s) => (s >= 100 && s < 170 ? s - 100 : null) },
      1_000,
    )
    expect(watch.story).toBe('raise@175 clear@775')
    const torn = new Watch(armed(rule))
    torn.series(0, 120, (s) => (s < 100 ? 800 : 19_300)).series(160, 400, (s) => (s < 170 ? 19_300 : 800))
    expect(torn.run().isActive).toBe(false)
  })

  it('looks at what is left beside the known loads of the site', () => {
    const site = sitePlan({
      rules: [{ type: 'signature', quantity: 'power' }],
      load: { meter: 'meter/value', declared: 8_000 },
      view: (power) => ({ ...knownLoad()(power), residual: 0 }),
    })
    const watch = new Watch(site).series(0, 3_000, (s) => (s % 240 < 70 ? 18_500 : 0))
    expect(watch.run().isActive).toBe(false)
  })

  it('says nothing of what fits a machine and an appliance alike', () => {
    const traits = { power: [30_000, 40_000], on: [30, 60], off: [30, 60], phases: 3 }
    const library = (['machine', 'appliance'] as const).map((is) => ({ id: is, is, ...traits }))
    const watch = new Watch(armed({ ...rule, with: { ...SIDES, library } }))
    play(watch, { watts: 35_000, factor: 0.8, phases: 3, inrush: 1, on: cycle(45, 90) }, 600)
    expect(watch.run().isActive).toBe(false)
  })

  it('asks more of what is no greater than an appliance', () => {
    const tool = { watts: 1_500, factor: 0.78, phases: 3, inrush: 1, on: cycle(120, 300) } as const
    expect(play(new Watch(armed(rule)), tool, 600).en(0)).toMatch(/^It looks like an electric drill: 1\.5 kW/)
    const blind = { current: SIDES.current }
    expect(play(new Watch(armed({ ...rule, with: blind })), tool, 300).story).toBe('')
  })

  it('leaves out a reading that leaps and comes back', () => {
    const watch = new Watch(armed(rule)).series(0, 3_000, (s) => (s % 97 === 0 ? 65_535 : 800))
    expect(watch.run().isActive).toBe(false)
  })

  it('looks for what the library of the site says', () => {
    const library = [
      {
        id: 'crusher',
        name: { 'zh-CN': '破碎机', en: 'a crusher' },
        is: 'machine',
        power: [30_000, 40_000],
        on: [30, 60],
        off: [30, 60],
      },
    ]
    const watch = new Watch(armed({ ...rule, with: { library } }))
    watch.series(0, 400, (s) => (s % 90 < 45 ? 35_000 : 500))
    expect(watch.zh(0)).toMatch(/^用电特征像破碎机：34\.5 kW/)
    expect(() => armed({ ...rule, with: { library: [{ id: 'x', is: 'thing', power: [1, 2] }] } })).toThrow(/appliance/)
  })
})
