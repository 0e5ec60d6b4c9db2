import type { Calendar } from '../../contract/activity.ts'
import type { OnDuty, Roster, ShiftTable } from '../../contract/roster.ts'
import { type UtcMs, utcMs } from '../../contract/time.ts'
import { countyDay, DAY_MS, type DaysOff, daysOff, dayStart } from './county-day.ts'
import { type Layers, openLayers, type TableSays } from './layers.ts'
import { shiftTimes } from './shifts.ts'
import { openTurns } from './turns.ts'

/** A shift as it stands in the calendar. Half-open. It belongs to the day it starts, also after midnight (E8). */
export interface PlannedShift {
  readonly id: string
  readonly from: UtcMs
  readonly to: UtcMs
  /** The day it belongs to, counted from 1970-01-01. */
  readonly day: number
  readonly isDayOff: boolean
}

/** A roster and a calendar, ready to be asked who is on duty. Answers change with neither. */
export interface RosterPlan {
  /** Who has a role. A role nobody knows has nobody. */
  onDuty(role: string, at: UtcMs): OnDuty
  /** Spans that meet exactly and cover `from`…`to`, half-open; none is longer than a shift. */
  spans(role: string, from: UtcMs, to: UtcMs): OnDuty[]
  /** The shift of a role's table an instant lies in; null for a role without table. */
  shiftAt(role: string, at: UtcMs): PlannedShift | null
  /** Whether a day is off by the calendar. */
  isDayOff(at: UtcMs): boolean
}

/** A piece of time in which the table says the same. `day` is the one it belongs to. */
interface Frame extends TableSays {
  readonly to: number
  readonly shift: string | null
  readonly day: number
}

interface RoleFrames {
  /** All frames that start on a day, in order. */
  readonly of: (day: number) => readonly Frame[]
  readonly layers: Layers
}

/** Prepares a roster for a calendar; null = only weekends are off. */
export function planRoster(roster: Roster, calendar: Calendar | null): RosterPlan {
  const days = daysOff(calendar)
  const roles = new Map<string, RoleFrames>()
  const framesOf = (role: string): RoleFrames => {
    const known = roles.get(role)
    if (known !== undefined) return known
    const table = roster.tables.find((one) => one.role === role)
    const made = {
      of: table === undefined ? wholeDay : tableFrames(table, days),
      layers: openLayers(roster, role),
    }
    roles.set(role, made)
    return made
  }
  const frameAt = (role: string, at: number): Frame => {
    const today = framesOf(role).of(countyDay(at))
    const frame =
      today.findLast(({ from }) => from <= at) ??
      framesOf(role)
        .of(countyDay(at) - 1)
        .at(-1)
    // Every day has a shift, and the last of one reaches to the first of the next.
    return frame ?? wholeDayOf(countyDay(at))
  }
  return {
    onDuty: (role, at) => {
      const frame = frameAt(role, at)
      const spans: OnDuty[] = []
      addSpans(spans, { role, frame, layers: framesOf(role).layers, from: Math.max(0, frame.from), to: frame.to })
      return spans.find(({ until }) => at < until) ?? nobody(role, frame)
    },
    spans: (role, from, to) => {
      const { of, layers } = framesOf(role)
      const spans: OnDuty[] = []
      for (let day = countyDay(from) - 1; dayStart(day) < to; day += 1) {
        for (const frame of of(day)) {
          const start = Math.max(frame.from, from)
          const end = Math.min(frame.to, to)
          if (start < end) addSpans(spans, { role, frame, layers, from: start, to: end })
        }
      }
      return spans
    },
    shiftAt: (role, at) => {
      const { shift, from, to, day } = frameAt(role, at)
      if (shift === null) return null
      return { id: shift, from: utcMs(Math.max(0, from)), to: utcMs(to), day, isDayOff: days.isOff(day) }
    },
    isDayOff: (at) => days.isOff(countyDay(at)),
  }
}

/** The frames of a table: its shifts, each as long as until the next starts, so that they partition any time. */
function tableFrames(table: ShiftTable, days: DaysOff): (day: number) => readonly Frame[] {
  const shifts = shiftTimes(table.shifts)
  const options = { days, shiftsADay: shifts.length }
  const hasHolidays = table.holidays !== undefined
  const usual = openTurns(table.cycle, { ...options, which: hasHolidays ? 'worked' : 'all' })
  const holidays = table.holidays === undefined ? null : openTurns(table.holidays, { ...options, which: 'off' })
  return (day) => {
    const midnight = dayStart(day)
    const turns = holidays !== null && days.isOff(day) ? holidays : usual
    const layer = turns === holidays ? 'holiday' : 'cycle'
    return shifts.map(({ id, fromMs }, place) => {
      const nextMs = shifts[place + 1]?.fromMs ?? (shifts[0]?.fromMs ?? 0) + DAY_MS
      return { from: midnight + fromMs, to: midnight + nextMs, shift: id, crew: turns.crew(day, place), layer, day }
    })
  }
}

/** Where there is no table the fallback has every day. */
function wholeDay(day: number): readonly Frame[] {
  return [wholeDayOf(day)]
}

function wholeDayOf(day: number): Frame {
  return { from: dayStart(day), to: dayStart(day) + DAY_MS, shift: null, crew: null, layer: 'cycle', day }
}

interface Stretch {
  readonly role: string
  readonly frame: Frame
  readonly layers: Layers
  readonly from: number
  readonly to: number
}

/** Adds the spans of one frame: as few as there are different answers in it. */
function addSpans(spans: OnDuty[], { role, frame, layers, from, to }: Stretch): void {
  const { shift } = frame
  let start = from
  let now = layers.at(start, frame)
  const add = (until: number) => {
    const { persons, source } = now
    spans.push({ role, from: utcMs(start), until: utcMs(until), shift, persons: [...persons], source })
  }
  for (const cut of layers.cuts(from, to)) {
    const next = layers.at(cut, frame)
    if (next.source === now.source && isSame(next.persons, now.persons)) continue
    add(cut)
    start = cut
    now = next
  }
  add(to)
}

function nobody(role: string, { from, to }: Frame): OnDuty {
  return { role, from: utcMs(Math.max(0, from)), until: utcMs(to), shift: null, persons: [], source: 'nobody' }
}

function isSame(a: readonly string[], b: readonly string[]): boolean {
  return a.length === b.length && a.every((person, place) => person === b[place])
}
