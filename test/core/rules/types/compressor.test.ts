import { describe, expect, it } from 'vitest'
import { armed, sitePlan, Watch } from '../world.ts'
import { knownLoad, wobble } from './known-load.ts'

const rule = { type: 'compressor', quantity: 'power' } as const

/** 60 s loaded at 37 kW, 60 s unloaded at 13 kW: a share of 0.35. */
const wave = (s: number) => (s % 120 < 60 ? 37_000 : 13_000) + 300 * wobble(s)

describe('compressor', () => {
  it('finds the wave of loading and unloading after eight changes (domain P7)', () => {
    const watch = new Watch(armed(rule))
    watch.series(0, 3_600, (s) => (s < 600 ? 0 : s < 2_400 ? wave(s) : 0))
    // Nine halves of the wave are over at 600 + 9 · 60 s; the next has to settle for 5 s.
    expect(watch.story).toBe('raise@1145 clear@3066')
    expect(watch.zh(0)).toMatch(
      /^疑似空压机在运行：功率在 37 kW（加载）与 13 kW（卸载，35\.\d %）之间往复，一小时内 8 次。/,
    )
    expect(watch.en(0)).toMatch(/between 37 kW \(loaded\) and 13 kW \(unloaded, 35\.\d %\), 8 times within an hour/)
    expect(watch.run().strength).toBe(3)
  })

  it('finds it at five seconds a sample, and on top of what a site is known to draw', () => {
    const site = sitePlan({
      rules: [{ ...rule, with: { from: 5_500 } }],
      load: { meter: 'meter/value', declared: 8_000 },
      view: knownLoad({ expected: 20_000 }),
    })
    const watch = new Watch(site).series(0, 3_600, (s) => 20_000 + (s % 180 < 90 ? 11_000 : 3_900), 5)
    expect(watch.told.map(({ kind }) => kind)).toEqual(['raise'])
    expect(watch.en()).toMatch(/between 11 kW \(loaded\) and 3\.9 kW/)
  })

  it.each([
    ['a heater on its thermostat, which falls to nothing', (s: number) => (s % 900 < 450 ? 30_000 : 0)],
    ['a pump on its level', (s: number) => (s % 5_400 < 1_800 ? 37_000 : 400)],
    ['a winch, which pauses at nothing', (s: number) => (s % 240 < 70 ? 45_000 : 0)],
    ['a small wave: a room air conditioner and a lamp', (s: number) => (s % 300 < 150 ? 2_000 : 800)],
    [
      'levels that are not the same twice',
      (s: number) => (s % 120 < 60 ? 30_000 + (s % 7) * 9_000 : 9_000 + Math.floor(s / 120) * 900),
    ],
  ])('does not take %s for it', (_what, value) => {
    expect(new Watch(armed(rule)).series(0, 4 * 3_600, value, 2).story).toBe('')
  })

  it('makes no wave of pieces that were seen between gaps', () => {
    const watch = new Watch(armed(rule))
    watch.series(0, 4 * 3_600, (s) => (s % 300 < 200 ? wave(s) : undefined))
    expect(watch.story).toBe('')
  })

  it('asks for limits that leave something between them', () => {
    expect(() => armed({ ...rule, with: { from: 10_000, to: 9_000 } })).toThrow(/more than from/)
    expect(() => armed({ ...rule, with: { low: 0.6 } })).toThrow(/more than low/)
  })
})
