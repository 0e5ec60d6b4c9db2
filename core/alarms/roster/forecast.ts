import type { Calendar } from '../../contract/activity.ts'
import type { ContactProof, DutyGap, OnDuty, Roster } from '../../contract/roster.ts'
import { type UtcMs, utcMs } from '../../contract/time.ts'
import { type ContactRules, LEAST_MEDIA } from './contact-rules.ts'
import { countyDay, DAY_MS, dayNumber, dayStart, dayText } from './county-day.ts'
import type { RosterPlan } from './plan.ts'

/** How many days after today the forecast looks. */
const FORECAST_DAYS = 14
/** A proof of a contact is good for so long. */
export const PROOF_MS = 31 * DAY_MS
const ORANGE_WITHIN_MS = 72 * 3_600_000
const RED_WITHIN_MS = 12 * 3_600_000

/** What a forecast is made from. */
export interface ForecastFacts {
  readonly roster: Roster
  readonly plan: RosterPlan
  readonly calendar: Calendar | null
  readonly proofs: readonly ContactProof[]
  readonly rules: Pick<ContactRules, 'mediumOf'>
}

/**
 * What is wrong with the duty from the span that runs at `now` to the end of the 14th day, the gravest and then the soonest first. The same
 * on one day as long as nothing changes but the priorities.
 */
export function forecastGaps(facts: ForecastFacts, now: UtcMs): DutyGap[] {
  const to = utcMs(dayStart(countyDay(now) + FORECAST_DAYS + 1))
  const spans = facts.roster.roles.map(({ id }) => facts.plan.spans(id, facts.plan.onDuty(id, now).from, to))
  return [
    ...spans.flatMap((ofRole) => uncovered(facts.roster, ofRole)),
    ...doubleBooked(facts.roster, spans),
    ...spans.flatMap((ofRole) => unverified(facts, ofRole)),
    ...unannounced(facts, now),
  ]
    .map((gap) => ({ ...gap, priority: priorityOf(gap, now) }))
    .sort((a, b) => GRAVENESS[b.priority] - GRAVENESS[a.priority] || a.from - b.from)
}

const GRAVENESS = { yellow: 1, orange: 2, red: 3 } as const

/** Somebody is still called in the gaps that stay yellow; in the others nobody, or not who should be. */
function priorityOf({ kind, from }: Omit<DutyGap, 'priority'>, now: UtcMs): DutyGap['priority'] {
  if (kind === 'unverified' || kind === 'calendar-not-announced') return 'yellow'
  if (from - now < RED_WITHIN_MS) return 'red'
  return from - now < ORANGE_WITHIN_MS ? 'orange' : 'yellow'
}

type Gap = Omit<DutyGap, 'priority'>

/** Nobody at all, or only the fallback although the role has shifts. */
function uncovered({ tables }: Roster, spans: readonly OnDuty[]): Gap[] {
  const gaps: Gap[] = []
  for (const { role, from, until, persons, source } of spans) {
    const hasShifts = tables.some((table) => table.role === role)
    const kind = source === 'nobody' ? 'nobody' : source === 'fallback' && hasShifts ? 'fallback-only' : null
    if (kind !== null) gaps.push({ kind, role, persons, from, to: until })
  }
  return joined(gaps)
}

/** Gaps that meet and say the same, as one. */
function joined(gaps: readonly Gap[]): Gap[] {
  const joint: Gap[] = []
  for (const gap of gaps) {
    const last = joint.at(-1)
    if (last?.to === gap.from && last.kind === gap.kind && isSame(last.persons, gap.persons))
      joint[joint.length - 1] = { ...last, to: gap.to }
    else joint.push(gap)
  }
  return joint
}

/** One person alone in two roles with shifts at the same time. A fallback that stands in for many roles is meant so. */
function doubleBooked({ tables }: Roster, spans: readonly (readonly OnDuty[])[]): Gap[] {
  const alone = spans.map((ofRole) =>
    ofRole.filter(
      ({ role, persons, source }) =>
        persons.length === 1 && source !== 'fallback' && tables.some((table) => table.role === role),
    ),
  )
  return alone.flatMap((ofRole, place) => alone.slice(place + 1).flatMap((other) => joined(atOnce(ofRole, other))))
}

/** Both in order of time, so one walk along them finds every overlap. */
function atOnce(first: readonly OnDuty[], second: readonly OnDuty[]): Gap[] {
  const gaps: Gap[] = []
  let a = 0
  let b = 0
  for (;;) {
    const one = first[a]
    const two = second[b]
    if (one === undefined || two === undefined) return gaps
    const from = utcMs(Math.max(one.from, two.from))
    const to = utcMs(Math.min(one.until, two.until))
    if (from < to && one.persons[0] === two.persons[0])
      gaps.push({ kind: 'double-booked', role: two.role, persons: one.persons, from, to })
    if (one.until <= two.until) a += 1
    else b += 1
  }
}

/** Persons with fewer than two proven ways when they are first on duty; each once a role. */
function unverified({ roster, proofs, rules }: ForecastFacts, spans: readonly OnDuty[]): Gap[] {
  const seen = new Set<string>()
  return spans.flatMap(({ role, from, until, persons }) =>
    persons.flatMap((id): Gap[] => {
      if (seen.has(id) || provenMedia({ roster, proofs, rules }, id, from) >= LEAST_MEDIA) return []
      seen.add(id)
      return [{ kind: 'unverified', role, persons: [id], from, to: until }]
    }),
  )
}

/** By how many different media a person is proven to be reached at an instant. */
export function provenMedia(
  { roster, proofs, rules }: Pick<ForecastFacts, 'roster' | 'proofs' | 'rules'>,
  id: string,
  at: UtcMs,
): number {
  const contacts = roster.persons.find((person) => person.id === id)?.contacts ?? []
  const proven = contacts.filter(({ channel, address }) =>
    proofs.some(
      (proof) =>
        proof.person === id && proof.channel === channel && proof.address === address && at < proof.provenAt + PROOF_MS,
    ),
  )
  return new Set(proven.flatMap(({ channel }) => rules.mediumOf(channel) ?? [])).size
}

/** A year whose holidays are not known yet, where a table needs them. */
function unannounced({ roster, calendar }: ForecastFacts, now: UtcMs): Gap[] {
  const table = roster.tables.find(({ holidays, onSiteOnHolidays }) => holidays !== undefined || onSiteOnHolidays)
  if (table === undefined) return []
  const first = countyDay(now)
  const last = first + FORECAST_DAYS
  const years = [...new Set([yearOf(first), yearOf(last)])]
  return years
    .filter((year) => calendar?.years[year]?.announced !== true)
    .map((year) => ({
      kind: 'calendar-not-announced',
      role: table.role,
      persons: [],
      from: utcMs(Math.max(dayStart(first), dayStart(dayNumber(`${year}-01-01`)))),
      to: utcMs(Math.min(dayStart(last + 1), dayStart(dayNumber(`${Number(year) + 1}-01-01`)))),
    }))
}

function yearOf(day: number): string {
  return dayText(day).slice(0, 4)
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((person, place) => person === b[place])
}
