import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AlarmTransition } from '../../../core/contract/alarm.ts'
import type { EvidenceRow } from '../../../core/contract/evidence.ts'
import type { Reading } from '../../../core/contract/reading.ts'
import { RuleConfig } from '../../../core/contract/site.ts'
import { UtcMs } from '../../../core/contract/time.ts'
import { armRules } from '../../../core/rules/arm.ts'
import { EngineState, RuleEngine } from '../../../core/rules/engine.ts'
import { explain } from '../../../core/rules/explain.ts'
import { MESSAGE_KEYS } from '../../../core/rules/messages.ts'
import { planOf } from '../../../core/rules/plan.ts'
import { RULE_TYPES } from '../../../core/rules/types.ts'
import { armed, bad, NIGHT, reading, sitePlan, Watch } from './world.ts'

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

const plan = planOf('east-pit', someRules)

function play(list: readonly Act[], twist: { twice?: boolean; reload?: boolean; extraTicks?: boolean } = {}) {
  let engine = new RuleEngine(plan)
  const told: AlarmTransition[] = []
  let ms = 10_000
  const heard = () => {
    told.push(...engine.transitions())
    if (twist.reload === true)
      engine = new RuleEngine(plan, EngineState.parse(JSON.parse(JSON.stringify(engine.save()))))
  }
  const pass = (to: number) => {
    engine.advance({ at: NIGHT + to, mono: to })
    heard()
  }
  pass(ms)
  for (const one of list) {
    // A tick that finds time proven does so again at the next: in-between ones must not matter.
    if (twist.extraTicks === true) for (let at = ms; at < ms + one.apart; at += 700) pass(at)
    ms += one.apart
    if (one.kind === 'tick') pass(ms)
    else {
      engine.take([readingOf(one, ms)])
      heard()
      if (twist.twice === true) engine.take([readingOf(one, ms)])
      heard()
    }
  }
  pass(ms + 60_000)
  return { engine, told }
}

/** Without the order of transitions of different rules that came out of one call or of several. */
function byRule(told: readonly AlarmTransition[]) {
  return Object.groupBy(told, (transition) => transition.rule)
}

const highest = (limit: number) => armed({ id: 'highest', type: 'high-limit', with: { limit } })

function picture(n: number, s: number): EvidenceRow {
  const bytes = { sha256: n.toString(16).padStart(64, '0'), mediaType: 'image/jpeg' as const, bytes: 9_000 }
  return {
    kind: 'picture',
    ...bytes,
    device: 'gate-camera',
    target: 'human',
    event: 'fielddetection',
    at: reading(s, 0).at,
  }
}

function opens(engine: RuleEngine): number {
  return Object.values(engine.save().rules).filter(({ occurrence }) => occurrence.open !== null).length
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
        const { engine } = play(list)
        engine.restart()
        const open = opens(engine)
        let ms = 0
        for (const apart of blind) {
          ms += apart
          engine.take([bad(ms / 1_000)])
          engine.advance({ at: NIGHT + ms, mono: ms })
          expect(engine.transitions().map(({ kind }) => kind)).not.toContain('clear')
        }
        expect(opens(engine)).toBeGreaterThanOrEqual(open)
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
    expect(
      watch
        .read(reading(0, 9, held))
        .until(6)
        .read(reading(9, 0))
        .until(60).story,
    ).toBe('')
  })

  it('ignores a reading that is older than the last one (I13)', () => {
    const watch = new Watch(armed({ type: 'high-limit', with: { limit: 5 } }))
    expect(watch.read(reading(10, 9), reading(4, 0)).story).toBe('raise@10')
  })

  it('keeps an alarm open through an edit of its rule, and judges anew from there (I16)', () => {
    const before = armed({ type: 'high-limit', with: { limit: 5, offDelay: '5s' } })
    const after = armed({ type: 'high-limit', with: { limit: 8, offDelay: '5s' } })
    const watch = new Watch(before).read(reading(0, 9)).restart(undefined, after)
    expect(watch.until(100).story).toBe('raise@0')
    expect(watch.series(101, 110, () => 7).story).toBe('raise@0 clear@106')
  })

  it('ends the alarm of a rule that is no longer armed, and says that this proves nothing', () => {
    const rule = armed({ type: 'high-limit', with: { limit: 5 } })
    const watch = new Watch(rule).read(reading(0, 9)).disarm()
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
    // Armed again it does not use a name twice, though the clock went back.
    watch.reload(rule).say(31, { value: 9, offMs: -40_000 })
    expect(new Set(watch.told.map(({ occurrence }) => occurrence)).size).toBe(2)
  })

  it('ends the alarm of a point when its rule is moved to another', () => {
    const moved = armed({ type: 'high-limit', with: { limit: 5 }, point: 'other/value' })
    const watch = new Watch(armed({ type: 'high-limit', with: { limit: 5 } }))
    watch
      .read(reading(0, 9))
      .restart(undefined, moved)
      .read(reading(5, 9, { device: 'other' }))
    expect(watch.told.map(({ kind, point }) => `${kind} ${point}`)).toEqual([
      'raise meter/value',
      'clear meter/value',
      'raise other/value',
    ])
  })

  it('starts a rule anew whose stored memory cannot be read, and keeps its alarm', () => {
    const watch = new Watch(armed({ type: 'high-limit', with: { limit: 5 } })).read(reading(0, 9))
    const { state } = watch
    const broken = { ...state.rules.watch!, memory: { of: 'another version' } }
    const engine = new RuleEngine(watch.engine.plan, { ...state, rules: { watch: broken } })
    engine.restart()
    engine.take([reading(5, 9), reading(6, 0)])
    expect(engine.transitions().map(({ kind, at }) => `${kind}@${(at - NIGHT) / 1_000}`)).toEqual(['clear@6'])
  })

  it('takes a number that is none for a bad reading, and a time that is none for no reading', () => {
    const watch = new Watch(armed({ type: 'stale', with: { after: '60s' } }), highest(5))
    for (const value of [NaN, Infinity, -Infinity]) watch.series(1, 70, () => value)
    expect(watch.storyOf('highest')).toBe('')
    expect(watch.storyOf('watch')).toBe('raise@60')
    watch.say(NaN, 9).say(100, { value: 9, validMs: NaN })
    expect(watch.storyOf('highest')).toBe('raise@100')
    expect(watch.until(5_000).reload().story).not.toContain('clear@105')
  })

  it('holds nothing from a bad reading on, however long the one before is valid', () => {
    const watch = new Watch(armed({ type: 'high-limit', with: { limit: 5, onDelay: '10s' } }))
    watch.say(0, { value: 9, validMs: 60_000 }).say(4, { value: null, quality: 'bad' }).until(100)
    expect(watch.story).toBe('')
    expect(watch.say(101, { value: 9, validMs: 60_000 }).until(200).story).toBe('raise@107')
  })

  it('tells the alarm of the site the pictures of its time, not those of long before', () => {
    const camera = { device: 'gate-camera', point: 'human' }
    const site = sitePlan({
      rules: [
        { type: 'should-be-off', with: { above: 5_000 } },
        { type: 'presence', point: 'gate-camera/human', as: 'evidence' },
      ],
      quantities: { 'meter/value': 'power', 'gate-camera/human': 'presence' },
      activity: { closeAfter: '5min' },
    })
    const watch = new Watch(site)
    for (const [n, s] of [
      [1, 0],
      [2, 3_600],
    ] as const) {
      watch.read(reading(s, true, { ...camera, evidence: [picture(n, s)] }), reading(s + 1, false, camera))
    }
    watch.play(3_602, 3_660, { 'meter/value': () => 9_000 }).until(3_700)
    const told = watch.told.filter(({ rule }) => rule === 'site-activity').flatMap(({ evidence }) => evidence)
    expect(told).toEqual([picture(2, 3_600)])
  })

  it('tells pictures with the alarm they belong to', () => {
    const rule = armed({ type: 'presence', point: 'gate-camera/human', with: { onDelay: '3s' } })
    const watch = new Watch(rule).read(
      reading(0, true, { device: 'gate-camera', point: 'human', evidence: [picture(1, 0)] }),
    )
    // A reload between the picture and the raise loses none.
    watch.reload()
    for (let s = 1; s < 6; s += 1) watch.read(reading(s, true, { device: 'gate-camera', point: 'human' }))
    expect(watch.told.map(({ kind, evidence }) => `${kind} ${evidence.length}`)).toEqual(['raise 1'])
  })

  it('raises the alarm of a rule that was only evidence, when it is told to raise its own', () => {
    const rule = (as: 'alarm' | 'evidence') =>
      armed({ type: 'should-be-off', quantity: 'power', as, hasActivity: true, with: { onDelay: '5s' } })
    const watch = new Watch(rule('evidence')).series(0, 100, () => 9_000)
    expect(watch.story).toBe('')
    expect(watch.run().isActive).toBe(true)
    watch.reload(rule('alarm')).series(101, 120, () => 9_000)
    expect(watch.story).toBe('raise@106')
    expect(watch.reload(rule('evidence')).series(121, 500, () => 0).story).toBe('raise@106 clear@421')
  })

  it('does not lend the monotonic times of a boot that nobody told to another', () => {
    const rule = armed({ type: 'high-limit', with: { limit: 5 } })
    const { state } = new Watch(rule).read(reading(500, 9))
    const engine = new RuleEngine(planOf('east-pit', [rule]), state, 'aaaaaaaa')
    engine.restart('aaaaaaaa')
    engine.take([reading(3, 1)])
    expect(engine.transitions().map(({ kind }) => kind)).toEqual(['clear'])
  })

  it('keeps nothing of points that no rule reads', () => {
    const watch = new Watch(highest(5)).say(1, 3).say(1, 3, 'other/value')
    expect(Object.keys(watch.state.channels)).toEqual(['meter/value'])
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
      config({ id: 'site-activity' }),
    ])
    expect(rules.map(({ id }) => id)).toEqual(['good'])
    expect(faults.map(({ path, message }) => `${path.join('.')}: ${message}`)).toEqual([
      `1.type: expected one of ${RULE_TYPES.map(({ type }) => type).join(', ')}; came high-limits`,
      '2.id: expected an id of its own, came good, which rule 1 has',
      '3.with.limit: expected a number, came nothing',
      '3.with.deadband: expected at least 0, came -1',
      '3.with.onDelay: expected a duration such as 500ms, 10s, 5min, 2h or 30d, came "soon"',
      '3.with.colour: unknown parameter; expected one of limit, deadband, onDelay, offDelay, maxGap',
      '4.with: expected rise or fall, or both: the rate from which this is an alarm',
      '5.with.runningAbove: expected a value below limit 5, came 6',
      '6.id: expected another id: site-activity is the alarm of the whole site',
    ])
  })

  it('refuses a rule at a point it cannot judge', () => {
    const contact = { quantityOf: () => 'contact' as const }
    const power = { quantityOf: () => 'power' as const }
    expect(armRules('east-pit', [config({})], contact).faults[0]?.message).toBe(
      'expected a point with a number for a high-limit rule, came meter/value, which is a contact (true or false)',
    )
    expect(armRules('east-pit', [config({ type: 'presence', with: {} })], power).faults[0]?.message).toBe(
      'expected a point that is true or false for a presence rule, came meter/value, which measures power (W)',
    )
  })

  it('knows each type once', () => {
    const names = RULE_TYPES.map(({ type }) => type)
    expect(new Set(names).size).toBe(names.length)
  })
})
