import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { qualityOf } from '../../core/alarms/proof/quality.ts'
import { AlarmQuality } from '../../core/contract/proof.ts'
import { utcMs } from '../../core/contract/time.ts'
import {
  channelVerdict,
  falseVerdict,
  heatOf,
  mixVerdict,
  singleFigures,
  speedFigures,
} from '../../dashboard/web/stores/quality-figures.ts'
import { heatDays } from '../../dashboard/web/stores/quality-heat.ts'
import {
  neighbour,
  pastPart,
  type Period,
  periodOf,
  queryOfPeriod,
  spanOfPeriod,
} from '../../dashboard/web/stores/period.ts'
import { addressOf, routeOf } from '../../dashboard/web/stores/route.ts'

const at = (text: string) => Date.parse(`${text}+08:00`)
const span = { from: utcMs(at('2026-01-12T00:00:00')), to: utcMs(at('2026-01-13T00:00:00')) }
const NONE = { episodes: [], olderStale: 0, suppressions: [], channels: [] }
const quality = (part: Partial<Record<keyof AlarmQuality, unknown>> = {}) =>
  AlarmQuality.parse({ ...qualityOf(NONE, span), ...part })
const spread = (count: number, p90: number, max: number) => ({ count, median: 1, p90, max })
const by = (red: unknown) => ({ red, orange: null, yellow: null, blue: null })

describe('figures of alarm quality against their targets', () => {
  it('say that nothing happened where nothing did', () => {
    const figures = speedFigures(quality())
    expect(new Set(figures.map(({ verdict }) => verdict))).toEqual(new Set(['none']))
    expect(mixVerdict(null)).toBe('none')
    expect(falseVerdict(null)).toBe('none')
    expect(singleFigures(quality()).find(({ id }) => id === 'redPages')).toMatchObject({ value: null, verdict: 'none' })
  })

  it.each([
    ['acknowledge', { toAcknowledge: by(spread(20, 299_000, 900_000)) }, 'met'],
    ['acknowledge', { toAcknowledge: by(spread(20, 301_000, 900_000)) }, 'missed'],
    ['notify', { toNotify: by(spread(1_000, 1_000, 4_999)) }, 'met'],
    ['notify', { toNotify: by(spread(50, 1_000, 6_000)) }, 'missed'],
    ['notify', { toNotify: by(spread(1_000, 1_000, 6_000)) }, 'partly'],
    ['notify', { toNotify: by(spread(1_000, 6_000, 6_000)) }, 'missed'],
    ['detect', { toDetect: by(spread(19, 1_000, 3_001)) }, 'missed'],
    ['verify', { toVerify: by(spread(3, 1_800_000, 9_000_000)) }, 'met'],
  ] as const)('judge %s of %o as %3$s', (id, part, verdict) => {
    const red = speedFigures(quality(part)).find((figure) => figure.id === id && figure.priority === 'red')
    expect(red?.verdict).toBe(verdict)
  })

  it('have a target for red alone, but for how soon alarms come', () => {
    const part = {
      toAcknowledge: { ...by(null), blue: spread(1, 9e9, 9e9) },
      toDetect: { ...by(null), blue: spread(1, 9e9, 9e9) },
    }
    const blue = speedFigures(quality(part)).filter((figure) => figure.priority === 'blue' && figure.spread !== null)
    expect(blue.map(({ id, verdict }) => [id, verdict])).toEqual([
      ['acknowledge', 'info'],
      ['detect', 'missed'],
    ])
  })

  it('judge load, nuisance and what was held back by the numbers of EEMUA 191', () => {
    const rate = { per10Min: 1, perHour: 6, perDay: 145, windowsOver10: 0.01, peakHour: 9, peakMinute: 2 }
    const part = { rate, floodShare: 0.01, chattering: 0, fleeting: 1, stale: 4, pages: by({ mean: 4.2, max: 9 }) }
    const verdicts = Object.fromEntries(singleFigures(quality(part)).map(({ id, verdict }) => [id, verdict]))
    expect(verdicts).toMatchObject({
      ...{ per10Min: 'met', perDay: 'missed', windowsOver10: 'met', floodShare: 'missed', peakHour: 'info' },
      ...{ chattering: 'met', fleeting: 'missed', stale: 'met', redPages: 'missed', unauthorised: 'met', late: 'info' },
    })
  })

  it('judge shares: of colours, of false alarms, of texts that were taken', () => {
    expect(mixVerdict({ high: 0.05, medium: 0.15, low: 0.8 })).toBe('met')
    expect(mixVerdict({ high: 0.05, medium: 0.3, low: 0.65 })).toBe('partly')
    expect(mixVerdict({ high: 0.2, medium: 0.3, low: 0.5 })).toBe('missed')
    expect([0.3, 0.31, 0.51].map(falseVerdict)).toEqual(['met', 'partly', 'missed'])
    const channel = {
      channel: 'modem',
      medium: 'sms',
      attempted: 100,
      accepted: 97,
      delivered: 90,
      deliveredShare: 0.9,
    } as const
    expect(channelVerdict({ ...channel, acceptedShare: 0.97 })).toBe('missed')
    expect(channelVerdict({ ...channel, acceptedShare: 0.98 })).toBe('met')
    expect(channelVerdict({ ...channel, medium: 'mail', acceptedShare: 0.5 })).toBe('info')
  })
})

describe('the heat of hours', () => {
  it('puts each hour into its day and hour of the county, and nothing into others', () => {
    const days = heatDays([1, 2, 3], at('2026-01-12T22:30:00'))
    expect(days.map(({ day }) => day)).toEqual(['2026-01-12', '2026-01-13'])
    expect(days[0]?.hours.slice(21)).toEqual([null, 1, 2])
    expect(days[1]?.hours.slice(0, 2)).toEqual([3, null])
    expect([0, 1, 6, 7, 30, 31, 60, 61].map(heatOf)).toEqual([0, 1, 1, 2, 2, 3, 3, 4])
  })

  it('loses no alarm', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(99), { maxLength: 200 }), fc.nat(2_000_000_000_000), (hourly, from) => {
        const cells = heatDays(hourly, from).flatMap(({ hours }) => hours)
        expect(cells.reduce<number>((sum, cell) => sum + (cell ?? 0), 0)).toBe(hourly.reduce((a, b) => a + b, 0))
      }),
    )
  })
})

describe('the period', () => {
  const instant = fc.integer({ min: 0, max: 2_000_000_000_000 })
  const periods: fc.Arbitrary<Period> = fc.oneof(
    fc.record({ is: fc.constantFrom('shift', 'day', 'week', 'month'), at: fc.option(instant) }),
    fc
      .tuple(instant, fc.integer({ min: 60_000, max: 400 * 86_400_000 }))
      .map(([from, length]) => ({ is: 'free' as const, from, to: from + length })),
  )
  const shifts = [
    { id: 'day', name: { 'zh-CN': '白班', en: 'day' }, from: '08:00', to: '20:00' },
    { id: 'night', name: { 'zh-CN': '夜班', en: 'night' }, from: '20:00', to: '08:00' },
  ]

  it('is all in its address', () => {
    fc.assert(
      fc.property(periods, (period) => {
        const route = routeOf(addressOf({ page: 'quality', query: queryOfPeriod(period) }))
        expect(route.page === 'quality' && periodOf(route.query)).toEqual(period)
      }),
    )
    expect(periodOf({ period: 'free', from: '5', to: '5' })).toEqual({ is: 'week', at: null })
    expect(periodOf({ period: 'aeon', at: '-1' })).toEqual({ is: 'week', at: null })
  })

  it.each([
    ['shift', '2026-01-12T20:00:00', '2026-01-13T08:00:00'],
    ['day', '2026-01-13T00:00:00', '2026-01-14T00:00:00'],
    ['week', '2026-01-12T00:00:00', '2026-01-19T00:00:00'],
    ['month', '2026-01-01T00:00:00', '2026-02-01T00:00:00'],
  ] as const)('is the %s of the county in which an instant lies', (is, from, to) => {
    const night = at('2026-01-13T03:07:05')
    expect(spanOfPeriod({ is, at: null }, shifts, night)).toEqual({ from: at(from), to: at(to) })
  })

  it('meets the one before and the one after without a hole', () => {
    fc.assert(
      fc.property(periods, instant, (period, later) => {
        const now = later + 2_000 * 86_400_000
        const whole = spanOfPeriod(period, shifts, now)
        const after = neighbour(period, 1, { span: whole, now })
        if (after !== null) expect(spanOfPeriod(after, shifts, now).from).toBe(whole.to)
        const before = neighbour(period, -1, { span: whole, now })
        if (before !== null && whole.from > 62 * 86_400_000) {
          const { from, to } = spanOfPeriod(before, shifts, now)
          if (period.is !== 'free' || from > 0) expect(to).toBe(whole.from)
        }
      }),
    )
  })

  it('counts only what has come', () => {
    expect(pastPart({ from: 0, to: 600_000 }, 290_000)).toEqual({ from: 0, to: 300_000 })
    expect(pastPart({ from: 0, to: 600_000 }, 700_000)).toEqual({ from: 0, to: 600_000 })
    expect(neighbour({ is: 'day', at: null }, 1, { span: { from: 0, to: 600_000 }, now: 290_000 })).toBe(null)
  })
})
