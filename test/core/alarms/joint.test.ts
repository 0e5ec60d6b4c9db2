import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { RuleConfig } from '../../../core/contract/site.ts'
import { isActive } from '../../../core/alarms/lifecycle.ts'
import { armRules } from '../../../core/rules/arm.ts'
import { RuleEngine } from '../../../core/rules/engine.ts'
import { planOf } from '../../../core/rules/plan.ts'
import { bad, NIGHT, reading } from '../rules/world.ts'
import { County } from './county.ts'

function rulesOf(config: Partial<RuleConfig> & Pick<RuleConfig, 'type' | 'with'>) {
  const rule = RuleConfig.parse({ id: 'watch', point: 'meter/value', priority: 'orange', ...config })
  const { rules, faults } = armRules('east-pit', [rule], { versionOf: ({ type }) => `version of ${type}` })
  expect(faults).toEqual([])
  return rules
}

/** A rule and the life-cycle behind it, joined: what the rule says is taken at once. */
function joined() {
  const engine = new RuleEngine(
    planOf(
      'east-pit',
      rulesOf({ type: 'high-limit', with: { limit: 100, deadband: 10, onDelay: '3s', offDelay: '5s' } }),
    ),
  )
  const county = new County({ priority: 'orange', latched: false })
  const take = () => {
    for (const transition of engine.transitions()) county.take(transition)
  }
  return {
    county,
    engine,
    sample: (s: number, value: number | null) => {
      engine.take([value === null ? bad(s) : reading(s, value)])
      county.now = NIGHT + s * 1_000
      take()
    },
  }
}

/** Values as they come: in bursts of the same. */
const bursts = fc.array(fc.tuple(fc.constantFrom(150, 95, 20, null), fc.integer({ min: 1, max: 9 }), fc.boolean()), {
  minLength: 1,
  maxLength: 20,
})

describe('a rule and the life-cycle behind it', () => {
  it('agree: an alarm is active exactly while its rule holds the condition for proven (I15, joined)', () => {
    fc.assert(
      fc.property(bursts, (all) => {
        const { county, engine, sample } = joined()
        let s = 10
        for (const [value, count, acks] of all) {
          for (let n = 0; n < count; n += 1) {
            sample((s += 1), value)
            const open = engine.save().rules.watch?.occurrence.open ?? null
            expect(isActive(county.newest?.state ?? 'closed')).toBe(open !== null)
          }
          if (!acks) continue
          const acknowledgement = { at: reading(s, 0).at, by: 'lin', note: 'seen it', via: 'desk' } as const
          county.happen({ kind: 'acknowledge', acknowledgement })
        }
      }),
      { numRuns: 300 },
    )
  })

  it('never let what is bad, missing or inside the dead band end an alarm (I4, I23, joined)', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(null, 95, 99), { maxLength: 60 }), (values) => {
        const { county, sample } = joined()
        for (let s = 1; s <= 8; s += 1) sample(s, 150)
        expect(county.newest?.state).toBe('unacked')
        for (const [index, value] of values.entries()) sample(9 + index, value)
        expect(county.newest?.state).toBe('unacked')
      }),
      { numRuns: 300 },
    )
  })
})

describe('what a rule says of its alarms', () => {
  it.each(['entry', 'tamper', 'camera-blinded'])(
    'is that somebody must look at the place, for %s, unless told otherwise',
    (type) => {
      expect(rulesOf({ type, with: {} })[0]).toMatchObject({ latched: true, version: `version of ${type}` })
      expect(rulesOf({ type, with: {}, latched: false })[0]?.latched).toBe(false)
      expect(rulesOf({ type: 'high-limit', with: { limit: 1 } })[0]?.latched).toBe(false)
    },
  )

  it('goes with every transition', () => {
    const engine = new RuleEngine(planOf('east-pit', rulesOf({ type: 'entry', with: {} })))
    engine.take([reading(1, false), reading(2, true)])
    expect(engine.transitions()).toMatchObject([{ kind: 'raise', latched: true, ruleVersion: 'version of entry' }])
  })
})
