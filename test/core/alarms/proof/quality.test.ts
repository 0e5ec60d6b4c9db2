import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { loadOf } from '../../../../core/alarms/proof/load.ts'
import { type QualityEpisode, qualityOf, type QualityRows } from '../../../../core/alarms/proof/quality.ts'
import { spreadOf } from '../../../../core/alarms/proof/spread.ts'
import { AlarmQuality } from '../../../../core/contract/proof.ts'
import { utcMs } from '../../../../core/contract/time.ts'

const START = Date.UTC(2026, 0, 1)
const MINUTE = 60_000
const DAY = 86_400_000
const span = { from: utcMs(START), to: utcMs(START + DAY) }

function episode(minute: number, changes: Partial<QualityEpisode> = {}): QualityEpisode {
  const receivedAt = utcMs(START + minute * MINUTE)
  return {
    ...{
      site: 'north-gully',
      rule: 'feeder-live',
      ruleType: 'should-be-off',
      point: 'meter/power',
      priority: 'yellow',
    },
    ...{ raisedAt: utcMs(receivedAt - 2_000), receivedAt, acceptedAt: null, acknowledgedAt: null, onSiteAt: null },
    ...{ firstMs: 600_000, longestMs: 600_000, late: false, chattering: false, pages: 0, judged: null },
    ...changes,
  }
}

const figures = (episodes: readonly QualityEpisode[], more: Partial<QualityRows> = {}) =>
  AlarmQuality.parse(qualityOf({ episodes, olderStale: 0, suppressions: [], channels: [], ...more }, span))

describe('the quality of alarms', () => {
  it('is what a hand count of 200 made-up alarms gives', () => {
    // 160 yellow, one every 6 minutes from midnight to 16:00; 30 orange in the ten minutes from 20:00; 10 red, one an hour from 08:30.
    const yellow = Array.from({ length: 160 }, (_, i) => episode(i * 6))
    const orange = Array.from({ length: 30 }, (_, i) =>
      episode(1_200 + i / 3, {
        priority: 'orange',
        rule: 'winch',
        ruleType: 'step-cycle',
        judged: i < 20 ? 'sensor-fault' : 'confirmed',
      }),
    )
    const red = Array.from({ length: 10 }, (_, i) => {
      const { receivedAt } = episode(510 + i * 60)
      const after = (seconds: number) => utcMs(receivedAt + seconds * 1_000)
      return episode(510 + i * 60, {
        ...{
          priority: 'red',
          rule: `door-${i}`,
          ruleType: 'entry',
          acceptedAt: after(i + 1),
          acknowledgedAt: after((i + 1) * 60),
        },
        ...{ onSiteAt: i === 0 ? after(1_860) : null, pages: i === 9 ? 7 : 2, firstMs: i < 3 ? 29_000 : null },
        ...{ longestMs: i === 5 ? 25 * 3_600_000 : 60_000, late: i === 7, chattering: i === 8 },
        ...{ raisedAt: i === 7 ? utcMs(receivedAt - 3_600_000) : utcMs(receivedAt - 2_000) },
      })
    })
    const found = figures([...yellow, ...orange, ...red], {
      olderStale: 1,
      suppressions: [
        { from: utcMs(START - DAY), to: utcMs(START + 2 * 3_600_000), isUnauthorised: true },
        { from: utcMs(START + 3_600_000), to: utcMs(START + 2 * 3_600_000), isUnauthorised: false },
        { from: utcMs(START - 2 * DAY), to: utcMs(START - DAY), isUnauthorised: true },
      ],
      channels: [{ channel: 'modem', medium: 'sms', attempted: 10, accepted: 8, delivered: 6 }],
    })
    expect(found.alarms).toEqual({ red: 10, orange: 30, yellow: 160, blue: 0 })
    expect(found.toAcknowledge.red).toEqual({ count: 10, median: 300_000, p90: 540_000, max: 600_000 })
    expect(found.toAcknowledge.orange).toBeNull()
    expect(found.toNotify.red).toEqual({ count: 10, median: 5_000, p90: 9_000, max: 10_000 })
    expect(found.toDetect.red).toEqual({ count: 9, median: 2_000, p90: 2_000, max: 2_000 })
    expect(found.toVerify.red).toEqual({ count: 1, median: 1_800_000, p90: 1_800_000, max: 1_800_000 })
    expect(found.rate.perDay).toBe(200)
    expect(found.rate.per10Min).toBeCloseTo(200 / 144)
    expect(found.rate.windowsOver10).toBeCloseTo(1 / 144)
    expect(found.rate.peakHour).toBe(30)
    expect(found.rate.peakMinute).toBe(3)
    // 20:00 to 20:10 and no longer: the next ten minutes have fewer than 5.
    expect(found.floods).toEqual([{ from: START + 1_200 * MINUTE, to: START + 1_210 * MINUTE, alarms: 30 }])
    expect(found.floodShare).toBeCloseTo(10 / 1_440)
    expect(found.mix).toEqual({ high: 0.2, medium: 0.8, low: 0 })
    expect(found.top.slice(0, 2).map(({ rule, alarms, share }) => [rule, alarms, share])).toEqual([
      ['feeder-live', 160, 0.8],
      ['winch', 30, 0.15],
    ])
    expect(found.top).toHaveLength(10)
    expect(found.topShare).toBeCloseTo(198 / 200)
    expect([found.chattering, found.fleeting, found.stale]).toEqual([1, 3, 2])
    expect(found.rules[0]).toEqual({
      ...{ ruleType: 'step-cycle', alarms: 30, confirmed: 10, wrong: 20, planned: 0, falseRatio: 2 / 3 },
    })
    expect(found.pages.red).toEqual({ mean: 2.5, max: 7 })
    expect(found.suppression).toEqual({ count: 2, hours: 3, unauthorised: 1 })
    expect(found.channels[0]).toMatchObject({ acceptedShare: 0.8, deliveredShare: 0.75 })
    expect(found.late).toEqual({ count: 1, age: { count: 1, median: 3_600_000, p90: 3_600_000, max: 3_600_000 } })
  })

  it('of no alarms is none, and divides by nothing', () => {
    const found = figures([])
    expect(found).toMatchObject({ mix: null, top: [], topShare: 0, floods: [], floodShare: 0 })
    expect(found.rate).toEqual({ per10Min: 0, perHour: 0, perDay: 0, windowsOver10: 0, peakHour: 0, peakMinute: 0 })
  })

  it('counts load and spreads as the slow way does that looks at every instant', () => {
    const length = 4 * 3_600_000
    const seconds = fc.array(fc.integer({ min: 0, max: length / 1_000 - 1 }), { maxLength: 120 })
    const burst = fc.tuple(fc.integer({ min: 0, max: length / 1_000 - 700 }), fc.integer({ min: 0, max: 40 }))
    fc.assert(
      fc.property(seconds, burst, (spread, [start, many]) => {
        const times = [...spread, ...Array.from({ length: many }, (_, i) => start + i * 10)].map(
          (s) => START + s * 1_000,
        )
        const found = loadOf(times, { from: START, to: START + length })
        const within = (from: number, ms: number) => times.filter((time) => time >= from && time < from + ms).length
        const windows = Array.from({ length: 24 }, (_, i) => within(START + i * 600_000, 600_000))
        expect(found.rate.windowsOver10).toBeCloseTo(windows.filter((each) => each > 10).length / 24)
        expect(found.rate.peakHour).toBe(Math.max(0, ...times.map((time) => within(time, 3_600_000))))
        expect(found.rate.peakMinute).toBe(Math.max(0, ...times.map((time) => within(time, 60_000))))
        let isFlood = false
        const flooded = windows.map((each) => (isFlood = isFlood ? each >= 5 : each > 10))
        expect(found.floodShare).toBeCloseTo(flooded.filter(Boolean).length / 24)
        const alarms = found.floods.reduce((sum, flood) => sum + flood.alarms, 0)
        expect(alarms).toBe(windows.reduce((sum, each, i) => sum + (flooded[i] === true ? each : 0), 0))
      }),
    )
    fc.assert(
      fc.property(fc.array(fc.nat(10_000), { minLength: 1 }), (durations) => {
        const { median, p90, max, count } = spreadOf(durations)!
        const below = (value: number) => durations.filter((each) => each <= value).length
        expect(count).toBe(durations.length)
        expect(max).toBe(Math.max(...durations))
        expect(below(median) * 2).toBeGreaterThanOrEqual(count)
        expect(below(p90) * 10).toBeGreaterThanOrEqual(count * 9)
        expect(durations.filter((each) => each < p90).length * 10).toBeLessThan(count * 9)
      }),
    )
  })
})
