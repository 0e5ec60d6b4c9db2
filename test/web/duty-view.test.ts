import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { utcMs } from '../../core/contract/time.ts'
import { dayText } from '../../core/alarms/roster/county-day.ts'
import { DUTY } from '../../dashboard/web/i18n/duty-words.ts'
import { type DutySpan, fieldOf, weekOf } from '../../dashboard/web/stores/duty-days.ts'
import {
  type DutySpanOfTime,
  dutyViewOf,
  isOpen,
  overrideFor,
  queryOfDuty,
  stretchOf,
} from '../../dashboard/web/stores/duty-view.ts'
import { NIGHT } from './support/county.ts'

const HOUR = 3_600_000

function leaves(value: unknown, path = ''): [string, unknown][] {
  if (typeof value !== 'object' || value === null) return [[path, value]]
  return Object.entries(value).flatMap(([key, member]) => leaves(member, `${path}/${key}`))
}

describe('the address of the duty page', () => {
  it('holds what the calendar shows, and comes back as it was', () => {
    const view = fc.record({
      shows: fc.option(fc.constantFrom<DutySpanOfTime>('month', 'week')),
      day: fc.option(fc.integer({ min: 0, max: 40_000 }).map(dayText)),
    })
    fc.assert(
      fc.property(view, (shown) => {
        expect(dutyViewOf(queryOfDuty(shown))).toEqual(shown)
      }),
    )
    expect(dutyViewOf({ view: 'year', day: '2026-13-40' })).toEqual({ shows: null, day: null })
  })
})

describe('a week of duty', () => {
  it('begins on Monday of the county, is seven days long, and meets the next', () => {
    const { from, to } = weekOf(NIGHT)
    expect([fieldOf(from), fieldOf(to)]).toEqual(['2026-01-12T00:00', '2026-01-19T00:00'])
    fc.assert(
      fc.property(fc.integer({ min: 0, max: Date.UTC(2100, 0) }), (at) => {
        const week = weekOf(at)
        expect(week.from <= at && at < week.to).toBe(true)
        expect(weekOf(at, 1).from).toBe(week.to)
      }),
    )
  })

  it('or a month is stepped to and back again by its first day', () => {
    const shows = fc.constantFrom<DutySpanOfTime>('month', 'week')
    fc.assert(
      fc.property(shows, fc.integer({ min: 1_000, max: 40_000 }).map(dayText), (span, day) => {
        const here = stretchOf({ shows: span, day }, 0)
        const next = stretchOf({ shows: span, day }, 0, 1)
        expect(next.from).toBe(here.to)
        const first = fieldOf(next.from).slice(0, 10)
        expect(stretchOf({ shows: span, day: first }, 0, -1).from).toBe(here.from)
      }),
    )
  })
})

describe('somebody else on duty', () => {
  const span: DutySpan = {
    role: 'duty',
    shift: 'night',
    persons: ['an', 'bo'],
    source: 'cycle',
    isTakenOver: false,
    from: utcMs(NIGHT),
    until: utcMs(NIGHT + 12 * HOUR),
  }
  const slot = (person: string | null, persons: string[] = [...span.persons]) => ({
    span: { ...span, persons },
    person,
  })

  it('takes the place of one of the crew for that shift, and of that one alone', () => {
    expect(overrideFor(slot('bo'), { comes: 'chen', now: NIGHT - HOUR })).toEqual({
      ...{ role: 'duty', persons: ['an', 'chen'], from: span.from, to: span.until },
    })
    expect(overrideFor(slot(null, []), { comes: 'chen', now: NIGHT - HOUR })?.persons).toEqual(['chen'])
  })

  it('comes from now on where the shift runs, and not where they have it or it is over', () => {
    expect(overrideFor(slot('bo'), { comes: 'chen', now: NIGHT + HOUR })?.from).toBe(NIGHT + HOUR)
    expect(overrideFor(slot('bo'), { comes: 'an', now: NIGHT })).toBe(null)
    expect([isOpen({ span }, NIGHT), isOpen({ span }, span.until)]).toEqual([true, false])
  })
})

describe('the words of duty', () => {
  it('exist in both languages, and no Chinese stands in English', () => {
    const [zh, en] = [leaves(DUTY['zh-CN']), leaves(DUTY.en)]
    expect(en.map(([path]) => path)).toEqual(zh.map(([path]) => path))
    const said = (text: unknown) =>
      String(typeof text === 'function' ? (text as (...all: unknown[]) => unknown)(1, 2, 3, 4) : text)
    expect(en.filter(([, text]) => /[\u3400-\u9fff]/.test(said(text)))).toEqual([])
  })
})
