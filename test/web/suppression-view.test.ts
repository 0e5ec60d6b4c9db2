import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SuppressionEntry } from '../../core/contract/suppressions.ts'
import { addressOf, routeOf } from '../../dashboard/web/stores/route.ts'
import { suppressionCsv } from '../../dashboard/web/stores/suppression-csv.ts'
import {
  BACK_DAYS,
  HOLD_KINDS,
  queryOfSuppressions,
  shownEntries,
  suppressionViewOf,
  totalsOf,
} from '../../dashboard/web/stores/suppression-view.ts'

const HOUR = 3_600_000
const START = Date.parse('2026-01-12T03:00:00+08:00')
const entry = (part: Partial<Record<keyof SuppressionEntry, unknown>>) =>
  SuppressionEntry.parse({
    ...{ kind: 'shelved', by: 'lin', second: null, reason: '线路检修 17', from: START, until: START + 2 * HOUR },
    ...{ parent: null, alarm: 'east.rule.a', number: 'PW-20260112-0007', site: 'east', rule: 'rule' },
    ...{ ruleType: 'high-limit', point: 'a/b', priority: 'yellow', state: 'unacked' },
    ...{ endedAt: null, endedBy: null, endedWhy: null, held: 3 },
    ...part,
  })
const name = (site: string) => (site === 'east' ? '东沟煤矿' : site)
const everything = suppressionViewOf({ show: 'all' })

describe('the register of suppressions', () => {
  it('holds all of its view in its address', () => {
    const views = fc.record({
      show: fc.constantFrom('current' as const, 'all' as const),
      days: fc.constantFrom(...BACK_DAYS),
      kind: fc.option(fc.constantFrom(...HOLD_KINDS)),
      text: fc.string(),
    })
    fc.assert(
      fc.property(views, (view) => {
        const route = routeOf(addressOf({ page: 'suppressions', query: queryOfSuppressions(view) }))
        expect(route.page === 'suppressions' && suppressionViewOf(route.query)).toEqual(view)
      }),
    )
  })

  it('shows what is in force, or all, by kind and by any words of it', () => {
    const entries = [
      entry({}),
      entry({ kind: 'out-of-service', ticket: 'WO-9', second: 'qiao' }),
      entry({ endedAt: START + 9 }),
    ]
    const found = (part: Partial<typeof everything>) =>
      shownEntries(entries, { ...everything, ...part }, name).map((one) => entries.indexOf(one))
    expect(found({})).toEqual([0, 1, 2])
    expect(found({ show: 'current' })).toEqual([0, 1])
    expect(found({ kind: 'out-of-service' })).toEqual([1])
    expect(found({ text: '东沟 wo-9' })).toEqual([1])
    expect(found({ text: 'qiao' })).toEqual([1])
    expect(found({ text: '西沟' })).toEqual([])
  })

  it('adds up: what an alarm owes counts once, however many hold it back', () => {
    const entries = [
      entry({ until: START + HOUR + 60_000 }),
      entry({ kind: 'by-design' }),
      entry({ alarm: 'east.rule.b', endedAt: START + HOUR / 2 }),
    ]
    expect(totalsOf(entries, START + HOUR)).toEqual({ current: 2, soon: 1, held: 3, hours: 2.5 })
  })

  it('can be taken away as a file, with what looks like a formula made a text', () => {
    const words = { heads: ['编号'], kinds: { shelved: '搁置', 'by-design': '', 'out-of-service': '' }, siteName: name }
    const text = suppressionCsv(
      [entry({ reason: '=cmd()', endedAt: START + HOUR, endedBy: 'lin' })],
      'Asia/Shanghai',
      words,
    )
    expect(text).toBe(
      "\u{feff}编号\r\nPW-20260112-0007,东沟煤矿,rule,a/b,yellow,搁置,lin,,'=cmd(),,2026-01-12T03:00:00.000+08:00,2026-01-12T05:00:00.000+08:00,2026-01-12T04:00:00.000+08:00,lin,,3\r\n",
    )
  })
})
