import type { Override, Person, Roster, Swap } from '../../../core/contract/roster.ts'
import type { UtcMs } from '../../../core/contract/time.ts'
import { HouseError } from '../../../core/kit/errors.ts'

/** What is over for so long is left out of the next version; older versions hold it. */
const KEEP_MS = 62 * 86_400_000
/** No shift is longer. */
const DAY_MS = 86_400_000

/** Without what was over long before `at`. */
export function withoutOld(roster: Roster, at: UtcMs): Roster {
  const isKept = (end: number) => end > at - KEEP_MS
  return {
    ...roster,
    persons: roster.persons.map((person) => ({ ...person, away: person.away.filter(({ to }) => isKept(to)) })),
    overrides: roster.overrides.filter(({ to }) => isKept(to)),
    swaps: roster.swaps.filter((swap) => isKept(lastOf(swap) + DAY_MS)),
  }
}

/** A new roster from the file, with what people had entered for the days to come where it still makes sense. */
export function carriedOver(file: Roster, present: Roster, at: UtcMs): Roster {
  const knows = (role: string, persons: readonly string[]) =>
    file.roles.some(({ id }) => id === role) && persons.every((who) => file.persons.some(({ id }) => id === who))
  const hasTable = (role: string) => file.tables.some((table) => table.role === role)
  return {
    ...file,
    persons: file.persons.map((person) => ({ ...person, away: awayOf(person, present, at) })),
    overrides: [
      ...file.overrides,
      ...present.overrides.filter(
        ({ id, role, persons, to }) => to > at && knows(role, persons) && !file.overrides.some((one) => one.id === id),
      ),
    ],
    swaps: [
      ...file.swaps,
      ...present.swaps.filter(
        (swap) =>
          lastOf(swap) + DAY_MS > at &&
          hasTable(swap.role) &&
          knows(swap.role, [swap.give.person, swap.take.person, ...swap.agreed]) &&
          !file.swaps.some(({ id }) => id === swap.id),
      ),
    ],
  }
}

function awayOf(person: Person, present: Roster, at: UtcMs): Person['away'] {
  const entered = present.persons.find(({ id }) => id === person.id)?.away ?? []
  const isNew = ({ from, to }: Person['away'][number]) =>
    to > at && !person.away.some((leave) => leave.from === from && leave.to === to)
  return [...person.away, ...entered.filter(isNew)]
}

function lastOf({ give, take }: Swap): number {
  return Math.max(give.shiftAt, take.shiftAt)
}

/** With one more override. */
export function withOverride(roster: Roster, override: Override): Roster {
  return { ...roster, overrides: [...roster.overrides, override] }
}

/** An override that ends now; one that has not begun is gone. Throws `http/not-found`. */
export function withoutOverride(roster: Roster, id: string, at: UtcMs): Roster {
  const found = roster.overrides.find((override) => override.id === id)
  if (found === undefined || found.to <= at) throw unknown('override that is not over', id)
  const rest = roster.overrides.filter((override) => override !== found)
  return { ...roster, overrides: found.from < at ? [...rest, { ...found, to: at }] : rest }
}

/** With one more leave. Throws `http/not-found` for a person nobody knows. */
export function withLeave(roster: Roster, person: string, leave: Person['away'][number]): Roster {
  personOf(roster, person)
  return {
    ...roster,
    persons: roster.persons.map((one) => (one.id === person ? { ...one, away: [...one.away, leave] } : one)),
  }
}

/** With one more swap. */
export function withSwap(roster: Roster, swap: Swap): Roster {
  return { ...roster, swaps: [...roster.swaps, swap] }
}

/** A swap changed by `change`. Throws `http/not-found`, and `http/conflict` for one that is settled already. */
export function withSwapChanged(roster: Roster, id: string, change: (swap: Swap) => Swap): Roster {
  const found = roster.swaps.find((swap) => swap.id === id)
  if (found === undefined) throw unknown('swap', id)
  if (found.approvedBy !== null || found.refusedBy !== null) {
    const came = found.refusedBy === null ? 'one that is approved' : 'one that is refused'
    throw new HouseError('http/conflict', `expected a swap that is open, came ${came}; ask for another`, {
      ...{ id, because: 'swap-settled' },
    })
  }
  return { ...roster, swaps: roster.swaps.map((swap) => (swap === found ? change(swap) : swap)) }
}

/** Throws `http/not-found`. */
export function personOf(roster: Roster, id: string): Person {
  const found = roster.persons.find((person) => person.id === id)
  if (found === undefined) throw unknown('person', id)
  return found
}

function unknown(what: string, id: string): HouseError {
  return new HouseError('http/not-found', `there is no ${what} ${id}`, { name: id })
}
