import { describe, expect, it } from 'vitest'
import { FEEDBACK_KINDS, draftFor, judgementOf, pointsOf, spansOf } from '../../dashboard/web/stores/judgement.ts'
import { Feedback } from '../../core/contract/activity.ts'
import { refusalOf } from '../../core/rules/activity/feedback.ts'
import { alarmWith } from './support/alarms.ts'

const NOW = 1_760_000_000_000
const HOUR = 3_600_000
const ALARM = alarmWith({ id: 'east-gully.site-activity.1', site: 'east-gully', point: 'meter/power' })

describe('the form of what an alarm was', () => {
  it('offers only what a gateway takes, for the longest time of each kind', () => {
    for (const kind of FEEDBACK_KINDS) {
      const spanMs = spansOf(kind).at(-1) ?? 0
      const judgement = judgementOf({ ...draftFor(kind, ALARM), kw: '6.5', spanMs }, NOW)
      const feedback = Feedback.parse({ id: 'f', occurrence: ALARM.id, at: NOW, by: 'a', ...judgement })
      expect(refusalOf(feedback, { hasActivity: true, load: { declared: 10_000 } })).toBeNull()
    }
    expect(spansOf('authorised').map((span) => span / HOUR)).toEqual([1, 4, 8, 24])
    expect(spansOf('known-appliance').map((span) => span / HOUR)).toEqual([24, 72, 168, 336, 720])
  })

  it('says no more than its kind needs', () => {
    const typed = { note: ' seen ', kw: '2', point: 'meter/power', spanMs: HOUR }
    expect(FEEDBACK_KINDS.map((kind) => judgementOf({ kind, ...typed }, NOW))).toEqual([
      { kind: 'confirmed', note: 'seen' },
      { kind: 'authorised', note: 'seen', until: NOW + HOUR },
      { kind: 'known-appliance', note: 'seen', until: NOW + HOUR, power: 2_000 },
      { kind: 'sensor-fault', note: 'seen', until: NOW + HOUR, point: 'meter/power' },
    ])
  })

  it.each(['', '0', '-1', '6.6', 'two', 'NaN'])('takes no power of %j kW', (kw) => {
    expect(judgementOf({ ...draftFor('known-appliance', ALARM), kw }, NOW)).toBeNull()
  })

  it('takes a comma for a point', () => {
    expect(judgementOf({ ...draftFor('known-appliance', ALARM), kw: '1,5' }, NOW)?.power).toBe(1_500)
  })

  it('offers the points of its signs, each once', () => {
    const row = {
      rule: 'r',
      ruleType: 'tamper',
      group: 'entry',
      at: NOW,
      strength: 1,
      explanation: { key: 'a.b', values: {} },
    }
    const because = ['box/door', 'meter/power', 'box/door'].map((point) => ({ ...row, point }))
    expect(pointsOf(alarmWith({ ...ALARM, because }))).toEqual(['meter/power', 'box/door'])
  })
})
