import type { EvidenceRow } from '../../../core/contract/evidence.ts'
import type { Actor } from '../../../core/contract/ledger.ts'
import type { RegisterEntry, SaveFile, SiteFile } from '../../../core/contract/register.ts'
import type { SiteKind } from '../../../core/contract/site.ts'
import type { UtcMs } from '../../../core/contract/time.ts'
import { HouseError } from '../../../core/kit/errors.ts'
import type { AlarmDesk } from '../alarms/desk.ts'
import type { Database, Query } from '../db/database.ts'
import { blankFile } from './blank-file.ts'
import { changedFields } from './changed-fields.ts'
import { addFile, fileVersion, fileVersions, newestFile, newestFiles, newestPicture } from './file-rows.ts'

/** A site whose file is meant. */
export interface FiledSite {
  readonly id: string
  readonly kind: SiteKind
}

/** A file that is to be the next version of its site's. */
export interface NextFile extends SaveFile {
  readonly site: FiledSite
}

/** The register of sites (一矿一档): every version of every site's file. Nothing of it is ever deleted. */
export interface SiteRegister {
  /** The file as it stands; a blank one of version 0 where nobody has written any. */
  entry(site: FiledSite): RegisterEntry
  /** Newest first. Throws `store/failed`. */
  versions(site: string): Promise<RegisterEntry[]>
  /**
   * Makes next versions, all or none, each with an act in the ledger; a file that changes nothing makes none. Throws `http/conflict` where
   * a site has another version than was meant, and `http/invalid`.
   */
  save(files: readonly NextFile[], how: { readonly actor: Actor; readonly via: RegisterEntry['via'] }): Promise<void>
  /** The newest picture that came with an alarm of a site; null where there is none. Throws `store/failed`. */
  newestPicture(site: string): Promise<EvidenceRow | null>
}

export interface RegisterDeps {
  readonly db: Database
  readonly desk: Pick<AlarmDesk, 'time' | 'append'>
}

/** Versions that are shown; older ones stay in the file. */
const MOST_VERSIONS = 200
/** The last place on earth where a day begins is so far behind the first. */
const WIDEST_ZONE_MS = 14 * 3_600_000

/** Opens the register, with the newest versions in memory. Throws `store/failed`. */
export async function openSiteRegister({ db, desk }: RegisterDeps): Promise<SiteRegister> {
  const newest = new Map((await db.read(newestFiles)).map((entry) => [entry.site, entry]))
  return {
    entry: ({ id, kind }) => newest.get(id) ?? blankEntry(id, kind),
    newestPicture: (site) => db.read((q) => newestPicture(q, site)),
    versions: (site) => db.read((q) => fileVersions(q, site, MOST_VERSIONS)),
    save: async (files, { actor, via }) => {
      const at = await desk.time()
      for (const { file } of files) checkDates(file, at)
      const made = await db.transaction(async (q) => {
        const next: RegisterEntry[] = []
        for (const file of files) next.push(...(await nextVersion(q, file, { at, by: actor.name, via })))
        const acts = next.map(({ site, version, fields }) => ({
          ...({ actor, act: 'register-changed', subject: site } as const),
          detail: { version, via, fields },
        }))
        if (acts.length > 0) await desk.append(q, acts)
        return next
      })
      for (const entry of made) {
        // Two saves may end in another order than they were made.
        if (entry.version > (newest.get(entry.site)?.version ?? 0)) newest.set(entry.site, entry)
      }
    },
  }
}

function blankEntry(site: string, kind: SiteKind): RegisterEntry {
  return { site, version: 0, at: null, by: '', via: 'form', fields: [], file: blankFile(kind) }
}

async function nextVersion(
  q: Query,
  { site, version, file }: NextFile,
  how: { readonly at: UtcMs; readonly by: string; readonly via: RegisterEntry['via'] },
): Promise<RegisterEntry[]> {
  const present = (await newestFile(q, site.id)) ?? blankEntry(site.id, site.kind)
  if (present.version !== version) throw await conflict(q, { site, version, present })
  const fields = changedFields(present.file, file)
  if (fields.length === 0) return []
  const next = { site: site.id, version: version + 1, fields, file, ...how }
  await addFile(q, next)
  return [next]
}

async function conflict(
  q: Query,
  { site, version, present }: { readonly site: FiledSite; readonly version: number; readonly present: RegisterEntry },
): Promise<HouseError> {
  const base = await fileVersion(q, site.id, version)
  const changed = changedFields(base?.file ?? blankFile(site.kind), present.file).join(', ')
  const { version: now, by } = present
  return new HouseError(
    'http/conflict',
    `expected version ${now} of the file of ${site.id}, which ${by} made, came ${version}; changed meanwhile: ${changed}`,
    { expected: `version ${now}`, came: `version ${version}`, changed, by },
  )
}

/** The day it is where days begin first: no check can be of a later one. */
export function latestDay(at: UtcMs): string {
  return new Date(at + WIDEST_ZONE_MS).toISOString().slice(0, 10)
}

function checkDates({ checks }: SiteFile, at: UtcMs): void {
  const latest = latestDay(at)
  const ahead = checks.find(({ date }) => date > latest)
  if (ahead === undefined) return
  const facts = { expected: `a day up to ${latest}`, came: ahead.date }
  throw new HouseError('http/invalid', `body.file.checks: expected ${facts.expected}, came ${facts.came}`, facts)
}
