import { describe, expect, it } from 'vitest'
import { dayNumber } from '../../../../core/alarms/roster/county-day.ts'
import { namedDays } from '../../../../core/alarms/roster/festivals.ts'
import { CN } from './build.ts'

const named = namedDays(CN)
const day = (text: string) => {
  const { isOff, isWorked, festival } = named(dayNumber(text))
  return [isOff ? 'off' : isWorked ? 'worked' : 'usual', festival?.en ?? null]
}

describe('the days of a roster by name', () => {
  // The State Council's notice for 2026: Spring Festival from 15 to 23 February, worked on 14 and 28 February.
  it('are called by the holiday they are part of, and worked weekends by the one they are worked for', () => {
    expect(day('2026-02-15')).toEqual(['off', 'Spring Festival'])
    expect(day('2026-02-23')).toEqual(['off', 'Spring Festival'])
    expect(day('2026-02-14')).toEqual(['worked', 'Spring Festival'])
    expect(day('2026-02-28')).toEqual(['worked', 'Spring Festival'])
    expect(day('2026-09-20')).toEqual(['worked', 'Mid-Autumn'])
    expect(day('2026-10-10')).toEqual(['worked', 'National Day'])
  })

  it('have no name on ordinary days and weekends, nor without a calendar', () => {
    expect(day('2026-03-03')).toEqual(['usual', null])
    expect(day('2026-03-07')).toEqual(['off', null])
    expect(namedDays(null)(dayNumber('2026-02-16'))).toEqual({ isOff: false, isWorked: false, festival: null })
  })

  it('cover every day off of the shipped calendar that is no ordinary weekend', () => {
    const nameless = Object.values(CN.years).flatMap(({ off }) => off.filter((text) => day(text)[1] === null))
    expect(nameless).toEqual([])
  })
})
