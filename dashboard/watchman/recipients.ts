import type { Calendar } from '../../core/contract/activity.ts'
import type { Person, Roster } from '../../core/contract/roster.ts'
import type { UtcMs } from '../../core/contract/time.ts'
import { planRoster } from '../../core/alarms/roster/plan.ts'

/** Somebody with a phone. `number` in digits, with a leading + when it is international. */
export interface Reachable {
  readonly person: Person
  readonly number: string
}

/** Steps of the red ladder whose roles the watchman texts. */
const STEPS = 2

const A_NUMBER = /^\+?\d{5,20}$/

/** Roles of the ladders and the office that nobody has at `at`. */
export function rolesOfNobody(roster: Roster, calendar: Calendar | null, at: UtcMs): readonly string[] {
  const plan = planRoster(roster, calendar)
  const { red, orange, yellow } = roster.ladders
  const called = [red, orange, yellow].flatMap(({ steps }) => steps.flatMap(({ call }) => call.map(({ role }) => role)))
  const roles = new Set([...called, roster.office.notices, roster.office.leader])
  return [...roles].filter((role) => plan.onDuty(role, at).persons.length === 0)
}

/**
 * Whom the watchman texts at `at`: who is on duty of the roles the red ladder calls first, and the office; where none of them has a phone,
 * everybody who has one. Each person and each number once.
 */
export function recipientsOf(roster: Roster, calendar: Calendar | null, at: UtcMs): readonly Reachable[] {
  const plan = planRoster(roster, calendar)
  const first = roster.ladders.red.steps.slice(0, STEPS).flatMap(({ call }) => call.map(({ role }) => role))
  const roles = new Set([...first, roster.office.leader, roster.office.notices])
  const onDuty = [...roles].flatMap((role) => plan.onDuty(role, at).persons)
  const chosen = withPhones(roster, new Set(onDuty))
  return chosen.length > 0 ? chosen : withPhones(roster, new Set(roster.persons.map(({ id }) => id)))
}

function withPhones(roster: Roster, ids: ReadonlySet<string>): readonly Reachable[] {
  const byNumber = new Map<string, Reachable>()
  for (const id of ids) {
    const person = roster.persons.find((one) => one.id === id)
    const number = person === undefined ? null : numberOf(person)
    if (person !== undefined && number !== null && !byNumber.has(number)) byNumber.set(number, { person, number })
  }
  return [...byNumber.values()]
}

/** A person's first contact that is a phone number, whatever channel it was entered for. */
function numberOf({ contacts }: Person): string | null {
  const numbers = contacts.map(({ address }) => address.replaceAll(/[\s-]/g, ''))
  return numbers.find((address) => A_NUMBER.test(address)) ?? null
}
