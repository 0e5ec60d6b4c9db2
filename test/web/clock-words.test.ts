import { describe, expect, it } from 'vitest'
import { en } from '../../dashboard/web/i18n/en.ts'
import { zhCN } from '../../dashboard/web/i18n/zh-cn.ts'
import { clockNeedsPerson, clockWords, uncertaintyText } from '../../dashboard/web/show/clock-words.ts'

const clock = { boot: 'f7dc8359', offsetMs: 0, uncertaintyMs: 12, source: 'ntp', systemAheadMs: 3 } as const

describe('what a time is worth, in words', () => {
  it('stands beside it from one second on, rounded up, and where nobody can say', () => {
    expect(uncertaintyText(undefined, en)).toBeNull()
    expect(uncertaintyText(999, en)).toBeNull()
    expect(uncertaintyText(1_000, en)).toBe('±1 s')
    expect(uncertaintyText(39_001, en)).toBe('±40 s')
    expect(uncertaintyText(39_001, zhCN)).toMatch(/^±40/)
    expect(uncertaintyText(7_800_000, en)).toBe('±2 h 10 min')
    expect(uncertaintyText(null, en)).toBe('time unknown')
    expect(uncertaintyText(null, zhCN)).toBe('时间不明')
  })

  it('says where a gateway has its time from, and how far its own clock is off', () => {
    expect(clockWords(clock, en)).toBe("time from NTP · right to the second · the machine's own clock is right")
    const wrong = { ...clock, source: 'control-room', uncertaintyMs: 4_200, systemAheadMs: -10_800_000 } as const
    expect(clockWords(wrong, en)).toBe("time from the control room · ±5 s · the machine's own clock is 3 h behind")
    expect(clockWords({ ...clock, source: 'none', uncertaintyMs: null }, zhCN)).toContain('时间不明')
  })

  it('needs a person when nobody knows the time, or it may be off by more than a minute', () => {
    expect([null, 60_001, 60_000, 5].map((uncertaintyMs) => clockNeedsPerson({ uncertaintyMs }))).toEqual([
      true,
      true,
      false,
      false,
    ])
  })
})
