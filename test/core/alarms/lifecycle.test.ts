import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Alarm, type AlarmState, type AlarmTransition } from '../../../core/contract/alarm.ts'
import { LedgerEntry } from '../../../core/contract/ledger.ts'
import { UtcMs } from '../../../core/contract/time.ts'
import {
  type AlarmEvent,
  awaitsPerson,
  eventOf,
  isActive,
  LIFECYCLE,
  noteSuffices,
  stepAlarm,
} from '../../../core/alarms/lifecycle.ts'

const T = 1_768_154_400_000
const at = (s: number) => UtcMs.parse(T + s * 1_000)

function picture(n: number) {
  return {
    kind: 'picture' as const,
    sha256: n.toString(16).padStart(64, '0'),
    mediaType: 'image/jpeg' as const,
    bytes: 1_000,
    device: 'gate-camera',
    target: 'human' as const,
    event: 'fielddetection',
    at: at(0),
  }
}

function transition(kind: AlarmTransition['kind'], s: number, more: Partial<AlarmTransition> = {}): AlarmTransition {
  return {
    occurrence: 'east-pit.dead-feeder.a',
    n: kind === 'raise' ? 1 : kind === 'update' ? 2 : 9,
    kind,
    site: 'east-pit',
    rule: 'dead-feeder',
    ruleType: 'should-be-off',
    point: 'meter/power',
    priority: 'orange',
    at: at(s),
    explanation: { key: `should-be-off.${kind}`, values: {} },
    readings: [],
    evidence: [],
    ...more,
  }
}

const raise = (s: number, more: Partial<AlarmTransition> = {}) => eventOf(transition('raise', s, more), at(s + 1))
const update = (s: number, more: Partial<AlarmTransition> = {}) => eventOf(transition('update', s, more), at(s + 1))
const clear = (s: number, more: Partial<AlarmTransition> = {}) => eventOf(transition('clear', s, more), at(s + 1))
const ack = (s: number, by = 'duty-officer', via: 'desk' | 'phone' = 'phone'): AlarmEvent => ({
  kind: 'acknowledge',
  acknowledgement: { at: at(s), by, note: 'sent a patrol', via },
})
const note: AlarmEvent = {
  kind: 'note',
  actor: 'person',
  note: { at: at(90), by: 'operator', text: 'gate found open' },
}
const again = { occurrence: 'east-pit.dead-feeder.b' }

function after(...events: readonly AlarmEvent[]) {
  let alarm: Alarm | null = null
  let last = stepAlarm(null, note)
  for (const event of events) {
    last = stepAlarm(alarm, event)
    alarm = last.alarm
  }
  return { ...last, acts: last.acts.map(({ act }) => act) }
}

const INTO: Record<AlarmState | 'none', readonly AlarmEvent[]> = {
  none: [],
  unacked: [raise(0)],
  acked: [raise(0), ack(10)],
  returned: [raise(0), clear(10)],
  closed: [raise(0), clear(10), ack(20)],
}

const EVENTS: Record<AlarmEvent['kind'], AlarmEvent> = {
  raise: raise(50, again),
  update: update(50, { evidence: [picture(1)] }),
  return: clear(50),
  acknowledge: ack(50, 'second-officer'),
  note,
}

describe('the life-cycle of an alarm', () => {
  it.each([
    ['none', 'raise', 'unacked', ['alarm-raised'], 'start'],
    ['none', 'update', 'none', [], 'none'],
    ['none', 'return', 'none', [], 'none'],
    ['none', 'acknowledge', 'none', [], 'none'],
    ['none', 'note', 'none', [], 'none'],
    ['unacked', 'raise', 'unacked', ['alarm-raised-again'], 'none'],
    ['unacked', 'update', 'unacked', ['alarm-updated'], 'none'],
    ['unacked', 'return', 'returned', ['alarm-returned'], 'none'],
    ['unacked', 'acknowledge', 'acked', ['alarm-acknowledged'], 'stop'],
    ['unacked', 'note', 'unacked', ['alarm-noted'], 'none'],
    ['acked', 'raise', 'unacked', ['alarm-raised-again'], 'start'],
    ['acked', 'update', 'acked', ['alarm-updated'], 'none'],
    ['acked', 'return', 'closed', ['alarm-returned', 'alarm-closed'], 'none'],
    ['acked', 'acknowledge', 'acked', ['alarm-acknowledged'], 'none'],
    ['acked', 'note', 'acked', ['alarm-noted'], 'none'],
    ['returned', 'raise', 'unacked', ['alarm-raised-again'], 'none'],
    ['returned', 'update', 'returned', ['alarm-updated'], 'none'],
    ['returned', 'return', 'returned', [], 'none'],
    ['returned', 'acknowledge', 'closed', ['alarm-acknowledged', 'alarm-closed'], 'stop'],
    ['returned', 'note', 'returned', ['alarm-noted'], 'none'],
    ['closed', 'raise', 'unacked', ['alarm-raised'], 'start'],
    ['closed', 'update', 'closed', [], 'none'],
    ['closed', 'return', 'closed', [], 'none'],
    ['closed', 'acknowledge', 'closed', ['alarm-acknowledged'], 'none'],
    ['closed', 'note', 'closed', ['alarm-noted'], 'none'],
  ] as const)('from %s, %s leads to %s', (from, kind, to, acts, escalation) => {
    const step = after(...INTO[from], EVENTS[kind])
    expect(step.alarm?.state ?? 'none').toBe(to)
    expect(step.acts).toEqual(acts)
    expect(step.escalation).toBe(escalation)
    if (step.alarm !== null) expect(Alarm.parse(step.alarm)).toEqual(step.alarm)
  })

  it('says in its table which events change nothing, for every state', () => {
    const states = Object.keys(INTO) as (keyof typeof INTO)[]
    const kinds = Object.keys(EVENTS) as (keyof typeof EVENTS)[]
    for (const state of states) {
      for (const kind of kinds) {
        const isNothing = LIFECYCLE[state][kind] === 'nothing'
        expect(after(...INTO[state], EVENTS[kind]).acts.length === 0, `${state} ${kind}`).toBe(isNothing)
      }
    }
  })

  it('keeps who acknowledged first, and records the second beside it (I10)', () => {
    const step = after(raise(0), ack(10, 'first-officer'), ack(11, 'second-officer'))
    expect(step.alarm?.acknowledgement?.by).toBe('first-officer')
    expect(step.changed).toBe(false)
    const both = stepAlarm(step.alarm, ack(12, 'second-officer')).acts[0]
    expect([both?.act, both?.actor.name, both?.detail.again]).toEqual(['alarm-acknowledged', 'second-officer', true])
  })

  it('adds an activation to the open alarm instead of a second alarm, and keeps the first explanation’s id', () => {
    const { alarm } = after(raise(0), clear(10), raise(20, again))
    expect(alarm?.id).toBe('east-pit.dead-feeder.a')
    expect(alarm?.activations).toEqual([
      { occurrence: 'east-pit.dead-feeder.a', from: at(0), to: at(10) },
      { occurrence: 'east-pit.dead-feeder.b', from: at(20), to: null },
    ])
    expect(alarm?.returnedAt).toBeNull()
  })

  it('lets a winch that cycles climb the ladder: a raise again does not start it over', () => {
    expect(after(raise(0), clear(10), raise(20, again)).escalation).toBe('none')
  })

  it('wakes somebody again when the condition comes back after an acknowledgement, whose words stay as a note', () => {
    const step = after(raise(0), ack(10), raise(20, again))
    expect(step.escalation).toBe('start')
    expect(step.alarm?.acknowledgement).toBeNull()
    expect(step.alarm?.notes).toEqual([{ at: at(10), by: 'duty-officer', text: 'sent a patrol' }])
  })

  it('tells the newest account of what an alarm rests on, and does not call again for it', () => {
    const because = (strength: number) => [
      {
        rule: 'load',
        ruleType: 'unexplained-load',
        group: 'power' as const,
        point: 'meter/power',
        at: at(1),
        strength,
        explanation: { key: 'unexplained-load.raised', values: { value: strength } },
      },
    ]
    const grown = after(raise(0, { because: because(4) }), ack(10), update(20, { because: because(5) }))
    expect(grown.alarm?.because).toEqual(because(5))
    expect([grown.alarm?.state, grown.escalation]).toEqual(['acked', 'none'])
    const again = after(raise(0, { because: because(4) }), update(20, { evidence: [picture(1)] }))
    expect(again.alarm?.because).toEqual(because(4))
  })

  it('takes a higher priority of an update for news, and never a lower one', () => {
    const up = after(raise(0), ack(10), update(20, { priority: 'red' }))
    expect([up.alarm?.state, up.alarm?.priority, up.escalation]).toEqual(['unacked', 'red', 'start'])
    const down = after(raise(0), ack(10), update(20, { priority: 'yellow', evidence: [picture(1)] }))
    expect([down.alarm?.state, down.alarm?.priority, down.escalation]).toEqual(['acked', 'orange', 'none'])
  })

  it('returns only by the clear of its present activation', () => {
    expect(after(raise(0), clear(10), raise(20, again), clear(30)).alarm?.state).toBe('unacked')
    expect(after(raise(0), clear(10), raise(20, again), clear(30, again)).alarm?.state).toBe('returned')
  })

  it('ends an activation a gateway never cleared when it raises anew', () => {
    const { alarm } = after(raise(0), raise(20, again))
    expect(alarm?.activations.map(({ to }) => to)).toEqual([at(20), null])
  })

  it('never closes an interval before it began, whatever the clocks say (I14)', () => {
    expect(after(raise(100), clear(40)).alarm?.activations[0]).toMatchObject({ from: at(100), to: at(100) })
    const { alarm } = after(raise(100), raise(40, again))
    expect(alarm?.activations).toMatchObject([{ to: at(100) }, { from: at(100) }])
  })

  it('keeps each picture once, the first and the newest when there are very many', () => {
    const rows = Array.from({ length: 150 }, (_, index) =>
      update(index, { evidence: [picture(index), picture(index)] }),
    )
    const { alarm } = after(raise(0), ...rows)
    const kept = alarm?.evidence.map(({ sha256 }) => Number.parseInt(sha256, 16)) ?? []
    expect(kept.length).toBe(100)
    expect([kept[0], kept[19], kept[20], kept[99]]).toEqual([0, 19, 70, 149])
  })

  it('asks for a note of four characters for red and orange only', () => {
    expect(noteSuffices('red', '查了')).toBe(false)
    expect(noteSuffices('orange', '   ok   ')).toBe(false)
    expect(noteSuffices('red', '已派人去')).toBe(true)
    expect(noteSuffices('yellow', '')).toBe(true)
  })
})

const occurrences = ['a', 'b', 'c', 'd'].map((id) => `east-pit.dead-feeder.${id}`)
const anyEvent: fc.Arbitrary<AlarmEvent> = fc.oneof(
  fc
    .record({
      kind: fc.constantFrom('raise' as const, 'update' as const, 'clear' as const),
      s: fc.integer({ min: 0, max: 1_000 }),
      occurrence: fc.constantFrom(...occurrences),
      priority: fc.constantFrom('red' as const, 'orange' as const, 'yellow' as const, 'blue' as const),
      evidence: fc.array(fc.integer({ min: 0, max: 5 }).map(picture), { maxLength: 3 }),
    })
    .map(({ kind, s, ...more }) => eventOf(transition(kind, s, more), at(s + 1))),
  fc.tuple(fc.integer({ min: 0, max: 1_000 }), fc.constantFrom('one', 'two')).map(([s, by]) => ack(s, by)),
  fc.constant(note),
)

describe('any series of events', () => {
  it('moves only as the table allows, writes every change down, and grows the version by one (I1)', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 40 }), (events) => {
        let alarm: Alarm | null = null
        for (const event of events) {
          const before: Alarm | null = alarm
          const step = stepAlarm(before, event)
          const next = step.alarm
          alarm = next
          if (before === null || next?.id !== before.id) continue
          expect(step.changed).toBe(next !== before)
          expect(next.version - before.version).toBe(step.changed ? 1 : 0)
          if (step.changed) expect(step.acts.length).toBeGreaterThan(0)
          if (before.state === 'closed') expect(next.state).toBe('closed')
          if (before.state !== 'closed' && next.state === 'closed') expect(next.acknowledgement).not.toBeNull()
          for (const act of step.acts) {
            const entry = { ...act, n: 1, prev: '0'.repeat(64), hash: '0'.repeat(64) }
            expect(LedgerEntry.parse(entry)).toEqual(entry)
          }
        }
      }),
    )
  })

  it('has at most one open activation, ordered, and is active when and only when there is one (I14, I15)', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 40 }), (events) => {
        let alarm: Alarm | null = null
        for (const event of events) alarm = stepAlarm(alarm, event).alarm
        if (alarm === null) return
        const open = alarm.activations.filter(({ to }) => to === null)
        expect(open.length).toBe(isActive(alarm.state) ? 1 : 0)
        for (const [index, { from, to }] of alarm.activations.entries()) {
          expect(to ?? from).toBeGreaterThanOrEqual(from)
          const next = alarm.activations[index + 1]
          if (next !== undefined) expect(next.from).toBeGreaterThanOrEqual(to ?? Infinity)
        }
        expect(Alarm.parse(alarm)).toEqual(alarm)
      }),
    )
  })

  it('changes nothing by any transition that comes again (I3)', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 30 }), (events) => {
        let alarm: Alarm | null = null
        for (const event of events) {
          alarm = stepAlarm(alarm, event).alarm
          const isTransition = event.kind !== 'acknowledge' && event.kind !== 'note'
          if (isTransition && alarm?.state !== 'closed') expect(stepAlarm(alarm, event).changed).toBe(false)
        }
      }),
    )
  })

  it('goes on the same after being written and read between any two events (I2)', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 30 }), (events) => {
        let alarm: Alarm | null = null
        let stored: Alarm | null = null
        for (const event of events) {
          alarm = stepAlarm(alarm, event).alarm
          stored = Alarm.nullable().parse(JSON.parse(JSON.stringify(stepAlarm(stored, event).alarm)))
        }
        expect(stored).toEqual(alarm)
      }),
    )
  })

  it('never leaves a state that waits for a person but by a person (I5)', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 40 }), (events) => {
        let alarm: Alarm | null = null
        for (const event of events) {
          const before: Alarm | null = alarm
          alarm = stepAlarm(before, event).alarm
          if (before === null || !awaitsPerson(before.state) || event.kind === 'acknowledge') continue
          expect(awaitsPerson(alarm?.state ?? 'closed')).toBe(true)
        }
      }),
    )
  })

  it('ends closed once the condition is gone and a person has acknowledged (I19)', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 40 }), (events) => {
        let alarm: Alarm | null = null
        for (const event of [raise(0), ...events]) alarm = stepAlarm(alarm, event).alarm
        const current = alarm?.activations.at(-1)?.occurrence ?? ''
        for (const event of [clear(2_000, { occurrence: current }), ack(2_001)]) alarm = stepAlarm(alarm, event).alarm
        expect(alarm?.state).toBe('closed')
      }),
    )
  })

  it('tells somebody of every raise: the escalation starts or is running (I21)', () => {
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 40 }), (events) => {
        let alarm: Alarm | null = null
        let running = false
        for (const event of events) {
          const step = stepAlarm(alarm, event)
          alarm = step.alarm
          if (step.escalation !== 'none') running = step.escalation === 'start'
          if (alarm !== null) expect(running).toBe(awaitsPerson(alarm.state))
        }
      }),
    )
  })
})
