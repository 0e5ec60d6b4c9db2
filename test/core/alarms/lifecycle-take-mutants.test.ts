import { describe, expect, it } from 'vitest'
import type { Alarm, AlarmTransition } from '../../../core/contract/alarm.ts'
import type { AlarmStep } from '../../../core/alarms/lifecycle.ts'
import { takeTransition } from '../../../core/alarms/lifecycle-take.ts'
import { again, at, transition } from './alarms.ts'
import { pictureOf } from './county.ts'

/** What comes of transitions of one point, in the order they come, and what was odd about each. */
function taken(begun: Alarm | null, ...all: readonly AlarmTransition[]) {
  const alarms = new Map<string, Alarm>(begun === null ? [] : [[begun.id, begun]])
  const steps: AlarmStep[] = []
  const oddities: (string | null)[] = []
  for (const heard of all) {
    const rows = [...alarms.values()]
    const own = rows.find(({ activations }) => activations.some((one) => one.occurrence === heard.occurrence)) ?? null
    const newest = rows.find(({ state }) => state !== 'closed') ?? rows.at(-1) ?? null
    const receipt = { receivedAt: at(900), number: 'PW-1', parent: null }
    const done = takeTransition({ own, newest }, heard, receipt)
    for (const { alarm } of done.steps) if (alarm !== null) alarms.set(alarm.id, alarm)
    steps.push(...done.steps)
    oddities.push(done.oddity)
  }
  return { alarms: [...alarms.values()], alarm: [...alarms.values()].at(-1), steps, oddities }
}

const first = transition('raise', 100)
const second = transition('raise', 200, again)
const closed = (alarm: Alarm | undefined): Alarm => ({ ...alarm!, state: 'closed', closedAt: at(50) })
const spans = (alarm: Alarm | undefined) =>
  alarm?.activations.map(({ occurrence, from, to }) => [occurrence.slice(-1), from, to])
const clock = { boot: 'b'.repeat(8), mono: 5, recordedAt: at(0), uncertaintyMs: null } as never

describe('a raise that comes after its own update', () => {
  const said = { key: 'should-be-off.first', values: {} }
  const more = { explanation: said, readings: [{ at: at(99) } as never], clock, ruleVersion: 'aaaa', storedAt: at(101) }
  const early = transition('update', 150, { evidence: [pictureOf(1)], ruleVersion: 'bbbb', storedAt: at(151) })

  it('knows best when and why the episode began, by which version, and when it was kept', () => {
    const { alarm, steps } = taken(null, early, { ...first, ...more, evidence: [pictureOf(2)] })
    expect(alarm).toMatchObject({
      raisedAt: at(100),
      explanation: said,
      readings: [{ at: at(99) }],
      clock,
      ruleVersion: 'aaaa',
      storedAt: at(101),
    })
    expect(alarm?.evidence.map(({ sha256 }) => sha256)).toEqual([1, 2].map((n) => pictureOf(n).sha256))
    expect(steps.at(-1)?.acts[0]).toMatchObject({ act: 'alarm-updated', detail: { moved: false } })
    const bare = taken(null, early, first).alarm
    expect(bare).toMatchObject({ ruleVersion: 'bbbb', storedAt: at(151) })
    expect(bare === undefined || 'clock' in bare).toBe(false)
    const kept = taken(null, { ...early, clock }, first).alarm
    expect(kept?.clock).toEqual(clock)
  })

  it('mends the beginning of its activation, not before the end of the one before and not after its own', () => {
    const begun = taken(null, transition('clear', 150)).alarm
    const from = (s: number) => spans(taken(begun ?? null, transition('raise', s)).alarm)?.[0]?.[1]
    expect([from(100), from(170)]).toEqual([at(100), at(150)])
    const named = { occurrence: `east-pit.dead-feeder.${at(200).toString(36)}` }
    const begins = (s: number) =>
      taken(null, first, transition('clear', 180), transition('update', 300, named), transition('raise', s, named))
    expect(begins(120).alarm?.activations).toMatchObject([{ to: at(180) }, { from: at(180), to: null }])
    expect(begins(190).alarm?.activations).toMatchObject([{ to: at(180) }, { from: at(190), to: null }])
    const third = { occurrence: 'east-pit.dead-feeder.c' }
    const many = taken(
      null,
      first,
      transition('clear', 120),
      transition('raise', 130, third),
      transition('clear', 180, third),
    )
    expect(
      taken(many.alarm!, transition('update', 300, named), transition('raise', 150, named)).alarm?.activations,
    ).toMatchObject([{ from: at(100), to: at(120) }, { from: at(130), to: at(180) }, { from: at(180) }])
  })

  it('of a later activation leaves what is known of the episode', () => {
    const both = [first, transition('clear', 180), transition('update', 300, again)] as const
    const begun = taken(null, { ...first, ...more, explanation: first.explanation, clock }, ...both.slice(1)).alarm!
    const b = {
      ...second,
      ...more,
      clock: { ...(clock as object), mono: 6 } as never,
      ruleVersion: 'cccc',
      storedAt: at(7),
    }
    const { alarm } = taken(begun, b)
    expect(alarm).toMatchObject({
      raisedAt: at(100),
      explanation: begun.explanation,
      clock,
      ruleVersion: 'aaaa',
      storedAt: at(101),
    })
  })

  it('brings the newest account where it is the newest activation and says what it rests on', () => {
    const because = [{ signal: 'power', weight: 1 }] as never
    expect(taken(null, early, { ...first, because }).alarm?.because).toEqual(because)
  })
})

describe('what came in an order it was not made in', () => {
  it('is said to be odd, and only that', () => {
    const odd = (...all: readonly AlarmTransition[]) => taken(null, ...all).oddities.at(-1)
    expect(odd(first)).toBeNull()
    expect(odd(first, transition('clear', 150))).toBeNull()
    expect(odd(first, transition('clear', 150), second)).toBeNull()
    expect(odd(transition('update', 150))).toBe('an update came before its raise')
    expect(odd(transition('clear', 150))).toBe('a clear came before its raise')
    expect(odd(second, first)).toBe('a raise came after a later one')
    expect(odd(first, second)).toBe('a raise came before the clear of the one before')
  })

  it('opens an episode by an update alone, which begins when its name says', () => {
    const named = { occurrence: `east-pit.dead-feeder.${at(120).toString(36)}` }
    expect(taken(null, transition('update', 150, named)).alarm?.raisedAt).toBe(at(120))
    const nameless = { occurrence: `east-pit.dead-feeder.${'z'.repeat(15)}` }
    expect(taken(null, transition('clear', 150, nameless)).alarm?.raisedAt).toBe(at(150))
  })

  it('at one and the same instant the raise that came last goes on', () => {
    const { alarm } = taken(null, first, transition('raise', 100, again))
    expect(spans(alarm)).toEqual([
      ['a', at(100), at(100)],
      ['b', at(100), null],
    ])
  })

  it('takes its place behind what began at the same instant, is counted and written down as a raise', () => {
    const c = transition('raise', 300, { occurrence: 'east-pit.dead-feeder.c' })
    const d = transition('raise', 200, { occurrence: 'east-pit.dead-feeder.d' })
    const { alarm, steps } = taken(null, first, second, c, d)
    expect(spans(alarm)?.map(([name]) => name)).toEqual(['a', 'b', 'd', 'c'])
    expect(alarm?.raises).toBe(4)
    expect(steps.at(-1)?.acts).toMatchObject([{ act: 'alarm-updated', detail: { kind: 'raise', moved: false } }])
    const { raises: _, ...old } = taken(null, first, second, c).alarm!
    expect(taken(old, d).alarm?.raises).toBe(4)
    expect(taken({ ...old, raises: 40 }, d).alarm?.raises).toBe(41)
    const update = transition('update', 250, { occurrence: 'east-pit.dead-feeder.d' })
    const { steps: more } = taken(null, first, second, c, {
      ...update,
      occurrence: `east-pit.dead-feeder.${at(250).toString(36)}`,
    })
    expect(more.at(-1)?.acts).toMatchObject([{ detail: { kind: 'raise' } }])
  })

  it('ends what is past and says nothing of when the episode returned', () => {
    expect(taken(null, first, second, transition('clear', 150)).alarm?.returnedAt).toBeNull()
    const back = taken(null, first, second, transition('clear', 250, again), transition('clear', 150))
    expect(back.alarm?.returnedAt).toBe(at(250))
    const shut = closed(taken(null, first, second, transition('clear', 250, again)).alarm)
    expect(taken(shut, transition('clear', 150)).alarm?.returnedAt).toBe(at(250))
  })
})

describe('a rule that is armed no more', () => {
  const gone = (s: number) => ({ ...transition('clear', s), explanation: { key: 'rule.withdrawn', values: {} } })

  it('is odd while its alarm goes on, and nothing at all once that has returned', () => {
    const open = taken(null, first, gone(150))
    expect([open.alarm?.quality, open.oddities.at(-1)]).toEqual([
      'stale',
      'a rule is armed no more while its alarm is open',
    ])
    const back = taken(null, first, transition('clear', 150), gone(160))
    expect([back.alarm?.quality, back.oddities.at(-1)]).toEqual(['good', null])
  })
})

describe('an alarm a person withdrew', () => {
  it('is another episode when more is heard of it, which begins with what was heard, and that is odd', () => {
    const withdrawn: Alarm = {
      ...closed(taken(null, first).alarm),
      activations: [{ occurrence: first.occurrence, from: at(100), to: at(120) }],
    }
    const { alarm, oddities, steps } = taken(withdrawn, transition('update', 150))
    expect(alarm).toMatchObject({ id: `${first.occurrence}w`, raisedAt: at(150), state: 'unacked' })
    expect(oddities).toEqual(['a condition goes on whose alarm was withdrawn'])
    expect(steps).toHaveLength(1)
  })
})

describe('an update that is older than what goes on', () => {
  const orange = transition('raise', 200, { ...again, priority: 'orange' })
  const older = (seconds: number) =>
    taken(null, orange, { ...orange, kind: 'update', n: 3, priority: 'red', at: at(seconds) })

  it('adds to the episode and makes it no graver; at its beginning and after it does', () => {
    expect(older(199).alarm?.priority).toBe('orange')
    expect(older(199).steps.at(-1)?.announcement).toEqual({ do: 'nothing' })
    expect([older(200), older(201)].map(({ alarm }) => alarm?.priority)).toEqual(['red', 'red'])
  })
})

describe('a raise again', () => {
  it('of an alarm that is held back leaves that to it', () => {
    const shelf = { kind: 'shelved', by: 'lin', second: null, reason: 'known work', parent: null } as const
    const begun = taken(null, first, transition('clear', 150)).alarm!
    const { steps, alarm } = taken({ ...begun, suppressions: [{ ...shelf, from: at(160), until: at(3_600) }] }, second)
    expect(steps).toHaveLength(1)
    expect(alarm?.suppressions).toHaveLength(1)
  })
})
