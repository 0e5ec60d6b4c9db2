import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { viewOf, viewText, ZOOMS } from '../../dashboard/web/map/map-view.ts'
import { PRIORITIES } from '../../dashboard/web/stores/alarm-order.ts'
import {
  filteredBy,
  hiddenTotal,
  nextUnanswered,
  overviewViewOf,
  queryOfOverview,
} from '../../dashboard/web/stores/overview-view.ts'
import { deskEvents } from '../../dashboard/web/stores/desk-events.ts'
import { addressOf, routeOf } from '../../dashboard/web/stores/route.ts'
import { alarmWith } from './support/alarms.ts'

const mapView = fc
  .record({
    x: fc.integer({ min: -180_000_000, max: 180_000_000 }),
    y: fc.integer({ min: -90_000_000, max: 90_000_000 }),
    zoom: fc.integer({ min: ZOOMS.least * 100, max: ZOOMS.most * 100 }),
  })
  .map(({ x, y, zoom }) => ({ x: x / 1e6, y: y / 1e6, zoom: zoom / 100 }))
const word = fc.string({ minLength: 1, maxLength: 20 }).filter((text) => text.isWellFormed())
const view = fc.record({
  only: fc.option(fc.constantFrom(...PRIORITIES)),
  show: fc.option(fc.constantFrom('map' as const, 'list' as const)),
  alarm: fc.option(word),
  site: fc.option(word),
  map: fc.option(mapView),
})

const alarms = PRIORITIES.flatMap((priority, index) =>
  ['unacked', 'acked'].map((state) =>
    alarmWith({
      id: `east-gully.${priority}.${state}`,
      site: 'east-gully',
      priority,
      ...(state === 'acked'
        ? { state: 'acked', acknowledgement: { at: 1_000 + index, by: 'operator', note: 'seen', via: 'desk' } }
        : {}),
    }),
  ),
)

describe('the view of the overview', () => {
  it('leads from its address back to itself', () => {
    fc.assert(
      fc.property(view, (one) => {
        const query = queryOfOverview(one)
        expect(overviewViewOf(query)).toEqual(one)
        const route = routeOf(`#${addressOf({ page: 'overview', query })}`)
        expect(route.page === 'overview' ? overviewViewOf(route.query ?? {}) : null).toEqual(one)
      }),
    )
  })

  it('is the whole county for an address that means nothing', () => {
    const whole = { only: null, show: null, alarm: null, site: null, map: null }
    expect(overviewViewOf({})).toEqual(whole)
    expect(overviewViewOf({ only: 'purple', show: 'both', map: '1,2', alarm: '' })).toEqual(whole)
    for (const text of ['', 'a,b,c', '1,2,99', '1e9,2,3', '1,2,3,4', 'NaN,0,0']) expect(viewOf(text)).toBeNull()
    expect(viewText({ x: 66.25, y: -0, zoom: 1.5 })).toBe('66.25,0,1.5')
  })

  it('never hides an alarm without counting it', () => {
    fc.assert(
      fc.property(fc.subarray(alarms), fc.option(fc.constantFrom(...PRIORITIES)), (open, only) => {
        const filtered = filteredBy(open, only)
        expect(filtered.shown.length + hiddenTotal(filtered)).toBe(open.length)
        expect(filtered.shown.every(({ priority }) => only === null || priority === only)).toBe(true)
        const reds = open.filter(({ priority }) => priority === 'red').length
        expect(only === null || only === 'red' ? 0 : reds).toBe(filtered.hidden.red)
      }),
    )
  })

  it('goes round to the next alarm that needs a person', () => {
    const round = (from: string | null) => nextUnanswered(alarms, from)?.id
    expect(round(null)).toBe('east-gully.red.unacked')
    expect(round('east-gully.red.unacked')).toBe('east-gully.orange.unacked')
    expect(round('east-gully.blue.unacked')).toBe('east-gully.red.unacked')
    expect(
      nextUnanswered(
        alarms.filter(({ state }) => state === 'acked'),
        null,
      ),
    ).toBeNull()
  })
})

describe('the ticker', () => {
  it('tells what happened to alarms, the newest first', () => {
    const alarm = alarmWith({ id: 'east-gully.a.b', site: 'east-gully' })
    const told = deskEvents(
      [
        alarmWith({
          ...alarm,
          state: 'closed',
          acknowledgement: { at: alarm.raisedAt + 10, by: 'operator', note: '', via: 'desk' },
          returnedAt: alarm.raisedAt + 20,
          closedAt: alarm.raisedAt + 20,
        }),
      ],
      3,
    )
    expect(told.map(({ what }) => what)).toEqual(['returned', 'closed', 'acknowledged'])
    expect(deskEvents([alarm], 9).map(({ what }) => what)).toEqual(['raised'])
  })
})
