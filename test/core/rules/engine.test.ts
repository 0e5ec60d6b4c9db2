import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AlarmTransition } from '../../../core/contract/alarm.ts'
import type { Reading } from '../../../core/contract/reading.ts'
import { RuleConfig } from '../../../core/contract/site.ts'
import { MonoMs, UtcMs } from '../../../core/contract/time.ts'
import { armRules } from '../../../core/rules/arm.ts'
import { EngineState, freshState, judge, resume, tick } from '../../../core/rules/engine.ts'
import { explain } from '../../../core/rules/explain.ts'
import { MESSAGE_KEYS } from '../../../core/rules/messages.ts'
import { RULE_TYPES } from '../../../core/rules/types.ts'
import { armed, bad, NIGHT, reading, Watch } from './world.ts'

const numbers = { quantity: 'power' } as const
const someRules = [
  armed({ type: 'high-limit', ...numbers, with: { limit: 10, deadband: 2, onDelay: '3s', offDelay: '4s' } }),
  armed({ type: 'low-limit', ...numbers, with: { limit: 4, runningAbove: 1, onDelay: '2s' } }),
  armed({ type: 'should-be-off', ...numbers, with: { above: 5, onDelay: '5s', offDelay: '10s' } }),
  armed({ type: 'rate-of-change', ...numbers, with: { per: 'min', rise: 30, fall: 30, window: '10s' } }),
  armed({ type: 'stale', ...numbers, with: { after: '8s', offDelay: '2s' } }),
  armed({ type: 'tamper', ...numbers, with: { offDelay: '5s' } }),
].map((rule, index) => ({ ...rule, id: `rule-${index}` }))

type Act =
  | { readonly kind: 'reading'; readonly value: number; readonly say: Reading['quality']; readonly apart: number }
  | { readonly kind: 'tick'; readonly apart: number }

const act = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('reading' as const),
      value: fc.constantFrom(0, 2, 3, 5, 9, 11, 20),
      say: fc.constantFrom('good' as const, 'good' as const, 'good' as const, 'uncertain' as const, 'bad' as const),
      apart: fc.integer({ min: 1, max: 3_000 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant('tick' as const), apart: fc.integer({ min: 1, max: 20_000 }) }),
  },
)
// Bursts of equal acts, or hardly any delay is ever reached.
const acts = fc
  .array(fc.tuple(act, fc.integer({ min: 1, max: 8 })), { maxLength: 25 })
  .map((bursts) => bursts.flatMap(([one, times]) => Array.from({ length: times }, () => one)))

function readingOf(one: Extract<Act, { kind: 'reading' }>, ms: number): Reading {
  return one.say === 'good'
    ? reading(ms / 1_000, one.value)
    : one.say === 'bad'
      ? bad(ms / 1_000)
      : reading(ms / 1_000, one.value, { quality: 'uncertain', reason: 'out-of-range' })
}

function play(list: readonly Act[], twist: { twice?: boolean; reload?: boolean; extraTicks?: boolean } = {}) {
  let state = freshState()
  const told: AlarmTransition[] = []
  let ms = 10_000
  const take = (step: { state: EngineState; transitions: readonly AlarmTransition[] }) => {
    state = twist.reload === true ? EngineState.parse(JSON.parse(JSON.stringify(step.state))) : step.state
    told.push(...step.transitions)
  }
  const pass = (to: number) => {
    take(tick(someRules, state, { at: UtcMs.parse(NIGHT + to), mono: MonoMs.parse(to) }))
  }
  pass(ms)
  for (const one of list) {
    // A tick that finds time proven does so again at the next: in-between ones must not matter.
    if (twist.extraTicks === true) for (let at = ms; at < ms + one.apart; at += 700) pass(at)
    ms += one.apart
    if (one.kind === 'tick') pass(ms)
    else {
      take(judge(someRules, state, [readingOf(one, ms)]))
      if (twist.twice === true) take(judge(someRules, state, [readingOf(one, ms)]))
    }
  }
  pass(ms + 60_000)
  return { state, told }
}

/** Without the order of transitions of different rules that came out of one call or of several. */
function byRule(told: readonly AlarmTransition[]) {
  return Object.groupBy(told, (transition) => transition.rule)
}

describe('the engine', () => {
  it('gives each rule one open occurrence at most, its transitions numbered from a raise to a clear (I14)', () => {
    fc.assert(
      fc.property(acts, (list) => {
        for (const transitions of Object.values(byRule(play(list).told))) {
          let open: string | null = null
          let n = 0
          let at = 0
          for (const one of transitions ?? []) {
            if (one.kind === 'raise') {
              expect([open, one.n]).toEqual([null, 1])
              open = one.occurrence
            } else expect([one.occurrence, one.n]).toEqual([open, n + 1])
            expect(one.at).toBeGreaterThanOrEqual(at)
            if (one.kind === 'clear') open = null
            n = one.n
            at = one.at
          }
        }
      }),
    )
  })

  it('makes transitions that follow the contract and can be told in both languages', () => {
    fc.assert(
      fc.property(acts, (list) => {
        for (const one of play(list).told) {
          expect(AlarmTransition.parse(one)).toEqual(one)
          expect(MESSAGE_KEYS).toContain(one.explanation.key)
          for (const language of ['zh-CN', 'en'] as const) {
            expect(explain(one.explanation, language)).not.toMatch(/undefined|NaN|null|Infinity|—/)
          }
        }
      }),
    )
  })

  it('changes nothing by a reading that comes twice (I3)', () => {
    fc.assert(
      fc.property(acts, (list) => {
        expect(play(list, { twice: true }).told).toEqual(play(list).told)
      }),
    )
  })

  it('goes on the same after being written and read between any two events (I2)', () => {
    fc.assert(
      fc.property(acts, (list) => {
        expect(play(list, { reload: true }).told).toEqual(play(list).told)
      }),
    )
  })

  it('tells the same whether it is ticked often or seldom (I11)', () => {
    fc.assert(
      fc.property(acts, (list) => {
        expect(byRule(play(list, { extraTicks: true }).told)).toEqual(byRule(play(list).told))
      }),
    )
  })

  it('reaches raises and clears of every rule often enough for the properties to mean something', () => {
    const seen = new Map<string, number>()
    fc.assert(
      fc.property(acts, (list) => {
        for (const { ruleType, kind } of play(list).told) {
          seen.set(`${ruleType} ${kind}`, (seen.get(`${ruleType} ${kind}`) ?? 0) + 1)
        }
      }),
      { numRuns: 300, seed: 7 },
    )
    for (const { type } of someRules) {
      expect(seen.get(`${type} raise`), `${type} raise`).toBeGreaterThan(20)
      expect(seen.get(`${type} clear`), `${type} clear`).toBeGreaterThan(20)
    }
  })

  it('never clears after a restart before a good reading of the new boot (I5)', () => {
    fc.assert(
      fc.property(acts, fc.array(fc.integer({ min: 1, max: 60_000 })), (list, blind) => {
        let state = resume(play(list).state)
        const open = Object.values(state.rules).filter((rule) => rule.open !== null).length
        let ms = 0
        for (const apart of blind) {
          ms += apart
          const silent = judge(someRules, state, [bad(ms / 1_000)])
          const passed = tick(someRules, silent.state, { at: UtcMs.parse(NIGHT + ms), mono: MonoMs.parse(ms) })
          const kinds = [...silent.transitions, ...passed.transitions].map(({ kind }) => kind)
          expect(kinds).not.toContain('clear')
          state = passed.state
        }
        const openStill = Object.values(state.rules).filter((rule) => rule.open !== null).length
        expect(openStill).toBeGreaterThanOrEqual(open)
      }),
    )
  })

  it('names an occurrence by site, rule and raise time, and never uses a name twice when the clock goes back', () => {
    const rule = armed({ type: 'high-limit', with: { limit: 5 } })
    const set = (reading: Reading, at: number) => ({ ...reading, at: UtcMs.parse(at) })
    const watch = new Watch(rule).read(
      set(reading(1, 9), NIGHT),
      set(reading(2, 0), NIGHT + 1_000),
      set(reading(3, 9), NIGHT),
      set(reading(4, 0), NIGHT - 5_000),
      set(reading(5, 9), NIGHT - 9_000),
    )
    const ids = watch.told.filter(({ kind }) => kind === 'raise').map(({ occurrence }) => occurrence)
    expect(ids[0]).toBe(`east-pit.watch.${NIGHT.toString(36)}`)
    expect(new Set(ids).size).toBe(3)
  })

  it('counts a reading that was on its way during a tick at its own time', () => {
    const watch = new Watch(armed({ type: 'high-limit', with: { limit: 5, onDelay: '10s' } }))
    const held = { validUntil: UtcMs.parse(NIGHT + 60_000) }
    watch.read(reading(0, 9, held))
    const now = { at: UtcMs.parse(NIGHT + 11_000), mono: MonoMs.parse(11_000) }
    const step = tick(watch.rules, watch.state, now)
    expect(step.transitions).toEqual([])
    expect(judge(watch.rules, step.state, [reading(9, 0)]).transitions).toEqual([])
  })

  it('ignores a reading that is older than the last one (I13)', () => {
    const watch = new Watch(armed({ type: 'high-limit', with: { limit: 5 } }))
    expect(watch.read(reading(10, 9), reading(4, 0)).story).toBe('raise@10')
  })

  it('keeps an alarm open through an edit of its rule, and judges anew from there (I16)', () => {
    const before = armed({ type: 'high-limit', with: { limit: 5, offDelay: '5s' } })
    const after = armed({ type: 'high-limit', with: { limit: 8, offDelay: '5s' } })
    const watch = new Watch(before).read(reading(0, 9)).restart()
    watch.rules = [after]
    expect(watch.until(100).story).toBe('raise@0')
    expect(watch.series(101, 110, () => 7).story).toBe('raise@0 clear@106')
  })

  it('ends the alarm of a rule that is no longer armed, and says that this proves nothing', () => {
    const watch = new Watch(armed({ type: 'high-limit', with: { limit: 5 } })).read(reading(0, 9)).restart()
    watch.rules = []
    expect(
      watch
        .until(20)
        .until(30)
        .told.map(({ kind, n }) => [kind, n]),
    ).toEqual([
      ['raise', 1],
      ['clear', 2],
    ])
    expect(watch.zh()).toBe('该规则已从网关配置中撤除，报警随之结束。这不表示现场已恢复正常。')
    expect(watch.en()).toMatch(/does not mean that the site is back to normal/)
  })

  it('ends the alarm of a point when its rule is moved to another', () => {
    const watch = new Watch(armed({ type: 'high-limit', with: { limit: 5 } })).read(reading(0, 9)).restart()
    watch.rules = [armed({ type: 'high-limit', with: { limit: 5 }, point: 'other/value' })]
    watch.read(reading(5, 9, { device: 'other' }))
    expect(watch.told.map(({ kind, point }) => `${kind} ${point}`)).toEqual([
      'raise meter/value',
      'clear meter/value',
      'raise other/value',
    ])
  })

  it('starts a rule anew whose stored memory cannot be read, and keeps its alarm', () => {
    const watch = new Watch(armed({ type: 'high-limit', with: { limit: 5 } })).read(reading(0, 9))
    const rule = watch.state.rules.watch!
    watch.state = { rules: { watch: { ...rule, memory: { of: 'another version' } } } }
    expect(watch.restart().read(reading(5, 9), reading(6, 0)).story).toBe('raise@0 clear@6')
  })

  it('keeps the entries of rules that saw nothing as they are, so that a store can write what changed', () => {
    const state = judge(someRules, freshState(), [reading(1, 3)]).state
    expect(judge(someRules, state, [reading(1, 3, { device: 'other' })]).state).toBe(state)
  })
})

describe('arming', () => {
  const config = (more: Partial<RuleConfig>) =>
    RuleConfig.parse({
      id: 'a',
      type: 'high-limit',
      point: 'meter/value',
      priority: 'red',
      with: { limit: 5 },
      ...more,
    })

  it('reports every fault of every rule with its path, and arms the others', () => {
    const { rules, faults } = armRules('east-pit', [
      config({ id: 'good' }),
      config({ id: 'odd', type: 'high-limits' }),
      config({ id: 'good' }),
      config({ id: 'empty', with: { onDelay: 'soon', deadband: -1, colour: 'red' } }),
      config({ id: 'never', type: 'rate-of-change', with: { per: 'h' } }),
      config({ id: 'dry', type: 'low-limit', with: { limit: 5, runningAbove: 6 } }),
    ])
    expect(rules.map(({ id }) => id)).toEqual(['good'])
    expect(faults.map(({ path, message }) => `${path.join('.')}: ${message}`)).toEqual([
      '1.type: expected one of high-limit, low-limit, should-be-off, rate-of-change, stale, presence, tamper, fault; came high-limits',
      '2.id: expected an id of its own, came good, which rule 1 has',
      '3.with.limit: expected a number, came nothing',
      '3.with.deadband: expected at least 0, came -1',
      '3.with.onDelay: expected a duration such as 500ms, 10s, 5min, 2h or 30d, came "soon"',
      '3.with.colour: unknown parameter; expected one of limit, deadband, onDelay, offDelay, maxGap',
      '4.with: expected rise or fall, or both: the rate from which this is an alarm',
      '5.with.runningAbove: expected a value below limit 5, came 6',
    ])
  })

  it('refuses a rule at a point it cannot judge', () => {
    const contact = { quantityOf: () => 'contact' as const }
    const power = { quantityOf: () => 'power' as const }
    expect(armRules('east-pit', [config({})], contact).faults[0]?.message).toBe(
      'expected a point with a number for a high-limit rule, came meter/value, which is a contact (true or false)',
    )
    expect(armRules('east-pit', [config({ type: 'presence', with: {} })], power).faults[0]?.message).toBe(
      'expected a point that is true or false for a presence rule, came meter/value, which is a power',
    )
  })

  it('knows each type once', () => {
    const names = RULE_TYPES.map(({ type }) => type)
    expect(new Set(names).size).toBe(names.length)
  })
})
