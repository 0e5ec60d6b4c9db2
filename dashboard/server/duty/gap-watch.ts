import type { Calendar } from '../../../core/contract/activity.ts'
import type { ContactProof, DutyGap } from '../../../core/contract/roster.ts'
import type { UtcMs } from '../../../core/contract/time.ts'
import { countyDay, dayText } from '../../../core/alarms/roster/county-day.ts'
import type { ContactRules } from '../../../core/alarms/roster/contact-rules.ts'
import { forecastGaps } from '../../../core/alarms/roster/forecast.ts'
import type { AlarmDesk } from '../alarms/desk.ts'
import type { OwnAlarms, OwnTrouble } from '../alarms/own-alarms.ts'
import type { Database } from '../db/database.ts'
import { importedAt } from './roster-rows.ts'
import type { RosterVersions } from './versions.ts'

/** Those who came with control.yaml have a day to prove their contacts before that is an alarm. */
const GRACE_MS = 86_400_000

/** What is wrong with the duty of the next days. */
export interface GapWatch {
  gaps(now: UtcMs): readonly DutyGap[]
  /** Raises, updates or ends the alarm of the worst gap. */
  watch(now: UtcMs): Promise<void>
}

export interface GapWatchDeps {
  readonly db: Database
  readonly desk: Pick<AlarmDesk, 'append'>
  readonly ownAlarms: OwnAlarms
  readonly calendar: Calendar | null
  readonly rules: ContactRules
  readonly versions: () => RosterVersions
  readonly proofs: () => readonly ContactProof[]
}

export function openGapWatch(deps: GapWatchDeps): GapWatch {
  const { db, desk, ownAlarms, calendar, rules, versions, proofs } = deps
  // What an earlier run has raised is ended by the first round of this one.
  let told: string | undefined
  const gaps = (now: UtcMs) => {
    const { newest, plan } = versions()
    return forecastGaps({ roster: newest.roster, plan, calendar, proofs: proofs(), rules }, now)
  }
  return {
    gaps,
    watch: async (now) => {
      const graceUntil = (await db.read(importedAt)) + GRACE_MS
      const grave = gaps(now).filter(({ kind }) => kind !== 'unverified' || now >= graceUntil)
      const [worst] = grave
      const trouble = worst === undefined ? null : troubleOf(worst, grave.length, versions())
      const key = JSON.stringify(trouble)
      if (key === told) return
      await ownAlarms.set('duty-gap', trouble)
      if (worst !== undefined) {
        const { role, ...detail } = worst
        const actor = { kind: 'system', name: 'control-room' } as const
        const act = 'duty-gap' as const
        await db.transaction((q) =>
          desk.append(q, [{ actor, act, subject: role, detail: { ...detail, gaps: grave.length } }]),
        )
      }
      told = key
    },
  }
}

function troubleOf(
  { kind, role, persons, from, to, priority }: DutyGap,
  count: number,
  { newest }: RosterVersions,
): OwnTrouble {
  const { roster } = newest
  const name = roster.roles.find(({ id }) => id === role)?.name
  const names = persons.map((id) => roster.persons.find((person) => person.id === id)?.name ?? id).join(', ')
  const roles = { role: name?.en ?? role, roleZh: name?.['zh-CN'] ?? role }
  const values = { kind, ...roles, persons: names, day: dayText(countyDay(from)), from, to, more: count - 1 }
  return { priority, explanation: { key: 'control-room.duty-gap', values } }
}
