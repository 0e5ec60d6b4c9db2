import { describe, expect, it } from 'vitest'
import { en } from '../../dashboard/web/i18n/en.ts'
import { zhCN as zh } from '../../dashboard/web/i18n/zh-cn.ts'
import { agoText, openTimes, spanText } from '../../dashboard/web/show/time.ts'

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
})
