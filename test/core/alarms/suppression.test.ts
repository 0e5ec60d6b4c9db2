import { describe, expect, it } from 'vitest'
import type { Alarm } from '../../../core/contract/alarm.ts'
import type { Priority } from '../../../core/contract/priority.ts'
import { type AlarmEvent, stepAlarm } from '../../../core/alarms/lifecycle.ts'
import { isChattering } from '../../../core/alarms/chatter.ts'
import { alarmNumber, countyDay } from '../../../core/alarms/alarm-number.ts'
import type { SuppressionAsk } from '../../../core/alarms/suppression.ts'
import { UtcMs } from '../../../core/contract/time.ts'
import { ack, actsOf, after, again, at, clear, raise, timer, update } from './alarms.ts'

const HOUR = 3_600
const chief = { name: 'chief', isLeader: true }
const officer = { name: 'qiao', isLeader: false }

function hold(s: number, more: Partial<Omit<SuppressionAsk, 'until'>> & { forS?: number } = {}): AlarmEvent {
  const { forS = HOUR, ...rest } = more
  const ask = { kind: 'shelved', by: 'lin', second: null, reason: 'known work', shelvedBefore: 0, ...rest } as const
  return { kind: 'suppress', ask: { ...ask, until: at(s + forS) }, at: at(s) }
}
const parent = 'east-pit.gateway-silent.1'

describe('a shelf', () => {
  it.each([
    ['red', 2],
    ['orange', 8],
    ['yellow', 24],
    ['blue', 168],
  ] as const)('of %s lasts at most %s h (I8)', (priority, hours) => {
    const shelved = (forS: number) => after(raise(0, { priority }), hold(10, { forS, second: chief }))
    expect(shelved(hours * HOUR).alarm?.suppressions).toMatchObject([{ kind: 'shelved', until: at(10 + hours * HOUR) }])
    const longer = shelved(hours * HOUR + 0.001)
    expect([longer.changed, actsOf(longer), longer.refused?.code]).toEqual([false, ['alarm-refused'], 'http/invalid'])
    expect(shelved(0).refused?.expected).toBe('an end that is still to come')
  })

  it('of red wants a second person, who is somebody else', () => {
    const shelved = (second: typeof chief | null) => after(raise(0, { priority: 'red' }), hold(10, { second })).refused
    expect(shelved(null)?.code).toBe('http/forbidden')
    expect(shelved({ name: 'lin', isLeader: true })?.code).toBe('http/invalid')
    expect(shelved(officer)).toBeNull()
  })

  it('the third time within a day wants a leader', () => {
    const shelved = (shelvedBefore: number, second: typeof chief | null) =>
      after(raise(0), hold(10, { shelvedBefore, second })).refused?.code
    expect([shelved(1, null), shelved(2, null), shelved(2, officer), shelved(2, chief)]).toEqual([
      undefined,
      'http/forbidden',
      'http/forbidden',
      undefined,
    ])
  })

  it('is cut short when the alarm becomes graver, and ends where nobody seconded it for red', () => {
    const events = [raise(0, { priority: 'yellow' }), hold(10, { forS: 24 * HOUR })]
    const orange = after(...events, update(20, { priority: 'orange' }))
    expect(orange.alarm?.suppressions).toMatchObject([{ until: at(10 + 8 * HOUR) }])
    expect(orange.announcement).toEqual({ do: 'nothing' })
    const red = after(...events, update(20, { priority: 'red' }))
    expect([red.alarm?.suppressions, red.alarm?.held, red.announcement]).toEqual([
      [],
      0,
      { do: 'begin', kind: 'raise' },
    ])
  })

  it('takes the place of the one before', () => {
    const { alarm } = after(raise(0), hold(10), hold(20, { forS: 60 }))
    expect(alarm?.suppressions).toMatchObject([{ from: at(20), until: at(80) }])
  })
})

describe('out of service, and suppressed by design', () => {
  it('the first wants two persons and ends after 30 days at most', () => {
    const kind = 'out-of-service' as const
    const out = (more: Partial<SuppressionAsk> & { forS?: number }) => after(raise(0), hold(10, { kind, ...more }))
    expect(out({ second: null }).refused?.code).toBe('http/forbidden')
    expect(out({ second: officer, forS: 721 * HOUR }).refused?.code).toBe('http/invalid')
    const step = out({ second: officer, forS: 720 * HOUR, ticket: 'WO-17' })
    expect(step.alarm?.suppressions).toMatchObject([{ kind, ticket: 'WO-17', second: 'qiao' }])
    expect(actsOf(step)).toEqual(['alarm-out-of-service'])
  })

  it('the second ends with the alarm that explains it, in the same step', () => {
    const explained = after(raise(0), { kind: 'explained', parent, at: at(5) })
    expect(explained.alarm?.suppressions).toMatchObject([{ kind: 'by-design', parent, until: null }])
    expect(stepAlarm(explained.alarm, { kind: 'explained', parent, at: at(6) }).changed).toBe(false)
    const free = stepAlarm(explained.alarm, { kind: 'unexplained', parent, at: at(9) })
    expect([free.alarm?.suppressions, free.announcement]).toEqual([[], { do: 'begin', kind: 'after-suppression' }])
  })
})

describe('what is owed', () => {
  const owed = (alarm: Alarm | null) => [alarm?.held, alarm?.suppressions.length]

  it('by a shelved alarm is told when its last suppression ends: active people are called for, the rest is a digest', () => {
    const shelved = [raise(0), hold(10), hold(11, { kind: 'by-design', forS: 2 * HOUR })]
    const first = after(...shelved, timer('expiry', 10 + HOUR))
    expect([owed(first.alarm), first.announcement]).toEqual([[1, 1], { do: 'nothing' }])
    expect(actsOf(first)).toEqual(['alarm-suppression-ended'])
    const last = stepAlarm(first.alarm, timer('expiry', 11 + 2 * HOUR))
    expect([owed(last.alarm), last.announcement]).toEqual([[0, 0], { do: 'begin', kind: 'after-suppression' }])
    const gone = after(...shelved, clear(20), timer('expiry', 3 * HOUR))
    expect(gone.announcement).toEqual({ do: 'digest', kind: 'after-suppression' })
  })

  it('is called off at once when it is shelved, and nothing is told while it is', () => {
    expect(after(raise(0), hold(10)).announcement).toEqual({ do: 'end', why: 'suppressed' })
    const events = [raise(0), hold(10), clear(20), raise(30, again)]
    const step = after(...events)
    expect([owed(step.alarm), step.announcement]).toEqual([[2, 1], { do: 'nothing' }])
    expect(actsOf(step)).toEqual(['alarm-raised-again', 'alarm-announcement-held'])
  })

  it('counts what came late and waited to be announced', () => {
    const { alarm } = after(raise(0, { lateS: 600 }), hold(610))
    expect([owed(alarm), alarm?.announceAt]).toEqual([[1, 1], undefined])
  })

  it('is nothing when a person has acknowledged', () => {
    const step = after(raise(0), hold(10), ack(20), timer('expiry', 10 + HOUR))
    expect([owed(step.alarm), step.announcement]).toEqual([[0, 0], { do: 'nothing' }])
  })

  it('goes on with the next episode of the same rule', () => {
    const { alarm } = after(raise(0), hold(10), ack(20), clear(30))
    expect(alarm?.state).toBe('closed')
    const next = stepAlarm(alarm, raise(40, again))
    expect([owed(next.alarm), next.announcement]).toEqual([[1, 1], { do: 'nothing' }])
    expect(owed(stepAlarm(alarm, raise(2 * HOUR, again)).alarm)).toEqual([0, 0])
  })

  it('is told with a late raise that finds the last suppression run out', () => {
    const step = after(raise(0), hold(10, { forS: 60 }), clear(20), raise(30, { ...again, lateS: 600 }))
    expect([owed(step.alarm), step.announcement]).toEqual([[0, 0], { do: 'begin', kind: 'late' }])
  })

  it('may be ended by a person before its time, who is named; what is not there ends nothing', () => {
    const end = (of: 'shelved' | 'out-of-service'): AlarmEvent => ({
      kind: 'end-suppression',
      of,
      reason: 'work is done',
      by: 'qiao',
      at: at(50),
    })
    const step = after(raise(0), hold(10), end('shelved'))
    expect(step.acts).toMatchObject([{ act: 'alarm-suppression-ended', actor: { name: 'qiao' } }, {}])
    expect(actsOf(after(raise(0), hold(10), end('out-of-service')))).toEqual(['alarm-no-op'])
  })
})

describe('chatter', () => {
  const times = (count: number, everyS: number) => Array.from({ length: count }, (_, index) => index * everyS * 1_000)
  it('is three raises in less than a minute or ten in less than an hour', () => {
    expect(isChattering(times(3, 29), 58_000)).toBe(true)
    expect(isChattering(times(3, 30), 60_000)).toBe(false)
    expect(isChattering(times(2, 1), 1_000)).toBe(false)
    expect(isChattering(times(10, 399), 9 * 399_000)).toBe(true)
    expect(isChattering(times(10, 400), 9 * 400_000)).toBe(false)
    expect(isChattering(times(9, 100), 8 * 100_000)).toBe(false)
  })
})

describe('a number', () => {
  it('counts the county’s day, which begins at 16:00 of the day before by UTC', () => {
    const day = (text: string) => countyDay(UtcMs.parse(Date.parse(text)))
    expect([day('2026-01-11T15:59:59.999Z'), day('2026-01-11T16:00:00Z')]).toEqual(['20260111', '20260112'])
    expect(alarmNumber('PW', '20260112', 7)).toBe('PW-20260112-0007')
    expect(alarmNumber('PW', '20260112', 12_345)).toBe('PW-20260112-12345')
  })

  it.each(['red', 'orange', 'yellow', 'blue'] satisfies Priority[])('is kept by the alarm: %s', (priority) => {
    expect(after(raise(0, { priority })).alarm?.number).toBe('PW-20260112-0001')
  })
})
