import { describe, expect, it } from 'vitest'
import { BootId } from '../../../../core/contract/clock.ts'
import { type GivenSite, NIGHT, sitePlan, Watch } from '../world.ts'

const FIRST = BootId.parse('8a8e6a3e')
const SECOND = BootId.parse('8a8e6a3f')

/** A dead feeder (5) and a cover (4) at a closed pit. */
const SITE: GivenSite = {
  rules: [
    { type: 'should-be-off', as: 'evidence', quantity: 'power', with: { onDelay: '10s', offDelay: '60s' } },
    { type: 'tamper', as: 'evidence', quantity: 'tamper', point: 'case/open' },
  ],
  activity: {},
}

describe('the alarm of a site whose gateway is started again', () => {
  it('goes on as it would have from what was saved', () => {
    const story = (isKilled: boolean) => {
      const watch = new Watch(sitePlan({ ...SITE, boot: FIRST }))
      watch.series(0, 30, () => 9_000).until(30)
      if (isKilled) watch.reload()
      return watch
        .series(31, 60, () => 9_000)
        .series(61, 200, () => 0)
        .until(9_000)
        .storyOf('site-activity')
    }
    expect(story(false)).toMatch(/^raise@10 clear@18\d\d$/)
    expect(story(true)).toBe(story(false))
  })

  it('stays open over a power cut, and ends by the wall clock', () => {
    const watch = new Watch(sitePlan({ ...SITE, boot: FIRST })).series(0, 30, () => 9_000).until(30)
    watch.restart(SECOND)
    const monoOff = 1_000_000
    const pass = (s: number) => {
      watch.engine.advance({ at: NIGHT + s * 1_000 + 5_000, mono: s * 1_000 + 5_000 + monoOff })
      watch.told.push(...watch.engine.transitions())
      return watch.storyOf('site-activity')
    }
    expect(pass(600)).toBe('raise@10')
    expect(pass(1_800)).toBe('raise@10')
    expect(pass(1_830)).toMatch(/^raise@10 clear@18[123]\d$/)
  })
})
