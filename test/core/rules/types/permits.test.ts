import { describe, expect, it } from 'vitest'
import type { LoadView } from '../../../../core/rules/load/view.ts'
import { type GivenSite, NIGHT, sitePlan, Watch } from '../world.ts'

const clock = (minute: number) => new Date(NIGHT + minute * 60_000).toISOString()
const minutes = (count: number) => count * 60

/** A load that is known; what is drawn beyond what is expected is set from outside. */
function loadOf(residual: () => number): LoadView {
  return {
    get power() {
      return 500 + residual()
    },
    expected: 500,
    get residual() {
      return residual()
    },
    envelope: 2_000,
    usual: 200,
    floor: 100,
    isArmed: true,
    daysLearned: 20,
  } as LoadView
}

const SITE = {
  load: { meter: 'meter/value', declared: 8_000 },
  quantities: { 'meter/value': 'power', 'gate/human': 'presence' },
} as const
/** From 02:30 to 03:30. */
const PERMIT = { id: 'p-1', who: '电工班', from: clock(30), until: clock(90), power: 5_000 }

/** Plays what is drawn beyond what is expected, W, by the minute. */
function play(site: Omit<GivenSite, 'view'>, residual: (minute: number) => number, until = 240): Watch {
  let now = 0
  const watch = new Watch(sitePlan({ ...SITE, ...site, view: loadOf(() => residual(now)) }))
  for (let s = 0; s <= minutes(until); s += 10) {
    now = s / 60
    watch.say(s, { value: 500 + residual(now), validMs: 25_000 })
  }
  return watch
}

describe('work beyond its permit', () => {
  const overrun = (residual: (minute: number) => number, permit: object = {}) =>
    play({ rules: [{ type: 'permit-overrun' }], permits: [{ ...PERMIT, ...permit }] }, residual)
  const working = (from: number, until: number, watts: number) => (minute: number) =>
    minute >= from && minute < until ? watts : 50

  it('is told when what ran under it runs on for four minutes after its end', () => {
    const watch = overrun(working(35, 150, 3_000))
    expect(watch.story).toBe(`raise@${minutes(94)} clear@${minutes(155)}`)
    expect(watch.run().strength).toBe(4.2)
    expect(watch.zh(0)).toBe('作业票“p-1”（电工班）已于 夜间 03:30:00 到期，其用电仍在继续：多出 3 kW，已 1 分钟。')
  })

  it('is told of tools that are switched on and off', () => {
    const tools = (minute: number) => (minute >= 35 && minute < 200 && Math.floor(minute / 4) % 3 !== 2 ? 3_000 : 50)
    expect(overrun(tools).story).toMatch(/^raise@59\d\d /)
  })

  it('needs something beside it where the load is small, and is not told of less than a kilowatt', () => {
    expect(overrun(working(35, 150, 1_500)).run().strength).toBe(2.6)
    expect(overrun(working(35, 150, 900)).story).toBe('')
  })

  it('is not told where the work ended in time, where it ran before, or where another permit goes on', () => {
    expect(overrun(working(35, 91, 3_000)).story).toBe('')
    expect(overrun(working(0, 240, 3_000)).story).toBe('')
    const two = [PERMIT, { ...PERMIT, id: 'p-2', from: clock(85), until: clock(239) }]
    expect(play({ rules: [{ type: 'permit-overrun' }], permits: two }, working(35, 230, 3_000)).story).toBe('')
  })

  it('is not told of what starts long after the end', () => {
    expect(overrun((minute) => ((minute < 90 && minute > 35) || minute > 130 ? 3_000 : 50)).story).toBe('')
  })
})

describe('a notice about a permit', () => {
  const rules: GivenSite['rules'] = [{ type: 'permit', priority: 'blue', with: { signs: ['gate/human'] } }]

  it('tells that nothing was seen under it, after its end and half an hour', () => {
    const watch = play({ rules, permits: [PERMIT] }, () => 50)
    expect(watch.story).toMatch(/^raise@7200 clear@90\d\d$/)
    expect(watch.zh(0)).toBe('作业票“p-1”（电工班）已到期，期间没有发现任何人车和用电。请核实是否去过现场。')
  })

  it('tells nothing where nobody watched', () => {
    const blind = { ...loadOf(() => 50), isArmed: false }
    const watch = new Watch(sitePlan({ ...SITE, rules, permits: [PERMIT], view: blind }))
    expect(watch.series(0, minutes(240), () => 550, 10).story).toBe('')
  })

  it('tells nothing where something was drawn, or somebody seen', () => {
    expect(play({ rules, permits: [PERMIT] }, (minute) => (minute === 60 ? 2_000 : 50)).story).toBe('')
  })

  it('tells that it was filed after the work had begun, when it is filed', () => {
    const watch = play({ rules, permits: [{ ...PERMIT, filed: clock(50) }] }, () => 2_000)
    expect(watch.story).toMatch(/^raise@3000 clear@48\d\d$/)
    expect(watch.en(0)).toContain('filed after the work had begun')
    expect(play({ rules, permits: [{ ...PERMIT, filed: clock(0) }] }, () => 2_000).story).toBe('')
  })
})
