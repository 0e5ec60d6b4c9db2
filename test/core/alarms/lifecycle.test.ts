import { describe, expect, it } from 'vitest'
import { Alarm, AlarmState } from '../../../core/contract/alarm.ts'
import { type AlarmEvent, noteSuffices, stepAlarm } from '../../../core/alarms/lifecycle.ts'
import { type Mover, TRANSITIONS } from '../../../core/alarms/lifecycle-table.ts'
import { giveBack } from '../../../core/alarms/lifecycle-edge.ts'
import {
  ack,
  actsOf,
  after,
  again,
  at,
  clear,
  INTO,
  latched,
  raise,
  reset,
  timer,
  transition,
  update,
  withdraw,
} from './alarms.ts'
import { pictureOf } from './county.ts'

function open({ alarm }: { readonly alarm: Alarm | null }): Alarm {
  if (alarm === null) throw new Error('expected an alarm')
  return alarm
}

const MOVERS: Readonly<Record<Mover, AlarmEvent>> = {
  raise: raise(50, again),
  return: clear(50),
  acknowledge: ack(50, 'qiao'),
  reset: reset(50),
  're-alarm': timer('re-alarm', 50_000),
  withdraw: withdraw(50),
}

describe('the table of the life-cycle', () => {
  it.each([
    ['closed', 'raise', 'unacked', ['alarm-raised', 'alarm-announced'], { do: 'begin', kind: 'raise' }],
    ['unacked', 'return', 'returned', ['alarm-returned'], { do: 'returned' }],
    ['unacked', 'acknowledge', 'acked', ['alarm-acknowledged'], { do: 'end', why: 'acknowledged' }],
    ['unacked', 'withdraw', 'closed', ['alarm-withdrawn', 'alarm-closed'], { do: 'end', why: 'withdrawn' }],
    ['acked', 'return', 'closed', ['alarm-returned', 'alarm-closed'], { do: 'end', why: 'closed' }],
    ['acked', 're-alarm', 'unacked', ['alarm-re-alarmed', 'alarm-announced'], { do: 'begin', kind: 're-alarm' }],
    ['acked', 'withdraw', 'closed', ['alarm-withdrawn', 'alarm-closed'], { do: 'end', why: 'withdrawn' }],
    ['returned', 'raise', 'unacked', ['alarm-raised-again', 'alarm-announced'], { do: 'begin', kind: 'again' }],
    ['returned', 'acknowledge', 'closed', ['alarm-acknowledged', 'alarm-closed'], { do: 'end', why: 'acknowledged' }],
    ['returned', 'withdraw', 'closed', ['alarm-withdrawn', 'alarm-closed'], { do: 'end', why: 'withdrawn' }],
    ['latched', 'raise', 'unacked', ['alarm-raised-again', 'alarm-announced'], { do: 'begin', kind: 'again' }],
    ['latched', 'acknowledge', 'latched-acked', ['alarm-acknowledged'], { do: 'end', why: 'acknowledged' }],
    ['latched', 'withdraw', 'closed', ['alarm-withdrawn', 'alarm-closed'], { do: 'end', why: 'withdrawn' }],
    ['latched-acked', 'raise', 'unacked', ['alarm-raised-again', 'alarm-announced'], { do: 'begin', kind: 'again' }],
    ['latched-acked', 'reset', 'closed', ['alarm-reset', 'alarm-closed'], { do: 'end', why: 'closed' }],
    ['latched-acked', 'withdraw', 'closed', ['alarm-withdrawn', 'alarm-closed'], { do: 'end', why: 'withdrawn' }],
  ] as const)('leads from %s by %s to %s', (from, by, to, acts, announcement) => {
    const step = after(...INTO[from], MOVERS[by])
    expect(step.alarm?.state).toBe(to)
    expect(step.moved).toMatchObject({ from, by, to })
    expect(actsOf(step)).toEqual(acts)
    expect(step.announcement).toEqual(announcement)
    expect(Alarm.parse(step.alarm)).toEqual(step.alarm)
  })

  it('leads what latches to its latch instead: active to latched, acknowledged to latched and acknowledged', () => {
    const first = after(raise(0, latched), clear(50, latched))
    expect([first.alarm?.state, first.announcement]).toEqual(['latched', { do: 'returned' }])
    const second = after(raise(0, latched), ack(10), clear(50, latched))
    expect([second.alarm?.state, second.announcement]).toEqual(['latched-acked', { do: 'nothing' }])
  })

  it('has 18 transitions, and every other pair changes nothing', () => {
    expect(TRANSITIONS.length).toBe(18)
    for (const state of AlarmState.options) {
      for (const [by, event] of Object.entries(MOVERS)) {
        const known = TRANSITIONS.some((row) => row.from === state && row.by === by)
        const step = after(...INTO[state], event)
        expect(step.changed, `${state} ${by}`).toBe(known)
        if (!known) expect([step.moved, step.announcement]).toEqual([null, { do: 'nothing' }])
      }
    }
  })

  it.each([
    ['closed', 'withdraw', 'alarm-no-op'],
    ['closed', 'reset', 'alarm-no-op'],
    ['returned', 'reset', 'alarm-no-op'],
    ['closed', 'acknowledge', 'alarm-acknowledged'],
    ['acked', 'acknowledge', 'alarm-acknowledged'],
    ['latched-acked', 'acknowledge', 'alarm-acknowledged'],
  ] as const)('writes down that in %s somebody wanted to %s, and refuses nothing', (state, by, act) => {
    const step = after(...INTO[state], MOVERS[by])
    expect([actsOf(step), step.refused]).toEqual([[act], null])
  })

  it.each([
    ['unacked', 'the condition gone'],
    ['acked', 'the condition gone'],
    ['latched', 'an acknowledgement first'],
  ] as const)('refuses a reset of what is %s: it expects %s', (state, expected) => {
    const step = after(...INTO[state], reset(50))
    expect(actsOf(step)).toEqual(['alarm-refused'])
    expect(step.refused).toMatchObject({ code: 'http/conflict', expected })
  })
})

describe('an acknowledgement', () => {
  it('says enough for red and orange with four characters, written at a desk or by a link', () => {
    expect(noteSuffices('red', '查了')).toBe(false)
    expect(noteSuffices('orange', '   ok   ')).toBe(false)
    expect(noteSuffices('red', '已派人去')).toBe(true)
    expect(noteSuffices('yellow', '')).toBe(true)
    const short = after(raise(0), ack(10, 'lin', 'ok'))
    expect([short.alarm?.state, actsOf(short), short.refused?.code]).toEqual([
      'unacked',
      ['alarm-refused'],
      'http/invalid',
    ])
    const bySms = { at: at(10), by: 'lin', note: 'Q7', via: 'sms' } as const
    expect(after(raise(0), { kind: 'acknowledge', acknowledgement: bySms }).alarm?.state).toBe('acked')
  })

  it('counts once: a second person is written down beside the first, and the same again is nothing (I10)', () => {
    const step = after(raise(0), ack(10, 'lin'), ack(11, 'qiao'))
    expect(step.alarm?.acknowledgement?.by).toBe('lin')
    expect(step.acts).toMatchObject([{ actor: { name: 'qiao' }, detail: { again: true } }])
    expect(after(raise(0), ack(10, 'lin'), ack(11, 'lin')).acts).toEqual([])
  })

  it.each([
    ['red', 15 * 60],
    ['orange', 60 * 60],
    ['yellow', 8 * 3_600],
  ] as const)('of what still goes on reminds: %s after %s s, not before, and only once', (priority, period) => {
    const { alarm } = after(raise(0, { priority }), ack(10))
    expect(alarm?.reAlarmAt).toBe(at(10 + period))
    expect(stepAlarm(alarm, timer('re-alarm', 9 + period)).changed).toBe(false)
    const step = stepAlarm(alarm, timer('re-alarm', 10 + period))
    expect(step.alarm).toMatchObject({ state: 'unacked', reAlarmAt: null, acknowledgement: null })
    expect(step.alarm?.notes).toEqual([{ at: at(10), by: 'lin', text: 'sent a patrol' }])
    expect(stepAlarm(step.alarm, timer('re-alarm', 11 + period)).changed).toBe(false)
  })

  it('of blue never reminds, nor does one somebody is on the spot for, until nobody is', () => {
    expect(after(raise(0, { priority: 'blue' }), ack(10)).alarm?.reAlarmAt).toBeNull()
    const finding = { kind: 'on-site', at: at(20), by: 'qiao', note: '', receipt: null } as const
    const seenTo = [ack(10), { kind: 'finding', finding, at: at(20) }] as const
    const assign = (s: number, to: string | null): AlarmEvent => ({ kind: 'assign', to, by: 'lin', at: at(s) })
    expect(after(raise(0), ...seenTo).alarm?.reAlarmAt).toBe(at(3_610))
    expect(after(raise(0), ...seenTo, assign(30, 'qiao')).alarm?.reAlarmAt).toBeNull()
    expect(after(raise(0), ...seenTo, assign(30, 'qiao'), assign(40, null)).alarm?.reAlarmAt).toBe(at(3_640))
  })
})

describe('a priority', () => {
  it('that rises is news: who had acknowledged is called again, by the new ladder', () => {
    const step = after(raise(0), ack(10), update(20, { priority: 'red' }))
    expect(step.alarm).toMatchObject({ state: 'unacked', priority: 'red', reAlarmAt: null })
    expect(step.moved).toMatchObject({ by: 're-alarm' })
    expect(step.announcement).toEqual({ do: 'begin', kind: 're-alarm' })
    expect(after(raise(0), update(20, { priority: 'red' })).announcement).toEqual({ do: 'begin', kind: 'raise' })
  })

  it('of a raise again is that of the graver of the two, and calls by its ladder', () => {
    const raisedAgain = (priority: 'red' | 'yellow') =>
      after(raise(0), clear(10), raise(20, { ...again, priority })).alarm
    expect([raisedAgain('yellow')?.priority, raisedAgain('red')?.priority]).toEqual(['orange', 'red'])
  })

  it('that falls is written down and lowers nothing', () => {
    const step = after(raise(0), ack(10), update(20, { priority: 'yellow' }))
    expect([step.changed, step.alarm?.priority, step.alarm?.state]).toEqual([false, 'orange', 'acked'])
    expect(step.acts).toMatchObject([{ act: 'alarm-updated', detail: { lowered: 'yellow' } }])
  })

  it('of an activation that is past raises nothing (I13)', () => {
    const step = after(raise(0), clear(10), raise(20, again), update(30, { priority: 'red', evidence: [pictureOf(1)] }))
    expect(step.alarm).toMatchObject({ priority: 'orange', evidence: [pictureOf(1)] })
    expect(step.announcement).toEqual({ do: 'nothing' })
  })
})

describe('what comes late', () => {
  const lateS = 600

  it('and still goes on is announced after a minute, red at once', () => {
    const orange = after(raise(0, { lateS }))
    expect(orange.alarm).toMatchObject({ late: true, announceAt: at(660) })
    expect([orange.announcement, actsOf(orange)]).toEqual([
      { do: 'nothing' },
      ['alarm-raised', 'alarm-announcement-held'],
    ])
    expect(stepAlarm(orange.alarm, timer('late-due', 659)).changed).toBe(false)
    const due = stepAlarm(orange.alarm, timer('late-due', 660))
    expect(due.announcement).toEqual({ do: 'begin', kind: 'late' })
    expect(due.alarm?.announceAt).toBeUndefined()
    const red = after(raise(0, { lateS, priority: 'red' }))
    expect(red.announcement).toEqual({ do: 'begin', kind: 'late' })
  })

  it.each([
    ['orange', { do: 'begin', kind: 'late' }],
    ['yellow', { do: 'digest', kind: 'late' }],
    ['blue', { do: 'digest', kind: 'late' }],
  ] as const)('and is over is told as what it is: %s', (priority, announcement) => {
    const step = after(raise(0, { lateS, priority }), clear(20, { lateS, priority }))
    expect(step.alarm).toMatchObject({ state: 'returned', late: true })
    expect(step.announcement).toEqual(announcement)
  })

  it('is not late at two minutes, and is at one millisecond more', () => {
    expect(after(raise(0, { lateS: 120 })).alarm?.late).toBe(false)
    expect(after(raise(0, { lateS: 120.001 })).alarm?.late).toBe(true)
  })

  it('waits no longer when it is raised again meanwhile', () => {
    const more = after(raise(0, { lateS }), clear(1, { lateS }), raise(2, { ...again, lateS: 620 }))
    expect(more.alarm?.announceAt).toBe(at(682))
    const inferred = giveBack(open(more), {
      transition: transition('clear', 3, again),
      receivedAt: at(640),
      isInferred: true,
    })
    const third = stepAlarm(inferred.alarm, raise(3, { occurrence: 'east-pit.dead-feeder.c', lateS: 637 }))
    expect(third.alarm?.announceAt).toBe(at(682))
  })

  it('is told of no more when somebody has acknowledged it meanwhile', () => {
    const { alarm } = after(raise(0, { lateS }), ack(610))
    expect(alarm?.announceAt).toBeUndefined()
    expect(stepAlarm(alarm, timer('late-due', 700)).changed).toBe(false)
  })
})

describe('an alarm', () => {
  it('keeps what the gateway says of versions and times (T1, T2)', () => {
    const { alarm } = after(
      raise(0, { ruleVersion: 'aaaa', storedAt: at(1) }),
      clear(10, { ruleVersion: 'bbbb', storedAt: at(11) }),
    )
    expect(alarm).toMatchObject({ ruleVersion: 'aaaa', returnRuleVersion: 'bbbb', storedAt: at(1), sampledAt: null })
  })

  it('returns only by the clear of its present activation', () => {
    expect(after(raise(0), clear(10), raise(20, again), clear(30)).alarm?.state).toBe('unacked')
    expect(after(raise(0), clear(10), raise(20, again), clear(30, again)).alarm?.state).toBe('returned')
  })

  it('never closes an interval before it began, whatever the clocks say (I14)', () => {
    expect(after(raise(100), clear(40)).alarm?.activations[0]).toMatchObject({ from: at(100), to: at(100) })
    const { alarm } = after(raise(100), clear(120), raise(110, again))
    expect(alarm?.activations).toMatchObject([{ to: at(120) }, { from: at(120) }])
  })

  it('keeps each picture once, the first and the newest when there are very many', () => {
    const rows = Array.from({ length: 150 }, (_, index) =>
      update(index, { evidence: [pictureOf(index), pictureOf(index)] }),
    )
    const kept = after(raise(0), ...rows).alarm?.evidence.map(({ sha256 }) => Number.parseInt(sha256, 16)) ?? []
    expect(kept.length).toBe(100)
    expect([kept[0], kept[19], kept[20], kept[99]]).toEqual([0, 19, 70, 149])
  })

  it('that chatters announces its first and every tenth raise by itself and is told of in digests between', () => {
    let alarm: Alarm | null = null
    const told: string[] = []
    for (let n = 1; n <= 21; n += 1) {
      const one = { occurrence: `east-pit.dead-feeder.${n.toString(36)}z` }
      const step = stepAlarm(alarm, raise(n * 5, one))
      told.push(step.announcement.do)
      alarm = stepAlarm(step.alarm, clear(n * 5 + 1, one)).alarm
    }
    expect(alarm).toMatchObject({ chattering: true, raises: 21 })
    // The second is no chatter yet: three within a minute are.
    expect(told.flatMap((how, index) => (how === 'begin' ? [index + 1] : []))).toEqual([1, 2, 10, 20])
    expect(new Set(told)).toEqual(new Set(['begin', 'digest']))
  })

  it('that was acknowledged calls people however much it chatters (E6)', () => {
    const events = ['b', 'c', 'd'].flatMap((id, index) => {
      const one = { occurrence: `east-pit.dead-feeder.${id}`, ...latched }
      return [raise(20 + index, one), clear(20.5 + index, one)]
    })
    const last = { occurrence: 'east-pit.dead-feeder.e', ...latched }
    const step = after(raise(0, latched), clear(10, latched), ...events, ack(30), raise(31, last))
    expect(step.alarm?.chattering).toBe(true)
    expect(step.announcement).toEqual({ do: 'begin', kind: 'again' })
  })

  it('that a person withdrew is closed, with its interval, and what held it back is gone', () => {
    const step = after(raise(0), withdraw(50))
    expect(step.alarm).toMatchObject({
      state: 'closed',
      suppressions: [],
      activations: [{ to: at(50) }],
      returnedAt: null,
    })
    const red = after(raise(0, { priority: 'red' }), withdraw(50, null))
    expect([red.alarm?.state, red.refused?.expected]).toEqual(['unacked', 'a second person'])
    expect(after(raise(0, { priority: 'red' }), withdraw(50, 'lin')).refused?.expected).toBe(
      'another person as the second',
    )
  })
})
