import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { rowOf } from '../../core/alarms/alarm-row.ts'
import { routeOf, addressOf } from '../../dashboard/web/stores/route.ts'
import {
  DAY_MS,
  FIRST_VIEW,
  queryOfView,
  REACHES,
  sortedBy,
  takes,
  viewOfQuery,
  withColour,
  wordsOf,
} from '../../dashboard/web/stores/alarm-view.ts'
import { someAlarm, someView } from './support/rows.ts'

describe('the view of the list of alarms', () => {
  it('lies whole in the address', () => {
    fc.assert(
      fc.property(someView, (view) => {
        expect(viewOfQuery(view.show, queryOfView(view))).toEqual(view)
        const route = routeOf(`#${addressOf({ page: 'alarms', show: view.show, query: queryOfView(view) })}`)
        expect(route.page === 'alarms' && viewOfQuery(route.show, route.query ?? {})).toEqual(view)
      }),
    )
  })

  it('is the plain list for an address that means nothing, and the plain list has a plain address', () => {
    expect(viewOfQuery('open', { days: '-3', colours: 'pink', sort: 'toString', standing: '', down: 'yes' })).toEqual(
      FIRST_VIEW,
    )
    expect(queryOfView(FIRST_VIEW)).toEqual({})
  })

  it('turns round when a column is chosen twice, and shows every colour when all four are', () => {
    const since = sortedBy(FIRST_VIEW, 'since')
    expect([since.sort, since.down, sortedBy(since, 'since').down]).toEqual(['since', true, false])
    const four = (['red', 'orange', 'yellow', 'blue'] as const).reduce(withColour, FIRST_VIEW)
    expect(four.colours).toEqual([])
    expect(withColour(withColour(FIRST_VIEW, 'blue'), 'red').colours).toEqual(['red', 'blue'])
  })
})

describe('the filter', () => {
  const clock = fc.integer({ min: 0, max: 4_000_000_000_000 })
  const open = someAlarm.filter(({ state }) => state !== 'closed').map(rowOf)

  it('never hides an open alarm because of any time, whatever its age and whatever the view', () => {
    fc.assert(
      fc.property(open, someView, clock, clock, fc.constantFrom(...REACHES), (row, view, now, raisedAt, reach) => {
        const about = { words: row.site }
        const wanted = wordsOf(view.text)
        const before = takes(view, { row, ...about }, { now, wanted })
        const moved = { ...row, raisedAt: raisedAt as typeof row.raisedAt, returnedAt: null }
        for (const at of [0, now, now + 400 * DAY_MS, raisedAt]) {
          expect(takes({ ...view, reach }, { row: moved, ...about }, { now: at, wanted })).toBe(before)
        }
        expect(before).not.toBe('not-asked')
      }),
    )
  })

  it('leaves out closed ones that are older than the list reaches, and all of them where open ones are asked for', () => {
    const closed = rowOf({ ...fc.sample(someAlarm, { numRuns: 1, seed: 7 })[0]!, state: 'closed' })
    const at = (days: number) => ({ now: closed.raisedAt + days * DAY_MS, wanted: [] })
    const all = { ...FIRST_VIEW, show: 'all' as const }
    expect(takes(all, { row: closed, words: '' }, at(6.9))).toBe('shown')
    expect(takes(all, { row: closed, words: '' }, at(7.1))).toBe('not-asked')
    expect(takes({ ...all, reach: 30 }, { row: closed, words: '' }, at(7.1))).toBe('shown')
    expect(takes(FIRST_VIEW, { row: closed, words: '' }, at(0))).toBe('not-asked')
  })

  it('wants every word of a search, in any order and case', () => {
    const row = rowOf(
      fc.sample(
        open.map(() => fc.sample(someAlarm, 1)[0]!),
        1,
      )[0]!,
    )
    const searched = (text: string) =>
      takes(
        { ...FIRST_VIEW, text, show: 'all' },
        { row: { ...row, state: 'acked' }, words: '东沟关闭煤矿 east gully gas' },
        {
          now: 0,
          wanted: wordsOf(text),
        },
      )
    expect(['GAS 东沟', ' gully ', '', 'gas water'].map(searched)).toEqual(['shown', 'shown', 'shown', 'filtered'])
  })
})
