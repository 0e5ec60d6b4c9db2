import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AlarmTransition } from '../../../core/contract/alarm.ts'
import { explain } from '../../../core/rules/explain.ts'
import type { LoadView } from '../../../core/rules/load/view.ts'
import { MESSAGE_KEYS } from '../../../core/rules/messages.ts'
import { RULE_TYPES } from '../../../core/rules/types.ts'
import { type Act, acts, perform, saidOf, type Twist } from './acts.ts'
import { type Example, EXAMPLES } from './examples.ts'
import { NIGHT, sitePlan, Watch, type WatchedSite } from './world.ts'

/** A load that is known, follows `power`, and is expected to draw 2 kW. */
function followed(power: () => number): LoadView {
  return {
    get power() {
      return power()
    },
    expected: 2_000,
    get residual() {
      return power() - 2_000
    },
    envelope: 1_500,
    floor: 500,
    usual: 700,
    runningW: 0,
    running: 0,
    noise: 30,
    isArmed: true,
    daysLearned: 20,
    isMasked: false,
    usualExcess: 3.6e7,
    get excess() {
      return Math.max(0, power() - 2_700) * 60_000
    },
    get stranger() {
      return power() >= 9_000 ? power() - 2_000 : 0
    },
    get overdue() {
      return power() >= 22_000 ? power() : 0
    },
    usualCycle: 900,
    starts: [],
    isHeaterExpected: false,
    get along() {
      return { times: power() >= 15_000 ? 3 : 0, power: 2_000 }
    },
    get creep() {
      return Math.max(0, power() - 5_000)
    },
    usualCreep: 300,
    get shift() {
      return power() / 10_000 - 0.5
    },
  }
}

/** A site around the example: with papers, a holiday, and a load where the rule judges one. */
function siteOf(example: Example): WatchedSite {
  const type = RULE_TYPES.find((candidate) => candidate.type === example.type)
  return sitePlan({
    rules: [{ ...example, id: 'watch' }],
    quantities: example.quantities,
    ...(type?.needsLoad === true ? { load: { meter: 'meter/value', declared: 8_000 }, view: followed } : {}),
    permits: [
      { id: 'p', who: 'x', from: '2026-01-12T02:05:00+08:00', until: '2026-01-12T03:00:00+08:00', power: 4_000 },
    ],
    orders: [{ id: 'o', by: 'x', from: '2026-01-12T02:10:00+08:00', until: '2026-01-12T04:00:00+08:00' }],
    calendar: { calendar: 'cn', source: 'x', years: { 2026: { announced: true, off: ['2026-01-13'] } } },
  })
}

const play = (example: Example, list: readonly Act[], twist: Twist = {}) =>
  perform(siteOf(example), { quantities: example.quantities, list, twist })

const named = EXAMPLES.map((example) => [`${example.type} ${JSON.stringify(example.with ?? {})}`, example] as const)
const FEW = { numRuns: 12 }

describe.each(named)('%s', (_name, example) => {
  it('never throws, and says only what follows the contract and can be read in both languages', () => {
    fc.assert(
      fc.property(acts, (list) => {
        let n = 0
        for (const one of play(example, list).told) {
          expect(AlarmTransition.parse(one)).toEqual(one)
          n = one.kind === 'raise' ? 1 : n + 1
          expect(one.n).toBe(n)
          expect(MESSAGE_KEYS).toContain(one.explanation.key)
          for (const language of ['zh-CN', 'en'] as const)
            expect(explain(one.explanation, language)).not.toMatch(/undefined|NaN|null|Infinity|—|\[object/)
        }
      }),
      FEW,
    )
  })

  it('changes nothing by a reading that comes twice, goes on the same from what was saved, and does not mind how often time is told', () => {
    fc.assert(
      fc.property(acts, (list) => {
        const { told } = play(example, list)
        expect(play(example, list, { twice: true }).told).toEqual(told)
        expect(play(example, list, { reload: true }).told).toEqual(told)
        expect(play(example, list, { extraAdvances: true }).told).toEqual(told)
      }),
      FEW,
    )
  })

  it('remembers little, however long it watches', () => {
    const watch = new Watch(siteOf(example))
    const points = Object.keys(example.quantities)
    for (let n = 0; n < 10_000; n += 1)
      for (const point of points) {
        const pick = (n * 7 + (n >> 5)) % 10
        const said = saidOf({ pick, say: 'good' }, example.quantities[point] ?? 'power', 0)
        watch.say(10 + n * 7, said, point)
      }
    expect(JSON.stringify(watch.engine.save().rules.watch?.memory).length).toBeLessThan(4_096)
  })
})

describe('every rule type', () => {
  it.each(RULE_TYPES.map(({ type }) => type))('has an example: %s', (type) => {
    expect(EXAMPLES.filter((example) => example.type === type).length).toBeGreaterThan(0)
  })

  it.each(named.filter(([, { needsMore }]) => needsMore !== true))(
    'reaches raises and clears often enough for its promises to mean something: %s',
    (_name, example) => {
      const seen = { raise: 0, update: 0, clear: 0 }
      fc.assert(
        fc.property(acts, (list) => {
          for (const { kind } of play(example, list).told) seen[kind] += 1
        }),
        { numRuns: 40, seed: 7 },
      )
      expect(seen.raise).toBeGreaterThan(0)
      expect(seen.clear).toBeGreaterThan(0)
    },
  )
})

// The others' business is what is not there, or time alone.
describe.each(named.filter(([, { raisesByNothing }]) => raisesByNothing !== true))('%s', (_name, example) => {
  it('raises nothing by data that is not there', () => {
    fc.assert(
      fc.property(acts, (list) => {
        expect(play(example, list, { blind: true }).told).toEqual([])
      }),
      FEW,
    )
  })
})

describe.each(named.filter(([, { clearsByTime }]) => clearsByTime !== true))('%s', (_name, example) => {
  it('clears nothing after a start before it was told something it can believe', () => {
    fc.assert(
      fc.property(acts, acts, (list, more) => {
        const watch = play(example, list).restart()
        const before = watch.told.length
        const points = Object.keys(example.quantities)
        let ms = 0
        for (const one of more) {
          ms += one.apartMs
          for (const point of points) watch.say(ms / 1_000, { value: null, quality: 'bad' }, point)
          watch.advance({ at: NIGHT + ms, mono: ms })
        }
        expect(watch.told.slice(before).filter(({ kind }) => kind === 'clear')).toEqual([])
      }),
      FEW,
    )
  })
})
