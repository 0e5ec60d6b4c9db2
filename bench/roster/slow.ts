import type { Calendar } from '../../core/contract/activity.ts'
import type { Cycle, OnDuty, Roster, Shift } from '../../core/contract/roster.ts'

/** Who is on duty and why, as the slow way finds it. */
export type SlowAnswer = Pick<OnDuty, 'persons' | 'source' | 'shift'>

/** Asked about instants one by one. */
export type SlowResolver = (role: string, at: number) => SlowAnswer

const DAY_MS = 86_400_000
const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const

/**
 * Finds who is on duty the way a person with a wall calendar would: by dates as text, walking a cycle day by day from its first. It shares
 * nothing with the resolver it judges but the roster's schema.
 */
export function slowResolver(roster: Roster, calendar: Calendar | null): SlowResolver {
  const off = new Set(Object.values(calendar?.years ?? {}).flatMap((year) => year.off))
  const worked = new Set(Object.values(calendar?.years ?? {}).flatMap((year) => year.worked))
  const isOff = (date: string) => off.has(date) || (['sat', 'sun'].includes(weekday(date)) && !worked.has(date))
  const nexts = new Map<string, string>()
  const nextOf = (date: string): string => {
    const next = nexts.get(date) ?? dayAfter(date, 1)
    nexts.set(date, next)
    return next
  }
  const walks = new Map<Cycle, { dates: Map<string, number>; next: string }>()

  /** Which rostered day of the cycle a date is, from 0; null for one it leaves out. */
  const turnOf = (cycle: Cycle, date: string, isItsDay: (date: string) => boolean): number | null => {
    const walk = walks.get(cycle) ?? { dates: new Map<string, number>(), next: cycle.startsOn }
    walks.set(cycle, walk)
    while (walk.next <= date) {
      const isRostered =
        (cycle.days === undefined || cycle.days.includes(weekday(walk.next) as never)) && isItsDay(walk.next)
      if (isRostered) walk.dates.set(walk.next, walk.dates.size)
      walk.next = nextOf(walk.next)
    }
    return walk.dates.get(date) ?? null
  }

  return (role, at) => {
    const isHere = (person: string) => {
      const leaves = roster.persons.find(({ id }) => id === person)?.away ?? []
      return !leaves.some(({ from, to }) => from <= at && at < to)
    }
    const here = (persons: readonly string[]) => persons.filter(isHere)
    const local = new Date(at + 8 * 3_600_000).toISOString()
    const today = local.slice(0, 10)
    const time = local.slice(11, 16)
    const table = roster.tables.find((one) => one.role === role)
    let shift: Shift | null = null
    let date = today
    for (const one of table?.shifts ?? []) {
      const crosses = one.to <= one.from
      if (crosses ? time >= one.from || time < one.to : time >= one.from && time < one.to) {
        shift = one
        date = crosses && time < one.to && !(time >= one.from) ? dayAfter(today, -1) : today
      }
    }
    const said = (persons: readonly string[], source: OnDuty['source']) => ({
      persons: [...persons],
      source,
      shift: shift?.id ?? null,
    })

    let best: Roster['overrides'][number] | null = null
    for (const one of roster.overrides) {
      if (one.role !== role || at < one.from || at >= one.to || here(one.persons).length === 0) continue
      if (best === null || one.at >= best.at) best = one
    }
    if (best !== null) return said(here(best.persons), 'override')

    if (table !== undefined && shift !== null) {
      const isHoliday = table.holidays !== undefined && isOff(date)
      const cycle = isHoliday ? (table.holidays ?? table.cycle) : table.cycle
      const isItsDay = (day: string) => table.holidays === undefined || isOff(day) === isHoliday
      const turn = turnOf(cycle, date, isItsDay)
      const place = table.shifts
        .map(({ from }) => from)
        .sort()
        .indexOf(shift.from)
      const index =
        turn === null
          ? null
          : cycle.turn === 'day'
            ? Math.floor(turn / cycle.length)
            : turn * table.shifts.length + place
      const crew = index === null ? [] : (cycle.crews[index % cycle.crews.length] ?? [])
      const shiftAt = Date.parse(`${date}T${shift.from}:00+08:00`)
      const swapped = [...crew]
      let isSwapped = false
      for (const swap of [...roster.swaps].sort((a, b) => a.at - b.at)) {
        if (swap.role !== role || swap.approvedBy === null || swap.refusedBy !== null) continue
        if (![swap.give.person, swap.take.person].every((person) => swap.agreed.includes(person))) continue
        for (const [side, other] of [
          [swap.give, swap.take],
          [swap.take, swap.give],
        ] as const) {
          const where = swapped.indexOf(side.person)
          if (side.shiftAt !== shiftAt || where < 0 || swapped.includes(other.person)) continue
          swapped[where] = other.person
          isSwapped = true
        }
      }
      if (isSwapped && here(swapped).length > 0) return said(here(swapped), 'swap')
      if (here(crew).length > 0) return said(here(crew), isHoliday ? 'holiday' : 'cycle')
    }
    const last = here(roster.roles.find(({ id }) => id === role)?.fallback ?? [])
    return said(last, last.length > 0 ? 'fallback' : 'nobody')
  }
}

function dayAfter(date: string, days: number): string {
  return new Date(Date.parse(date) + days * DAY_MS).toISOString().slice(0, 10)
}

function weekday(date: string): string {
  return WEEKDAYS[new Date(date).getUTCDay()] ?? 'sun'
}
