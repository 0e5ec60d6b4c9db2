import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { AlarmState, type Alarm } from '../../core/contract/alarm.ts'
import { Priority } from '../../core/contract/priority.ts'
import { utcMs } from '../../core/contract/time.ts'
import {
  actsFor,
  ALARM_ACTS,
  draftOf,
  heldBy,
  lackOf,
  needsSecond,
  requestOf,
  spansOf,
} from '../../dashboard/web/stores/acts.ts'
import { actStep } from './support/act-replies.ts'
import { alarmWith } from './support/alarms.ts'
import { NIGHT } from './support/county.ts'
import { LEADER, USER } from './support/people.ts'

const HOUR = 3_600_000
const alarm = (rest: Partial<Record<keyof Alarm, unknown>> = {}) => alarmWith({ ...rest, id: 'a.b.1', site: 'a' })
const shelf = {
  kind: 'shelved',
  by: 'operator',
  second: null,
  reason: '正在检修',
  from: NIGHT,
  until: NIGHT + HOUR,
  parent: null,
}

describe('what can be done about an alarm', () => {
  it('is everything but resetting and ending a suppression while it is active and nothing holds it back', () => {
    expect(actsFor(alarm())).toEqual(ALARM_ACTS.filter((act) => act !== 'reset' && act !== 'end-suppression'))
  })

  it('is resetting only once a latched alarm was acknowledged', () => {
    const offered = AlarmState.options.filter((state) => actsFor(alarm({ state, latched: true })).includes('reset'))
    expect(offered).toEqual(['latched-acked'])
  })

  it('is ending a suppression only while one holds, each kind once', () => {
    const held = alarm({ suppressions: [shelf, { ...shelf, kind: 'by-design' }, { ...shelf, parent: 'c.d.1' }] })
    expect(actsFor(held)).toContain('end-suppression')
    expect(heldBy(held)).toEqual(['shelved', 'by-design'])
    expect(draftOf('end-suppression', held).kind).toBe('shelved')
  })

  it('is adding what was found, and nothing else, once it is closed', () => {
    expect(actsFor(alarm({ state: 'closed' }))).toEqual(['on-site', 'reported'])
  })

  it('lasts at most 2 h on the shelf for red, 8 h for orange, a day for yellow and a week for blue', () => {
    const longest = Priority.options.map((priority) => (spansOf('shelve', priority).at(-1) ?? 0) / HOUR)
    expect(longest).toEqual([2, 8, 24, 168])
    expect(spansOf('out-of-service', 'red').at(-1)).toBe(30 * 24 * HOUR)
    expect(spansOf('reset', 'red')).toEqual([])
  })

  it('takes two persons for red where it silences, and always where something goes out of service', () => {
    const two = (priority: Priority) => ALARM_ACTS.filter((act) => needsSecond(act, priority))
    expect(two('red')).toEqual(['shelve', 'suppress', 'out-of-service', 'withdraw'])
    expect(two('orange')).toEqual(['out-of-service'])
  })
})

describe('the draft of an act', () => {
  const by = { priority: 'red', user: USER.user } as const
  const second = { secondUser: LEADER.user, secondPassword: LEADER.password }

  it('says what it lacks, one thing at a time', () => {
    const empty = draftOf('out-of-service', alarm({ priority: 'red' }))
    const steps = [
      {},
      { ticket: 'T-1' },
      { reason: '设备更换' },
      { secondUser: 'operator', secondPassword: 'x' },
      second,
    ]
    const filled = steps.map((_, count) => Object.assign({ ...empty }, ...steps.slice(0, count + 1)) as typeof empty)
    expect(filled.map((draft) => lackOf('out-of-service', draft, by))).toEqual([
      'ticket',
      'reason',
      'second',
      'another',
      null,
    ])
  })

  it('lacks nothing where nothing has to be said', () => {
    for (const act of ['assign', 'on-site', 'reported'] as const) {
      expect(lackOf(act, draftOf(act, alarm()), by)).toBeNull()
    }
    const orange = { ...draftOf('shelve', alarm()), reason: '检修完毕前' }
    expect(lackOf('shelve', orange, { ...by, priority: 'orange' })).toBeNull()
  })

  it('tells when something was found in the county’s time, and leaves it to the control room when nobody said', () => {
    const draft = { ...draftOf('on-site', alarm()), reason: '门已锁' }
    const found = { kind: 'on-site', note: '门已锁', receipt: null }
    expect(requestOf('on-site', draft, NIGHT)).toEqual({ path: 'findings', body: found })
    expect(requestOf('on-site', { ...draft, at: '2026-01-12T02:30' }, NIGHT).body).toEqual({
      ...found,
      at: Date.UTC(2026, 0, 11, 18, 30),
    })
  })

  it('is never refused by the desk once it lacks nothing, whatever the colour and the length chosen', () => {
    const acts = fc.constantFrom(...ALARM_ACTS)
    fc.assert(
      fc.property(acts, fc.constantFrom(...Priority.options), fc.nat(20), (act, priority, place) => {
        const state = act === 'reset' ? 'latched-acked' : 'unacked'
        const about = alarm({ priority, state, latched: act === 'reset', suppressions: [shelf] })
        const spans = spansOf(act, priority)
        const spanMs = spans[place % Math.max(1, spans.length)] ?? 0
        const draft = { ...draftOf(act, about), reason: '已核实', ticket: 'T-1', person: 'li-yun', spanMs, ...second }
        const typed = { ...draft, reason: '已核实无误' }
        expect(lackOf(act, typed, { priority, user: USER.user })).toBeNull()
        const { path, body } = requestOf(act, typed, NIGHT)
        const step = actStep(about, path, body, { by: USER.user, now: utcMs(NIGHT), shelvedBefore: 0 })
        expect(step?.refused).toBeNull()
        expect(step?.changed).toBe(true)
      }),
    )
  })
})
