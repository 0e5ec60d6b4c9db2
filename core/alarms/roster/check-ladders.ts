import type { Medium } from '../../contract/notice.ts'
import type { Ladder, Roster } from '../../contract/roster.ts'
import { type ContactRules, LEAST_MEDIA, mediaCalled, mediaOf } from './contact-rules.ts'
import { holdersOf, type RosterFault, unknownNames } from './fault.ts'

/** Ladders in the order people read them. */
const COLOURS = ['red', 'orange', 'yellow'] as const
/** The dispatcher ticks once a second. */
const SHORTEST_LOOP_MS = 1_000
/** An unacknowledged red alarm is told at least so often (E6). */
const LONGEST_RED_LOOP_MS = 600_000

/** Every fault of the ladders: one that ends, steps out of order, roles nobody knows, a red one that begins with one way only. */
export function ladderFaults(roster: Roster, rules: ContactRules): RosterFault[] {
  return COLOURS.flatMap((colour) => {
    const ladder = roster.ladders[colour]
    const path = ['ladders', colour]
    const calls = ladder.steps.flatMap(({ call }, step) =>
      call.map(({ role }, place) => [[...path, 'steps', step, 'call', place, 'role'], role] as const),
    )
    return [
      ...unknownNames(calls, { known: roster.roles, what: 'role' }),
      ...orderFaults(ladder, path),
      ...loopFaults(ladder, path),
      ...(colour === 'red' ? redFaults(roster, rules) : []),
    ]
  })
}

function orderFaults({ steps }: Ladder, path: RosterFault['path']): RosterFault[] {
  return steps.flatMap(({ after }, step) => {
    const before = steps[step - 1]?.after ?? after
    if (after >= before) return []
    const message = `expected steps in the order of time, at least ${inSeconds(before)} as in the one before, came ${inSeconds(after)}`
    return [{ path: [...path, 'steps', step, 'after'], message }]
  })
}

function loopFaults({ loop }: Ladder, path: RosterFault['path']): RosterFault[] {
  if (loop >= SHORTEST_LOOP_MS) return []
  const message = `expected a ladder that begins again for ever, every ${inSeconds(SHORTEST_LOOP_MS)} at the most often, came ${inSeconds(loop)}; write for example loop: 10min`
  return [{ path: [...path, 'loop'], message }]
}

function redFaults(roster: Roster, rules: ContactRules): RosterFault[] {
  const { steps, loop } = roster.ladders.red
  const path = ['ladders', 'red']
  const folded = steps.flatMap(({ digest }, step) =>
    digest === undefined || digest === 0
      ? []
      : [
          {
            path: [...path, 'steps', step, 'digest'],
            message: `expected no digest, for a red alarm waits for no other, came ${inSeconds(digest)}`,
          },
        ],
  )
  const tooSeldom =
    loop <= LONGEST_RED_LOOP_MS
      ? []
      : [
          {
            path: [...path, 'loop'],
            message: `expected a red alarm to be told again at least every ${inSeconds(LONGEST_RED_LOOP_MS)}, came ${inSeconds(loop)}`,
          },
        ]
  return [...folded, ...tooSeldom, ...firstStepFaults(roster, rules)]
}

/** Whoever is on duty, the first step of red must go two ways: one channel that fails must not be the only one. */
function firstStepFaults(roster: Roster, rules: ContactRules): RosterFault[] {
  const [first] = roster.ladders.red.steps
  if (first === undefined || first.after > 0) {
    const message = `expected the first step at once, came after ${inSeconds(first?.after ?? 0)}`
    return [{ path: ['ladders', 'red', 'steps', 0, 'after'], message }]
  }
  const roles = Map.groupBy(first.call, ({ role }) => role)
  const reached = [...roles].map(([role, calls]) => holderMedia(roster, role, { calls, rules }))
  // Holders with too few ways have faults of their own.
  const known = reached.filter((holders) => holders.length > 0)
  const certain = known.flatMap((holders) =>
    [...(holders[0] ?? [])].filter((one) => holders.every((own) => own.has(one))),
  )
  const isSure = known.some((holders) => holders.every((own) => own.size >= LEAST_MEDIA))
  if (known.length === 0 || isSure || new Set(certain).size >= LEAST_MEDIA) return []
  const came = [...new Set(known.flatMap((holders) => holders.flatMap((own) => [...own])))].join(', ') || 'none'
  const message = `expected the first step of red to go at least two different ways to whoever is on duty, came ${came}; call by more media, or give people more contacts`
  return [{ path: ['ladders', 'red', 'steps', 0, 'call'], message }]
}

/** By which media some calls of one role reach each of those who may hold it. */
function holderMedia(
  roster: Roster,
  role: string,
  { calls, rules }: { readonly calls: Ladder['steps'][number]['call']; readonly rules: ContactRules },
): ReadonlySet<Medium>[] {
  const holders = holdersOf(roster, role)
  return roster.persons
    .filter((person) => holders.has(person.id) && mediaOf(person, rules).size >= LEAST_MEDIA)
    .map((person) => new Set(calls.flatMap(({ by }) => [...mediaCalled(person, by, rules)])))
}

function inSeconds(ms: number): string {
  return `${ms / 1_000} s`
}
