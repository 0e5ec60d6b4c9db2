import { describe, expect, it } from 'vitest'
import { armed, type Given, Watch } from '../world.ts'
import { wobble } from './known-load.ts'

const HOUR = 3_600
const rule: Given = { type: 'energy-integral', quantity: 'energy', with: { power: 'meter/power' } }

/** 20 kW with noise; a register of 0.01 kWh that counts `share` of it. */
const play = (watch: Watch, share: (s: number) => number, seen: (s: number) => boolean = () => true) => {
  const at = (s: number) => 20_000 + 4_000 * wobble(s)
  let [kwh, last] = [1_000, 0]
  return watch.play(
    0,
    4 * HOUR,
    {
      'meter/power': (s) => (seen(s) ? at(s) : undefined),
      'meter/value': (s) => {
        kwh += ((s - last) / HOUR) * (at(s) / 1_000) * share(s)
        last = s
        return seen(s) ? Math.floor(kwh * 100) / 100 : undefined
      },
    },
    10,
  )
}

describe('energy-integral', () => {
  it('finds a register that counts too little within an hour of it (domain P13)', () => {
    const watch = play(new Watch(armed(rule)), (s) => (s < 2 * HOUR ? 1 : 0.7))
    expect(watch.told.map(({ kind }) => kind)).toEqual(['raise'])
    const after = (watch.told[0]!.at - Date.UTC(2026, 0, 11, 20)) / 60_000
    // 6 kWh an hour are missing; 1 kWh of 20 is allowed.
    expect(after).toBeGreaterThan(8)
    expect(after).toBeLessThan(16)
    expect(watch.zh()).toMatch(/^电量读数少计：最近 1 小时/)
    expect(watch.en()).toMatch(
      /^The energy register counts too little: over the last 1 hour .* while the power makes 20/,
    )
  })

  it('tells the other way round as well', () => {
    const watch = play(new Watch(armed(rule)), () => 1.3)
    expect(watch.en(0)).toMatch(/^The energy register counts more than the power tells/)
  })

  it('leaves a good meter alone, also one with a coarse register and with gaps', () => {
    expect(play(new Watch(armed(rule)), () => 1).story).toBe('')
    expect(
      play(
        new Watch(armed(rule)),
        () => 1,
        (s) => s % 700 < 500,
      ).story,
    ).toBe('')
    let kwh = 0
    const coarse = new Watch(armed(rule)).play(
      0,
      8 * HOUR,
      {
        'meter/power': (s) => 20_000 + wobble(s),
        'meter/value': (s) => (s % 60 === 0 ? Math.floor((kwh = s / 180)) : undefined),
      },
      10,
    )
    expect(kwh).toBe(160)
    expect(coarse.story).toBe('')
  })

  it('does not count a reading that leaps and comes back', () => {
    const watch = new Watch(armed(rule))
    watch.play(
      0,
      3 * HOUR,
      {
        'meter/power': (s) => (s % HOUR === 1_800 ? 6_553_500 : 5_000 + wobble(s)),
        'meter/value': (s) => 100 + (s / HOUR) * 5,
      },
      10,
    )
    expect(watch.story).toBe('')
  })

  it('does not believe a power that is stuck', () => {
    const points = (stuck: boolean) => ({
      'meter/power': (s: number) => (stuck && s % HOUR > 600 ? 20_000 : 5_000 + wobble(s)),
      'meter/value': (s: number) => 100 + (s / HOUR) * 5,
    })
    expect(new Watch(armed(rule)).play(0, 8 * HOUR, points(true), 10).story).toBe('')
  })

  it('counts nothing of what was drawn in a gap', () => {
    // The register grows by 50 kWh while the power is not seen, and by what is drawn when it is.
    const watch = new Watch(armed(rule))
    watch.play(
      0,
      6 * HOUR,
      {
        'meter/power': (s) => (s % HOUR < 1_800 ? 20_000 + wobble(s) : undefined),
        'meter/value': (s) => {
          const hours = Math.floor(s / HOUR)
          return (
            100 + hours * 60 + (Math.min(1_800, s % HOUR) / HOUR) * 20 + (Math.max(0, (s % HOUR) - 1_800) / 1_800) * 50
          )
        },
      },
      10,
    )
    expect(watch.story).toBe('')
  })
})
