import { describe, expect, it } from 'vitest'
import { armRules } from '../../../../core/rules/arm.ts'
import { shippedLaw } from '../../../../platform/site/law.ts'
import { armed, Watch } from '../world.ts'

const law = shippedLaw()

describe('air-flow', () => {
  const at = (place: string, more: Record<string, unknown> = {}) =>
    armed({ type: 'air-flow', quantity: 'air_velocity', law, with: { place, onDelay: '0s', offDelay: '0s', ...more } })

  // domain.md §5.2; null = no bound.
  it.each([
    ['coal', 'fan-shaft', null, 15],
    ['coal', 'material-shaft', null, 12],
    ['coal', 'air-bridge', null, 10],
    ['coal', 'man-shaft', null, 8],
    ['coal', 'main-airway', null, 8],
    ['coal', 'trolley-road', 1, 8],
    ['coal', 'belt-road', 0.25, 6],
    ['coal', 'district-airway', 0.25, 6],
    ['coal', 'coal-face', 0.25, 4],
    ['coal', 'coal-heading', 0.25, 4],
    ['coal', 'rock-heading', 0.15, 4],
    ['coal', 'other-roadway', 0.15, null],
    ['non-coal', 'fan-shaft', null, 15],
    ['non-coal', 'haulage-road', null, 6],
    ['non-coal', 'stope', null, 4],
    ['non-coal', 'drift-stope', 0.25, null],
    ['non-coal', 'heading', 0.25, null],
    ['non-coal', 'chamber-stope', 0.15, null],
    ['non-coal', 'scraper-drift', 0.5, null],
  ])('in a %s mine keeps %s between %s and %s m/s, whichever way the air goes', (file, place, min, max) => {
    const told = (value: number) => new Watch(at(place, { law: file })).say(1, value).told.length
    const inside = ((min ?? 0) + (max ?? 5)) / 2
    expect([told(inside), told(-inside), told(min ?? inside), told(max ?? inside)]).toEqual([0, 0, 0, 0])
    if (min !== null) expect(told(min - 0.01)).toBe(1)
    if (max !== null) expect([told(max + 0.01), told(-max - 0.01)]).toEqual([1, 1])
    else expect(told(40)).toBe(0)
  })

  it('finds air that moves at a sealed shaft for ten minutes, and says why that is odd', () => {
    const rule = armed({ type: 'air-flow', quantity: 'air_velocity', law, with: { place: 'sealed-shaft' } })
    const watch = new Watch(rule).series(0, 2_400, (s) => (s >= 100 && s < 1_000 ? -0.45 : 0.1))
    expect(watch.story).toBe('raise@700 clear@1300')
    expect(watch.zh(0)).toBe(
      '封闭井口风速 0.45 m/s，超过允许的 0.3 m/s，夜间 02:01:40 起已持续 10 分钟。要求：封闭不严或井下有风机运转；检查封闭墙。该限值为工程经验值，不是法规数值。',
    )
    expect(watch.en()).toBe(
      'Air velocity at a sealed shaft is back to what is allowed, now 0.1 m/s. It was beyond it for 15 minutes.',
    )
  })

  it('starts anew after a gap, which proves nothing', () => {
    const rule = armed({ type: 'air-flow', quantity: 'air_velocity', law, with: { place: 'sealed-shaft' } })
    const watch = new Watch(rule).series(0, 590, () => 0.5).series(5_000, 5_005, () => 0.5)
    expect(watch.story).toBe('')
    expect(watch.series(5_006, 5_020, () => 0.5).told.length).toBe(1)
  })
})

describe('air-reversal', () => {
  const wrongWay = armed({ type: 'air-reversal', quantity: 'air_velocity', with: { normal: 3 } })

  it('finds air that goes the wrong way by itself', () => {
    const watch = new Watch(wrongWay).series(0, 1_000, (s) => (s < 100 ? 3 : s < 600 ? -0.8 : 2))
    expect(watch.story).toBe('raise@400 clear@660')
    expect(watch.zh(0)).toBe(
      '风流方向与正常相反：0.8 m/s，夜间 02:01:40 起已持续 5 分钟。没有反风信号。可能有人在井下开动风机，或井口、风门被打开。',
    )
    expect(new Watch(wrongWay).series(0, 1_000, () => -0.2).story).toBe('')
  })

  it('takes the natural draught for the right way where nothing else says it: warm air rises', () => {
    const rule = armed({ type: 'air-reversal', quantity: 'air_velocity', with: { outdoor: 'out/t', inside: 'in/t' } })
    const air = (value: number, outdoor: number) =>
      new Watch(rule).play(0, 400, { 'out/t': () => outdoor, 'in/t': () => 12, 'meter/value': () => value }).story
    expect([air(0.6, -5), air(-0.6, -5), air(0.6, 30), air(-0.6, 30)]).toEqual(['', 'raise@300', 'raise@300', ''])
    expect([air(0.6, 11), air(-0.6, 11)]).toEqual(['', ''])
  })

  it.each([
    ['coal', 0.4],
    ['non-coal', 0.6],
  ])('wants %s fans reversed within 10 min to %d of the flow, and a reversal is no wrong way', (file, share) => {
    const test = armed({
      type: 'air-reversal',
      quantity: 'air_velocity',
      law,
      with: { normal: 5, reversing: 'fan/reverse', law: file },
    })
    const reversed = (flow: number, afterS: number) =>
      new Watch(test).play(0, 1_500, {
        'fan/reverse': (s) => s >= 100 && s < 1_400,
        'meter/value': (s) => (s >= 100 + afterS && s < 1_400 ? -flow : 5),
      })
    expect(reversed(5 * share + 0.1, 500).story).toBe('')
    const late = reversed(5 * share + 0.1, 700)
    expect(late.story).toBe('raise@700 clear@860')
    expect(late.en(0)).toContain(`After 10 minutes of reversing the fan the air does not come back at ${5 * share} m/s`)
    expect(reversed(5 * share - 0.1, 100).story).toMatch(/^raise@700 clear/)
  })

  it.each([
    [{}, 'with', 'expected normal, or outdoor and inside'],
    [{ normal: 0 }, 'with.normal', 'with its sign'],
    [{ outdoor: 'a/b' }, 'with.outdoor', 'together'],
    [{ normal: 3, reversing: 'a/b', law: 'coal', onDelay: '20min' }, 'with.onDelay', 'not more than the 10 min'],
    [{ normal: 3, reversing: 'a/b' }, 'with.law', 'coal, non-coal'],
  ])('refuses %j with its path', (given, path, message) => {
    const config = { id: 'r', type: 'air-reversal', point: 'v/v', priority: 'orange' as const, with: given }
    const { faults } = armRules('east-pit', [config], { law })
    expect(faults.map((one) => one.path.slice(1).join('.'))).toContain(path)
    expect(faults.map((one) => one.message).join()).toContain(message)
  })
})
