import { describe, expect, it } from 'vitest'
import { Feedback, SiteLoad } from '../../../../core/contract/activity.ts'
import { refusalOf } from '../../../../core/rules/activity/feedback.ts'
import { sitePlan, Watch } from '../world.ts'

const DAY = 86_400_000
const AT = 1_768_154_400_000
const load = SiteLoad.parse({ meter: 'meter/power', declared: 5_000 })
const SITE = { hasActivity: true, load }

function reason(said: Partial<Feedback>, facts: Parameters<typeof refusalOf>[1] = SITE): string {
  const feedback = Feedback.parse({ id: 'f', occurrence: 'a.b.c', at: AT, by: 'x', ...said })
  const outcome = refusalOf(feedback, facts)
  return outcome?.kind === 'refused' ? outcome.reason : 'accepted'
}

const until = (days: number) => Feedback.shape.until.parse(AT + days * DAY)

describe('feedback', () => {
  it('is taken within what may be normal and for as long as that may be', () => {
    expect(reason({ kind: 'confirmed' })).toBe('accepted')
    expect(reason({ kind: 'authorised', until: until(1) })).toBe('accepted')
    expect(reason({ kind: 'authorised', until: until(1.01) })).toBe('too-long')
    expect(reason({ kind: 'sensor-fault', until: until(7), point: 'meter/power' })).toBe('accepted')
    expect(reason({ kind: 'sensor-fault', until: until(8), point: 'meter/power' })).toBe('too-long')
    expect(reason({ kind: 'sensor-fault', until: until(1) })).toBe('no-point')
    expect(reason({ kind: 'known-appliance', until: until(30), power: 5_000 })).toBe('accepted')
    expect(reason({ kind: 'known-appliance', until: until(31), power: 5_000 })).toBe('too-long')
    expect(reason({ kind: 'known-appliance', until: until(1), power: 5_001 })).toBe('too-much')
    expect(reason({ kind: 'known-appliance', until: until(1) })).toBe('no-power')
  })

  it('needs an end, and one that is still to come', () => {
    expect(reason({ kind: 'authorised' })).toBe('no-until')
    expect(reason({ kind: 'authorised', until: until(0) })).toBe('over')
  })

  it('needs a site that it could change', () => {
    expect(reason({ kind: 'authorised', until: until(1) }, { hasActivity: false, load })).toBe('no-activity')
    expect(reason({ kind: 'known-appliance', until: until(1), power: 1_000 }, { hasActivity: true, load: null })).toBe(
      'no-load',
    )
  })

  it('of an appliance beyond 6.5 kW is refused however much was declared', () => {
    const strong = { hasActivity: true, load: { ...load, declared: 50_000 } }
    expect(reason({ kind: 'known-appliance', until: until(1), power: 6_500 }, strong)).toBe('accepted')
    expect(reason({ kind: 'known-appliance', until: until(1), power: 6_501 }, strong)).toBe('too-much')
  })

  it('reaches the judge of the site through the engine, and what is refused changes nothing', () => {
    const story = (said: Partial<Feedback> | null) => {
      const watch = new Watch(
        sitePlan({
          rules: [{ type: 'should-be-off', as: 'evidence', quantity: 'power', with: { onDelay: '10s' } }],
          activity: {},
        }),
      )
      if (said !== null)
        watch.engine.feedback(Feedback.parse({ id: 'f', occurrence: 'a.b.c', at: AT, by: 'x', ...said }))
      return watch
        .series(0, 60, () => 9_000)
        .until(100)
        .storyOf('site-activity')
    }
    expect(story(null)).toBe('raise@10')
    expect(story({ kind: 'sensor-fault', until: until(1), point: 'meter/value' })).toBe('')
    expect(story({ kind: 'sensor-fault', until: until(9), point: 'meter/value' })).toBe('raise@10')
  })
})
