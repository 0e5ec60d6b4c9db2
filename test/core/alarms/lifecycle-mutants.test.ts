import { describe, expect, it } from 'vitest'
import type { Alarm } from '../../../core/contract/alarm.ts'
import { announcesAlone } from '../../../core/alarms/chatter.ts'
import { type AlarmEvent, stepAlarm } from '../../../core/alarms/lifecycle.ts'
import { reAlarm } from '../../../core/alarms/lifecycle-edge.ts'
import { endedAt } from '../../../core/alarms/lifecycle-step.ts'
import { nextExpiry } from '../../../core/alarms/suppression.ts'
import { open, parent, shelf, subject } from './acts.ts'
import { ack, actsOf, after, again, at, clear, latched, raise, timer, transition, update, withdraw } from './alarms.ts'
import { pictureOf } from './county.ts'

describe('an alarm', () => {
  it('is not raised a second time by an occurrence it has', () => {
    expect(after(raise(0), clear(10), raise(0)).changed).toBe(false)
    expect(after(raise(0), clear(10), raise(20, again), clear(30, again), raise(40)).changed).toBe(false)
  })

  it('that is raised again is the next version of itself', () => {
    const step = after(raise(0), clear(10), raise(20, again))
    expect([step.before?.version, step.alarm?.version, step.before?.state]).toEqual([2, 3, 'returned'])
  })

  it('says nothing of a lower priority of an activation that is past', () => {
    const step = after(raise(0), clear(10), raise(20, again), update(30, { priority: 'blue' }))
    expect([step.changed, step.acts]).toEqual([false, []])
  })
})

describe('an alarm keeps', () => {
  it('when it returned and when it closed, which is when the desk heard of it', () => {
    expect(after(raise(0), clear(10)).alarm).toMatchObject({ returnedAt: at(10), closedAt: null })
    expect(after(raise(0), ack(5), clear(10)).alarm).toMatchObject({ returnedAt: at(10), closedAt: at(11) })
    expect(after(raise(0), clear(10), ack(20)).alarm).toMatchObject({ closedAt: at(20) })
    expect(after(raise(0), ack(5)).alarm?.closedAt).toBeNull()
  })

  it('the pictures of every transition, each once, but none of a return that was not told', () => {
    const shown = (step: ReturnType<typeof after>) =>
      step.alarm?.evidence.map(({ sha256 }) => Number.parseInt(sha256, 16))
    const first = { evidence: [pictureOf(1)] }
    expect(shown(after(raise(0, first), clear(10, { evidence: [pictureOf(2), pictureOf(1)] })))).toEqual([1, 2])
    const inferred = {
      kind: 'return',
      transition: transition('clear', 10, { evidence: [pictureOf(2)] }),
      receivedAt: at(11),
      isInferred: true,
    } as const
    expect(shown(after(raise(0, first), inferred))).toEqual([1])
    expect(shown(after(raise(0, first), clear(10), raise(20, { ...again, evidence: [pictureOf(3)] })))).toEqual([1, 3])
    const known = after(raise(0, first), update(5, first))
    expect([known.changed, known.acts]).toEqual([false, []])
    expect(shown(after(raise(0, first), update(5, { evidence: [pictureOf(4)] })))).toEqual([1, 4])
    expect(after(raise(0), withdraw(5), update(6, { evidence: [pictureOf(4)] })).changed).toBe(false)
  })

  it('exactly a hundred pictures', () => {
    const hundred = Array.from({ length: 100 }, (_, n) => update(n, { evidence: [pictureOf(n)] }))
    expect(after(raise(0), ...hundred).alarm?.evidence).toHaveLength(100)
    const both = after(
      raise(0, { evidence: [pictureOf(0)] }),
      update(1, { evidence: [pictureOf(7), pictureOf(7), pictureOf(0)] }),
    )
    expect(both.alarm?.evidence).toHaveLength(2)
  })

  it('the newest account and what it rests on, unless that is of an earlier activation', () => {
    const because = [{ signal: 'power', weight: 1 }] as never
    const said = { key: 'should-be-off.more', values: {} }
    expect(after(raise(0), update(5, { because, explanation: said })).alarm).toMatchObject({
      because,
      explanation: said,
    })
    expect(after(raise(0, { because })).alarm?.because).toEqual(because)
    expect('because' in open(after(raise(0)))).toBe(false)
    const past = after(
      raise(0),
      clear(10),
      raise(20, again),
      update(30, { because, explanation: said, evidence: [pictureOf(1)] }),
    )
    expect(past.alarm).toMatchObject({ explanation: { key: 'should-be-off.raise' } })
    const pictureOnly = after(raise(0), update(5, { explanation: said, evidence: [pictureOf(1)] }))
    expect(pictureOnly.alarm?.explanation).toEqual({ key: 'should-be-off.raise', values: {} })
    const same = after(raise(0), update(5, { explanation: said }))
    expect([same.changed, same.acts]).toEqual([false, []])
  })

  it('when the newest of its readings was taken (T1)', () => {
    const reading = (s: number) => ({ at: at(s) }) as never
    expect(after(raise(9, { readings: [reading(3), reading(7), reading(5)] })).alarm?.sampledAt).toBe(at(7))
    expect(after(raise(9)).alarm?.sampledAt).toBeNull()
  })

  it('that it was raised once, in its first version, and does not chatter', () => {
    expect(after(raise(0)).alarm).toMatchObject({
      raises: 1,
      version: 1,
      chattering: false,
      late: false,
      quality: 'good',
    })
    expect(announcesAlone(1)).toBe(true)
    expect(announcesAlone(2)).toBe(false)
  })

  it('what an earlier release did not count: raises are those of its activations', () => {
    const { raises: _, ...old } = open(after(raise(0), clear(10)))
    const step = stepAlarm({ ...old, activations: [...old.activations, ...old.activations] }, raise(20, again))
    expect(step.alarm?.raises).toBe(3)
    const counted = stepAlarm({ ...old, raises: 41 }, raise(20, again))
    expect(counted.alarm?.raises).toBe(42)
  })

  it('its latch once a raise has latched it, and nothing of the activation before when it is raised again', () => {
    expect(after(raise(0), clear(10), raise(20, { ...again, ...latched })).alarm?.latched).toBe(true)
    expect(after(raise(0, latched), clear(10), raise(20, again)).alarm?.latched).toBe(true)
    expect(after(raise(0), clear(10), raise(20, again)).alarm).toMatchObject({ latched: false, returnedAt: null })
    const acked = after(raise(0, latched), clear(10, latched), ack(20), raise(30, { ...again, ...latched }))
    expect(acked.alarm).toMatchObject({
      acknowledgement: null,
      returnedAt: null,
      reAlarmAt: null,
      notes: [{ text: 'sent a patrol' }],
    })
    const blank = after(
      raise(0, { ...latched, priority: 'yellow' }),
      clear(10, latched),
      ack(20, 'lin', '  '),
      raise(30, { ...again, ...latched }),
    )
    expect(blank.alarm?.notes).toEqual([])
  })

  it('no reminder of before when what was latched and acknowledged is raised again', () => {
    const odd: Alarm = { ...open(after(raise(0, latched), clear(10, latched), ack(20))), reAlarmAt: at(99) }
    expect(stepAlarm(odd, raise(30, again)).alarm?.reAlarmAt).toBeNull()
  })

  it('that somebody on a phone must write what they do, too', () => {
    const byPhone = { at: at(10), by: 'lin', note: 'ok', via: 'phone' } as const
    expect(after(raise(0), { kind: 'acknowledge', acknowledgement: byPhone }).refused?.code).toBe('http/invalid')
  })

  it('its end where a clock was set back between', () => {
    const activations = [{ occurrence: subject, from: at(50), to: null }]
    expect(endedAt(activations, at(40))).toEqual([{ occurrence: subject, from: at(50), to: at(50) }])
  })
})

describe('a graver alarm', () => {
  it('keeps what may hold back red: what two persons agreed on, and what another alarm explains', () => {
    const out = (second: string | null): AlarmEvent => ({
      kind: 'suppress',
      ask: {
        ...{ kind: 'out-of-service', by: 'lin', reason: 'in repair', shelvedBefore: 0, until: at(86_400) },
        second: second === null ? null : { name: second, isLeader: false },
      },
      at: at(5),
    })
    const held = (...events: readonly AlarmEvent[]) =>
      after(raise(0), ...events, update(20, { priority: 'red' })).alarm?.suppressions.map(({ kind }) => kind)
    expect(held(out('qiao'))).toEqual(['out-of-service'])
    expect(held({ kind: 'explained', parent, at: at(5) })).toEqual(['by-design'])
    expect(held(out('qiao'), shelf(6, 600))).toEqual(['out-of-service'])
    const kept = after(raise(0), out('qiao'), update(20, { priority: 'red' })).alarm?.suppressions
    expect(kept).toMatchObject([{ until: at(86_400) }])
    const order = {
      kind: 'by-design',
      by: 'lin',
      reason: 'order',
      shelvedBefore: 0,
      until: at(600),
      second: null,
    } as const
    expect(held({ kind: 'suppress', ask: order, at: at(5) })).toEqual([])
    expect(
      after(raise(0), shelf(6, 7_200, 'chief'), update(20, { priority: 'red' })).alarm?.suppressions,
    ).toMatchObject([{ until: at(7_206) }])
  })

  it('that waits for its reset is not called for', () => {
    const step = after(raise(0, latched), clear(10, latched), ack(20), update(30, { ...latched, priority: 'red' }))
    expect([step.alarm?.state, step.announcement, actsOf(step)]).toEqual([
      'latched-acked',
      { do: 'nothing' },
      ['alarm-updated'],
    ])
  })

  it('of late past is told by itself, as orange is', () => {
    const late = { lateS: 600 }
    const step = after(raise(0, late), update(5, { priority: 'red' }))
    expect(step.announcement).toMatchObject({ do: 'begin' })
    const owed: Alarm = { ...open(after(raise(0, late))), priority: 'red' }
    expect(stepAlarm(owed, clear(20, late)).announcement).toEqual({ do: 'begin', kind: 'late' })
  })
})

describe('what holds an alarm back', () => {
  it('has an end that is still to come, were it in a millisecond, and a ticket only where one was named', () => {
    const { alarm } = after(raise(0), shelf(5, 0.001))
    expect(alarm?.suppressions).toHaveLength(1)
    expect(alarm?.suppressions.some((one) => 'ticket' in one)).toBe(false)
  })

  it('runs out when the first of it does; what has no end of its own never', () => {
    const next = (...events: readonly AlarmEvent[]) => nextExpiry(open(after(raise(0), ...events)))
    const order = {
      kind: 'by-design',
      by: 'lin',
      reason: 'order',
      shelvedBefore: 0,
      until: at(50),
      second: null,
    } as const
    const byDesign = { kind: 'suppress', ask: order, at: at(6) } as const
    expect(next()).toBeNull()
    expect(next({ kind: 'explained', parent, at: at(5) })).toBeNull()
    expect(next(shelf(5, 600), byDesign)).toBe(at(50))
    expect(next(byDesign, shelf(7, 600))).toBe(at(50))
    expect(next({ kind: 'explained', parent, at: at(5) }, shelf(7, 600))).toBe(at(607))
    expect(next(shelf(7, 600), { kind: 'explained', parent, at: at(8) })).toBe(at(607))
  })

  it('holds back what is raised again late, too', () => {
    const step = after(raise(0), shelf(5, 900), clear(10), raise(20, { ...again, lateS: 300 }))
    expect([step.alarm?.held, step.alarm?.announceAt]).toEqual([2, undefined])
    expect(step.acts.at(-1)?.detail).toMatchObject({ kind: 'late', by: ['shelved'] })
  })

  it('is not begun for one that is closed, nor by the alarm itself', () => {
    expect(after(raise(0), withdraw(5), { kind: 'explained', parent, at: at(6) }).changed).toBe(false)
    expect(after(raise(0), { kind: 'explained', parent: subject, at: at(6) }).changed).toBe(false)
    expect(actsOf(after(raise(0), withdraw(5), shelf(6, 60)))).toEqual(['alarm-no-op'])
  })

  it('calls nobody off a second time', () => {
    const step = after(raise(0), shelf(5, 60), { kind: 'explained', parent, at: at(6) })
    expect(step.announcement).toEqual({ do: 'nothing' })
  })

  it('by one parent stays when another is over', () => {
    const other = 'east-pit.power-cut.1'
    const explained = (by: string, s: number) => ({ kind: 'explained', parent: by, at: at(s) }) as const
    const step = after(raise(0), explained(parent, 5), explained(other, 6), { kind: 'unexplained', parent, at: at(7) })
    expect(step.alarm?.suppressions.map((one) => one.parent)).toEqual([other])
  })

  it('is there from the raise on where the desk knows what explains it, beside what the closed one leaves', () => {
    const closed = after(raise(0), shelf(5, 600), ack(6), clear(10)).alarm
    const event = raise(20, again)
    const step = stepAlarm(closed, event.kind === 'raise' ? { ...event, parent } : event)
    expect(step.alarm?.suppressions.map(({ kind }) => kind)).toEqual(['shelved', 'by-design'])
    const late = raise(20, { lateS: 600 })
    const explained = stepAlarm(null, late.kind === 'raise' ? { ...late, parent } : late).alarm
    expect([explained?.held, explained?.announceAt]).toEqual([1, undefined])
  })

  it('is told once when it ends, whatever was counted meanwhile', () => {
    const step = after(raise(0), shelf(5, 600), clear(10), raise(20, again), clear(30, again), timer('expiry', 605))
    expect(step.alarm?.held).toBe(0)
    expect(actsOf(step)).toEqual(['alarm-suppression-ended', 'alarm-announced'])
  })
})

describe('a reminder', () => {
  it('is none without a time, and none of what is not acknowledged', () => {
    const acked = open(after(raise(0), ack(10)))
    expect(reAlarm({ ...acked, reAlarmAt: null }, at(99_999)).changed).toBe(false)
    expect(reAlarm({ ...open(after(raise(0))), reAlarmAt: at(1) }, at(99_999)).changed).toBe(false)
    const anonymous = reAlarm({ ...acked, acknowledgement: null }, at(99_999))
    expect(anonymous.acts[0]?.detail).toMatchObject({ acknowledgedBy: null })
  })
})
