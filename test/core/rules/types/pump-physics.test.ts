import { describe, expect, it } from 'vitest'
import { RULE_TYPES } from '../../../../core/rules/types.ts'
import { armed, Watch } from '../world.ts'

const pump = (more: Record<string, unknown> = {}) =>
  armed({ type: 'pump-physics', quantity: 'running', priority: 'yellow', with: { level: 'sump/level', ...more } })
const MINUTE = 60
const HOUR = 3_600
const DAY = 86_400

/** A pump that runs `on` of every `every` seconds; the level follows. */
const cycle = (on: number, every: number) => (s: number) => s % every < on
const sump = (on: number, every: number) => (s: number) => {
  const phase = s % every
  return phase < on ? 2 - phase / on : 1 + (phase - on) / (every - on)
}

describe('pump-physics', () => {
  it('says nothing of a pump that does what pumps do', () => {
    const watch = new Watch(pump()).play(
      0,
      3 * DAY,
      { 'sump/level': sump(30 * MINUTE, 3 * HOUR), 'meter/value': cycle(30 * MINUTE, 3 * HOUR) },
      20,
    )
    expect(watch.story).toBe('')
  })

  it('finds a pump that runs for 15 minutes while the level does not fall', () => {
    const watch = new Watch(pump()).play(0, HOUR, { 'sump/level': () => 1.8, 'meter/value': (s) => s >= 600 }, 5)
    expect(Number(/^raise@(\d+)$/.exec(watch.story)?.[1])).toBeGreaterThanOrEqual(600 + 900)
    expect(Number(/^raise@(\d+)$/.exec(watch.story)?.[1])).toBeLessThanOrEqual(600 + 900 + 30)
    expect(watch.zh()).toContain('水泵已运行 15 分钟，水位没有下降（变化 0 米）')
  })

  it('finds water that falls while the pump rests', () => {
    const level = (s: number) => 2 - (0.4 * s) / HOUR
    const watch = new Watch(pump()).play(0, HOUR, { 'sump/level': level, 'meter/value': () => false }, 5)
    expect(watch.told.length).toBe(1)
    expect(watch.zh()).toContain('水泵没有运行，水位却在 15 分钟内下降 0.1 米')
    expect(watch.run().strength).toBe(3)
  })

  it('says nothing of the level while another pump of the same water runs, or is not heard of', () => {
    const rule = () => pump({ others: ['second/running'] })
    const falls = (s: number) => 2 - (0.4 * s) / HOUR
    const withSecond = (second: (s: number) => boolean) =>
      new Watch(rule()).play(0, HOUR, { 'second/running': second, 'sump/level': falls, 'meter/value': () => false }, 5)
        .story
    expect(withSecond(() => true)).toBe('')
    expect(withSecond(() => false)).toMatch(/^raise@/)
    const unheard = new Watch(rule()).play(0, HOUR, { 'sump/level': falls, 'meter/value': () => false }, 5)
    expect(unheard.story).toBe('')
  })

  it('finds it too where the contact is only told when it changes', () => {
    const watch = new Watch(pump()).say(0, { value: false, validMs: 10 * 365 * DAY * 1_000 })
    watch.play(1, HOUR, { 'sump/level': (s) => 2 - (0.4 * s) / HOUR }, 5)
    expect(watch.told.length).toBe(1)
  })

  it('finds a pump that runs more than a quarter more of the time than it ever did, once it has learned that', () => {
    const on = (s: number) => (s < 5 * DAY ? s % HOUR < 6 * MINUTE : s % HOUR < 20 * MINUTE)
    const rule = armed({ type: 'pump-physics', quantity: 'running', with: { learnDays: 4, hours: 24 } })
    const watch = new Watch(rule).series(0, 6 * DAY, on, 30)
    expect(Number(/^raise@(\d+)/.exec(watch.story)?.[1])).toBeGreaterThan(5 * DAY)
    expect(watch.en()).toMatch(/^The pump ran for \d+ % of the last 6 hours; up to \d+ % is normal\./)
  })

  it('finds a day on which it ran more than twice as long as usual', () => {
    // NIGHT is two hours into the local day.
    const on = (s: number) => s % DAY < (s < 10 * DAY ? 2 * HOUR : 7 * HOUR)
    const rule = armed({
      type: 'pump-physics',
      quantity: 'running',
      with: { learnDays: 14, fraction: { times: 10, plus: 1 } },
    })
    const watch = new Watch(rule).series(0, 11 * DAY, on, 60)
    expect(watch.story).toMatch(/^raise@/)
    expect(watch.zh(0)).toContain('近一月每日通常 2 小时')
  })

  it('finds water that is lower by half a metre day by day', () => {
    const level = (s: number) => 9 - (0.6 * s) / DAY + 0.2 * Math.sin(s / 4_000)
    const on = cycle(30 * MINUTE, 3 * HOUR)
    const rule = pump({ fallOff: 5, fallOn: 0, learnDays: 14 })
    const watch = new Watch(rule).play(0, 4 * DAY, { 'sump/level': level, 'meter/value': on }, 60)
    expect(watch.told.some(({ explanation }) => explanation.key === 'pump-physics.raised-day')).toBe(true)
  })

  it('counts nothing over a gap: a pump not heard of is not known to run', () => {
    const flat = { 'sump/level': () => 1.8, 'meter/value': () => true }
    const watch = new Watch(pump()).play(0, 800, flat, 5).play(5_000, 5_500, flat, 5)
    expect(watch.story).toBe('')
  })

  it('is armed at every known pump', () => {
    const { standard } = RULE_TYPES.find(({ type }) => type === 'pump-physics')!
    const known = [
      { id: 'p', contact: 'pump/on', kind: 'pump' as const, level: 'sump/level' },
      { id: 'h', contact: 'heater/on', kind: 'heater' as const },
    ]
    const load = { meter: 'm/p', declared: 1_000, known, learnDays: 10 }
    expect(standard({ siteKind: 'dewatering-pit', load, points: new Map(), hasOrders: false })).toEqual([
      { point: 'pump/on', priority: 'yellow', with: { level: 'sump/level', others: [] } },
    ])
  })
})
