import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { armRules } from '../../../../core/rules/arm.ts'
import { armed, reading, Watch } from '../world.ts'

const AT_ONCE = { onDelay: '0s', offDelay: '0s' }
const watchOf = (given: Record<string, unknown>) =>
  new Watch(armed({ type: 'limit', quantity: 'level', with: { ...AT_ONCE, ...given }, priority: 'yellow' }))
const story = (watch: Watch) => watch.told.map(({ kind, priority }) => `${kind} ${priority}`).join(', ')

describe('limit', () => {
  it('has four levels of one value: hi and lo raise, hi-hi and lo-lo make the open alarm graver', () => {
    const levels = { hiHi: 4, hi: 3, lo: 1, loLo: 0.5, deadband: 0.2 }
    const high = watchOf(levels).say(1, 2).say(2, 3).say(3, 3.9).say(4, 4).say(5, 3.1).say(6, 2.85).say(7, 2.7)
    expect(story(high)).toBe('raise yellow, update red, clear red')
    expect(high.zh(1)).toBe('水位已到 4 m，超过第二级上限 4 m，夜间 02:00:02 起已持续 2 秒。请立即处置。')
    const low = watchOf(levels).say(1, 2).say(2, 1).say(3, 0.4).say(4, 1.1).say(5, 1.3)
    expect(story(low)).toBe('raise yellow, update red, clear red')
    expect(low.zh()).toBe('水位已回升到 1.3 m，高于 1.2 m。越限持续 3 秒，最低 0.4 m。')
    expect(low.en(0)).toBe('Level 1 m, at or below the limit of 1 m, at 02:00:02 (night). It clears above 1.2 m.')
  })

  it('has three separate values as gas rules need them: alarm, act, restore', () => {
    const watch = watchOf({ hi: 1, hiHi: 1.5, restore: 0.8 })
    watch.say(1, 0.9).say(2, 1).say(3, 1.5).say(4, 0.9).say(5, 0.8).say(6, 0.79)
    expect(story(watch)).toBe('raise yellow, update red, clear red')
    expect(watch.story).toBe('raise@2 update@3 clear@6')
  })

  it('is never lowered by its act value', () => {
    const given = { hi: 1, hiHi: 2, actPriority: 'blue', ...AT_ONCE }
    const watch = new Watch(armed({ type: 'limit', quantity: 'level', with: given, priority: 'red' }))
    expect(story(watch.say(1, 1).say(2, 2).say(3, 0).say(4, 3))).toBe('raise red, update red, clear red, raise red')
  })

  it('clears where the value lies in the deadband of the other side', () => {
    const watch = watchOf({ hi: 3, lo: 1, deadband: 0.5 }).say(1, 3).say(2, 1.2).say(3, 1.2)
    expect(watch.story).toBe('raise@1 clear@2')
  })

  it('never acts without an alarm and clears only beyond restore, on both sides', () => {
    const values = fc.array(fc.double({ min: -3, max: 3, noNaN: false }), { maxLength: 50 })
    fc.assert(
      fc.property(values, fc.boolean(), (series, isLow) => {
        const given = isLow ? { lo: -1, loLo: -2, restore: -0.5 } : { hi: 1, hiHi: 2, restore: 0.5 }
        const watch = watchOf(given)
        let isOpen = false
        for (const [s, signed] of series.entries()) {
          const before = watch.told.length
          watch.read(reading(s, signed))
          const value = isLow ? -signed : signed
          for (const { kind } of watch.told.slice(before)) {
            if (kind === 'raise') expect([isOpen, value >= 1]).toEqual([false, true])
            if (kind === 'update') expect([isOpen, value >= 2]).toEqual([true, true])
            if (kind === 'clear') expect([isOpen, value < 0.5]).toEqual([true, true])
            isOpen = kind !== 'clear'
          }
        }
      }),
    )
  })

  it.each([
    [{}, 'with', 'expected hi or lo'],
    [{ hiHi: 3 }, 'with.hiHi', 'expected hi beside hiHi'],
    [{ hi: 3, hiHi: 2 }, 'with.hiHi', 'not below hi 3'],
    [{ lo: 3, loLo: 4 }, 'with.loLo', 'not above lo 3'],
    [{ hi: 1, lo: 2 }, 'with.lo', 'below hi 1'],
    [{ hi: 3, deadband: 1, restore: 2 }, 'with.restore', 'deadband or restore, came both'],
    [{ hi: 3, restore: 4 }, 'with.restore', 'not above hi 3'],
    [{ lo: 3, restore: 2 }, 'with.restore', 'not below lo 3'],
    [{ hi: 3, lo: 1, restore: 2 }, 'with.restore', 'because restore is of one side'],
    [{ hi: 3, lo: 1, deadband: 2 }, 'with.deadband', 'less than the 2'],
  ])('refuses %j with its path', (given, path, message) => {
    const config = { id: 'l', type: 'limit', point: 'a/b', priority: 'orange' as const, with: given }
    const { faults } = armRules('east-pit', [config])
    expect(faults[0]?.path.slice(1).join('.')).toBe(path)
    expect(faults[0]?.message).toContain(message)
  })
})
