import { describe, expect, it } from 'vitest'
import { type GivenSite, sitePlan, Watch } from '../world.ts'
import { knownLoad, wobble } from './known-load.ts'

const HOUR = 3_600
const DAY = 86_400
const rule = { type: 'stop-work', quantity: 'power' } as const
/** From 04:00 on the tenth day (2026-01-22) on. */
const ORDER = { id: 'o-7', by: 'county', from: '2026-01-22T04:00:00+08:00', until: '2026-01-22T16:00:00+08:00' }
const GIVEN = 10 * DAY + 2 * HOUR
const watchOf = (more: GivenSite = {}) => new Watch(sitePlan({ rules: [rule], orders: [ORDER], ...more }))
const works = (s: number) => 300_000 + 20_000 * wobble(s)

describe('stop-work', () => {
  it('tells of a feeder that draws on, half an hour and five minutes after the order (domain P16)', () => {
    const watch = watchOf().series(0, 11 * DAY, (s) => (s < GIVEN + 2 * HOUR ? works(s) : 5_000), 60)
    expect(watch.story).toBe(`raise@${GIVEN + 2_100} clear@${GIVEN + 2 * HOUR + 300}`)
    expect(watch.zh(0)).toMatch(
      /^停工停电令未执行：county 自 夜间 04:00:00 下令（编号 o-7），现仍用电 \d{3} kW，限值 (29|30)(\.\d)? kW，近 30 天通常 (29|30)\d kW。/,
    )
    expect(watch.en(0)).toMatch(/Pitwatch only verifies and cuts no power; check on site\.$/)
    expect(watch.en()).toMatch(/^Power is down to 5 kW: order o-7 is obeyed now\./)
    expect(watch.run().strength).toBe(5)
  })

  it('leaves a feeder alone that stopped in time, one that no order names, and everything without an order', () => {
    expect(watchOf().series(0, 11 * DAY, (s) => (s < GIVEN + 1_500 ? works(s) : 9_000), 60).story).toBe('')
    const other = { ...ORDER, feeders: ['other/power'] }
    expect(watchOf({ orders: [other] }).series(0, 11 * DAY, works, 60).story).toBe('')
    expect(watchOf({ orders: [] }).series(0, 11 * DAY, works, 60).story).toBe('')
  })

  it('does not count the pumps and fans that must go on at the meter of the site', () => {
    const site = { load: { meter: 'meter/value', declared: 8_000 } }
    const running = watchOf({ ...site, view: knownLoad({ runningW: 44_000 }) })
    expect(running.series(0, 11 * DAY, (s) => (s < GIVEN ? works(s) : 46_000), 60).story).toBe('')
    const alone = watchOf({ ...site, view: knownLoad() })
    expect(alone.series(0, 11 * DAY, (s) => (s < GIVEN ? works(s) : 46_000), 60).story).not.toBe('')
  })

  it('holds a feeder it does not know yet to half a kilowatt, and proves nothing in a gap', () => {
    const early = { ...ORDER, from: '2026-01-12T02:00:00+08:00', until: '2026-01-12T08:00:00+08:00' }
    expect(watchOf({ orders: [early] }).series(0, HOUR, () => 700, 10).story).toBe('raise@2100')
    expect(watchOf({ orders: [early] }).series(0, HOUR, (s) => (s < 1_900 ? 700 : undefined), 10).story).toBe('')
  })

  it('does not learn from what is drawn under an order', () => {
    const long = { ...ORDER, until: '2026-02-20T16:00:00+08:00' }
    const watch = watchOf({ orders: [long] }).series(0, 35 * DAY, (s) => (s < GIVEN ? works(s) : 20_000), 60)
    expect(watch.story).toBe('')
  })

  it('ends with the order', () => {
    const watch = watchOf().series(0, 11 * DAY, works, 60)
    expect(watch.story).toBe(`raise@${GIVEN + 2_100} clear@${GIVEN + 12 * HOUR + 300}`)
    expect(watch.en()).toMatch(/^The order to stop was lifted\./)
  })
})
