import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { utcMs } from '../../core/contract/time.ts'
import { DAY_MS } from '../../core/alarms/roster/county-day.ts'
import { daysOf, fieldOf, instantOf, monthOf } from '../../dashboard/web/stores/duty-days.ts'
import { NIGHT } from './support/county.ts'
import { calendarOf, openDuty } from './support/duty.ts'

const HOUR = 3_600_000
const iso = (at: number) => new Date(at + 8 * HOUR).toISOString().slice(0, 16)

describe('a month of duty', () => {
  it('begins and ends at midnight of the county, also in the night in which UTC is still in the month before', () => {
    const { from, to } = monthOf(Date.UTC(2026, 0, 31, 18))
    expect([iso(from), iso(to)]).toEqual(['2026-02-01T00:00', '2026-03-01T00:00'])
    expect(iso(monthOf(Date.UTC(2026, 0, 31, 15, 59)).from)).toBe('2026-01-01T00:00')
  })

  it('goes over the turn of the year in both directions', () => {
    const at = Date.UTC(2026, 0, 15)
    expect(iso(monthOf(at, -1).from)).toBe('2025-12-01T00:00')
    expect(iso(monthOf(at, 12).from)).toBe('2027-01-01T00:00')
    expect(iso(monthOf(at, 25).to)).toBe('2028-03-01T00:00')
  })

  it('meets the next without a hole and holds the instant it is of', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: Date.UTC(2100, 0) }), (at) => {
        const { from, to } = monthOf(at)
        expect(from <= at && at < to).toBe(true)
        expect(monthOf(at, 1).from).toBe(to)
      }),
    )
  })

  const { from, to } = monthOf(NIGHT)
  const duty = openDuty()
  const days = daysOf(calendarOf(duty, utcMs(from - DAY_MS), utcMs(to), utcMs(NIGHT)), duty.roster)

  it('has a day for each of its own, under the right weekday', () => {
    expect(days.slice(1).map(({ number }) => number)).toEqual(Array.from({ length: 31 }, (_, n) => n + 1))
    expect(days.find(({ day }) => day === '2026-01-12')).toMatchObject({ weekday: 0, isOff: false })
    expect(days.find(({ day }) => day === '2026-01-11')).toMatchObject({ weekday: 6, isOff: true })
  })

  it('shows a shift that crosses midnight on the day it starts, and on no other', () => {
    const dutyOn = (day: string) =>
      days
        .find((one) => one.day === day)
        ?.spans.filter(({ role }) => role === 'duty')
        .map(({ shift, from }) => `${shift ?? ''} ${iso(from)}`)
    expect(dutyOn('2026-01-12')).toEqual(['day 2026-01-12T08:00', 'night 2026-01-12T20:00'])
    // The night into the month belongs to the last day of the month before.
    expect(dutyOn('2025-12-31')).toContain('night 2025-12-31T20:00')
    expect(dutyOn('2026-01-01')).toEqual(['day 2026-01-01T08:00', 'night 2026-01-01T20:00'])
  })

  it('shows who takes over in the night on the day the shift belongs to, with the time', () => {
    const leader = days.find(({ day }) => day === '2026-01-15')?.spans.filter(({ role }) => role === 'leader')
    expect(leader?.map(({ from, persons, isTakenOver }) => [iso(from), persons[0], isTakenOver])).toEqual([
      ['2026-01-15T08:00', 'wu-lan', false],
      ['2026-01-16T03:07', 'sun-zheng', true],
    ])
  })

  it('marks every day a gap touches', () => {
    const marked = days.filter(({ gaps }) => gaps.some(({ kind }) => kind === 'fallback-only')).map(({ day }) => day)
    expect(marked).toEqual(['2026-01-16', '2026-01-17', '2026-01-18'])
  })
})

describe('a time in a form', () => {
  it('is the county’s, to the minute, and comes back as it was', () => {
    expect(fieldOf(NIGHT)).toBe('2026-01-12T03:07')
    fc.assert(
      fc.property(fc.integer({ min: 0, max: Date.UTC(2100, 0) }), (at) => {
        const minute = at - (at % 60_000)
        expect(instantOf(fieldOf(minute))).toBe(minute)
      }),
    )
  })

  it('is no number where nothing or nonsense was typed', () => {
    expect([instantOf(''), instantOf('tomorrow')]).toEqual([Number.NaN, Number.NaN])
  })
})
