import { statfs } from 'node:fs/promises'
import type { HoleCause } from '../../../core/contract/chain.ts'
import type { DeskStatus } from '../../../core/contract/live.ts'
import type { ChannelLamp } from '../../../core/contract/notice.ts'
import type { Person } from '../../../core/contract/roster.ts'
import { type UtcMs, utcMs } from '../../../core/contract/time.ts'
import {
  type HandoverSource,
  type NamedPerson,
  shiftWindow,
  type SilentTime,
  type SourceSite,
} from '../../../core/alarms/handover-source.ts'
import type { Archive } from '../archive/archive.ts'
import { issueCertificate } from '../archive/certify.ts'
import type { Database } from '../db/database.ts'
import type { CountyState } from '../ingest/county.ts'
import { stormSince } from '../notify/storm-watch.ts'
import { actsIn, answersIn, channelsIn, episodesOf, headOfLedger, silencesIn, testsIn } from './handover-facts.ts'
import { crewsOf, type KnownShift, type ShiftBook } from './shift-calendar.ts'
import type { SitePapers } from './site-papers.ts'

/** Gaps whose causes the archive is asked for; it reads every link of a site, which takes time. */
const MOST_ASKED = 40

/** Check-ins may come an hour before a shift. */
const EARLY_MS = 3_600_000

/** Where the facts of a hand-over come from. None of it is a screen. */
export interface SourceDeps {
  readonly db: Database
  readonly duty: ShiftBook
  readonly county: Pick<CountyState, 'ids' | 'site' | 'isOnline' | 'summary' | 'gateway'>
  readonly archive: Archive
  readonly papers: SitePapers
  readonly lamps: () => readonly ChannelLamp[]
  readonly watchman: () => DeskStatus['watchman']
  /** How far the machine's clock may be off, ms; null where nobody says. */
  readonly clockWithinMs: () => number | null
  /** Folder of the store, whose disk is looked at. */
  readonly folder: string
}

/** Reads everything a shift is drafted from, as it is at `at`. Throws `store/failed`. */
export async function readHandoverSource(
  deps: SourceDeps,
  { shift, isDayOff }: KnownShift,
  at: UtcMs,
): Promise<HandoverSource> {
  const { db, duty, papers } = deps
  const window = shiftWindow({ shift, at })
  const acts = await db.read((q) => actsIn(q, window))
  const episodes = await db.read((q) => episodesOf(q, window, new Set(acts.map(({ subject }) => subject))))
  const known = await db.read(async (q) => ({
    silences: await silencesIn(q, window),
    channels: await channelsIn(q, window),
    answers: await answersIn(q, window),
    tests: await testsIn(q, window),
    floodSince: await stormSince(q),
    ledgerHead: await headOfLedger(q),
  }))
  const { orders, knownSites } = await db.read((q) => papers.read(q))
  const sites = sitesOf(deps)
  const checkIns = await duty.checkIns(utcMs(Math.max(0, shift.from - EARLY_MS)), utcMs(at + 1))
  const { answers, silences, ...rest } = known
  return {
    ...{ at, shift, isDayOff, ...crewsOf(duty, shift), ...rest, episodes, acts, sites, checkIns, orders },
    persons: everyName(duty.roster.persons),
    spotChecks: await duty.spotChecks(window.from, window.to),
    silences: await withCauses(deps.archive, silences, at),
    answers: answers.answers,
    refusedAnswers: answers.refused,
    sitesWithoutPapers: sites.filter(({ id }) => !knownSites.has(id)).length,
    lamps: deps.lamps(),
    disk: await diskOf(deps.folder),
    clockWithinMs: deps.clockWithinMs(),
    watchman: deps.watchman(),
    // Copies are made outside of the control room, and none of them tells it.
    backupAt: null,
  }
}

/** Persons by id and by sign-in name; an account that stands for several keeps its own name. */
function everyName(persons: readonly Person[]): NamedPerson[] {
  const isSole = (user: string | undefined) => persons.filter((one) => one.user === user).length === 1
  return persons.flatMap(({ id, user, name }) => [
    ...(user === undefined || !isSole(user) ? [] : [{ id: user, name }]),
    { id, name },
  ])
}

const NO_ALARMS = { openAlarms: { red: 0, orange: 0, yellow: 0, blue: 0 }, worstUnacked: null }

function sitesOf({ county }: SourceDeps): SourceSite[] {
  return county.ids().flatMap((id) => {
    const site = county.site(id)
    if (site === null) return []
    const lastHeardAt = county.summary(id, NO_ALARMS)?.lastHeardAt ?? null
    const clockAheadMs = county.gateway(id)?.health?.clock.systemAheadMs ?? null
    return [{ id, name: site.name, online: county.isOnline(id), lastHeardAt, clockAheadMs }]
  })
}

/** What the archive knows of each gap: the causes of what is still missing in it. The newest are asked for. */
async function withCauses(
  archive: Archive,
  silences: readonly Omit<SilentTime, 'causes'>[],
  now: UtcMs,
): Promise<SilentTime[]> {
  const asked = new Set(silences.filter(({ to }) => to !== null).slice(-MOST_ASKED))
  const known: SilentTime[] = []
  for (const silence of silences)
    known.push({ ...silence, causes: asked.has(silence) ? await causesOf(archive, silence, now) : null })
  return known
}

async function causesOf(
  archive: Archive,
  { site, from, to }: Omit<SilentTime, 'causes'>,
  now: UtcMs,
): Promise<readonly HoleCause[] | null> {
  const issued = await issueCertificate(archive, { site, from, to: to ?? now, now, waiting: null })
  return issued === null ? null : issued.certificate.holes.map(({ cause }) => cause)
}

async function diskOf(folder: string): Promise<HandoverSource['disk']> {
  // Not every file system says how full it is.
  const disk = await statfs(folder).catch(() => null)
  return disk === null ? null : { freeBytes: disk.bavail * disk.bsize, totalBytes: disk.blocks * disk.bsize }
}
