import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Alarm } from '../../core/contract/alarm.ts'
import type { AlarmRow } from '../../core/contract/alarm-row.ts'
import { rowOf } from '../../core/alarms/alarm-row.ts'
import { openAlarmIndex, type Sources } from '../../dashboard/web/stores/alarm-index.ts'
import { itemsOf, nextWaiting } from '../../dashboard/web/stores/alarm-items.ts'
import { compareAlarms } from '../../dashboard/web/stores/alarm-order.ts'
import { FIRST_VIEW, waits } from '../../dashboard/web/stores/alarm-view.ts'
import { alarmWith } from './support/alarms.ts'
import { flood } from './support/flood.ts'
import { PLAIN_NAMES, someAlarm, someRows, someView } from './support/rows.ts'

const NOW = 1_000_000_000_000
const NO_ROWS: readonly AlarmRow[] = []
const known = (alarms: readonly Alarm[]) => new Map(alarms.map((alarm) => [alarm.id, alarm]))
const sources = (live: readonly Alarm[], rest: Partial<Sources<Alarm>> = {}): Sources<Alarm> => ({
  ...{ live: known(live), isWhole: true, asked: NO_ROWS },
  ...rest,
})
const indexOf = (all: Sources<Alarm>) => {
  const index = openAlarmIndex(rowOf)
  index.take(all, PLAIN_NAMES)
  return index
}
const ids = (rows: readonly AlarmRow[]) => rows.map(({ id }) => id)

describe('the list of alarms', () => {
  it('shows or names every open alarm: what is listed and what the filter hides is all there is', () => {
    fc.assert(
      fc.property(someRows, someView, (asked, view) => {
        const { rows, beyond, hidden } = indexOf(sources([], { isWhole: false, asked })).select(view, NOW)
        const open = asked.filter(({ state }) => state !== 'closed')
        expect(rows.filter(({ state }) => state !== 'closed').length + beyond.length + hidden).toBe(open.length)
        expect(new Set(ids([...rows, ...beyond])).size).toBe(rows.length + beyond.length)
      }),
    )
  })

  it('lists every open red alarm, whatever the filter', () => {
    fc.assert(
      fc.property(someRows, someView, (asked, view) => {
        const { rows, beyond } = indexOf(sources([], { isWhole: false, asked })).select(view, NOW)
        const red = asked.filter(({ state, priority }) => state !== 'closed' && priority === 'red')
        const listed = new Set(ids([...beyond, ...rows]))
        expect(red.filter(({ id }) => !listed.has(id))).toEqual([])
        expect(beyond.every(({ priority }) => priority === 'red')).toBe(true)
      }),
    )
  })

  it('stands in the order in which a person should see to them, as the overview does', () => {
    fc.assert(
      fc.property(fc.uniqueArray(someAlarm, { selector: ({ id }) => id, maxLength: 30 }), (all) => {
        const { rows } = indexOf(sources(all)).select(FIRST_VIEW, NOW)
        const open = all.filter(({ state }) => state !== 'closed')
        expect(ids(rows)).toEqual(open.toSorted(compareAlarms).map(({ id }) => id))
      }),
    )
  })

  it('is the same after many small changes as if it were made anew', () => {
    const changes = fc.array(fc.array(someAlarm, { maxLength: 6 }), { maxLength: 8 })
    fc.assert(
      fc.property(changes, someRows, fc.boolean(), someView, (batches, asked, isWhole, view) => {
        const index = openAlarmIndex(rowOf)
        let live: ReadonlyMap<string, Alarm> = new Map()
        for (const batch of [[], ...batches]) {
          live = new Map([...live, ...known(batch)])
          index.take({ live, isWhole, asked }, PLAIN_NAMES)
        }
        const anew = indexOf({ live, isWhole, asked })
        // An alarm of the feed only ever gets newer; where a script makes it older, the newest it ever was stands.
        const newest = (rows: readonly AlarmRow[]) => rows.map(({ id }) => id).sort()
        if (
          batches.flat().every(({ version }, place, all) => all.slice(0, place).every((one) => one.version <= version))
        )
          expect(newest(index.select(view, NOW).rows)).toEqual(newest(anew.select(view, NOW).rows))
        expect(index.take({ live, isWhole, asked }, PLAIN_NAMES)).toBe(false)
      }),
    )
  })

  it('forgets an open alarm that the feed, which tells of all, does not tell of any more', () => {
    const one = alarmWith({ id: 'a.b.1', site: 'a' })
    const index = indexOf(sources([one], { asked: [rowOf(alarmWith({ id: 'a.b.2', site: 'a' }))] }))
    expect(ids(index.select(FIRST_VIEW, NOW).rows)).toEqual(['a.b.1'])
    index.take(sources([], { asked: NO_ROWS }), PLAIN_NAMES)
    expect(index.size).toBe(0)
    const closed = alarmWith({ id: 'a.b.3', site: 'a', state: 'closed' })
    index.take(sources([one, closed]), PLAIN_NAMES)
    index.take(sources([]), PLAIN_NAMES)
    expect(ids(index.select({ ...FIRST_VIEW, show: 'all', reach: 365 }, closed.raisedAt).rows)).toEqual(['a.b.3'])
  })

  it('keeps what was asked for while the feed tells of the worst only', () => {
    const asked = [rowOf(alarmWith({ id: 'a.b.2', site: 'a', version: 3 }))]
    const older = alarmWith({ id: 'a.b.2', site: 'a', version: 2, state: 'acked' })
    const index = indexOf(sources([older], { asked, isWhole: false }))
    expect(index.select(FIRST_VIEW, NOW).rows.map(({ state }) => state)).toEqual(['unacked'])
  })

  it.each([
    'number',
    'site',
    'town',
    'rule',
    'value',
    'since',
    'lasted',
    'times',
    'assignee',
    'step',
    'state',
  ] as const)('is sorted by %s, either way, without losing a row', (sort) => {
    const all = flood(60)
    const index = indexOf(sources(all))
    const up = index.select({ ...FIRST_VIEW, sort }, NOW).rows
    const down = index.select({ ...FIRST_VIEW, sort, down: true }, NOW).rows
    expect(new Set(ids(up))).toEqual(new Set(ids(down)))
    const keys = up.map((row) =>
      sort === 'site' ? row.site : sort === 'since' ? row.raisedAt : sort === 'times' ? row.raises : null,
    )
    if (keys[0] !== null) expect(keys).toEqual(keys.toSorted((a, b) => (a! < b! ? -1 : a! > b! ? 1 : 0)))
  })

  it('sifts and sorts ten thousand in a moment', () => {
    const index = indexOf(sources(flood(10_000), { isWhole: false }))
    const view = { ...FIRST_VIEW, show: 'all', reach: 365, text: 'gas', sort: 'site' } as const
    index.select(view, NOW)
    const start = performance.now()
    index.select(view, NOW)
    // The bench says how fast; a loaded machine must not fail a test of what it does.
    expect(performance.now() - start).toBeLessThan(250)
  })
})

describe('the rows of the list', () => {
  it('have every alarm once in a storm too, red ones apart, and open groups with what is in them', () => {
    const storm = flood(200)
    const selection = indexOf(sources(storm)).select(FIRST_VIEW, NOW)
    const folded = itemsOf(selection, { folds: true, opened: new Set() })
    const each = folded.flatMap((item) => (item.is === 'alarm' ? [item.row] : item.group.alarms))
    expect(ids(each).sort()).toEqual(ids(selection.rows).sort())
    expect(folded.some((item) => item.is === 'group' && item.group.priority === 'red')).toBe(false)
    const group = folded.find((item) => item.is === 'group')!
    const opened = itemsOf(selection, { folds: true, opened: new Set([group.key]) })
    expect(opened.length).toBe(folded.length + group.group.alarms.length)
    expect(itemsOf(selection, { folds: false, opened: new Set() }).length).toBe(selection.rows.length)
  })

  it('lead to the next one that waits, round the end, and nowhere when none does', () => {
    fc.assert(
      fc.property(someRows, fc.nat(50), (rows, place) => {
        const items = itemsOf({ rows, beyond: [], hidden: 0 }, { folds: false, opened: new Set() })
        const cursor = items[place % Math.max(1, items.length)]?.key ?? null
        const next = nextWaiting(items, cursor)
        const waiting = rows.filter(waits)
        if (waiting.length === 0) expect(next).toBeNull()
        else expect(ids(waiting)).toContain(next)
        if (waiting.length > 1) expect(next).not.toBe(cursor)
      }),
    )
  })
})
