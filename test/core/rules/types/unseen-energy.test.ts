import { describe, expect, it } from 'vitest'
import { armed, type Given, Watch } from '../world.ts'

const HOUR = 3_600
const DAY = 86_400
const rule: Given = { type: 'unseen-energy', quantity: 'energy', with: { power: 'meter/power' } }

/** 2 kW all day long, and `more` W besides. The register is a true one. Nothing is heard while `deaf`. */
function play(watch: Watch, to: number, more: (s: number) => number, deaf: (s: number) => boolean, every = 60): Watch {
  let [kwh, last] = [500, 0]
  return watch.play(
    0,
    to,
    {
      'meter/power': (s) => (deaf(s) ? undefined : 2_000 + more(s)),
      'meter/value': (s) => {
        kwh += ((s - last) / HOUR) * ((2_000 + more(s)) / 1_000)
        last = s
        return deaf(s) ? undefined : Math.round(kwh * 100) / 100
      },
    },
    every,
  )
}

const cut = (s: number) => s > 8 * DAY && s < 8 * DAY + 2 * HOUR

describe('unseen-energy', () => {
  it('finds what was used behind a line that was cut, as soon as the meter is heard again (detection §6.7)', () => {
    const watch = play(new Watch(armed(rule)), 8 * DAY + 4 * HOUR, (s) => (cut(s) ? 15_000 : 0), cut)
    // 119 min at 17 kW and one at 2 kW are 33.75 kWh, less 2.5 min at 2 kW that were still held.
    expect(watch.story).toBe(`raise@${8 * DAY + 2 * HOUR} clear@${8 * DAY + 2 * HOUR + 60 + 1_800}`)
    expect(watch.run().strength).toBe(4)
    expect(watch.zh(0)).toBe(
      '电表失联 1 小时 57 分钟（夜间 02:02:30 至 夜间 04:00:00），期间电量增加 33.7 千瓦时，平均 17.2 kW。这段时间通常只用 3.91 千瓦时，最多 4.41 千瓦时。可能有人断开通信后用电，请查看现场。',
    )
    expect(watch.en(0)).toMatch(
      /^The meter was not heard for 1 hour 57 minutes .* its register grew by 33\.7 kWh, 17\.2 kW on average\. Usual for that time is 3\.9\d kWh/,
    )
  })

  it('leaves a gap alone in which only the usual was used, and one before enough was learned', () => {
    expect(play(new Watch(armed(rule)), 9 * DAY, () => 0, cut).story).toBe('')
    const early = (s: number) => s > DAY && s < DAY + 2 * HOUR
    expect(play(new Watch(armed(rule)), 2 * DAY, (s) => (early(s) ? 15_000 : 0), early).story).toBe('')
  })

  it('knows a pump that comes and goes: what is usual has its deviation', () => {
    // Half an hour in every four, shifted each day, at 11 kW.
    const pump = (s: number) => ((s + 2_000 * Math.floor(s / DAY)) % (4 * HOUR) < 1_800 ? 11_000 : 0)
    expect(play(new Watch(armed(rule)), 14 * DAY, pump, (s) => s > 4 * DAY && s % 11_111 < 2_000).story).toBe('')
  })

  it('remembers the register while the gateway is off', () => {
    const watch = play(
      new Watch(armed(rule)),
      8 * DAY,
      () => 0,
      () => false,
    )
    const kwh = 500 + 8 * 24 * 2
    watch.restart()
    const off = { mono: 5_000, at: 8 * DAY + 3 * HOUR }
    const offMs = off.at * 1_000 - off.mono
    watch.say(off.mono / 1_000, { value: kwh + 60, offMs }).until(off.mono / 1_000)
    expect(watch.told.map(({ kind }) => kind)).toEqual(['raise'])
    expect(watch.en()).toMatch(/not heard for 3 hours/)
  })

  it('does not believe a register that was exchanged or read wrongly', () => {
    const watch = play(
      new Watch(armed(rule)),
      8 * DAY,
      () => 0,
      () => false,
    )
    watch.say(8 * DAY + HOUR, 54_321).say(8 * DAY + 2 * HOUR, 12)
    expect(watch.story).toBe('')
  })
})
