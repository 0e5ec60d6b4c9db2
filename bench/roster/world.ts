import type { Calendar } from '../../core/contract/activity.ts'
import { type Cycle, Roster, type ShiftTable, Weekday } from '../../core/contract/roster.ts'
import { type UtcMs, utcMs } from '../../core/contract/time.ts'
import type { Dice } from '../pit/dice.ts'

const DAY_MS = 86_400_000
const OFFSET_MS = 8 * 3_600_000
/** Three years, whichever of them has a leap day. */
const DAYS = 1_096

/** A roster and a calendar somebody could have written, over some time. */
export interface DutyWorld {
  readonly roster: Roster
  readonly calendar: Calendar
  readonly from: UtcMs
  readonly to: UtcMs
}

/** A world by dice: shifts across midnight, cycles, holidays with worked weekends, overrides, swaps, leave, leap days, the turn of years. */
export function randomWorld(dice: Dice, days = DAYS): DutyWorld {
  const firstYear = dice.whole(1972, 2032)
  const from = Date.UTC(firstYear, dice.whole(0, 11), dice.whole(1, 28)) - OFFSET_MS
  const to = from + days * DAY_MS
  const persons = Array.from({ length: dice.whole(2, 7) }, (_, n) => `p${n}`)
  const span = { from, to }
  const roles = ['duty', 'leader']
  const tables = roles.slice(0, dice.whole(1, 2)).map((role) => tableOf(role, persons, { dice, ...span }))
  const roster: Roster = {
    ...frame(persons, roles),
    persons: persons.map((id) => ({ ...personOf(id), away: leaves(dice, span) })),
    roles: roles.map((id) => ({ id, name: named(id), fallback: some(persons, dice, dice.whole(1, 2)) })),
    tables,
    overrides: Array.from({ length: dice.whole(0, 8) }, (_, n) => {
      const at = whenever(dice, span)
      const role = dice.isLucky(0.7) ? 'duty' : 'leader'
      const until = at + dice.whole(1, 60 * 72) * 60_000
      return { id: `o${n}`, role, from: utcMs(at), to: utcMs(until), persons: some(persons, dice, 1), ...entered(dice) }
    }),
    swaps: tables.flatMap((table) =>
      Array.from({ length: dice.whole(0, 4) }, (_, n) => swapOf(table, n, { dice, persons, ...span })),
    ),
  }
  return { roster, calendar: calendarOf(dice, { from, to }), from: utcMs(from), to: utcMs(to) }
}

type Span = Pick<{ from: number; to: number }, 'from' | 'to'>
type Facts = Span & { readonly dice: Dice }

function tableOf(role: string, persons: readonly string[], { dice, from }: Facts): ShiftTable {
  const starts = [...new Set(Array.from({ length: dice.whole(1, 4) }, () => dice.whole(0, 1_439)))].sort(
    (a, b) => a - b,
  )
  const shifts = starts.map((minute, place) => {
    const next = starts[place + 1] ?? starts[0] ?? minute
    return { id: `s${place}`, name: named(`s${place}`), from: timeText(minute), to: timeText(next) }
  })
  const cycle = (): Cycle => ({
    startsOn: dayText(from + dice.whole(-500, 60) * DAY_MS),
    crews: Array.from({ length: dice.whole(1, 6) }, () => some(persons, dice, dice.whole(1, 2))),
    turn: dice.pick(['day', 'shift']),
    length: dice.pick([1, 1, 1, 2, 3, 7]),
    ...(dice.isLucky(0.3) ? { days: some(Weekday.options, dice, dice.whole(1, 6)) } : {}),
  })
  const holidays = dice.isLucky(0.5) ? { holidays: cycle() } : {}
  const table = { role, shifts: dice.isLucky(0.5) ? shifts : shifts.toReversed(), cycle: cycle(), ...holidays }
  return { ...table, onSiteOnHolidays: false, spotChecks: 0 }
}

/** Days off in runs, and a few weekend days that are worked, in each of the years and the one after. */
function calendarOf(dice: Dice, { from, to }: Span): Calendar {
  const first = new Date(from).getUTCFullYear() - 1
  const last = new Date(to).getUTCFullYear() + 1
  const years = Array.from({ length: last - first + 1 }, (_, n) => first + n).filter(() => dice.isLucky(0.9))
  const daysOf = (year: number) => {
    const runs = Array.from({ length: dice.whole(0, 7) }, () => {
      const first = Date.UTC(year, 0, dice.whole(1, 366))
      return Array.from({ length: dice.whole(1, 9) }, (_, n) => first + n * DAY_MS)
    })
    const off = [...new Set(runs.flat())]
    const worked = Array.from({ length: dice.whole(0, 7) }, () => {
      const sunday = Date.UTC(year, 0, 1 + 7 * dice.whole(0, 51)) + DAY_MS
      return sunday + ((7 - new Date(sunday).getUTCDay()) % 7) * DAY_MS
    })
    const dates = (days: readonly number[]) => days.map((day) => new Date(day).toISOString().slice(0, 10))
    const left = worked.filter((day) => !off.includes(day))
    return { announced: dice.isLucky(0.9), off: dates(off), worked: dates(left), festivals: [] }
  }
  return {
    calendar: 'invented',
    source: 'dice',
    years: Object.fromEntries(years.map((year) => [String(year), daysOf(year)])),
  }
}

function swapOf(table: ShiftTable, n: number, { dice, persons, from, to }: Facts & { persons: readonly string[] }) {
  const shiftAt = () => {
    const shift = dice.pick(table.shifts as [ShiftTable['shifts'][number]])
    return utcMs(Date.parse(`${dayText(whenever(dice, { from, to }))}T${shift.from}:00+08:00`))
  }
  const [first, second] = some(persons, dice, 2) as [string, string]
  const isApproved = dice.isLucky(0.8)
  return {
    id: `w-${table.role}-${n}`,
    role: table.role,
    give: { person: first, shiftAt: shiftAt() },
    take: { person: second, shiftAt: shiftAt() },
    agreed: dice.isLucky(0.9) ? [first, second] : [first],
    approvedBy: isApproved ? 'leader' : null,
    refusedBy: dice.isLucky(0.1) ? 'leader' : null,
    at: utcMs(dice.whole(1, 9)),
  }
}

function leaves(dice: Dice, span: Span) {
  return Array.from({ length: dice.isLucky(0.5) ? dice.whole(1, 4) : 0 }, () => {
    const from = whenever(dice, span)
    return { from: utcMs(from), to: utcMs(from + dice.whole(1, 60 * 24 * 20) * 60_000), reason: '' }
  })
}

function whenever(dice: Dice, { from, to }: Span): number {
  return dice.whole(Math.floor(from / 60_000), Math.floor(to / 60_000)) * 60_000
}

/** `count` of them, in any order, each once. */
function some<T>(all: readonly T[], dice: Dice, count: number): T[] {
  const rest = [...all]
  return Array.from({ length: Math.min(count, rest.length) }, () =>
    rest.splice(dice.whole(0, rest.length - 1), 1),
  ).flat()
}

function entered(dice: Dice) {
  return { by: 'dice', at: utcMs(dice.whole(1, 5)), reason: '' }
}

function frame(persons: readonly string[], roles: readonly string[]): Roster {
  const ladder = { steps: [{ after: 0, call: [{ role: 'duty' }] }], loop: '10min' }
  const [notices, leader] = [roles[0], roles[1]]
  return Roster.parse({
    persons: persons.map(personOf),
    roles: roles.map((id) => ({ id, name: named(id), fallback: persons })),
    ladders: { red: ladder, orange: ladder, yellow: ladder },
    office: { notices, leader },
  })
}

function personOf(id: string): Roster['persons'][number] {
  const contacts = [
    { channel: 'desk', address: id },
    { channel: 'sms', address: '+8613900000001' },
  ]
  return { id, name: id, language: 'en', contacts, away: [] }
}

function named(id: string) {
  return { 'zh-CN': id, en: id }
}

function timeText(minute: number): string {
  return `${String(Math.floor(minute / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`
}

function dayText(at: number): string {
  return new Date(at + OFFSET_MS).toISOString().slice(0, 10)
}
