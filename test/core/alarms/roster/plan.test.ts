import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { judge, meeting } from '../../../../bench/roster/judge.ts'
import type { Calendar } from '../../../../core/contract/activity.ts'
import type { Roster } from '../../../../core/contract/roster.ts'
import { utcMs } from '../../../../core/contract/time.ts'
import { countyDay, dayNumber, dayStart, dayText, weekdayOf } from '../../../../core/alarms/roster/county-day.ts'
import { planRoster } from '../../../../core/alarms/roster/plan.ts'
import { shiftFaults, shiftTimes } from '../../../../core/alarms/roster/shifts.ts'
import { at, CN, DAY_NIGHT, rosterWith, WHOLE_DAY } from './build.ts'

const RUNS = { numRuns: 2_000 }

/** Who is on duty at each of some instants, as `an+bo`. */
function crews(roster: Roster, times: readonly string[], calendar: Calendar | null = CN): string[] {
  const plan = planRoster(roster, calendar)
  return times.map((time) => plan.onDuty('duty', at(time)).persons.join('+'))
}

/** Who is on duty at a time of day on some days one after another. */
function days(roster: Roster, first: string, { count, time = '12:00' }: { count: number; time?: string }): string {
  const dates = Array.from({ length: count }, (_, n) => dayText(dayNumber(first) + n))
  return crews(
    roster,
    dates.map((date) => `${date} ${time}`),
  ).join(' ')
}

const time = fc.tuple(fc.integer({ min: 0, max: 23 }), fc.integer({ min: 0, max: 59 })).map(([h, m]) => {
  return `${String(h).padStart(2, '0')}:${String(m).padStart(2, '0')}`
})
const partition = fc.uniqueArray(time, { minLength: 1, maxLength: 5 }).map((times) => {
  const starts = times.toSorted()
  return starts.map((from, n) => ({ ...DAY_NIGHT[0]!, id: `s${n}`, from, to: starts[(n + 1) % starts.length]! }))
})

describe('E8: shifts', () => {
  it('partition time for any instant from 1938 to 2033, and each belongs to the day it starts', () => {
    const instant = fc.integer({ min: Date.UTC(1938, 0), max: Date.UTC(2034, 0) - 1 })
    fc.assert(
      fc.property(partition, instant, (shifts, when) => {
        const today = countyDay(when)
        const holding = [today - 2, today - 1, today, today + 1].flatMap((day) =>
          shiftTimes(shifts)
            .map(({ fromMs, lengthMs }) => ({
              day,
              from: dayStart(day) + fromMs,
              to: dayStart(day) + fromMs + lengthMs,
            }))
            .filter(({ from, to }) => from <= when && when < to),
        )
        expect(shiftFaults(shifts)).toEqual([])
        expect(holding).toHaveLength(1)
        const local = new Date(holding[0]!.from + 8 * 3_600_000)
        expect(dayText(holding[0]!.day)).toBe(local.toISOString().slice(0, 10))
        expect(weekdayOf(holding[0]!.day)).toBe((local.getUTCDay() + 6) % 7)
      }),
      RUNS,
    )
  })

  it('name every hole and overlap of a day that is no partition', () => {
    const odd = (from: string, to: string, id: string) => ({ ...DAY_NIGHT[0]!, id, from, to })
    expect(shiftFaults([odd('08:00', '16:00', 'a'), odd('15:00', '22:00', 'b'), odd('23:30', '08:00', 'c')])).toEqual([
      { kind: 'overlap', from: '15:00', to: '16:00', shifts: ['a', 'b'] },
      { kind: 'hole', from: '22:00', to: '23:30', shifts: ['b', 'c'] },
    ])
    expect(shiftFaults([odd('08:00', '20:00', 'a')])).toMatchObject([{ kind: 'hole', from: '20:00', to: '08:00' }])
  })
})

describe('who is on duty', () => {
  it('is one crew or nobody at every minute, as an independent resolver says, and each gap was forecast', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 31 }), (seed) => {
        expect(judge(seed, 100)).toMatchObject({ holes: 0, overlaps: 0, disagreements: 0, unforecastGaps: 0 })
      }),
      RUNS,
    )
  })

  it('is the same whether one asks for an instant or for a stretch, however it is cut', () => {
    const plan = planRoster(
      rosterWith({ cycle: { startsOn: '2026-01-01', crews: [['an'], ['bo', 'er'], ['chen']] } }),
      CN,
    )
    const minute = fc.integer({ min: at('2026-01-01 00:00') / 60_000, max: at('2028-12-31 00:00') / 60_000 })
    fc.assert(
      fc.property(minute, fc.integer({ min: 1, max: 5_000 }), (start, length) => {
        const [from, to] = [utcMs(start * 60_000), utcMs((start + length) * 60_000)]
        const spans = plan.spans('duty', from, to)
        expect(meeting(spans, { from, to })).toEqual({ holes: 0, overlaps: 0 })
        expect(spans[0]!.persons).toEqual(plan.onDuty('duty', from).persons)
      }),
      RUNS,
    )
  })
})

describe('cycles, against tables worked out by hand', () => {
  it('change by the day, the night shift with its day', () => {
    const roster = rosterWith()
    expect(days(roster, '2026-01-01', { count: 5 })).toBe('an bo chen an bo')
    expect(crews(roster, ['2026-01-01 07:59', '2026-01-01 08:00', '2026-01-02 07:59', '2026-01-02 08:00'])).toEqual([
      'zhu',
      'an',
      'an',
      'bo',
    ])
  })

  it('change by the shift: three crews on two shifts (三班两倒)', () => {
    const roster = rosterWith({ cycle: { startsOn: '2026-03-02', turn: 'shift', crews: [['an'], ['bo'], ['chen']] } })
    expect(days(roster, '2026-03-02', { count: 4, time: '09:00' })).toBe('an chen bo an')
    expect(days(roster, '2026-03-02', { count: 4, time: '23:00' })).toBe('bo an chen bo')
  })

  it('keep a crew for a week', () => {
    const roster = rosterWith({ cycle: { startsOn: '2026-03-02', length: 7, crews: [['an'], ['bo']] } })
    expect(days(roster, '2026-03-07', { count: 4 })).toBe('an an bo bo')
  })

  it('skip days without a turn: who was before the weekend is followed by the next one', () => {
    const days5 = ['mon', 'tue', 'wed', 'thu', 'fri']
    const roster = rosterWith({ cycle: { startsOn: '2026-03-02', days: days5, crews: [['an'], ['bo'], ['chen']] } })
    // Monday 2 March to Tuesday 10 March.
    expect(days(roster, '2026-03-02', { count: 9 })).toBe('an bo chen an bo zhu zhu chen an')
  })

  it('let everybody appear: seven people on working days', () => {
    const seven = ['an', 'bo', 'chen', 'deng', 'er', 'feng', 'gao']
    const cycle = {
      startsOn: '2026-03-02',
      days: ['mon', 'tue', 'wed', 'thu', 'fri'],
      crews: seven.map((one) => [one]),
    }
    const seen = new Set(days(rosterWith({ cycle }), '2026-03-02', { count: 14 }).split(' '))
    expect([...seen].toSorted()).toEqual([...seven, 'zhu'])
  })

  it('count leap days and the turn of a year', () => {
    const roster = rosterWith({
      shifts: WHOLE_DAY,
      cycle: { startsOn: '2028-02-27', crews: [['an'], ['bo'], ['chen']] },
    })
    expect(days(roster, '2028-02-27', { count: 4 })).toBe('an bo chen an')
    // 2028-02-27 to 2028-12-31 are 308 days: 308 mod 3 = 2.
    expect(days(roster, '2028-12-31', { count: 2 })).toBe('chen an')
  })

  it('give a 24 h shift from 08:00 to the day it starts, and midnight changes nothing', () => {
    const roster = rosterWith({ shifts: WHOLE_DAY })
    expect(crews(roster, ['2026-01-02 23:59', '2026-01-03 00:00', '2026-01-03 07:59', '2026-01-03 08:00'])).toEqual([
      'bo',
      'bo',
      'bo',
      'chen',
    ])
  })
})

describe('the holiday layer', () => {
  const holidays = { startsOn: '2026-01-01', crews: [['deng'], ['er']] }
  const roster = rosterWith({ cycle: { startsOn: '2026-09-14', crews: [['an'], ['bo'], ['chen']] }, holidays })

  it('takes National Day 2026, its neighbours and the worked Sunday from the calendar', () => {
    // Monday 14 September; Saturday 19 is off, Sunday 20 is worked.
    expect(days(roster, '2026-09-14', { count: 9 }).replaceAll(/deng|er/g, 'off')).toBe(
      'an bo chen an bo off chen an bo',
    )
    // Wednesday 30 September is worked, 1–7 October are off, Thursday 8 and Friday 9 worked, Saturday 10 worked, Sunday 11 off.
    const october = days(roster, '2026-09-30', { count: 12 }).replaceAll(/deng|er/g, 'off')
    expect(october.replaceAll(/an|bo|chen/g, 'work')).toBe('work off off off off off off off work work work off')
  })

  it('gives each layer turns of its own: neither consumes those of the other', () => {
    const october = days(roster, '2026-10-01', { count: 7 }).split(' ')
    expect(new Set(october)).toEqual(new Set(['deng', 'er']))
    expect(october.every((one, n) => n === 0 || one !== october[n - 1])).toBe(true)
    // 30 September and 8, 9, 10 October are four working days one after another.
    const worked = crews(roster, ['2026-09-30 12:00', '2026-10-08 12:00', '2026-10-09 12:00', '2026-10-10 12:00'])
    const order = ['an', 'bo', 'chen']
    expect(worked.map((one, n) => (order.indexOf(one) - n + 6) % 3)).toEqual(Array(4).fill(order.indexOf(worked[0]!)))
  })

  it('keeps the night into a holiday with the working day it began on', () => {
    const plan = planRoster(roster, CN)
    expect(plan.onDuty('duty', at('2026-10-01 02:00'))).toMatchObject({ source: 'cycle', shift: 'night' })
    expect(plan.onDuty('duty', at('2026-10-08 02:00'))).toMatchObject({ source: 'holiday', shift: 'night' })
  })

  it('asks the next year at the end of this one, and takes weekends where a year is not known', () => {
    const plan = planRoster(roster, CN)
    expect(plan.onDuty('duty', at('2026-12-31 12:00')).source).toBe('cycle')
    expect(plan.onDuty('duty', at('2027-01-01 12:00')).source).toBe('holiday')
    expect(plan.onDuty('duty', at('2031-10-01 12:00')).source).toBe('cycle')
    expect(plan.onDuty('duty', at('2031-10-04 12:00')).source).toBe('holiday')
  })
})

describe('layers over the table', () => {
  const entered = { by: 'admin', reason: '' }
  const span = (from: string, to: string) => ({ from: at(from), to: at(to) })

  it('let the override that was entered last win, for its time only, half-open', () => {
    const overrides = [
      {
        id: 'new',
        role: 'duty',
        ...span('2026-01-02 10:00', '2026-01-02 14:00'),
        persons: ['er'],
        at: utcMs(2),
        ...entered,
      },
      {
        id: 'old',
        role: 'duty',
        ...span('2026-01-02 12:00', '2026-01-02 16:00'),
        persons: ['deng'],
        at: utcMs(1),
        ...entered,
      },
    ]
    const roster = rosterWith({}, { overrides })
    const times = ['09:59', '10:00', '13:59', '14:00', '15:59', '16:00'].map((hour) => `2026-01-02 ${hour}`)
    expect(crews(roster, times)).toEqual(['bo', 'er', 'er', 'deng', 'deng', 'bo'])
  })

  it('hold a swap once both have agreed and a leader has approved, in both shifts', () => {
    const swap = {
      ...{ id: 'swap-1', role: 'duty', agreed: ['an', 'bo'], approvedBy: 'lead', refusedBy: null, at: utcMs(1) },
      give: { person: 'an', shiftAt: at('2026-01-01 20:00') },
      take: { person: 'bo', shiftAt: at('2026-01-02 08:00') },
    }
    const times = ['2026-01-01 12:00', '2026-01-02 03:00', '2026-01-02 12:00', '2026-01-02 23:00']
    expect(crews(rosterWith({}, { swaps: [swap] }), times)).toEqual(['an', 'bo', 'an', 'bo'])
    for (const open of [
      { ...swap, approvedBy: null },
      { ...swap, agreed: ['an'] },
      { ...swap, refusedBy: 'lead' },
    ]) {
      expect(crews(rosterWith({}, { swaps: [open] }), times)).toEqual(['an', 'an', 'bo', 'bo'])
    }
  })

  it('call nobody who is away: the others of the crew, then the fallback, then nobody', () => {
    const leave = (id: string) => ({ ...span('2026-01-01 10:00', '2026-01-01 12:00'), reason: id })
    const away = (...ids: string[]) => {
      const roster = rosterWith({ cycle: { startsOn: '2026-01-01', crews: [['an', 'bo']] } })
      const persons = roster.persons.map((one) => (ids.includes(one.id) ? { ...one, away: [leave(one.id)] } : one))
      const plan = planRoster({ ...roster, persons }, CN)
      return plan
        .spans('duty', at('2026-01-01 08:00'), at('2026-01-01 20:00'))
        .map((one) => [one.source, one.persons.join('+')])
    }
    const whole = ['cycle', 'an+bo']
    expect(away('an')).toEqual([whole, ['cycle', 'bo'], whole])
    expect(away('an', 'bo')).toEqual([whole, ['fallback', 'zhu'], whole])
    expect(away('an', 'bo', 'zhu')).toEqual([whole, ['nobody', ''], whole])
    expect(away('deng')).toEqual([whole])
  })

  it('give a role without a table to its fallback, and an unknown role to nobody', () => {
    const plan = planRoster(rosterWith(), CN)
    expect(plan.onDuty('leader', at('2026-05-05 05:05'))).toMatchObject({
      source: 'fallback',
      persons: ['zhu'],
      shift: null,
    })
    expect(plan.onDuty('stranger', at('2026-05-05 05:05'))).toMatchObject({ source: 'nobody', persons: [] })
    expect(plan.spans('leader', at('2026-05-05 05:05'), at('2026-05-05 05:06'))).toHaveLength(1)
  })
})
