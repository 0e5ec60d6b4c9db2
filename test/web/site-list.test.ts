import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { SiteSummary } from '../../core/contract/http.ts'
import { RegisterRow, RegisterStatus } from '../../core/contract/register.ts'
import { utcMs } from '../../core/contract/time.ts'
import { readCsv } from '../../core/kit/csv.ts'
import { sitesEn } from '../../dashboard/web/i18n/sites-en.ts'
import { sitesZh } from '../../dashboard/web/i18n/sites-zh-cn.ts'
import { zhCN } from '../../dashboard/web/i18n/zh-cn.ts'
import { siteCsv } from '../../dashboard/web/show/site-csv.ts'
import { siteView } from '../../dashboard/web/show/site-words.ts'
import { sparkBars } from '../../dashboard/web/show/spark-bars.ts'
import { openTimes } from '../../dashboard/web/show/time.ts'
import { addressOf, routeOf } from '../../dashboard/web/stores/route.ts'
import {
  daysBetween,
  type ListedSite,
  listedSites,
  overdueDays,
  queryOfSiteList,
  SITE_SORTS,
  siteListOf,
  WHOLE_LIST,
} from '../../dashboard/web/stores/site-list.ts'
import {
  ACCEPTANCE_WORDS,
  CHECK_LEVEL_WORDS,
  RESULT_WORDS,
  ROLE_WORDS,
  SEAL_WORDS,
  STANDARD_STATE_WORDS,
  STATUS_WORDS,
} from '../../dashboard/server/register/wording.ts'

const NOW = utcMs(Date.UTC(2026, 0, 12, 3))

interface Parts {
  readonly id: string
  readonly town?: string
  readonly status?: RegisterStatus
  readonly red?: number
  readonly unacked?: boolean
  readonly online?: boolean
  readonly checkAge?: number | null
  readonly met?: number
  readonly power?: number
}

function listed({ id, town = '虚谷镇', status = 'closed', checkAge = 1, met = 6, ...rest }: Parts): ListedSite {
  const { red = 0, unacked = false, online = true, power = 0 } = rest
  const reading = { value: power, quality: 'good', reason: null, at: NOW, validUntil: NOW + 9_000 }
  const summary = SiteSummary.parse({
    site: {
      ...{ id, kind: 'closed-pit', place: { x: 1, y: 1 }, headline: 'meter/active-power' },
      ...{
        name: { 'zh-CN': `${id}井`, en: `Pit ${id}` },
        area: { 'zh-CN': town, en: town === '虚谷镇' ? 'Xugu' : 'Yunjiao' },
      },
    },
    ...{ online, lastHeardAt: NOW, openAlarms: { red, orange: 0, yellow: 0, blue: 0 } },
    ...{ worstUnacked: unacked ? 'red' : null, points: 1, notGood: 0, freshUntil: NOW + 9_000 },
    headline: { ...reading, point: 'meter/active-power', quantity: 'power' },
  })
  const row = RegisterRow.parse({
    ...{
      site: id,
      version: 1,
      status,
      checkEveryDays: 7,
      standardsMet: met,
      sealing: null,
      gateway: null,
      battery: null,
    },
    answers: { role: 'guard', name: `看${id}`, post: '', phone: '+8613900000001' },
    lastCheck: null,
  })
  return { summary, row, checkAge, view: siteView(summary, { now: NOW, feedAlive: true, open: [] }) }
}
const idsOf = (sites: readonly ListedSite[]) => sites.map(({ summary }) => summary.site.id).join(' ')
const shown = (sites: readonly ListedSite[], part: Partial<typeof WHOLE_LIST>) =>
  idsOf(listedSites(sites, { ...WHOLE_LIST, ...part }, 'en'))

describe('the list of sites', () => {
  it('has its whole view in its address', () => {
    const view = fc.record({
      town: fc.option(fc.string({ minLength: 1 }).filter((text) => text.isWellFormed())),
      status: fc.option(fc.constantFrom(...RegisterStatus.options)),
      text: fc.string().filter((text) => text.isWellFormed()),
      unwatched: fc.boolean(),
      overdue: fc.boolean(),
      sort: fc.constantFrom(...SITE_SORTS),
    })
    fc.assert(
      fc.property(view, (one) => {
        const route = routeOf(`#${addressOf({ page: 'sites', query: queryOfSiteList(one) })}`)
        expect(siteListOf('query' in route ? (route.query ?? {}) : {})).toEqual(one)
      }),
    )
    expect(siteListOf({ status: 'toString', sort: 'x', town: '虚谷镇' })).toEqual({ ...WHOLE_LIST, town: '虚谷镇' })
  })

  it('begins with what somebody must answer, then what is open, then what nobody watches', () => {
    const sites = [
      listed({ id: 'quiet' }),
      listed({ id: 'dead', online: false }),
      listed({ id: 'acked', red: 1 }),
      listed({ id: 'red', red: 1, unacked: true }),
    ]
    expect(shown(sites, {})).toBe('red acked dead quiet')
  })

  it('is filtered by town, status, words, watching and checks, and by all of them together', () => {
    const sites = [
      listed({ id: 'a', checkAge: 30 }),
      listed({ id: 'b', town: '云脚乡', status: 'guarded' }),
      listed({ id: 'c', online: false, checkAge: null }),
      listed({ id: 'd', status: 'lookout', checkAge: null }),
    ]
    expect(shown(sites, { town: '云脚乡' })).toBe('b')
    expect(shown(sites, { status: 'closed', sort: 'name' })).toBe('a c')
    expect(shown(sites, { unwatched: true })).toBe('c')
    expect(shown(sites, { overdue: true, sort: 'name' })).toBe('a c')
    expect(shown(sites, { overdue: true, unwatched: true, town: '虚谷镇' })).toBe('c')
    for (const text of ['XUGU', '看a', 'pit a', '虚谷']) expect(shown(sites, { text, sort: 'name' })).toContain('a')
    expect(shown(sites, { text: 'nowhere' })).toBe('')
  })

  it('is sorted by what is chosen, by name where that is the same', () => {
    const sites = [
      listed({ id: 'b', checkAge: 3, met: 4, power: 10 }),
      listed({ id: 'a', checkAge: null, met: 6, power: 900 }),
      listed({ id: 'c', checkAge: 3, met: 2, town: '云脚乡', status: 'guarded' }),
    ]
    expect(SITE_SORTS.map((sort) => `${sort}: ${shown(sites, { sort })}`)).toEqual([
      'worst: a b c',
      'name: a b c',
      'town: a b c',
      'status: a b c',
      'value: a b c',
      'check: a b c',
      'standards: c b a',
    ])
  })

  it('counts a check overdue from the day after its time, and one that never was from the start', () => {
    const days = (checkAge: number | null) => overdueDays(listed({ id: 'x', checkAge }))
    expect([days(7), days(8), days(40), days(null)]).toEqual([null, 1, 33, 0])
    expect(daysBetween('2025-12-31', '2026-01-12')).toBe(12)
  })

  it('is saved as it is shown, each value with its time and quality', () => {
    const reader = {
      texts: zhCN,
      words: sitesZh,
      language: 'zh-CN',
      now: NOW,
      feedAlive: true,
      times: openTimes(),
    } as const
    const read = readCsv(siteCsv([listed({ id: 'a', red: 1, unacked: true, power: 1_200, checkAge: 30 })], reader))
    const [head, line] = 'rows' in read ? read.rows.map(({ cells }) => cells) : []
    expect(head?.length).toBe(line?.length)
    expect(line?.slice(0, 8)).toEqual([
      'a井',
      '虚谷镇',
      '封闭',
      '红 · 未确认',
      '监视中',
      '1.20 kW',
      '2026-01-12 11:00:00',
      '有效',
    ])
    expect(line).toContain('+8613900000001')
    const late = readCsv(siteCsv([listed({ id: 'a' })], { ...reader, feedAlive: false }))
    expect(JSON.stringify(late)).toMatch(/过期/)
  })
})

describe('words of the register', () => {
  it('are the same on the page as in a spreadsheet', () => {
    const pairs = [
      [STATUS_WORDS, 'siteStatus'],
      [SEAL_WORDS, 'sealKinds'],
      [ACCEPTANCE_WORDS, 'acceptances'],
      [STANDARD_STATE_WORDS, 'standardStates'],
      [CHECK_LEVEL_WORDS, 'levels'],
      [RESULT_WORDS, 'results'],
      [ROLE_WORDS, 'roles'],
    ] as const
    for (const [words, name] of pairs) {
      const table = (language: 'zh-CN' | 'en') =>
        Object.fromEntries(Object.entries(words).map(([key, word]) => [key, word[language]]))
      expect(sitesZh[name]).toEqual(table('zh-CN'))
      expect(sitesEn[name]).toEqual(table('en'))
    }
  })
})

describe('a sparkline', () => {
  it('has a bar for each half hour that is known and a gap for each that is not', () => {
    const bars = sparkBars([null, null, 0, 4, 2, null], { width: 60, height: 21 })
    expect(bars.range).toEqual({ min: 0, max: 4 })
    expect(bars.gaps).toEqual([
      { x: 0, width: 20 },
      { x: 50, width: 10 },
    ])
    expect(bars.path).toBe('M20 20h8v1h-8ZM30 0h8v21h-8ZM40 10h8v11h-8Z')
  })

  it('covers its width with bars and gaps, whatever it is of', () => {
    fc.assert(
      fc.property(
        fc.array(fc.option(fc.double({ min: -1e6, max: 1e6, noNaN: true })), { minLength: 1, maxLength: 60 }),
        (columns) => {
          const { path, gaps, range } = sparkBars(columns, { width: 192, height: 34 })
          const missing = columns.filter((value) => value === null).length
          const known = columns.length - missing
          expect((path.match(/M/g) ?? []).length).toBe(known)
          const gapWidth = gaps.reduce((sum, gap) => sum + gap.width, 0)
          expect(Math.abs(gapWidth - (192 / columns.length) * missing)).toBeLessThan(0.5)
          expect(range === null).toBe(known === 0)
          for (const [, y, high] of path.matchAll(/M[\d.]+ (-?[\d.]+)h[\d.]+v([\d.]+)/g)) {
            expect(Number(y)).toBeGreaterThanOrEqual(-0.02)
            expect(Number(y) + Number(high)).toBeLessThanOrEqual(34.02)
          }
        },
      ),
    )
  })
})
