import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { en } from '../../dashboard/web/i18n/en.ts'
import { zhCN as zh } from '../../dashboard/web/i18n/zh-cn.ts'
import { afterText, agoText, openTimes, spanText } from '../../dashboard/web/show/time.ts'

const NIGHT = Date.UTC(2026, 0, 11, 19, 7, 5)

describe('times on the page', () => {
  const shanghai = openTimes()('Asia/Shanghai')

  it('are 24 h, in ISO order, in the zone of the site', () => {
    expect(shanghai.full(NIGHT)).toBe('2026-01-12 03:07:05')
    expect(shanghai.time(Date.UTC(2026, 0, 11, 16, 0, 0))).toBe('00:00:00')
  })

  it('carry the day only when it is another day', () => {
    expect(shanghai.near(NIGHT - 3_600_000, NIGHT)).toBe('02:07:05')
    expect(shanghai.near(NIGHT - 4 * 3_600_000, NIGHT)).toBe('01-11 23:07:05')
  })

  it('are those of the browser in any zone, through every change of its clocks', () => {
    const zones = [
      'Asia/Shanghai',
      'Asia/Kathmandu',
      'Australia/Lord_Howe',
      'America/New_York',
      'Pacific/Chatham',
      'UTC',
    ]
    const at = fc.integer({ min: Date.UTC(1975, 0), max: Date.UTC(2060, 0) })
    // The hours around the two changes of New York in 2026, and of Shanghai when it had them.
    const near = [
      Date.UTC(2026, 2, 8, 7),
      Date.UTC(2026, 10, 1, 6),
      Date.UTC(1986, 4, 3, 18),
      Date.UTC(1986, 8, 13, 15),
    ]
    const around = fc
      .tuple(fc.constantFrom(...near), fc.integer({ min: -7_200_000, max: 7_200_000 }))
      .map(([change, away]) => change + away)
    const known = openTimes()
    const formats = new Map(
      zones.map((zone) => [
        zone,
        new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'medium' }),
      ]),
    )
    fc.assert(
      fc.property(fc.constantFrom(...zones), fc.oneof(at, around), (zone, time) => {
        expect(known(zone).full(time)).toBe(formats.get(zone)?.format(time))
      }),
      { numRuns: 3_000 },
    )
  })

  it('fall back to UTC for a zone nobody knows', () => {
    expect(openTimes()('Nowhere/Land').time(NIGHT)).toBe('19:07:05')
  })
})

describe('a length of time in words', () => {
  it.each([
    [0, '0 秒', '0 s'],
    [59_999, '59 秒', '59 s'],
    [194_000, '3 分钟', '3 min'],
    [3_600_000, '1 小时', '1 h'],
    [8_100_000, '2 小时 15 分钟', '2 h 15 min'],
    [367_200_000, '4 天 6 小时', '4 d 6 h'],
    [-5_000, '0 秒', '0 s'],
  ])('%i ms is %s and %s', (ms, chinese, english) => {
    expect(spanText(ms, zh)).toBe(chinese)
    expect(spanText(ms, en)).toBe(english)
  })

  it('says how long ago', () => {
    expect(agoText(400, zh)).toBe('刚刚')
    expect(agoText(3_000, zh)).toBe('3 秒前')
    expect(agoText(3_000, en)).toBe('3 s ago')
  })

  it.each([
    [0, '+0.0 s'],
    [-40, '+0.0 s'],
    [-60, '−0.1 s'],
    [480, '+0.5 s'],
    [-1_000, '−1.0 s'],
    [25_400, '+25 秒'],
    [-180_000, '−3 分钟'],
  ])('%i ms after something is %s', (ms, text) => {
    expect(afterText(ms, zh)).toBe(text)
  })
})
