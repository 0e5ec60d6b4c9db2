import type { Roster, ShiftTable } from '../../contract/roster.ts'
import { ladderFaults } from './check-ladders.ts'
import { type ContactRules, LEAST_MEDIA, mediaOf } from './contact-rules.ts'
import { crewPlaces, everyHolder, type RosterFault, unknownNames, usedTwice } from './fault.ts'
import { shiftFaults } from './shifts.ts'

/** Every fault of a roster that its schema cannot see, all at once. Empty = somebody can be called at any minute. */
export function checkRoster(roster: Roster, rules: ContactRules): RosterFault[] {
  return [
    ...personFaults(roster, rules),
    ...roleFaults(roster),
    ...roster.tables.flatMap((table, place) => tableFaults(roster, table, ['tables', place])),
    ...roleTwice(roster.tables),
    ...overrideFaults(roster),
    ...swapFaults(roster),
    ...ladderFaults(roster, rules),
    ...officeFaults(roster),
  ]
}

function personFaults(roster: Roster, rules: ContactRules): RosterFault[] {
  const holders = everyHolder(roster)
  return [
    ...usedTwice(roster.persons, { path: ['persons'], what: 'person' }),
    ...roster.persons.flatMap((person, place) => {
      const path = ['persons', place]
      const media = mediaOf(person, rules)
      const tooFew = holders.has(person.id) && media.size < LEAST_MEDIA
      const came = [...media].join(', ') || 'none'
      const message = `expected contacts of at least ${LEAST_MEDIA} different kinds for ${person.id}, who may be on duty, came ${came}; add another, such as the desk`
      return [
        ...(tooFew ? [{ path: [...path, 'contacts'], message }] : []),
        ...contactFaults(person.contacts, { path, rules }),
        ...person.away.flatMap((leave, index) => timeFaults(leave, [...path, 'away', index])),
      ]
    }),
  ]
}

function contactFaults(
  contacts: Roster['persons'][number]['contacts'],
  { path, rules }: { readonly path: RosterFault['path']; readonly rules: ContactRules },
): RosterFault[] {
  return contacts.flatMap((contact, place): RosterFault[] => {
    const { channel } = contact
    const at = [...path, 'contacts', place]
    if (rules.mediumOf(channel) === null) {
      const message = `expected the id of a channel (${rules.channels.join(', ')}), came ${channel}`
      return [{ path: [...at, 'channel'], message }]
    }
    if (contacts.findIndex((other) => other.channel === channel) !== place) {
      return [{ path: [...at, 'channel'], message: `expected each channel once a person, came ${channel} again` }]
    }
    return rules.addressFaults(contact).map((message) => ({ path: [...at, 'address'], message }))
  })
}

function roleFaults({ roles, persons }: Roster): RosterFault[] {
  const fallbacks = roles.flatMap(({ fallback }, role) =>
    fallback.map((person, place) => [['roles', role, 'fallback', place], person] as const),
  )
  return [
    ...usedTwice(roles, { path: ['roles'], what: 'role' }),
    ...unknownNames(fallbacks, { known: persons, what: 'person' }),
    ...roles.flatMap(({ id, fallback }, role) =>
      fallback.length > 0
        ? []
        : [
            {
              path: ['roles', role, 'fallback'],
              message: `expected at least one person to call as ${id} when the shifts name nobody, came none; name one`,
            },
          ],
    ),
  ]
}

function tableFaults(roster: Roster, table: ShiftTable, path: RosterFault['path']): RosterFault[] {
  const cycles = [['cycle', table.cycle] as const, ...(table.holidays ? [['holidays', table.holidays] as const] : [])]
  return [
    ...unknownNames([[[...path, 'role'], table.role]], { known: roster.roles, what: 'role' }),
    ...usedTwice(table.shifts, { path: [...path, 'shifts'], what: 'shift' }),
    ...shiftFaults(table.shifts).map(({ kind, from, to, shifts }) => ({
      path: [...path, 'shifts'],
      message:
        kind === 'hole'
          ? `expected shifts that fill the day, came none from ${from} to ${to}, between ${shifts.join(' and ')}`
          : `expected shifts that do not overlap, came ${shifts.join(' and ')} both from ${from} to ${to}`,
    })),
    ...unknownNames(crewPlaces(table, path), { known: roster.persons, what: 'person' }),
    ...cycles.flatMap(([name, { turn, length, crews }]) => [
      ...(turn === 'shift' && length > 1
        ? [
            {
              path: [...path, name, 'length'],
              message: `expected a length only with turn: day, came ${length} with turn: shift; leave one of them out`,
            },
          ]
        : []),
      ...crews.flatMap((crew, index) =>
        new Set(crew).size === crew.length
          ? []
          : [
              {
                path: [...path, name, 'crews', index],
                message: `expected each person once in a crew, came ${crew.join(', ')}`,
              },
            ],
      ),
    ]),
  ]
}

function roleTwice(tables: readonly ShiftTable[]): RosterFault[] {
  return tables.flatMap(({ role }, place) =>
    tables.findIndex((other) => other.role === role) === place
      ? []
      : [{ path: ['tables', place, 'role'], message: `expected one table a role, came ${role} again` }],
  )
}

function overrideFaults({ overrides, persons, roles }: Roster): RosterFault[] {
  const named = overrides.flatMap((override, place) =>
    override.persons.map((person, index) => [['overrides', place, 'persons', index], person] as const),
  )
  return [
    ...usedTwice(overrides, { path: ['overrides'], what: 'override' }),
    ...unknownNames(
      overrides.map(({ role }, place) => [['overrides', place, 'role'], role] as const),
      { known: roles, what: 'role' },
    ),
    ...unknownNames(named, { known: persons, what: 'person' }),
    ...overrides.flatMap((override, place) => timeFaults(override, ['overrides', place])),
  ]
}

function swapFaults({ swaps, persons, tables }: Roster): RosterFault[] {
  const named = swaps.flatMap(({ give, take, agreed }, place) => [
    [['swaps', place, 'give', 'person'], give.person] as const,
    [['swaps', place, 'take', 'person'], take.person] as const,
    ...agreed.map((person, index) => [['swaps', place, 'agreed', index], person] as const),
  ])
  return [
    ...usedTwice(swaps, { path: ['swaps'], what: 'swap' }),
    ...unknownNames(
      swaps.map(({ role }, place) => [['swaps', place, 'role'], role] as const),
      { known: tables.map(({ role }) => ({ id: role })), what: 'role with a table' },
    ),
    ...unknownNames(named, { known: persons, what: 'person' }),
    ...swaps.flatMap(({ give, take }, place) =>
      give.person === take.person
        ? [
            {
              path: ['swaps', place, 'take', 'person'],
              message: `expected another person than ${give.person}, came the same`,
            },
          ]
        : [],
    ),
  ]
}

function officeFaults({ office, roles }: Roster): RosterFault[] {
  return unknownNames(
    [
      [['office', 'notices'], office.notices],
      [['office', 'leader'], office.leader],
    ],
    { known: roles, what: 'role' },
  )
}

function timeFaults(
  { from, to }: { readonly from: number; readonly to: number },
  path: RosterFault['path'],
): RosterFault[] {
  return to > from
    ? []
    : [{ path: [...path, 'to'], message: `expected an end after the beginning ${from}, came ${to}` }]
}
