import { describe, expect, it } from 'vitest'
import type { Alarm, AlarmTransition } from '../../../core/contract/alarm.ts'
import { takeTransition } from '../../../core/alarms/lifecycle-take.ts'
import { again, at, transition } from './alarms.ts'

/** What comes of transitions of one point, in the order they come; each arrives a second after it happened unless told. */
function taken(...all: readonly (AlarmTransition & { readonly cameAt?: number })[]) {
  const alarms = new Map<string, Alarm>()
  const oddities: (string | null)[] = []
  for (const { cameAt, ...heard } of all) {
    const rows = [...alarms.values()]
    const own =
      rows.find((alarm) => alarm.activations.some(({ occurrence }) => occurrence === heard.occurrence)) ?? null
    const newest = rows.find(({ state }) => state !== 'closed') ?? rows.at(-1) ?? null
    const receivedAt = cameAt === undefined ? heard.at : at(cameAt)
    const { steps, oddity } = takeTransition({ own, newest }, heard, { receivedAt, number: 'PW-1', parent: null })
    for (const { alarm } of steps) if (alarm !== null) alarms.set(alarm.id, alarm)
    oddities.push(oddity)
  }
  return { alarms: [...alarms.values()], oddities }
}

const first = transition('raise', 0)
const second = transition('raise', 100, again)
const spans = (alarm: Alarm | undefined) => alarm?.activations.map(({ from, to }) => [from, to])

describe('transitions in another order than they were made', () => {
  it('a raise while the one before is open ends that one there; its clear mends the end, and cannot lengthen it', () => {
    const early = taken(first, second, transition('clear', 40))
    expect(spans(early.alarms[0])).toEqual([
      [at(0), at(40)],
      [at(100), null],
    ])
    const late = taken(first, second, transition('clear', 140))
    expect(spans(late.alarms[0])?.[0]).toEqual([at(0), at(100)])
    expect(late.alarms[0]?.state).toBe('unacked')
  })

  it('nobody is told that it was gone for the instant in which it came back', () => {
    const [open] = taken(first).alarms
    const receipt = { receivedAt: at(101), number: 'PW-2', parent: null }
    const { steps } = takeTransition({ own: null, newest: open ?? null }, second, receipt)
    expect(steps.map(({ announcement }) => announcement)).toEqual([{ do: 'nothing' }, { do: 'begin', kind: 'again' }])
  })

  it('an occurrence between two that are known takes its place, and cuts the one before where its end was inferred', () => {
    const third = transition('raise', 200, { occurrence: 'east-pit.dead-feeder.c' })
    const { alarms, oddities } = taken(first, third, { ...second, cameAt: 300 })
    expect(spans(alarms[0])).toEqual([
      [at(0), at(100)],
      [at(100), at(200)],
      [at(200), null],
    ])
    expect(alarms[0]).toMatchObject({ state: 'unacked', raises: 3 })
    expect(oddities.at(-1)).toBe('a raise came after a later one')
  })

  it('an occurrence older than a closed episode is one of its own, told as late', () => {
    const older = transition('raise', -5_000, { occurrence: 'east-pit.dead-feeder.0' })
    const closed: Alarm[] = taken(first, transition('clear', 10)).alarms.map((alarm) => ({ ...alarm, state: 'closed' }))
    const [episode] = closed
    const receipt = { receivedAt: at(60), number: 'PW-2', parent: null }
    const { steps } = takeTransition({ own: null, newest: episode ?? null }, older, receipt)
    expect(steps.at(-1)?.alarm).toMatchObject({ id: older.occurrence, late: true, number: 'PW-2', state: 'unacked' })
    expect(episode?.state).toBe('closed')
  })

  it('what holds back a closed episode goes over to the next of its rule, and is said of both', () => {
    const shelf = { kind: 'shelved', by: 'lin', second: null, reason: 'known work', parent: null } as const
    const [closed] = taken(first, transition('clear', 10)).alarms.map((alarm): Alarm => ({
      ...alarm,
      state: 'closed',
      suppressions: [{ ...shelf, from: at(5), until: at(3_600) }],
    }))
    const receipt = { receivedAt: at(100), number: 'PW-2', parent: null }
    const { steps } = takeTransition({ own: null, newest: closed ?? null }, second, receipt)
    expect(steps.map(({ alarm }) => [alarm?.id, alarm?.suppressions.length, alarm?.held])).toEqual([
      [first.occurrence, 0, 0],
      [second.occurrence, 1, 1],
    ])
    expect(steps[0]?.acts.map(({ act }) => act)).toEqual(['alarm-suppression-ended'])
  })

  it('a rule that is armed no more leaves the alarm it had open as it is, and stale; of an earlier activation it is the end', () => {
    const gone = (n: number, occurrence: string) =>
      ({ ...transition('clear', n, { occurrence }), explanation: { key: 'rule.withdrawn', values: {} } }) as const
    const open = taken(first, gone(40, first.occurrence))
    expect(open.alarms[0]).toMatchObject({ state: 'unacked', quality: 'stale', activations: [{ to: null }] })
    const past = taken(first, second, gone(40, first.occurrence))
    expect(past.alarms[0]).toMatchObject({ state: 'unacked', quality: 'good' })
    expect(spans(past.alarms[0])?.[0]).toEqual([at(0), at(40)])
  })

  it('the end of what a person withdrew is the end of it: an update that comes behind opens nothing', () => {
    const withdrawn: Alarm[] = taken(first).alarms.map((alarm) => ({
      ...alarm,
      state: 'closed',
      activations: [{ occurrence: first.occurrence, from: at(0), to: at(5) }],
    }))
    const own = withdrawn[0] ?? null
    const receipt = { receivedAt: at(60), number: 'PW-2', parent: null }
    const cleared = takeTransition({ own, newest: own }, transition('clear', 40), receipt).steps.at(-1)?.alarm ?? null
    const behind = takeTransition({ own: cleared, newest: cleared }, transition('update', 30), receipt)
    expect([cleared?.returnedAt, behind.steps.at(-1)?.changed]).toEqual([at(40), false])
    const more = takeTransition({ own, newest: own }, transition('update', 30), receipt)
    expect(more.steps.at(-1)?.alarm).toMatchObject({ id: `${first.occurrence}w`, state: 'unacked' })
  })
})
