import type { Roster } from '../../../core/contract/roster.ts'
import type { AddOverride } from '../../../core/contract/duty-acts.ts'
import { type UtcMs, utcMs } from '../../../core/contract/time.ts'
import { dayNumber, dayStart } from '../../../core/alarms/roster/county-day.ts'
import { type DutySpan, monthOf, weekOf } from './duty-days.ts'
import type { Query } from './route.ts'

export type DutySpanOfTime = 'month' | 'week'

/** What the calendar of duty shows. Both null = what fits the screen, and now. */
export interface DutyView {
  readonly shows: DutySpanOfTime | null
  /** A day of the county that lies in it, such as 2026-01-12. */
  readonly day: string | null
}

/** Reads it from an address; what means nothing is left out. Inverse of `queryOfDuty`. */
export function dutyViewOf({ view, day }: Query): DutyView {
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(day ?? '') && Number.isFinite(dayNumber(day ?? ''))
  return { shows: view === 'month' || view === 'week' ? view : null, day: isDay ? (day ?? null) : null }
}

export function queryOfDuty({ shows, day }: DutyView): Query {
  return { ...(shows === null ? {} : { view: shows }), ...(day === null ? {} : { day }) }
}

/** First and last instant of what is shown, `steps` months or weeks later. */
export function stretchOf(
  { shows, day }: DutyView & { readonly shows: DutySpanOfTime },
  now: number,
  steps = 0,
): { readonly from: number; readonly to: number } {
  const at = day === null ? now : dayStart(dayNumber(day))
  return shows === 'month' ? monthOf(at, steps) : weekOf(at, steps)
}

/** A place on duty that somebody else could take: one of those of a span, or all of an empty one. */
export interface DutySlot {
  readonly span: DutySpan
  /** null = nobody has it. */
  readonly person: string | null
}

/** Whether a slot can still be changed: it is not over. */
export function isOpen({ span }: Pick<DutySlot, 'span'>, now: number): boolean {
  return span.until > now
}

/** The override that puts somebody into a slot, from now on where the shift runs already; null where they have it. */
export function overrideFor({ span, person }: DutySlot, { comes, now }: Coming): Omit<AddOverride, 'reason'> | null {
  if (span.persons.includes(comes)) return null
  const persons = person === null ? [comes] : span.persons.map((one) => (one === person ? comes : one))
  const from: UtcMs = utcMs(Math.max(span.from, now))
  return { role: span.role, persons, from, to: span.until }
}

interface Coming {
  readonly comes: string
  readonly now: number
}

/** Which of the roles that have shifts are shown; all where none has. */
export function isShown(roster: Pick<Roster, 'tables'>, role: string): boolean {
  return roster.tables.length === 0 || roster.tables.some((table) => table.role === role)
}
