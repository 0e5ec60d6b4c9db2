import { createHash } from 'node:crypto'
import type { Calendar } from '../../../core/contract/activity.ts'
import type { Actor } from '../../../core/contract/ledger.ts'
import type { ContactProof, Roster } from '../../../core/contract/roster.ts'
import type { UtcMs } from '../../../core/contract/time.ts'
import { checkRoster } from '../../../core/alarms/roster/check-roster.ts'
import { type ContactRules, LEAST_MEDIA } from '../../../core/alarms/roster/contact-rules.ts'
import { everyHolder, type RosterFault } from '../../../core/alarms/roster/fault.ts'
import { provenMedia } from '../../../core/alarms/roster/forecast.ts'
import { planRoster, type RosterPlan } from '../../../core/alarms/roster/plan.ts'
import { canonicalJson } from '../../../core/kit/canonical-json.ts'
import { type ErrorFacts, HouseError } from '../../../core/kit/errors.ts'
import { pathText } from '../../../platform/config.ts'
import type { AlarmDesk } from '../alarms/desk.ts'
import type { LedgerAction } from '../alarms/ledger.ts'
import type { Database, Query } from '../db/database.ts'
import { carriedOver, withoutOld } from './entries.ts'
import { addRoster, importedHash, newestRoster, presentRoster, type RosterVersion } from './roster-rows.ts'

/** What a change of the roster is made of. */
export interface RosterChange {
  readonly actor: Actor
  /** The next roster, from the newest there is. What it throws is refused, and nothing has changed. */
  readonly make: (present: Roster, at: UtcMs) => Roster
  /** What the ledger says beside the version. */
  readonly act: LedgerAction['act']
  readonly subject: string
  readonly detail?: Readonly<Record<string, unknown>>
  /** Refused with `http/conflict` where this is not the newest version. */
  readonly version?: number
}

/** The versions of the roster, the newest in memory. */
export interface RosterVersions {
  readonly newest: RosterVersion
  readonly plan: RosterPlan
  /** Makes the next version, durably. Throws `http/invalid` with every fault, `http/conflict`, and what `make` throws. */
  change(change: RosterChange): Promise<RosterVersion>
}

export interface VersionsDeps {
  readonly db: Database
  readonly desk: Pick<AlarmDesk, 'time' | 'append'>
  readonly calendar: Calendar | null
  readonly rules: ContactRules
  readonly fromConfig: Roster
  /** What is proven of whom. */
  readonly proofs: (q: Query) => Promise<readonly ContactProof[]>
  readonly changed: () => void
}

/** Opens the newest version. One that control.yaml has changed since is taken over as the next. */
export async function openVersions(deps: VersionsDeps): Promise<RosterVersions> {
  const { db, desk, calendar } = deps
  const at = await desk.time()
  const hold = (newest: RosterVersion) => ({ newest, plan: planRoster(newest.roster, calendar) })
  let now = hold(await db.transaction((q) => takeOver(q, deps, at)))
  return {
    get newest() {
      return now.newest
    },
    get plan() {
      return now.plan
    },
    change: async (change) => {
      const since = await desk.time()
      const next = await db.transaction((q) => changed(q, { deps, change, at: since }))
      // Two changes may end in another order than they were made.
      if (next.version > now.newest.version) now = hold(next)
      deps.changed()
      return next
    },
  }
}

async function takeOver(q: Query, { desk, fromConfig }: VersionsDeps, at: UtcMs): Promise<RosterVersion> {
  const newest = await newestRoster(q)
  const hash = hashOf(fromConfig)
  if (newest !== null && (await importedHash(q)) === hash) return newest
  const roster = newest === null ? fromConfig : carriedOver(fromConfig, newest.roster, at)
  const next = { version: (newest?.version ?? 0) + 1, roster, by: 'control.yaml', at }
  await addRoster(q, { ...next, fileHash: hash })
  const actor = { kind: 'system', name: 'control-room' } as const
  await desk.append(q, [{ actor, act: 'roster-changed', subject: 'roster', detail: factsOf(next) }])
  return next
}

interface Changing {
  readonly deps: VersionsDeps
  readonly change: RosterChange
  readonly at: UtcMs
}

async function changed(q: Query, { deps, change, at }: Changing): Promise<RosterVersion> {
  const present = await presentRoster(q)
  if (change.version !== undefined && change.version !== present.version) {
    throw new HouseError(
      'http/conflict',
      `expected version ${present.version} of the roster, which ${present.by} made, came ${change.version}; load it and change it again`,
      { version: present.version, because: 'roster-changed' },
    )
  }
  const roster = withoutOld(change.make(present.roster, at), at)
  const proofs = await deps.proofs(q)
  const faults = checkRoster(roster, deps.rules)
  const lacking = unproven(roster, { present: present.roster, proofs, at, deps })
  if (faults.length > 0) throw refused([...faults, ...lacking])
  if (lacking.length > 0) throw refused(lacking, { because: 'unproven-person' })
  const next = { version: present.version + 1, roster, by: change.actor.name, at }
  await addRoster(q, { ...next, fileHash: null })
  const { actor, act, subject, detail } = change
  await deps.desk.append(q, [{ actor, act, subject, detail: { ...detail, ...factsOf(next) } }])
  return next
}

interface Newly {
  readonly present: Roster
  readonly proofs: readonly ContactProof[]
  readonly at: UtcMs
  readonly deps: VersionsDeps
}

/** Nobody is newly put on duty who is not proven to be reachable two ways. */
function unproven(roster: Roster, { present, proofs, at, deps }: Newly): RosterFault[] {
  const before = everyHolder(present)
  return [...everyHolder(roster)].flatMap((id) => {
    const proven = provenMedia({ roster, proofs, rules: deps.rules }, id, at)
    const place = roster.persons.findIndex((person) => person.id === id)
    if (before.has(id) || place < 0 || proven >= LEAST_MEDIA) return []
    const message = `expected ${LEAST_MEDIA} proven contacts of different kinds before ${id} is put on duty, came ${proven}; save the person first, send a code over each contact and type it in`
    return [{ path: ['persons', place, 'contacts'], message }]
  })
}

function refused(faults: readonly RosterFault[], why: ErrorFacts = {}): HouseError {
  const lines = faults.map(({ path, message }) => `${pathText(path)}: ${message}`)
  return new HouseError('http/invalid', lines.join('\n'), { faults: faults.length, ...why })
}

function factsOf({ version, roster }: RosterVersion) {
  return { version, sha256: hashOf(roster) }
}

function hashOf(roster: Roster): string {
  return createHash('sha256').update(canonicalJson(roster)).digest('hex')
}
