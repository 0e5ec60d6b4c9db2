import type { HandoverShift } from '../../../core/contract/handover-draft.ts'
import type { Roster } from '../../../core/contract/roster.ts'
import { type UtcMs, utcMs } from '../../../core/contract/time.ts'
import type { NamedPerson } from '../../../core/alarms/handover-source.ts'
import { dayNumber, dayStart, dayText } from '../../../core/alarms/roster/county-day.ts'
import type { PlannedShift } from '../../../core/alarms/roster/plan.ts'
import type { DutyBook } from '../duty/duty-book.ts'

/** What of the duty book hand-overs stand on. */
export type ShiftBook = Pick<DutyBook, 'roster' | 'shiftAt' | 'spans' | 'onDuty' | 'person' | 'checkIns' | 'spotChecks'>

/** A shift with its record's id. */
export interface KnownShift {
  readonly id: string
  readonly shift: HandoverShift
  readonly isDayOff: boolean
}

/** The role that hands over: that of the control room itself, where it works in shifts, else the first that does; null = none does. */
export function shiftRole({ tables, office }: Roster): string | null {
  const own = tables.find(({ role }) => role === office.notices) ?? tables[0]
  return own?.role ?? null
}

/** The shift an instant lies in; null where nobody works in shifts. */
export function shiftOf(book: ShiftBook, at: UtcMs): KnownShift | null {
  const role = shiftRole(book.roster)
  const planned = role === null ? null : book.shiftAt(role, at)
  return role === null || planned === null ? null : knownShift(book.roster, role, planned)
}

/** The one before a shift. */
export function shiftBefore(book: ShiftBook, { shift }: KnownShift): KnownShift | null {
  return shift.from === 0 ? null : shiftOf(book, utcMs(shift.from - 1))
}

/** The shift of a record's id, as the roster has it now; null where it has none such. */
export function shiftOfId(book: ShiftBook, id: string): KnownShift | null {
  const [role = '', day = '', name] = id.split('.')
  const table = book.roster.tables.find((one) => one.role === role)
  const shift = table?.shifts.find((one) => one.id === name)
  if (shift === undefined || role !== shiftRole(book.roster) || Number.isNaN(dayNumber(day))) return null
  const [hours = 0, minutes = 0] = shift.from.split(':').map(Number)
  const planned = book.shiftAt(role, utcMs(Math.max(0, dayStart(dayNumber(day)) + (hours * 60 + minutes) * 60_000)))
  const known = planned === null ? null : knownShift(book.roster, role, planned)
  return known?.id === id ? known : null
}

function knownShift(roster: Roster, role: string, { id: shift, from, to, day, isDayOff }: PlannedShift): KnownShift {
  const table = roster.tables.find((one) => one.role === role)
  const name = table?.shifts.find((one) => one.id === shift)?.name ?? { 'zh-CN': shift, en: shift }
  const roleName = roster.roles.find((one) => one.id === role)?.name ?? { 'zh-CN': role, en: role }
  const text = dayText(day)
  return { id: `${role}.${text}.${shift}`, shift: { role, roleName, shift, name, day: text, from, to }, isDayOff }
}

/** Everybody who has a role at some time of a stretch, each once, in the order they come on. */
export function personsIn(book: ShiftBook, role: string, { from, to }: { from: UtcMs; to: UtcMs }): NamedPerson[] {
  const ids = [...new Set(book.spans(role, from, to).flatMap(({ persons }) => persons))]
  return ids.map((id) => ({ id, name: book.person(id)?.name ?? id }))
}

/** Whether those who had a shift go on into the next, all of them and nobody else: then nothing changes hands. */
export function isSameCrew(book: ShiftBook, { role, from, to }: HandoverShift): boolean {
  const idsOf = (part: { readonly from: UtcMs; readonly to: UtcMs }) => {
    const ids = personsIn(book, role, part).map(({ id }) => id)
    return ids.sort().join(' ')
  }
  return idsOf({ from, to }) === idsOf({ from: to, to: utcMs(to + 1) })
}

/** Who has the shift, who leads it, and who has the next one as it begins. */
export function crewsOf(book: ShiftBook, { from, to, role }: HandoverShift) {
  const { leader } = book.roster.office
  return {
    crew: personsIn(book, role, { from, to }),
    leaders: personsIn(book, leader, { from, to }),
    next: personsIn(book, role, { from: to, to: utcMs(to + 1) }),
  }
}
