import type { Actor } from '../../../core/contract/ledger.ts'
import type { CheckIn, Roster } from '../../../core/contract/roster.ts'
import { type UtcMs, utcMs } from '../../../core/contract/time.ts'
import type { RosterPlan } from '../../../core/alarms/roster/plan.ts'
import { HouseError } from '../../../core/kit/errors.ts'
import type { AlarmDesk } from '../alarms/desk.ts'
import type { OwnAlarms } from '../alarms/own-alarms.ts'
import type { Database } from '../db/database.ts'
import { personOf } from './entries.ts'
import { addCheckIn, checkInsOf } from './presence-rows.ts'
import type { RosterVersions } from './versions.ts'

const MINUTE_MS = 60_000
/** Who is on duty soon may already say that they are there. */
const EARLY_MS = 60 * MINUTE_MS
/** A leader who has to be on the spot has so long from the shift's start. */
const ABSENT_MS = 15 * MINUTE_MS

/** Somebody says that they are there. */
export interface CheckInRequest {
  readonly person: string
  readonly via: CheckIn['via']
  readonly onSite: boolean
  readonly actor: Actor
}

/** Who said that they are there, and who should have. */
export interface CheckIns {
  /** For every role the person has now or within the hour. Throws `http/not-found`, `http/conflict` for somebody who is not on duty. */
  checkIn(request: CheckInRequest): Promise<readonly CheckIn[]>
  /** Raises or ends the alarm that nobody of a role is on the spot on a day off (领导未到岗). */
  watch(now: UtcMs): Promise<void>
}

export interface CheckInsDeps {
  readonly db: Database
  readonly desk: Pick<AlarmDesk, 'time' | 'append'>
  readonly ownAlarms: OwnAlarms
  readonly versions: () => RosterVersions
  readonly changed: () => void
}

export function openCheckIns(deps: CheckInsDeps): CheckIns {
  const { db, desk, ownAlarms, versions } = deps
  // What an earlier run has raised is ended by the first round of this one.
  let told: string | undefined
  return {
    checkIn: async (request) => {
      const at = await desk.time()
      const { newest, plan } = versions()
      personOf(newest.roster, request.person)
      const shifts = shiftsOf(newest.roster, { plan, person: request.person, at })
      if (shifts.length === 0) {
        const message = `expected somebody on duty now or within the hour, came ${request.person}; change the roster first`
        throw new HouseError('http/conflict', message, { person: request.person, because: 'not-on-duty' })
      }
      const { person, via, onSite, actor } = request
      const made = shifts.map((shift): CheckIn => ({ ...shift, person, at, via, onSite }))
      await db.transaction(async (q) => {
        for (const one of made) {
          if (!(await addCheckIn(q, one))) continue
          const { role, shiftAt } = one
          await desk.append(q, [{ actor, act: 'checked-in', subject: person, detail: { role, shiftAt, via, onSite } }])
        }
      })
      deps.changed()
      return made
    },
    watch: async (now) => {
      const missing = await absent(deps, now)
      const key = JSON.stringify(missing)
      if (key === told) return
      await ownAlarms.set('leader-absent', missing === null ? null : troubleOf(versions().newest.roster, missing))
      if (missing !== null) {
        const { role, shiftAt, persons } = missing
        const actor = { kind: 'system', name: 'control-room' } as const
        const act = 'leader-absent' as const
        await db.transaction((q) => desk.append(q, [{ actor, act, subject: role, detail: { shiftAt, persons } }]))
      }
      told = key
    },
  }
}

/** The shifts a person has now or soon, by role; a role without shifts counts by its day. */
function shiftsOf(
  { roles }: Roster,
  { plan, person, at }: { readonly plan: RosterPlan; readonly person: string; readonly at: UtcMs },
): { role: string; shiftAt: UtcMs }[] {
  const soon = utcMs(at + EARLY_MS)
  return roles.flatMap(({ id: role }) => {
    const span = plan.spans(role, at, soon).find(({ persons }) => persons.includes(person))
    if (span === undefined) return []
    const begun = utcMs(Math.max(at, span.from))
    return [{ role, shiftAt: plan.shiftAt(role, begun)?.from ?? plan.onDuty(role, begun).from }]
  })
}

interface Absent {
  readonly role: string
  readonly shiftAt: UtcMs
  readonly persons: readonly string[]
}

/** The first role of which nobody is on the spot although somebody has to be. */
async function absent({ db, versions }: CheckInsDeps, now: UtcMs): Promise<Absent | null> {
  const { newest, plan } = versions()
  for (const { role, onSiteOnHolidays } of newest.roster.tables) {
    const shift = onSiteOnHolidays ? plan.shiftAt(role, now) : null
    if (shift?.isDayOff !== true) continue
    const span = plan.onDuty(role, now)
    // Who stands in from the middle of a shift on has as long.
    if (now < Math.max(shift.from, span.from) + ABSENT_MS) continue
    const there = await db.read((q) => checkInsOf(q, role, shift.from))
    if (there.some(({ person, onSite }) => onSite && span.persons.includes(person))) continue
    return { role, shiftAt: shift.from, persons: span.persons }
  }
  return null
}

function troubleOf(roster: Roster, { role, shiftAt, persons }: Absent) {
  const names = persons.map((id) => roster.persons.find((person) => person.id === id)?.name ?? id)
  const name = roster.roles.find(({ id }) => id === role)?.name
  return {
    priority: 'orange',
    explanation: {
      key: 'control-room.leader-absent',
      values: { role: name?.en ?? role, roleZh: name?.['zh-CN'] ?? role, persons: names.join(', '), since: shiftAt },
    },
  } as const
}
