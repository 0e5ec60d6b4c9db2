import type { Roster, ShiftTable } from '../../contract/roster.ts'

/** One thing wrong with a roster, at its path from the roster's own root. */
export interface RosterFault {
  readonly path: readonly (string | number)[]
  readonly message: string
}

/** Each thing whose id stands before it already. */
export function usedTwice(
  things: readonly { readonly id: string }[],
  { path, what }: { readonly path: RosterFault['path']; readonly what: string },
): RosterFault[] {
  return things.flatMap(({ id }, place) =>
    things.findIndex((other) => other.id === id) === place
      ? []
      : [{ path: [...path, place, 'id'], message: `expected each id of a ${what} once, came ${id} again` }],
  )
}

/** Every place where a name stands that `known` does not hold. */
export function unknownNames(
  names: readonly (readonly [path: RosterFault['path'], name: string])[],
  { known, what }: { readonly known: readonly { readonly id: string }[]; readonly what: string },
): RosterFault[] {
  const ids = known.map(({ id }) => id)
  return names.flatMap(([path, name]) =>
    ids.includes(name)
      ? []
      : [{ path, message: `expected the id of a ${what} (${ids.join(', ') || 'there is none'}), came ${name}` }],
  )
}

/** Every place of a table's crews, with the person named there. */
export function crewPlaces(table: ShiftTable, path: RosterFault['path']): (readonly [RosterFault['path'], string])[] {
  const cycles = [['cycle', table.cycle] as const, ...(table.holidays ? [['holidays', table.holidays] as const] : [])]
  return cycles.flatMap(([name, { crews }]) =>
    crews.flatMap((crew, turn) =>
      crew.map((person, place) => [[...path, name, 'crews', turn, place], person] as const),
    ),
  )
}

/** Who may hold a role at some time, by its table, its overrides and its fallback. */
export function holdersOf({ tables, overrides, roles }: Roster, role: string): ReadonlySet<string> {
  return new Set([
    ...tables.filter((table) => table.role === role).flatMap((table) => crewPlaces(table, []).map(([, who]) => who)),
    ...overrides.filter((override) => override.role === role).flatMap(({ persons }) => persons),
    ...roles.filter(({ id }) => id === role).flatMap(({ fallback }) => fallback),
  ])
}

/** Everybody who may hold some role at some time. */
export function everyHolder(roster: Roster): ReadonlySet<string> {
  return new Set(roster.roles.flatMap(({ id }) => [...holdersOf(roster, id)]))
}
