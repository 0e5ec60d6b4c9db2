import { describe, expect, it } from 'vitest'
import type { Calendar } from '../../../../core/contract/activity.ts'
import type { ContactProof, DutyGap, Roster } from '../../../../core/contract/roster.ts'
import { utcMs } from '../../../../core/contract/time.ts'
import { forecastGaps } from '../../../../core/alarms/roster/forecast.ts'
import { planRoster } from '../../../../core/alarms/roster/plan.ts'
import { at, CN, rosterWith, RULES } from './build.ts'

const NOW = at('2026-03-02 12:00')
const HOUR_MS = 3_600_000

const proven = (roster: Roster, when = NOW): ContactProof[] =>
  roster.persons.flatMap(({ id, contacts }) => contacts.map((one) => ({ person: id, ...one, provenAt: when })))

interface Asked {
  readonly now?: number
  readonly proofs?: readonly ContactProof[]
  readonly calendar?: Calendar | null
}

function gaps(roster: Roster, { now = NOW, proofs = proven(roster), calendar = CN }: Asked = {}): DutyGap[] {
  return forecastGaps({ roster, plan: planRoster(roster, calendar), calendar, proofs, rules: RULES }, utcMs(now))
}

/** Everybody named is away from then on for two hours. */
function away(roster: Roster, from: number, ids: readonly string[]): Roster {
  const leave = { from: utcMs(from), to: utcMs(from + 2 * HOUR_MS), reason: '' }
  return { ...roster, persons: roster.persons.map((one) => (ids.includes(one.id) ? { ...one, away: [leave] } : one)) }
}

describe('the forecast of 14 days', () => {
  it('is empty while every shift has a crew that can be reached', () => {
    expect(gaps(rosterWith())).toEqual([])
  })

  it('names who is missing and from when to when: yellow, orange within 72 h, red within 12 h', () => {
    const crew = ['an', 'bo', 'chen']
    const inHours = (hours: number, ids: readonly string[]) => gaps(away(rosterWith(), NOW + hours * HOUR_MS, ids))
    for (const [hours, priority] of [
      [13 * 24, 'yellow'],
      [72, 'yellow'],
      [71, 'orange'],
      [12, 'orange'],
      [11, 'red'],
    ] as const) {
      const times = { from: NOW + hours * HOUR_MS, to: NOW + (hours + 2) * HOUR_MS, priority }
      expect(inHours(hours, crew)).toEqual([{ kind: 'fallback-only', role: 'duty', persons: ['zhu'], ...times }])
    }
    expect(inHours(15 * 24, crew)).toEqual([])
    // The leader has no table: only nobody at all is a gap there.
    expect(inHours(24, [...crew, 'zhu']).map(({ kind, role }) => `${kind} ${role}`)).toEqual([
      'nobody duty',
      'nobody leader',
    ])
  })

  it('joins the shifts of one gap, and begins where the gap began', () => {
    const roster = rosterWith({ cycle: { startsOn: '2026-03-04', crews: [['an']] } })
    const [gap, ...others] = gaps(roster)
    expect(others).toEqual([])
    expect(gap).toMatchObject({ from: at('2026-03-02 08:00'), to: at('2026-03-04 08:00'), priority: 'red' })
    expect(gaps(roster, { now: NOW + HOUR_MS })).toEqual([gap])
  })

  it('finds a person who is alone in two roles at once', () => {
    const tables = rosterWith().tables
    const leader = { ...tables[0]!, role: 'leader', cycle: { ...tables[0]!.cycle, crews: [['deng'], ['bo']] } }
    const roster = { ...rosterWith(), tables: [...tables, leader] }
    const double = gaps(roster)
    expect(new Set(double.map(({ kind, persons }) => `${kind} ${persons.join()}`))).toEqual(
      new Set(['double-booked bo']),
    )
    const helped = { ...leader, cycle: { ...leader.cycle, crews: [['deng'], ['bo', 'er']] } }
    expect(gaps({ ...roster, tables: [...tables, helped] })).toEqual([])
  })

  it('names whose contacts are not proven when they come on duty, once a role', () => {
    const roster = rosterWith()
    const old = proven(roster, utcMs(NOW - 30 * 24 * HOUR_MS))
    const runsOut = gaps(roster, { proofs: old })
    expect(runsOut.map(({ kind, role, persons }) => `${kind} ${role} ${persons.join()}`).toSorted()).toEqual([
      'unverified duty an',
      'unverified duty bo',
      'unverified duty chen',
      'unverified leader zhu',
    ])
    expect(runsOut.every(({ priority }) => priority === 'yellow')).toBe(true)
    const moved = proven(roster).map((one) => (one.person === 'an' ? { ...one, address: 'elsewhere' } : one))
    expect(gaps(roster, { proofs: moved }).map(({ persons }) => persons.join())).toEqual(['an'])
  })

  it('tells of a year that is not announced, where the shifts need its holidays', () => {
    const holidays = { startsOn: '2026-01-01', crews: [['deng']] }
    const late = at('2026-12-20 12:00')
    const roster = rosterWith({ holidays })
    const kinds = (asked: Asked) => gaps(roster, { now: late, proofs: proven(roster, late), ...asked })
    expect(kinds({})).toMatchObject([
      { kind: 'calendar-not-announced', from: at('2027-01-01 00:00'), priority: 'yellow' },
    ])
    expect(kinds({ now: at('2026-12-10 12:00') })).toEqual([])
    expect(kinds({ calendar: null }).map(({ from }) => from)).toEqual([at('2026-12-20 00:00'), at('2027-01-01 00:00')])
    expect(gaps(rosterWith(), { now: late, proofs: proven(roster, late) })).toEqual([])
  })
})
