import { describe, expect, it } from 'vitest'
import { type AlarmEvent, stepAlarm } from '../../../core/alarms/lifecycle.ts'
import { edgeAct } from '../../../core/alarms/lifecycle-step.ts'
import { DESK, EDGE, note, open, orange, parent, person, shelf, subject } from './acts.ts'
import {
  ack,
  actsOf,
  after,
  again,
  at,
  clear,
  latched,
  raise,
  reset,
  timer,
  transition,
  update,
  withdraw,
} from './alarms.ts'
import { pictureOf } from './county.ts'

describe('the ledger of an alarm', () => {
  const clock = { boot: 'b'.repeat(8), mono: 5, recordedAt: at(0), uncertaintyMs: null } as never
  const told = {
    occurrence: subject,
    n: 1,
    eventAt: at(0),
    explanation: { key: 'should-be-off.raise', values: {} },
    evidence: [],
  }

  it('names what the gateway said: occurrence, number, event time, clock, version, account and pictures', () => {
    const step = after(raise(0, { clock, ruleVersion: 'aaaa', evidence: [pictureOf(3)] }))
    expect(step.acts).toEqual([
      {
        ...{ at: at(1), actor: EDGE, act: 'alarm-raised', subject },
        detail: {
          ...told,
          ...{ clock, ruleVersion: 'aaaa', evidence: [pictureOf(3).sha256], receivedAt: undefined },
          ...{ number: 'PW-20260112-0001', late: false, ...orange('unacked') },
        },
      },
      {
        at: at(1),
        actor: DESK,
        act: 'alarm-announced',
        subject,
        detail: { kind: 'raise', how: 'ladder', ...orange('unacked') },
      },
    ])
    expect(step.alarm?.clock).toEqual(clock)
    const { alarm } = after(raise(0))
    const bare = edgeAct('alarm-updated', open({ alarm }), transition('raise', 0), { receivedAt: at(1) })
    expect(Object.keys(bare.detail).toSorted()).toEqual(
      ['eventAt', 'evidence', 'explanation', 'n', 'occurrence', 'priority', 'state'].toSorted(),
    )
    expect(alarm === null || 'clock' in alarm).toBe(false)
  })

  it('says of a return whether it came late, and whether nobody told it', () => {
    const heard = { ...told, n: 9, eventAt: at(10), explanation: { key: 'should-be-off.clear', values: {} } }
    const detail = (step: ReturnType<typeof after>) => step.acts[0]?.detail
    expect(detail(after(raise(0), clear(10)))).toEqual({ ...heard, late: false, ...orange('returned') })
    expect(detail(after(raise(0), clear(10, { lateS: 500 })))).toMatchObject({ late: true })
    const inferred = {
      kind: 'return',
      transition: transition('clear', 10),
      receivedAt: at(11),
      isInferred: true,
    } as const
    expect(detail(after(raise(0), inferred))).toEqual({
      ...heard,
      late: false,
      isInferred: true,
      ...orange('returned'),
    })
  })

  it('says who acknowledged, with what words and from where, and who did so again', () => {
    const detail = { note: 'sent a patrol', via: 'desk', ...orange('acked') }
    expect(after(raise(0), ack(10)).acts).toEqual([
      { at: at(10), actor: person('lin'), act: 'alarm-acknowledged', subject, detail: { ...detail, again: false } },
    ])
    expect(after(raise(0), ack(10), ack(11, 'qiao')).acts).toEqual([
      { at: at(11), actor: person('qiao'), act: 'alarm-acknowledged', subject, detail: { ...detail, again: true } },
    ])
  })

  it('says what somebody wanted that came to nothing, and why', () => {
    const gone = [raise(0), withdraw(5)] as const
    const wanted = (...events: readonly AlarmEvent[]) => {
      const [act] = after(...events).acts
      return [act?.act, act?.detail.did, act?.detail.came]
    }
    expect(wanted(...gone, ack(10))).toEqual(['alarm-no-op', 'acknowledge', undefined])
    expect(wanted(...gone, reset(10))).toEqual(['alarm-no-op', 'reset', undefined])
    expect(wanted(...gone, withdraw(10))).toEqual(['alarm-no-op', 'withdraw', undefined])
    expect(wanted(...gone, shelf(10, 60))).toEqual(['alarm-no-op', 'shelved', undefined])
    expect(wanted(raise(0), ack(10, 'lin', ' ok '))).toEqual(['alarm-refused', 'acknowledge', '2'])
    expect(wanted(raise(0), reset(10))).toEqual(['alarm-refused', 'reset', 'an alarm that is unacked'])
    expect(wanted(raise(0, { priority: 'red' }), withdraw(10, null))).toEqual(['alarm-refused', 'withdraw', 'nobody'])
    expect(wanted(raise(0), shelf(10, 9 * 3_600))).toEqual(['alarm-refused', 'shelved', 'one in 9.00 h'])
    expect(wanted(raise(0), shelf(10, 0))).toEqual(['alarm-refused', 'shelved', 'one 0 ms ago'])
    const refused = after(raise(0), shelf(10, 9 * 3_600)).acts[0]?.detail
    expect(refused).toMatchObject({ expected: 'an end within 8 h for a orange alarm' })
    const third = { kind: 'shelved', by: 'lin', reason: 'work', shelvedBefore: 2, until: at(60) } as const
    const byOne = (second: { name: string; isLeader: boolean } | null) =>
      wanted(raise(0), { kind: 'suppress', ask: { ...third, second }, at: at(10) })
    expect([byOne(null)[2], byOne({ name: 'qiao', isLeader: false })[2]]).toEqual(['nobody', 'qiao'])
  })

  it('says how a latched alarm was found and closed', () => {
    const step = after(raise(0, latched), clear(10, latched), ack(20), reset(30))
    expect(step.acts).toEqual([
      {
        ...{ at: at(30), actor: person('lin'), act: 'alarm-reset', subject },
        detail: { result: 'confirmed', note: 'seal was cut', ...orange('closed') },
      },
      { at: at(30), actor: person('lin'), act: 'alarm-closed', subject, detail: orange('closed') },
    ])
    const seen = { kind: 'on-site', at: at(5), by: 'qiao', note: 'nobody there', receipt: null } as const
    const found = after(
      raise(0, latched),
      { kind: 'finding', finding: seen, at: at(6) },
      clear(10, latched),
      ack(20),
      reset(30),
    )
    expect(found.alarm?.findings).toEqual([
      seen,
      { kind: 'on-site', at: at(30), by: 'lin', note: 'seal was cut', receipt: null },
    ])
    expect(found.alarm?.closedAt).toBe(at(30))
  })

  it('says who withdrew an alarm with whom, and what held it back until then', () => {
    const step = after(raise(0), shelf(5, 600), withdraw(10))
    expect(step.acts[0]).toEqual({
      ...{ at: at(10), actor: person('lin'), act: 'alarm-withdrawn', subject },
      detail: { reason: 'rule is gone', second: 'chief', suppressed: ['shelved'], ...orange('closed') },
    })
    expect(step.alarm).toMatchObject({ suppressions: [], closedAt: at(10), held: 0 })
    expect(after(raise(0), withdraw(10, null)).acts[0]?.detail).toMatchObject({ second: null })
  })

  it('keeps every word: notes, findings and who is to see to it', () => {
    const noted = after(raise(0), note('lin', 5), note('qiao', 6))
    expect(noted.alarm?.notes.map(({ by, text }) => [by, text])).toEqual([
      ['lin', 'the gate was open'],
      ['qiao', 'the gate was open'],
    ])
    expect(noted.acts).toEqual([
      {
        at: at(6),
        actor: person('qiao'),
        act: 'alarm-noted',
        subject,
        detail: { text: 'the gate was open', ...orange('unacked') },
      },
    ])
    const given = { kind: 'assign', to: 'qiao', by: 'lin', at: at(7) } as const
    expect(after(raise(0), given).acts).toMatchObject([{ act: 'alarm-assigned', detail: { to: 'qiao' } }])
    expect(after(raise(0), given, { ...given, at: at(8) }).changed).toBe(false)
    const finding = { kind: 'reported', at: at(8), by: 'qiao', note: 'told the county', receipt: 'R-1' } as const
    expect(after(raise(0), { kind: 'finding', finding, at: at(9) }).acts).toEqual([
      {
        ...{ at: at(9), actor: person('qiao'), act: 'alarm-finding', subject },
        detail: { kind: 'reported', note: 'told the county', receipt: 'R-1', foundAt: at(8), ...orange('unacked') },
      },
    ])
  })

  it('says how an alarm is announced, what of it is held back by what, and until when what is late waits', () => {
    const detail = (step: ReturnType<typeof after>) => step.acts.at(-1)?.detail
    const chatters = ['b', 'c'].flatMap((id, index) => {
      const one = { occurrence: `east-pit.dead-feeder.${id}` }
      return [clear(4 * index + 2, index === 0 ? {} : again), raise(4 * index + 4, one)]
    })
    expect(detail(after(raise(0), ...chatters))).toEqual({ kind: 'again', how: 'digest', ...orange('unacked') })
    const held = { kind: 'again', how: 'ladder', by: ['shelved'], ...orange('unacked') }
    expect(detail(after(raise(0), shelf(5, 600), clear(20), raise(30, again)))).toEqual(held)
    expect(detail(after(raise(0, { lateS: 600 })))).toEqual({ kind: 'late', until: at(660), ...orange('unacked') })
    const due = after(raise(0, { lateS: 600 }), timer('late-due', 660))
    expect(due.acts).toMatchObject([{ act: 'alarm-announced', detail: { kind: 'late', how: 'ladder' } }])
    const reminded = after(raise(0), ack(10), timer('re-alarm', 3_610))
    expect(reminded.acts[0]?.detail).toEqual({ acknowledgedBy: 'lin', ...orange('unacked') })
  })

  it('says which suppression ended and why', () => {
    const why = (...events: readonly AlarmEvent[]) =>
      after(...events)
        .acts.filter(({ act }) => act === 'alarm-suppression-ended')
        .map(({ actor, detail }) => [actor, detail.kind, detail.why])
    expect(why(raise(0), shelf(5, 60), timer('expiry', 65))).toEqual([[DESK, 'shelved', 'expired']])
    const end = { kind: 'end-suppression', of: 'shelved', reason: 'work is done', by: 'qiao', at: at(50) } as const
    expect(why(raise(0), shelf(5, 60), end)).toEqual([[person('qiao'), 'shelved', 'work is done']])
    const graver = 'graver than it may hold back'
    const events: readonly AlarmEvent[] = [raise(0), shelf(5, 600), { kind: 'explained', parent, at: at(6) }]
    expect(why(...events, update(20, { priority: 'red' }))).toEqual([[DESK, 'shelved', graver]])
    expect(why(...events, clear(10), raise(20, { ...again, priority: 'red' }))).toEqual([[DESK, 'shelved', graver]])
    const two = { by: 'lin', second: { name: 'qiao', isLeader: false }, reason: 'in repair' }
    const out = { ...two, kind: 'out-of-service', shelvedBefore: 0, until: at(900) } as const
    const three: readonly AlarmEvent[] = [...events, { kind: 'suppress', ask: out, at: at(7) }]
    expect(why(...three, update(20, { priority: 'red' }))).toEqual([[DESK, 'shelved', graver]])
  })

  it('says that a graver alarm was updated, and that values behind it fell silent', () => {
    const graver = after(raise(0), update(5, { priority: 'red' }))
    expect(actsOf(graver)[0]).toBe('alarm-updated')
    const silent = { kind: 'quality', quality: 'stale', why: { since: at(1) }, at: at(9) } as const
    const step = after(raise(0), silent)
    expect(step.alarm).toMatchObject({ quality: 'stale', state: 'unacked' })
    expect(step.acts).toEqual([
      {
        ...{ at: at(9), actor: DESK, act: 'alarm-updated', subject },
        detail: { since: at(1), quality: 'stale', moved: false, ...orange('unacked') },
      },
    ])
    expect(stepAlarm(step.alarm, silent).changed).toBe(false)
    expect(after(raise(0), withdraw(5), silent).changed).toBe(false)
  })
})
