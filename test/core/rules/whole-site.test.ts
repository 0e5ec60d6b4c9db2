import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AlarmTransition } from '../../../core/contract/alarm.ts'
import type { Quantity } from '../../../core/contract/quantity.ts'
import { explainAlarm } from '../../../core/rules/explain.ts'
import { standardRules } from '../../../core/rules/standard.ts'
import { type Act, acts, perform, type Twist } from './acts.ts'
import { sitePlan } from './world.ts'

const QUANTITIES_OF: Readonly<Record<string, Quantity>> = {
  'meter/value': 'power',
  'meter/energy': 'energy',
  'meter/voltage': 'voltage',
  'pump/running': 'running',
  'sump/level': 'level',
  'gate/human': 'presence',
  'gate/door': 'tamper',
  'weather/temperature': 'temperature',
}

const load = {
  meter: 'meter/value',
  energy: 'meter/energy',
  declared: 8_000,
  known: [{ id: 'sump-pump', contact: 'pump/running', kind: 'pump' as const, level: 'sump/level' }],
  temperature: 'weather/temperature',
}

/** A closed pit with everything: its load, its papers, and whatever the standard set arms at it. */
function site() {
  const bare = sitePlan({ load })
  const facts = {
    siteKind: 'closed-pit' as const,
    load: bare.load,
    points: new Map(Object.entries(QUANTITIES_OF)),
    hasOrders: true,
  }
  const beside = { configured: [], taken: [], without: [], nameOf: () => null }
  const standard = standardRules(facts, beside).map(({ id, type, point, priority, with: params }) => {
    return { id, type, point, priority, with: params }
  })
  const own = [
    { type: 'should-be-off', with: { above: 5_000 }, id: 'off' },
    { type: 'presence', point: 'gate/human', id: 'people' },
    { type: 'tamper', point: 'gate/door', id: 'cover' },
    { type: 'stale', point: 'sump/level', id: 'quiet' },
  ].filter(({ type, point = 'meter/value' }) => !standard.some((one) => one.type === type && one.point === point))
  return sitePlan({
    rules: [...standard, ...own],
    quantities: QUANTITIES_OF,
    load,
    activity: { reopenAfter: '30min', closeAfter: '5min' },
    permits: [
      { id: 'p', who: 'x', from: '2026-01-12T02:05:00+08:00', until: '2026-01-12T02:30:00+08:00', power: 4_000 },
    ],
    orders: [{ id: 'o', by: 'x', from: '2026-01-12T02:10:00+08:00', until: '2026-01-12T04:00:00+08:00' }],
  })
}

const play = (list: readonly Act[], twist: Twist = {}) => perform(site(), { quantities: QUANTITIES_OF, list, twist })
const FEW = { numRuns: 30 }

describe('a whole site', () => {
  it('says only what follows the contract and can be read on a phone in both languages', () => {
    fc.assert(
      fc.property(acts, (list) => {
        for (const one of play(list).told) {
          expect(AlarmTransition.parse(one)).toEqual(one)
          for (const language of ['zh-CN', 'en'] as const)
            expect(explainAlarm(one, language).join('\n')).not.toMatch(/undefined|NaN|null|Infinity|\[object/)
        }
      }),
      FEW,
    )
  })

  it('changes nothing by readings that come twice', () => {
    fc.assert(
      fc.property(acts, (list) => {
        expect(play(list, { twice: true }).told).toEqual(play(list).told)
      }),
      FEW,
    )
  })

  it('goes on the same from what was saved after any reading, its load and its signals too', () => {
    fc.assert(
      fc.property(acts, (list) => {
        const through = play(list)
        const reloaded = play(list, { reload: true })
        expect(reloaded.told).toEqual(through.told)
        expect(reloaded.state).toEqual(through.state)
      }),
      FEW,
    )
  })

  it('tells the same, rule by rule, however often it is told what time it is', () => {
    fc.assert(
      fc.property(acts, (list) => {
        const often = play(list, { extraAdvances: true }).told
        const seldom = play(list).told
        const byRule = (told: readonly AlarmTransition[]) => Object.groupBy(told, ({ rule }) => rule)
        expect(byRule(often)).toEqual(byRule(seldom))
      }),
      FEW,
    )
  })

  it('reaches alarms of the site and of its rules often enough for its promises to mean something', () => {
    const seen = new Map<string, number>()
    fc.assert(
      fc.property(acts, (list) => {
        for (const { ruleType, kind } of play(list).told)
          seen.set(`${ruleType} ${kind}`, (seen.get(`${ruleType} ${kind}`) ?? 0) + 1)
      }),
      { numRuns: 60, seed: 7 },
    )
    for (const kind of ['raise', 'clear']) expect(seen.get(`site-activity ${kind}`)).toBeGreaterThan(5)
    expect(seen.get('presence raise')).toBeGreaterThan(2)
  })
})
