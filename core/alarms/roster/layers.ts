import type { OnDuty, Override, Roster, Swap } from '../../contract/roster.ts'

/** Persons a layer of the roster names, and which layer that was. */
export interface Named {
  readonly persons: readonly string[]
  readonly source: OnDuty['source']
}

/** What the shift table says of one shift, before anything else is asked. */
export interface TableSays {
  /** When the shift starts: what a swap names it by. */
  readonly from: number
  readonly crew: readonly string[] | null
  readonly layer: 'cycle' | 'holiday'
}

/** The layers over one role's table. */
export interface Layers {
  /** Instants inside `from`…`to`, both left out, at which an answer may change, in order and each once. */
  cuts(from: number, to: number): readonly number[]
  /** The first layer that names somebody who is there: override, swap, holiday or cycle, fallback. */
  at(instant: number, table: TableSays): Named
}

/** What of a roster bears on one role. Overrides count newest first, by when they were entered. */
export function openLayers(roster: Roster, role: string): Layers {
  const overrides = newestFirst(roster.overrides.filter((override) => override.role === role))
  const swaps = sidesOf(roster.swaps.filter((swap) => swap.role === role && holds(swap)))
  const fallback = roster.roles.find(({ id }) => id === role)?.fallback ?? []
  const table = roster.tables.find((one) => one.role === role)
  const concerned = new Set([
    ...fallback,
    ...overrides.flatMap(({ persons }) => persons),
    ...(table === undefined ? [] : [table.cycle, ...(table.holidays === undefined ? [] : [table.holidays])]).flatMap(
      ({ crews }) => crews.flat(),
    ),
    ...[...swaps.values()].flatMap((sides) => sides.map(({ comes }) => comes)),
  ])
  const away = new Map(
    roster.persons.flatMap((person) =>
      person.away.length > 0 && concerned.has(person.id) ? [[person.id, person.away] as const] : [],
    ),
  )
  const edges = inOrder([...overrides, ...[...away.values()].flat()].flatMap(({ from, to }) => [from, to]))
  const isThere = (person: string, instant: number) =>
    away.get(person)?.every(({ from, to }) => instant < from || instant >= to) ?? true
  const there = (persons: readonly string[], instant: number) =>
    away.size === 0 ? persons : persons.filter((person) => isThere(person, instant))
  return {
    cuts: (from, to) => between(edges, from, to),
    at: (instant, says) => {
      for (const override of overrides) {
        if (instant < override.from || instant >= override.to) continue
        const persons = there(override.persons, instant)
        if (persons.length > 0) return { persons, source: 'override' }
      }
      const crew = says.crew ?? []
      const sides = swaps.get(says.from)
      if (sides !== undefined) {
        const swapped = changed(crew, sides)
        const persons = there(swapped, instant)
        if (swapped !== crew && persons.length > 0) return { persons, source: 'swap' }
      }
      const persons = there(crew, instant)
      if (persons.length > 0) return { persons, source: says.layer }
      const last = there(fallback, instant)
      return { persons: last, source: last.length > 0 ? 'fallback' : 'nobody' }
    },
  }
}

/** Both have agreed, a leader has approved, and nobody has refused. */
export function holds({ give, take, agreed, approvedBy, refusedBy }: Swap): boolean {
  return agreed.includes(give.person) && agreed.includes(take.person) && approvedBy !== null && refusedBy === null
}

/** Half of a swap: in one shift one person goes and another comes. */
interface Side {
  readonly goes: string
  readonly comes: string
}

function sidesOf(swaps: readonly Swap[]): ReadonlyMap<number, readonly Side[]> {
  const sides = new Map<number, Side[]>()
  const add = (shiftAt: number, side: Side) => sides.set(shiftAt, [...(sides.get(shiftAt) ?? []), side])
  for (const { give, take } of swaps.toSorted((a, b) => a.at - b.at)) {
    add(give.shiftAt, { goes: give.person, comes: take.person })
    add(take.shiftAt, { goes: take.person, comes: give.person })
  }
  return sides
}

/** A swap of somebody who is no longer in the shift changes nothing. */
function changed(crew: readonly string[], sides: readonly Side[]): readonly string[] {
  return sides.reduce(
    (now, { goes, comes }) =>
      now.includes(goes) && !now.includes(comes) ? now.map((person) => (person === goes ? comes : person)) : now,
    crew,
  )
}

function newestFirst(overrides: readonly Override[]): readonly Override[] {
  // Of two entered in the same millisecond the later in the list is the newer.
  return overrides.toReversed().sort((a, b) => b.at - a.at)
}

function inOrder(instants: readonly number[]): readonly number[] {
  return [...new Set(instants)].sort((a, b) => a - b)
}

const NONE: readonly number[] = []

function between(edges: readonly number[], from: number, to: number): readonly number[] {
  let low = 0
  let high = edges.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((edges[middle] ?? to) <= from) low = middle + 1
    else high = middle
  }
  const first = edges[low]
  if (first === undefined || first >= to) return NONE
  return edges.slice(low).filter((edge) => edge < to)
}
