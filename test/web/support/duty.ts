import type { DutyCalendar, DutyNow, PresenceLog, RosterNow } from '../../../core/contract/duty-acts.ts'
import type { DeskStatus } from '../../../core/contract/live.ts'
import type { Medium } from '../../../core/contract/notice.ts'
import { type CheckIn, type ContactProof, type DutyGap, Roster } from '../../../core/contract/roster.ts'
import { type UtcMs, utcMs } from '../../../core/contract/time.ts'
import type { ContactRules } from '../../../core/alarms/roster/contact-rules.ts'
import { countyDay, DAY_MS, dayText, isWeekend, weekdayOf } from '../../../core/alarms/roster/county-day.ts'
import { forecastGaps } from '../../../core/alarms/roster/forecast.ts'
import { planRoster } from '../../../core/alarms/roster/plan.ts'
import { NIGHT } from './county.ts'

/** The ways of the scripted county, by what sort of way they are. */
const MEDIA: Readonly<Record<string, Medium>> = {
  desk: 'desk',
  sms: 'sms',
  ding: 'robot',
  voice: 'voice',
  push: 'push',
}

/** What the scripted ways say of contacts. */
export const RULES: ContactRules = {
  channels: Object.keys(MEDIA),
  mediumOf: (channel) => MEDIA[channel] ?? null,
  addressFaults: () => [],
}

/** Proves a contact of the scripted county. */
export const CODE = '204518'

const ladder = { steps: [{ after: '0s', call: [{ role: 'duty' }] }], loop: '10min' }
const shift = (id: string, names: readonly [string, string], from: string, to: string) => ({
  ...{ id, name: { 'zh-CN': names[0], en: names[1] }, from, to },
})

/** A crew of two, a leader who is away for two days, and a deputy who stands behind everybody. */
export function nightRoster(): Roster {
  const person = (id: string, name: string, rest: object = {}) => ({
    ...{ id, name },
    contacts: [
      { channel: 'desk', address: id },
      { channel: 'sms', address: `+8613900000${String(100 + id.length * 7)}` },
    ],
    ...rest,
  })
  return Roster.parse({
    persons: [
      person('chen-gang', '陈岗', { user: 'operator' }),
      person('li-yun', '李云'),
      person('he-ping', '何平'),
      person('wu-lan', '吴岚', {
        user: 'leader',
        away: [{ from: NIGHT + 4 * DAY_MS, to: NIGHT + 6 * DAY_MS, reason: '培训' }],
      }),
      person('sun-zheng', '孙政'),
    ],
    roles: [
      { id: 'duty', name: { 'zh-CN': '值班员', en: 'Duty officer' }, fallback: ['sun-zheng'] },
      { id: 'leader', name: { 'zh-CN': '带班领导', en: 'Leader on duty' }, fallback: ['sun-zheng'] },
      { id: 'deputy', name: { 'zh-CN': '分管领导', en: 'Deputy' }, fallback: ['sun-zheng'] },
    ],
    tables: [
      {
        role: 'duty',
        shifts: [shift('day', ['白班', 'Day'], '08:00', '20:00'), shift('night', ['夜班', 'Night'], '20:00', '08:00')],
        cycle: {
          startsOn: '2026-01-01',
          crews: [['chen-gang'], ['li-yun'], ['he-ping']],
          turn: 'shift',
        },
      },
      {
        role: 'leader',
        shifts: [shift('whole', ['全天', 'Whole day'], '08:00', '08:00')],
        cycle: { startsOn: '2026-01-01', crews: [['wu-lan']] },
      },
    ],
    ladders: { red: ladder, orange: ladder, yellow: ladder },
    office: { notices: 'duty', leader: 'leader' },
  })
}

/** What the scripted control room knows of who is on duty. */
export interface ScriptedDuty {
  roster: Roster
  version: number
  by: string
  readonly proofs: ContactProof[]
  readonly checkIns: CheckIn[]
  /** Test calls so far, as channel and person. */
  readonly tests: string[]
  /** Browsers that want push messages. */
  readonly pushed: string[]
}

/** A roster with two proven contacts, of which one has run out. */
export function openDuty(): ScriptedDuty {
  const roster = nightRoster()
  const proof = (person: string, provenAt: number): ContactProof => {
    const contact = roster.persons.find(({ id }) => id === person)?.contacts[1]
    return { person, channel: 'sms', address: contact?.address ?? '', provenAt: utcMs(provenAt) }
  }
  const proofs = [proof('li-yun', NIGHT - 6 * DAY_MS), proof('wu-lan', NIGHT - 40 * DAY_MS)]
  return { roster, version: 7, by: 'control.yaml', proofs, checkIns: [], tests: [], pushed: [] }
}

export function rosterNow({ version, by, roster, proofs }: ScriptedDuty): RosterNow {
  return { version, by, at: utcMs(NIGHT - DAY_MS), roster, proofs }
}

export function dutyNow({ roster, checkIns }: ScriptedDuty, at: UtcMs): DutyNow {
  const plan = planRoster(roster, null)
  const roles = roster.roles.map(({ id, name }) => {
    const span = plan.onDuty(id, at)
    const persons = span.persons.map((person) => {
      const own = checkIns.filter((one) => one.person === person && one.role === id)
      const called = roster.persons.find((one) => one.id === person)?.name ?? person
      return { id: person, name: called, checkedInAt: own[0]?.at ?? null, onSite: own.some(({ onSite }) => onSite) }
    })
    return { ...span, name, persons }
  })
  return { at, roles }
}

/** Who is on duty in the roles that have shifts, for the live feed. */
export function onDuty(duty: ScriptedDuty, at: UtcMs): DeskStatus['onDuty'] {
  const rostered = new Set(duty.roster.tables.map(({ role }) => role))
  return dutyNow(duty, at)
    .roles.filter(({ role }) => rostered.has(role))
    .map(({ role, name, until, source, persons }) => ({
      ...{ role, name, until, source },
      persons: persons.map(({ id, name: who, checkedInAt }) => ({ id, name: who, checkedInAt })),
    }))
}

export function gapsOf({ roster, proofs }: ScriptedDuty, now: UtcMs): DutyGap[] {
  const facts = { roster, plan: planRoster(roster, null), calendar: null, proofs, rules: RULES }
  return forecastGaps(facts, now).filter(({ kind }) => kind !== 'calendar-not-announced' && kind !== 'unverified')
}

export function calendarOf(duty: ScriptedDuty, from: UtcMs, to: UtcMs, now: UtcMs): DutyCalendar {
  const plan = planRoster(duty.roster, null)
  const first = countyDay(from)
  const days = Array.from({ length: countyDay(to - 1) - first + 1 }, (_, n) => ({
    day: dayText(first + n),
    isOff: isWeekend(weekdayOf(first + n)),
    isWorked: false,
    festival: null,
    isAnnounced: true,
  }))
  const spans = duty.roster.roles.flatMap(({ id }) => plan.spans(id, from, to))
  return { from, to, days, spans, gaps: gapsOf(duty, now).filter((gap) => gap.from < to && gap.to > from) }
}

/** Somebody on duty says that they are there. */
export function checkIn(duty: ScriptedDuty, person: string, at: UtcMs, onSite: boolean): CheckIn[] {
  const plan = planRoster(duty.roster, null)
  const made = duty.roster.tables.flatMap(({ role }): CheckIn[] => {
    const span = plan.onDuty(role, at)
    return span.persons.includes(person) ? [{ person, role, shiftAt: span.from, at, via: 'desk', onSite }] : []
  })
  duty.checkIns.push(...made)
  return made
}

export function presenceOf({ checkIns }: ScriptedDuty): PresenceLog {
  return { checkIns, spotChecks: [] }
}
