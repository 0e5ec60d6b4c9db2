import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { EvidenceGroup } from '../../../../core/contract/activity.ts'
import { clip, isSpent, leftOf, scoreOf, type Term } from '../../../../core/rules/activity/score.ts'
import { Court, type Said } from './court.ts'
import { NIGHT } from '../world.ts'

const RULES = ['load', 'steps', 'slow-energy', 'eye', 'door', 'comms', 'sump'] as const
const GROUP_OF: Readonly<Record<(typeof RULES)[number], EvidenceGroup>> = {
  load: 'power',
  steps: 'power',
  'slow-energy': 'power',
  eye: 'camera',
  door: 'entry',
  comms: 'comms',
  sump: 'pump',
}

const signal = fc
  .record({
    gap: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 3_000 }), fc.integer({ min: 3_000, max: 20_000 })),
    rule: fc.constantFrom(...RULES),
    strength: fc.oneof(fc.double({ min: 0.1, max: 7, noNaN: true }), fc.constantFrom(-2, 0, 1, 3, 40)),
    isActive: fc.boolean(),
    times: fc.integer({ min: 1, max: 5 }),
  })
  .map(({ times, ...one }) => Array.from({ length: times }, () => one))

/** A day and more of signals, oldest first. */
const days = fc.array(signal, { maxLength: 12 }).map((bursts) => {
  let s = 0
  return bursts.flat().map(({ gap, rule, strength, isActive }): Said => {
    s += gap
    return { s, rule, group: GROUP_OF[rule], strength, isActive }
  })
})

const END = 2_000_000
const fused = (court: Court) => JSON.stringify(court.said)
const permits = [
  {
    id: 'p',
    who: 'x',
    from: '2026-01-12T03:00:00+08:00',
    until: '2026-01-12T09:00:00+08:00',
    power: 20_000,
    vehicles: 1,
  },
]

function heard(said: readonly Said[], of: ConstructorParameters<typeof Court>[0] = { from: NIGHT }): Court {
  return new Court(of).hear(...said).until(END)
}

describe('the alarm of a site, whatever is seen', () => {
  it('is the same in whatever order signals of the last seconds are heard', () => {
    fc.assert(
      fc.property(days, fc.array(fc.nat(), { minLength: 60, maxLength: 60 }), (said, keys) => {
        // What one rule says stays in its order.
        const shuffled = said
          .map((one, index) => ({ one, index, key: keys[index] ?? 0 }))
          .toSorted((a, b) => (a.one.rule === b.one.rule ? a.index - b.index : a.key - b.key || a.index - b.index))
        const isOrdered = RULES.every((rule) => {
          const times = shuffled.filter(({ one }) => one.rule === rule).map(({ index }) => index)
          return times.every((index, place) => place === 0 || index > (times[place - 1] ?? 0))
        })
        fc.pre(isOrdered)
        expect(fused(heard(shuffled.map(({ one }) => one)))).toBe(fused(heard(said)))
      }),
    )
  })

  it('is the same however often time is told and wherever it is written down and taken up again', () => {
    fc.assert(
      fc.property(days, fc.array(fc.integer({ min: 0, max: 60_000 }), { maxLength: 40 }), (said, pauses) => {
        const live = new Court({ from: NIGHT })
        const ticks = pauses.toSorted((a, b) => a - b)
        for (const one of said) {
          while (ticks[0] !== undefined && ticks[0] < one.s) live.until(ticks.shift() ?? 0).reload()
          live.hear(one)
        }
        for (const tick of ticks) if (tick >= (said.at(-1)?.s ?? 0)) live.until(tick).reload()
        expect(fused(live.until(END))).toBe(fused(heard(said)))
      }),
    )
  })

  it('is raised by a signal or four hours after another, and never twice at once', () => {
    fc.assert(
      fc.property(days, (said) => {
        const court = heard(said)
        let isOpen = false
        for (const { kind, at, mono, explanation, because } of court.said) {
          expect(kind === 'raise').toBe(!isOpen)
          isOpen = kind !== 'clear'
          expect(because.length).toBeLessThanOrEqual(16)
          if (kind !== 'raise') continue
          expect(Number(explanation.values.score)).toBeGreaterThanOrEqual(4)
          if (explanation.key.endsWith('reopened')) continue
          expect(
            said.some(
              ({ s, strength, isActive }) => mono === 60_000 + s * 1_000 && isActive === true && Number(strength) > 0,
            ),
          ).toBe(true)
          expect(at).toBe(NIGHT + mono - 60_000)
        }
        expect(isOpen).toBe(false)
      }),
    )
  })

  it('is never open for longer than four hours, nor for longer than half an hour without anything seen', () => {
    fc.assert(
      fc.property(days, (said) => {
        const { said: told } = heard(said)
        for (const [index, { kind, mono }] of told.entries()) {
          if (kind !== 'clear') continue
          const raised = told.slice(0, index).findLast((one) => one.kind === 'raise')
          expect(mono - (raised?.mono ?? NaN)).toBeLessThanOrEqual(14_400_000)
          const seen = said.filter(({ s, isActive }) => isActive === true && 60_000 + s * 1_000 < mono)
          expect(mono - (60_000 + (seen.at(-1)?.s ?? 0) * 1_000)).toBeLessThanOrEqual(1_800_000)
        }
      }),
    )
  })

  it('is not raised where a permit covers it unless it is without: papers only ever lower', () => {
    fc.assert(
      fc.property(days, (said) => {
        const without = heard(said)
        const covered = heard(said, { from: NIGHT, permits })
        const first = (court: Court) => court.said[0]?.mono ?? Infinity
        expect(first(covered)).toBeGreaterThanOrEqual(first(without))
      }),
    )
  })
})

describe('a score', () => {
  const term = fc.record({
    rule: fc.constantFrom(...RULES),
    strength: fc.double({ min: -40, max: 40, noNaN: true }),
    mono: fc.integer({ min: 2_400_000, max: 3_600_000 }),
  })
  const terms = fc.uniqueArray(term, { selector: ({ rule }) => rule }).map((list) =>
    list.map(({ rule, strength, mono }): Term => ({
      rule,
      ruleType: rule,
      group: GROUP_OF[rule],
      serves: 1,
      point: 'a/b',
      strength: clip(strength),
      mono,
      at: mono,
      explanation: { key: 'a.b', values: {} },
      isSuspect: false,
    })),
  )
  const prior = fc.double({ min: -2, max: 2.8, noNaN: true })

  it('never rises by time alone', () => {
    fc.assert(
      fc.property(
        terms,
        prior,
        fc.array(fc.integer({ min: 0, max: 240_000 }), { minLength: 8 }),
        (list, more, waits) => {
          let last = Infinity
          let mono = 3_600_000
          for (const wait of waits) {
            mono += wait
            const { total } = scoreOf(list, mono, { prior: more, alarm: 4 })
            expect(total).toBeLessThanOrEqual(last + 1e-9)
            last = total
          }
        },
      ),
    )
  })

  it('takes from no rule more than 6, from no group more than 9, and never rises by evidence that is taken away', () => {
    fc.assert(
      fc.property(terms, prior, (list, more) => {
        const options = { prior: more, alarm: 4 }
        const whole = scoreOf(list, 3_600_000, options)
        for (const worth of whole.groups.values()) expect(worth).toBeLessThanOrEqual(9)
        for (const [index, one] of list.entries()) {
          const rest = scoreOf(list.toSpliced(index, 1), 3_600_000, options)
          if (one.strength > 0) expect(rest.total).toBeLessThanOrEqual(whole.total + 1e-9)
          else expect(rest.total).toBeGreaterThanOrEqual(whole.total - 1e-9)
        }
      }),
    )
  })

  it('keeps what speaks against while nothing is heard', () => {
    const [one] =
      fc.sample(
        terms.filter((list) => list.length > 0),
        1,
      )[0] ?? []
    const load = { ...one!, ruleType: 'load', group: 'power' as const, strength: 6, mono: 600_000 }
    const kettle = { ...load, ruleType: 'kettle', strength: -4, mono: 0 }
    const at = (mono: number) => scoreOf([load, kettle], mono, { prior: 0, alarm: 4 }).total
    expect([at(600_000), at(1_200_000), at(1_800_000)]).toEqual([2, 2, 0])
  })

  it('forgets what has faded to nothing', () => {
    const [one] =
      fc.sample(
        terms.filter((list) => list.length > 0),
        1,
      )[0] ?? []
    expect(one).toBeDefined()
    const faded = { ...one!, strength: 6, mono: 0 }
    expect(leftOf(faded, 1_200_000)).toBe(3)
    expect([isSpent(faded, 4_740_000), isSpent(faded, 4_750_000)]).toEqual([false, true])
  })
})
