import { randomUUID } from 'node:crypto'
import type { Calendar } from '../../../core/contract/activity.ts'
import type { Actor } from '../../../core/contract/ledger.ts'
import type {
  CheckIn,
  ContactProof,
  DutyGap,
  Override,
  Person,
  Roster,
  SpotCheck,
} from '../../../core/contract/roster.ts'
import type { UtcMs } from '../../../core/contract/time.ts'
import type { DutyView } from '../../../core/alarms/duty-view.ts'
import type { PlannedShift } from '../../../core/alarms/roster/plan.ts'
import type { Chance, Clock } from '../../../platform/clock.ts'
import type { Log } from '../../../platform/log.ts'
import { repeat } from '../../../platform/repeat.ts'
import type { AlarmDesk } from '../alarms/desk.ts'
import type { OwnAlarms } from '../alarms/own-alarms.ts'
import type { Channel } from '../config.ts'
import type { Database } from '../db/database.ts'
import type { QueueMemos } from '../notify/memo.ts'
import { type CheckIns, openCheckIns } from './check-ins.ts'
import { allProofs } from './contact-rows.ts'
import { contactRules } from './contact-rules.ts'
import { type Contacts, openContacts } from './contacts.ts'
import { withLeave, withoutOverride, withOverride } from './entries.ts'
import { openGapWatch } from './gap-watch.ts'
import { checkInsIn, spotChecksIn } from './presence-rows.ts'
import { openSpotChecks, type SpotChecks } from './spot-checks.ts'
import { openSwaps, type Swaps } from './swaps.ts'
import { openVersions } from './versions.ts'

/** Everything the control room knows of who is on duty. Reads are from memory and always of the newest version. */
export interface DutyBook extends DutyView {
  /** Version of the roster, growing with every change; who made it and when. */
  readonly version: number
  readonly by: string
  readonly at: UtcMs
  /** The calendar it counts days off by; null = only weekends are off. */
  readonly calendar: Calendar | null
  /** Replaces the roster. Throws `http/invalid` with every fault, `http/conflict` when `version` is not the newest. */
  save(roster: Roster, facts: { readonly by: string; readonly version: number }): Promise<void>
  /** The shift of a role's table an instant lies in; null for a role without table. */
  shiftAt(role: string, at: UtcMs): PlannedShift | null
  /** Others than the table's for a time. Throws `http/invalid` with every fault. */
  addOverride(entry: Pick<Override, 'role' | 'from' | 'to' | 'persons' | 'reason'>, actor: Actor): Promise<Override>
  /** Ends an override now. Throws `http/not-found`. */
  endOverride(id: string, actor: Actor): Promise<void>
  /** Throws `http/not-found`, `http/invalid`. */
  addLeave(person: string, leave: Person['away'][number], actor: Actor): Promise<void>
  readonly swaps: Swaps
  readonly contacts: Omit<Contacts, 'proofs' | 'remind'>
  /** Throws `http/not-found`, `http/conflict` for somebody who is not on duty. */
  checkIn: CheckIns['checkIn']
  /** Throws `http/not-found` where no check waits. */
  answerSpotCheck: SpotChecks['answer']
  /** What is wrong with the next 14 days. */
  gaps(now: UtcMs): readonly DutyGap[]
  proofs(): readonly ContactProof[]
  checkIns(from: UtcMs, to: UtcMs): Promise<readonly CheckIn[]>
  spotChecks(from: UtcMs, to: UtcMs): Promise<readonly SpotCheck[]>
  /** Told after every change of the roster, a proof, a check-in or a spot check. */
  onChange(told: () => void): void
  /** Watches gaps, leaders and spot checks once a second until `signal` aborts. Never throws: a failure is logged once and tried again. */
  run(signal: AbortSignal): Promise<void>
  /** One round of what `run` does. Throws `store/failed`. */
  tick(): Promise<void>
}

export interface DutyBookDeps {
  readonly db: Database
  readonly desk: Pick<AlarmDesk, 'time' | 'append'>
  readonly clock: Clock
  readonly calendar: Calendar | null
  readonly channels: readonly Channel[]
  readonly ownAlarms: OwnAlarms
  readonly memos: QueueMemos
  /** The roster of control.yaml. */
  readonly fromConfig: Roster
  /** When spot checks come. */
  readonly chance: Chance
  readonly log: Log
}

const TICK_MS = 1_000
/** A gap may grow more urgent without any change. */
const GAPS_EVERY_MS = 600_000
const REMIND_EVERY_MS = 3_600_000

/** Opens the book. A roster that has changed in control.yaml since the last start is taken over. Throws `store/failed`. */
export async function openDutyBook(deps: DutyBookDeps): Promise<DutyBook> {
  const { db, desk, calendar } = deps
  const rules = contactRules(deps.channels)
  const followers: (() => void)[] = []
  let isChanged = true
  const changed = () => {
    isChanged = true
    for (const follower of followers) follower()
  }
  const versions = await openVersions({ ...deps, rules, proofs: allProofs, changed })
  const shared = { ...deps, rules, changed, versions: () => versions }
  const contacts = await openContacts(shared)
  const checkIns = openCheckIns(shared)
  const spots = openSpotChecks(shared)
  const gapWatch = openGapWatch({ ...shared, proofs: () => contacts.proofs })
  const { clock, log } = deps
  const nextAt = { gaps: 0, reminders: 0 }
  const tick = async (): Promise<void> => {
    const now = await desk.time()
    await spots.tick(now)
    await checkIns.watch(now)
    if (isChanged || now >= nextAt.gaps) {
      isChanged = false
      // Due until it has succeeded.
      nextAt.gaps = 0
      await gapWatch.watch(now)
      nextAt.gaps = now + GAPS_EVERY_MS
    }
    if (now >= nextAt.reminders) {
      nextAt.reminders = now + REMIND_EVERY_MS
      await contacts.remind()
    }
  }
  const pace = { everyMs: TICK_MS, clock, log, code: 'duty/failing' }
  const said = { failing: 'the duty book cannot be kept now', again: 'the duty book is kept again' }
  return {
    get roster() {
      return versions.newest.roster
    },
    get version() {
      return versions.newest.version
    },
    get by() {
      return versions.newest.by
    },
    get at() {
      return versions.newest.at
    },
    calendar,
    onDuty: (role, at) => versions.plan.onDuty(role, at),
    spans: (role, from, to) => versions.plan.spans(role, from, to),
    shiftAt: (role, at) => versions.plan.shiftAt(role, at),
    person: (id) => versions.newest.roster.persons.find((person) => person.id === id) ?? null,
    save: async (roster, { by, version }) => {
      const actor = { kind: 'person', name: by } as const
      await versions.change({ actor, act: 'roster-changed', subject: 'roster', make: () => roster, version })
    },
    addOverride: async (entry, actor) => {
      const id = `override-${randomUUID().slice(0, 8)}`
      const { role, persons, from, to, reason } = entry
      const detail = { id, persons, from, to, reason }
      const next = await versions.change({
        ...{ actor, act: 'override-entered', subject: role, detail },
        make: (roster, at) => withOverride(roster, { ...entry, id, by: actor.name, at }),
      })
      return (
        next.roster.overrides.find((override) => override.id === id) ?? { ...entry, id, by: actor.name, at: next.at }
      )
    },
    endOverride: async (id, actor) => {
      const make = (roster: Roster, at: UtcMs) => withoutOverride(roster, id, at)
      await versions.change({ actor, act: 'override-ended', subject: id, make })
    },
    addLeave: async (person, leave, actor) => {
      const make = (roster: Roster) => withLeave(roster, person, leave)
      await versions.change({ actor, act: 'leave-entered', subject: person, detail: { ...leave }, make })
    },
    swaps: openSwaps(shared),
    contacts,
    checkIn: async (request) => {
      const made = await checkIns.checkIn(request)
      const { via, person, actor } = request
      if (via === 'desk' && actor.kind === 'person') await contacts.seenAtDesk(person, actor.name)
      return made
    },
    answerSpotCheck: (answer) => spots.answer(answer),
    gaps: (now) => gapWatch.gaps(now),
    proofs: () => contacts.proofs,
    checkIns: (from, to) => db.read((q) => checkInsIn(q, from, to)),
    spotChecks: (from, to) => db.read((q) => spotChecksIn(q, from, to)),
    onChange: (told) => void followers.push(told),
    tick,
    run: (signal) => repeat(tick, { ...pace, ...said }, signal),
  }
}
