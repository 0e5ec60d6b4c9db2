import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DutyList } from '../../../core/contract/duty.ts'
import { UtcMs } from '../../../core/contract/time.ts'
import {
  type EscalationState,
  hurryEscalation,
  planEscalation,
  type PlannedNotice,
  startEscalation,
} from '../../../core/alarms/escalation.ts'

const T = 1_768_154_400_000
const at = (s: number) => UtcMs.parse(T + s * 1_000)

function dutyOf(...persons: readonly (readonly string[])[]) {
  return DutyList.parse({
    persons: persons.map((channels, index) => ({
      id: `person-${index}`,
      name: `Person ${index}`,
      channels: channels.map((id) => ({ id, kind: 'webhook' })),
    })),
    order: persons.map((_, index) => `person-${index}`),
  })
}

const red = { id: 'east-pit.dead-feeder.a', priority: 'red' } as const
const duty = dutyOf(['phone', 'mail'], ['phone'], ['phone'])

/** What a dispatcher does: asks once a second, queues each key once. */
function run(
  seconds: number,
  options: { duty?: DutyList; from?: number; reachable?: (person: string) => boolean } = {},
) {
  const queued = new Map<string, { s: number; notice: PlannedNotice }>()
  const nobody: string[] = []
  let state: EscalationState = startEscalation('red', at(0))!
  for (let s = options.from ?? 0; s <= seconds; s += 1) {
    const plan = planEscalation({
      alarm: red,
      state,
      duty: options.duty ?? duty,
      now: at(s),
      ...(options.reachable === undefined ? {} : { reachable: options.reachable }),
    })
    for (const notice of plan.notices) {
      if (!queued.has(notice.key)) queued.set(notice.key, { s, notice })
    }
    nobody.push(...plan.nobody.map(({ round, step, person }) => `${s}: ${round}/${step} ${person}`))
    state = plan.next
  }
  const calls = [...queued.values()].map(({ s, notice }) => `${s}: ${notice.person} ${notice.channel}`)
  return { calls, nobody, notices: [...queued.values()].map(({ notice }) => notice), state }
}

describe('the escalation', () => {
  it('calls the first at once on every channel, the next after two minutes, and starts over after the last', () => {
    expect(run(480).calls).toEqual([
      '0: person-0 phone',
      '0: person-0 mail',
      '120: person-1 phone',
      '240: person-2 phone',
      '360: person-0 phone',
      '360: person-0 mail',
      '480: person-1 phone',
    ])
  })

  it('calls the first message a raise and every further one an escalation, each with a key of its own', () => {
    const { notices } = run(480)
    expect(notices.map(({ kind }) => kind)).toEqual([
      'raise',
      'raise',
      ...Array.from({ length: 5 }, () => 'escalation'),
    ])
    expect(notices[4]?.key).toBe('east-pit.dead-feeder.a|1|0|person-0|phone')
    expect(new Set(notices.map(({ key }) => key)).size).toBe(notices.length)
    expect(notices.map(({ name }) => name).slice(0, 3)).toEqual(['Person 0', 'Person 0', 'Person 1'])
  })

  it('goes on for ever, a red alarm at least every ten minutes (E6)', () => {
    const times = run(6 * 3_600).calls.map((call) => Number(call.split(':')[0]))
    const gaps = times.slice(1).map((time, index) => time - (times[index] ?? 0))
    expect(Math.max(...gaps)).toBeLessThanOrEqual(600)
    expect(times.at(-1)).toBeGreaterThan(6 * 3_600 - 600)
  })

  it('gives way to the next in the same call when somebody cannot be reached, and says so (E7)', () => {
    const { calls, nobody } = run(120, { reachable: (person) => person !== 'person-0' })
    expect(calls).toEqual(['0: person-1 phone', '120: person-2 phone'])
    expect(nobody).toEqual(['0: 0/0 person-0'])
  })

  it('asks again after the delay when nobody at all can be reached, and never stops asking', () => {
    const { calls, nobody } = run(240, { reachable: () => false })
    expect(calls).toEqual([])
    expect(nobody.length).toBe(9)
    const healed = run(240, { reachable: () => true })
    expect(healed.calls.length).toBeGreaterThan(0)
  })

  it('calls those missed while the control room was down together, each once', () => {
    const { calls, state } = run(3_600, { from: 3_600 })
    expect(calls).toEqual([
      '3600: person-0 phone',
      '3600: person-0 mail',
      '3600: person-1 phone',
      '3600: person-2 phone',
    ])
    expect(state).toEqual({ round: 1, step: 0, dueAt: at(3_720) })
    expect(run(200, { from: 200 }).calls).toEqual(['200: person-0 phone', '200: person-0 mail', '200: person-1 phone'])
  })

  it('sends nobody the same call twice at one instant, however often the duty list names them', () => {
    const twice = { ...dutyOf(['phone'], ['phone']), order: ['person-0', 'person-0', 'person-1'] }
    expect(run(3_600, { from: 3_600, duty: twice }).calls).toEqual(['3600: person-0 phone', '3600: person-1 phone'])
  })

  it('queues at most one message a person and channel at a step (E15), and the same ones when planned again', () => {
    const channels = fc.uniqueArray(fc.constantFrom('phone', 'mail', 'desk'), { minLength: 1 })
    fc.assert(
      fc.property(
        fc.array(channels, { minLength: 1, maxLength: 5 }),
        fc.record({ round: fc.nat(3), step: fc.nat(9), late: fc.nat(5_000) }),
        (persons, { round, step, late }) => {
          const question = {
            alarm: red,
            state: { round, step, dueAt: at(0) },
            duty: dutyOf(...persons),
            now: at(late),
          }
          const plan = planEscalation(question)
          expect(plan.notices.length).toBeLessThanOrEqual(persons.flat().length)
          expect(new Set(plan.notices.map(({ key }) => key)).size).toBe(plan.notices.length)
          expect(plan.notices.length).toBeGreaterThan(0)
          expect(plan.next.dueAt).toBeGreaterThan(question.now)
          expect(planEscalation(question)).toEqual(plan)
        },
      ),
    )
  })

  it('goes on with the first of the next round when the duty list became shorter', () => {
    const plan = planEscalation({ alarm: red, state: { round: 2, step: 5, dueAt: at(0) }, duty, now: at(0) })
    expect(plan.notices[0]?.key).toBe('east-pit.dead-feeder.a|3|0|person-0|phone')
  })

  it('waits longer for orange and yellow, and calls nobody for blue', () => {
    const after = (priority: 'orange' | 'yellow') =>
      planEscalation({
        alarm: { ...red, priority },
        state: { round: 0, step: 0, dueAt: at(0) },
        duty,
        now: at(0),
      }).next.dueAt
    expect([after('orange'), after('yellow')]).toEqual([at(600), at(1_800)])
    expect(startEscalation('blue', at(0))).toBeNull()
  })

  it('does nothing before it is due, and can be hurried when everybody called is out of reach', () => {
    const state = { round: 0, step: 1, dueAt: at(120) }
    expect(planEscalation({ alarm: red, state, duty, now: at(119) })).toEqual({ notices: [], next: state, nobody: [] })
    const plan = planEscalation({ alarm: red, state: hurryEscalation(state, at(5)), duty, now: at(5) })
    expect(plan.notices.map(({ person }) => person)).toEqual(['person-1'])
    expect(hurryEscalation(state, at(300))).toEqual(state)
  })
})
