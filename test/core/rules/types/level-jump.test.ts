import { describe, expect, it } from 'vitest'
import { RULE_TYPES } from '../../../../core/rules/types.ts'
import type { StandardFacts } from '../../../../core/rules/rule.ts'
import { armed, Watch } from '../world.ts'

const water = armed({ type: 'level-jump', quantity: 'level', priority: 'red' })
/** Metres an hour, with waves of a centimetre. */
const rising = (perHour: number) => (s: number) => 4 + (perHour * s) / 3_600 + 0.01 * Math.sin(s)

describe('level-jump', () => {
  it('raises where water rises by more than 0.3 m an hour, and not by less', () => {
    const watch = new Watch(water).series(0, 3_600, rising(0.4), 5)
    expect(watch.told.map(({ kind, priority }) => `${kind} ${priority}`)).toEqual(['raise red'])
    expect(watch.zh()).toMatch(/^水位每小时上升 0\.[34]\d* m，限值 0\.3 m，现为 4\.\d+ m/)
    expect(new Watch(water).series(0, 7_200, rising(0.25), 5).story).toBe('')
    expect(new Watch(water).series(0, 7_200, rising(-2), 5).story).toBe('')
  })

  it('clears when the rise has slowed', () => {
    const watch = new Watch(water).series(0, 9_000, (s) => 4 + Math.min(s, 3_000) * 0.0002, 5)
    expect(watch.told.map(({ kind }) => kind)).toEqual(['raise', 'clear'])
    expect(watch.en()).toContain('It rose too fast for')
  })

  const { standard } = RULE_TYPES.find(({ type }) => type === 'level-jump')!
  const facts = (load: Partial<StandardFacts['load']> | null): StandardFacts => ({
    siteKind: 'closed-pit',
    load: load as StandardFacts['load'],
    points: new Map([
      ['shaft/level', 'level'],
      ['sump/level', 'level'],
      ['meter/power', 'power'],
    ]),
    hasOrders: false,
  })

  it('is armed at shafts and never at a sump, which rises fast whenever its pump rests', () => {
    const pump = { id: 'p', contact: 'pump/on', kind: 'pump' as const }
    expect(standard(facts({ known: [{ ...pump, level: 'sump/level' }] })).map(({ point }) => point)).toEqual([
      'shaft/level',
    ])
    expect(standard(facts({ known: [pump] }))).toEqual([])
  })
})
