import { describe, expect, it } from 'vitest'
import { armed, sitePlan, Watch } from '../world.ts'
import { NIGHT } from '../world.ts'

const minutes = (count: number) => count * 60
const clock = (minute: number) => new Date(NIGHT + minute * 60_000).toISOString()

describe('an entry', () => {
  const DOOR = { type: 'entry', point: 'gate/door', quantity: 'contact' } as const

  it('is told at once, and ends a minute after it was closed', () => {
    const watch = new Watch(armed(DOOR)).play(0, 300, { 'gate/door': (s) => s >= 20 && s < 80 })
    expect(watch.story).toBe('raise@20 clear@140')
    expect(watch.zh(0)).toBe('门被打开，夜间 02:00:20，无有效作业票。')
  })

  it('of a wire that carries current while it is whole is told when it is cut, never when it cannot be read', () => {
    const wire = { ...DOOR, with: { what: 'seal', opensAt: false } }
    const watch = new Watch(armed(wire)).play(0, 60, {
      'gate/door': (s) => (s < 30 ? true : s < 40 ? { quality: 'bad' } : false),
    })
    expect(watch.story).toBe('raise@40')
    expect(watch.en()).toContain('seal wire is broken')
  })

  it('under a permit that names its device, or none, is not told; what stays open after it is', () => {
    const site = (devices?: string[]) =>
      sitePlan({
        rules: [DOOR],
        permits: [
          { id: 'p', who: 'x', from: clock(0), until: clock(10), ...(devices === undefined ? {} : { devices }) },
        ],
      })
    const open = (devices?: string[]) =>
      new Watch(site(devices)).play(60, minutes(60), { 'gate/door': () => true }, 10).story
    expect(open()).toBe('raise@2400')
    expect(open(['gate'])).toBe('raise@2400')
    expect(open(['yard'])).toBe('raise@60')
  })

  it('is news for a quarter of an hour, and then a door that was left open', () => {
    const watch = new Watch(armed(DOOR)).play(0, minutes(15), { 'gate/door': () => true }, 10)
    expect(watch.run().strength).toBe(3)
    expect(watch.play(minutes(15) + 10, minutes(16), { 'gate/door': () => true }, 10).run().strength).toBe(0.5)
  })
})

describe('a site that is not heard', () => {
  const COMMS = { type: 'comms', quantity: 'power', with: { others: ['io/pump'], mains: 'ups/mains' } } as const
  const heard = () => new Watch(armed(COMMS)).play(0, 60, { 'meter/value': () => 500, 'ups/mains': () => true })

  it('is not lost between two readings of a meter that is read each quarter of an hour', () => {
    const slow = { 'meter/value': () => ({ value: 500, validMs: 2_250_000 }) }
    const watch = new Watch(armed(COMMS)).play(0, minutes(120), slow, minutes(15))
    expect(watch.story).toBe('')
    expect(watch.until(minutes(120) + 2_250).story).toBe(`raise@${minutes(120) + 2_250}`)
  })

  it('is told after three minutes, and as cut off when it is silent for longer than it ever was', () => {
    const watch = heard().until(239)
    expect(watch.story).toBe('')
    expect(watch.until(240).story).toBe('raise@240')
    expect(watch.run().strength).toBe(1.5)
    // 1.25 · 1500 s + 60 s
    expect(watch.until(60 + 1_934).run().strength).toBe(1.5)
    expect(watch.until(60 + 1_935).run().strength).toBe(4.2)
    watch.series(3_600, 3_601, () => 500)
    expect(watch.story).toBe('raise@240 clear@3600')
    expect(watch.zh()).toBe('通信已恢复，中断 59 分钟。')
  })

  it('counts one more where another device was lost in the same minute, once it is long', () => {
    const watch = heard().say(50, true, 'io/pump').until(300)
    expect(watch.run().strength).toBe(1.5)
    expect(watch.until(2_000).run().strength).toBe(5.2)
    const alone = heard()
    for (let s = 61; s < 2_100; s += 10) alone.say(s, true, 'io/pump')
    expect(alone.until(2_100).run().strength).toBe(4.2)
  })

  it('is an outage and no evidence where the mains went with it', () => {
    const watch = heard().say(61, false, 'ups/mains').until(4_000)
    expect(watch.run().strength).toBe(0)
    expect(watch.zh()).toContain('应为停电')
    const inverse = { ...COMMS, with: { ...COMMS.with, mainsAt: false } }
    const flag = new Watch(armed(inverse)).play(0, 60, { 'meter/value': () => 500, 'ups/mains': () => true })
    expect(flag.until(4_000).run().strength).toBe(0)
  })

  it('learns how long silences usually are, within an hour and while it is new', () => {
    const after = (gap: number) => {
      const watch = heard().series(60 + gap, 61 + gap, () => 500)
      return watch.until(61 + gap + 2_000).run().strength
    }
    expect([after(1_000), after(1_800), after(5_000)]).toEqual([4.2, 1.5, 4.2])
    const grown = heard()
      .series(7_260, 7_261, () => 500)
      .until(7_261 + 4_560)
    expect(grown.run().strength).toBe(4.2)
  })

  it('is not missed before it was ever heard, and is from a restart on', () => {
    expect(new Watch(armed(COMMS)).until(9_999).story).toBe('')
    const watch = heard().restart().until(1_000).until(1_179)
    expect(watch.story).toBe('')
    expect(watch.until(1_180).story).toBe('raise@1180')
  })
})

describe('a battery without mains', () => {
  const UPS = {
    type: 'power-comms',
    point: 'ups/soc',
    quantity: 'fill',
    with: { mains: 'ups/mains', neighbours: ['next/mains'] },
  } as const
  const at = (soc: number, mains: boolean, next: boolean | null) =>
    new Watch(armed(UPS)).play(0, 60, {
      'ups/mains': () => mains,
      'next/mains': () => next ?? undefined,
      'ups/soc': () => soc,
    })

  it('is told below 40 %, and as graver below 20 %', () => {
    expect([at(41, false, null).story, at(39, true, null).story, at(39, false, null).story]).toEqual([
      '',
      '',
      'raise@10',
    ])
    const low = at(19, false, null)
    expect(low.told.map(({ kind, priority }) => `${kind} ${priority}`)).toEqual(['raise orange'])
    expect([at(39, false, null).run().strength, low.run().strength]).toEqual([1, 2])
  })

  it('says more where the neighbours have power', () => {
    expect([at(39, false, false).run().strength, at(39, false, true).run().strength]).toEqual([1, 2])
    expect(at(39, false, true).zh()).toContain('只有此处停电')
  })
})

describe('a value that does not move', () => {
  const STUCK = { type: 'stuck', quantity: 'power', with: { contacts: ['pump/on'] } } as const
  const noisy = (until: number) => new Watch(armed(STUCK)).series(0, until, (s) => 500 + (s % 7), 10)

  it('is told after half an hour where it always moved', () => {
    const watch = noisy(1_000).series(1_010, 4_000, () => 505, 10)
    expect(watch.story).toMatch(/^raise@28[0-2]0$/)
    expect(watch.zh()).toContain('没有任何变化')
    expect(watch.series(4_010, 4_020, (s) => s, 10).story).toMatch(/clear@4010$/)
  })

  it('is not told at 0, nor where values used to stand as long, nor over time without readings', () => {
    expect(noisy(1_000).series(1_010, 9_000, () => 0, 10).story).toBe('')
    const still = new Watch(armed(STUCK)).series(0, 90_000, (s) => Math.floor(s / 1_000), 10)
    expect(still.series(90_010, 92_500, () => 7, 10).story).toBe('')
    const gap = noisy(1_000)
      .series(1_010, 1_500, () => 505, 10)
      .series(5_000, 5_900, () => 505, 10)
    expect(gap.story).toBe('')
  })

  it('is told within a minute where a machine was switched and its meter did not mind', () => {
    const watch = noisy(1_000)
      .say(1_001, false, 'pump/on')
      .series(1_010, 1_100, () => 505, 10)
      .say(1_105, true, 'pump/on')
    expect(watch.series(1_110, 1_300, () => 505, 10).story).toBe('raise@1170')
    expect(watch.zh()).toContain('有设备启停')
  })
})
