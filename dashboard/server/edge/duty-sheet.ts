import type { DutySheet, SheetPerson } from '../../../core/contract/edge.ts'
import type { Person } from '../../../core/contract/roster.ts'
import { COUNTY_OFFSET_MS } from '../../../core/contract/roster.ts'
import { type UtcMs, utcMs } from '../../../core/contract/time.ts'
import type { DutyView } from '../../../core/alarms/duty-view.ts'

const DAY_MS = 86_400_000
/** A sheet tells so many days. */
const DAYS = 14
const MOST_WATCHES = 2_000
const MOST_FALLBACK = 20
const NUMBER = /^\+?\d{3,20}$/

export interface SheetFacts {
  readonly duty: DutyView
  /** Whether a channel carries SMS. */
  readonly isSms: (channel: string) => boolean
  readonly now: UtcMs
}

/** Whom gateways may text in the next days; the same all day long as long as the roster is. */
export type SheetPlan = Pick<DutySheet, 'until' | 'watches' | 'fallback'>

/** Everybody the ladder of red names who can be texted, by the times they are on duty, from the beginning of the county's day. */
export function planSheet({ duty, isSms, now }: SheetFacts): SheetPlan {
  const from = utcMs(Math.max(0, Math.floor((now + COUNTY_OFFSET_MS) / DAY_MS) * DAY_MS - COUNTY_OFFSET_MS))
  const until = utcMs(from + DAYS * DAY_MS)
  const roles = [...new Set(duty.roster.ladders.red.steps.flatMap(({ call }) => call.map(({ role }) => role)))]
  const spans = roles.map((role) => duty.spans(role, from, until))
  const starts = [...new Set(spans.flat().map((span) => span.from))].toSorted((a, b) => a - b)
  const known = (ids: readonly string[]) => textable(ids, { duty, isSms })
  const watches: DutySheet['watches'] = []
  for (const [index, start] of starts.entries()) {
    const on = spans.flatMap((one) => one.filter((span) => span.from <= start && start < span.until))
    const persons = known(on.flatMap((span) => span.persons))
    const before = watches.at(-1)
    const to = starts[index + 1] ?? until
    if (before !== undefined && sameAs(before.persons, persons)) before.to = to
    else watches.push({ from: start, to, persons })
  }
  const fallback = known(duty.roster.roles.filter(({ id }) => roles.includes(id)).flatMap((role) => role.fallback))
  return { until, watches: watches.slice(0, MOST_WATCHES), fallback: fallback.slice(0, MOST_FALLBACK) }
}

/** Each person once, in the order of the ladder. */
function textable(ids: readonly string[], { duty, isSms }: Pick<SheetFacts, 'duty' | 'isSms'>): SheetPerson[] {
  return [...new Set(ids)].flatMap((id) => {
    const person = duty.person(id)
    const number = person === null ? undefined : numberOf(person, isSms)
    return person === null || number === undefined ? [] : [{ id, name: person.name, language: person.language, number }]
  })
}

function numberOf({ contacts }: Person, isSms: SheetFacts['isSms']): string | undefined {
  return contacts
    .filter(({ channel }) => isSms(channel))
    .map(({ address }) => address.replaceAll(/[\s()-]/g, ''))
    .find((address) => NUMBER.test(address))
}

function sameAs(before: readonly SheetPerson[], now: readonly SheetPerson[]): boolean {
  return JSON.stringify(before) === JSON.stringify(now)
}
