import { describe, expect, it } from 'vitest'
import { Feedback } from '../../../core/contract/activity.ts'
import { EngineState, RuleEngine } from '../../../core/rules/engine.ts'
import { NIGHT, sitePlan } from './world.ts'

const DAY = 86_400_000
const PLAN = sitePlan({
  rules: [{ type: 'should-be-off', point: 'meter/power', quantity: 'power' }],
  load: { meter: 'meter/power', declared: 3_000 },
  activity: {},
})
const heater = (id: string, power = 2_000) =>
  Feedback.parse({
    ...{ id, kind: 'known-appliance', occurrence: 'east-pit.site-activity.1', at: NIGHT, by: 'somebody' },
    ...{ power, until: NIGHT + DAY },
  })
const stateOf = (engine: RuleEngine) => EngineState.parse(JSON.parse(JSON.stringify(engine.save())))

describe('feedback that is told again', () => {
  it('changes nothing again, also after a start', () => {
    const engine = new RuleEngine(PLAN)
    const fresh = stateOf(engine)
    expect(engine.feedback(heater('a'))).toEqual({ kind: 'accepted' })
    const taken = stateOf(engine)
    expect(taken).not.toEqual(fresh)
    expect(engine.feedback(heater('a'))).toEqual({ kind: 'accepted' })
    expect(stateOf(engine)).toEqual(taken)
    const next = new RuleEngine(PLAN, structuredClone(taken))
    expect(next.feedback(heater('a'))).toEqual({ kind: 'accepted' })
    expect(stateOf(next)).toEqual(taken)
    next.feedback(heater('b'))
    expect(next.save().feedback).toEqual(['a', 'b'])
  })

  it('is refused again where it was refused', () => {
    const engine = new RuleEngine(PLAN)
    for (let times = 0; times < 2; times += 1)
      expect(engine.feedback(heater('a', 3_001))).toMatchObject({ kind: 'refused', reason: 'too-much' })
    expect(engine.save().feedback).toBeUndefined()
  })

  it('is forgotten when so much else has come since, the oldest first', () => {
    const engine = new RuleEngine(sitePlan({ activity: {} }))
    const confirmed = (n: number) => Feedback.parse({ ...heater(`f-${n}`), kind: 'confirmed' })
    for (let n = 0; n < 300; n += 1) engine.feedback(confirmed(n))
    expect(engine.save().feedback).toHaveLength(256)
    expect(engine.save().feedback?.at(-1)).toBe('f-299')
  })
})
