import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { addressOf, routeOf } from '../../dashboard/web/stores/route.ts'
import {
  between,
  COMPARE_NAMES,
  panned,
  pinched,
  queryOfTrend,
  SPAN_NAMES,
  type TrendTime,
  type TrendView,
  trendViewOf,
  windowOf,
  withPoint,
  zoomed,
} from '../../dashboard/web/stores/trend-view.ts'

const MINUTE = 60_000
const DAY = 86_400_000
const NOW = Date.UTC(2026, 0, 12, 3)

const word = fc.stringMatching(/^[a-z0-9]{1,6}(-[a-z0-9]{1,6})?$/)
const point = fc.tuple(word, word, word).map((parts) => parts.join('/'))
const times: fc.Arbitrary<TrendTime> = fc.oneof(
  fc.constantFrom(...SPAN_NAMES).map((span) => ({ is: 'last' as const, span })),
  fc
    .tuple(fc.nat(2_000_000_000_000), fc.integer({ min: MINUTE, max: 400 * DAY }))
    .map(([from, length]) => ({ is: 'between' as const, from, to: from + length })),
)
const views: fc.Arbitrary<TrendView> = fc.record({
  picks: fc.uniqueArray(fc.record({ point, own: fc.boolean() }), { selector: (pick) => pick.point, maxLength: 8 }),
  time: times,
  compare: fc.constantFrom(...COMPARE_NAMES),
})
const lengthOf = (time: TrendTime) => (time.is === 'between' ? time.to - time.from : Number.NaN)

describe('the address of a trend', () => {
  it('holds all of its view, through the address bar and back', () => {
    fc.assert(
      fc.property(views, (view) => {
        const route = routeOf(addressOf({ page: 'trends', query: queryOfTrend(view) }))
        expect(route.page === 'trends' && trendViewOf(route.query)).toEqual(view)
      }),
    )
  })

  it('can be read and written by people', () => {
    const query = { p: 'east-pit/feeder/power*,north/sump/level', span: '7d', compare: 'week' }
    expect(trendViewOf(query)).toEqual({
      picks: [
        { point: 'east-pit/feeder/power', own: true },
        { point: 'north/sump/level', own: false },
      ],
      time: { is: 'last', span: '7d' },
      compare: 'week',
    })
  })

  it.each([
    {},
    { p: ',,a/b,/x/y/,A/B/C', span: '3y', compare: 'year' },
    { from: '10', to: '20' },
    { from: '0', to: String(500 * DAY) },
    { from: 'x', to: '9' },
  ])('means the last day of nothing where it means nothing: %o', (query) => {
    expect(trendViewOf(query)).toEqual({ picks: [], time: { is: 'last', span: '24h' }, compare: 'none' })
  })

  it('takes eight points and no ninth', () => {
    const many = Array.from({ length: 12 }, (_, index) => `a/b/c${index}`)
    const view = trendViewOf({ p: [...many, 'a/b/c0'].join() })
    expect(view.picks.map((pick) => pick.point)).toEqual(many.slice(0, 8))
    expect(withPoint(view, 'a/b/c9')).toEqual(view)
    expect(withPoint(view, 'a/b/c0').picks).toHaveLength(7)
  })
})

describe('the time of a trend', () => {
  it('follows now at whole seconds, or stays where it is', () => {
    expect(windowOf({ is: 'last', span: '1h' }, 7_200_001)).toEqual({ from: 3_601_000, to: 7_201_000, live: true })
    expect(windowOf({ is: 'between', from: 1, to: 2 }, NOW)).toEqual({ from: 1, to: 2, live: false })
  })

  it('is between any two instants at least a minute and at most 400 days long', () => {
    fc.assert(
      fc.property(fc.nat(2_000_000_000_000), fc.nat(2_000_000_000_000), (a, b) => {
        const time = between(a, b)
        const wanted = Math.min(400 * DAY, Math.max(MINUTE, Math.abs(a - b)))
        expect(Math.abs(lengthOf(time) - wanted)).toBeLessThanOrEqual(1)
        expect(trendViewOf(queryOfTrend({ picks: [], time, compare: 'none' })).time).toEqual(time)
      }),
    )
  })

  it('keeps its length when it is moved, and never shows what is still to come', () => {
    const window = { from: NOW - DAY, to: NOW }
    expect(panned(window, -0.5, NOW)).toEqual(between(NOW - 1.5 * DAY, NOW - 0.5 * DAY))
    expect(panned(window, 0.5, NOW)).toEqual(between(NOW - DAY, NOW))
  })

  it('keeps what is under the cursor where it is when it is stretched', () => {
    const at = NOW - 0.75 * DAY
    expect(zoomed({ from: NOW - DAY, to: NOW }, 0.5, { around: at, now: NOW })).toEqual(
      between(NOW - 0.875 * DAY, NOW - 0.375 * DAY),
    )
    expect(lengthOf(zoomed({ from: NOW - DAY, to: NOW }, 2, { around: null, now: NOW }))).toBe(1.5 * DAY)
  })

  it('keeps under two fingers what was under them', () => {
    fc.assert(
      fc.property(
        fc
          .tuple(fc.double({ min: 0.05, max: 0.4 }), fc.double({ min: 0.6, max: 0.95 }))
          .filter((ends) => !ends.some(Number.isNaN)),
        fc
          .tuple(fc.double({ min: 0.05, max: 0.4 }), fc.double({ min: 0.6, max: 0.95 }))
          .filter((ends) => !ends.some(Number.isNaN)),
        (before, after) => {
          const window = { from: NOW - DAY, to: NOW }
          const time = pinched(window, { before, after })
          if (time.is !== 'between') throw new Error('expected two instants')
          for (const finger of [0, 1] as const) {
            const was = window.from + (window.to - window.from) * before[finger]
            expect(Math.abs(time.from + (time.to - time.from) * after[finger] - was)).toBeLessThan(5)
          }
        },
      ),
    )
  })
})
