import type { Episode } from '../../../core/alarms/proof/episode.ts'
import { judgeEpisode } from '../../../core/alarms/proof/proof.ts'
import { qualityOf } from '../../../core/alarms/proof/quality.ts'
import { DEFAULT_SLA } from '../../../core/alarms/proof/sla-table.ts'
import type { AlarmQuality, DailyRoot, LedgerFault, Proof, SlaRow } from '../../../core/contract/proof.ts'
import type { SuppressionEntry, SuppressionQuery } from '../../../core/contract/suppressions.ts'
import { utcMs } from '../../../core/contract/time.ts'
import { HouseError } from '../../../core/kit/errors.ts'
import { later } from '../../../core/kit/time.ts'
import type { AlarmDesk } from '../alarms/desk.ts'
import type { Archive } from '../archive/archive.ts'
import type { Database } from '../db/database.ts'
import { entriesAbout, faultBetween, gapsIn, headOf, noticesAbout, signsBeside } from './proof-facts.ts'
import { readQuality } from './quality-rows.ts'
import { newestRoots, rootsOver } from './root-rows.ts'
import { suppressionRegister } from './suppression-rows.ts'

/** What can be proved of alarms, and how good they are. It changes nothing. */
export interface ProofDesk {
  /** Throws `http/not-found`. */
  proof(id: string): Promise<Proof>
  /** The newest daily roots, the newest first. */
  roots(limit: number): Promise<DailyRoot[]>
  /** Throws `http/invalid` for an interval that is none, or longer than 400 days. */
  quality(span: { readonly from: number; readonly to: number }): Promise<AlarmQuality>
  /** What was held back in a time: what is in force first. */
  suppressions(query: SuppressionQuery): Promise<SuppressionEntry[]>
}

export interface ProofDeps {
  readonly db: Database
  readonly desk: Pick<AlarmDesk, 'get' | 'time'>
  readonly archive: Archive
  /** The time limits of the jurisdiction. */
  readonly table?: readonly SlaRow[]
  /** What the last check of the whole ledger found. */
  readonly lastFault?: () => LedgerFault | null
}

/** Readings from so long before an alarm began belong to it. */
const BEFORE_MS = 60_000
/** Entries a proof shows; all of them are judged. */
const MOST_SHOWN = 200
const LONGEST_SPAN_MS = 400 * 86_400_000

/** Opens it over the control room's database. */
export function openProofDesk({
  db,
  desk,
  archive,
  table = DEFAULT_SLA,
  lastFault = () => null,
}: ProofDeps): ProofDesk {
  const episodeOf = async (id: string): Promise<Episode> => {
    const alarm = await desk.get(id)
    if (alarm === null) throw new HouseError('http/not-found', `there is no alarm ${id}`, { id })
    return await db.read(async (q) => ({
      alarm,
      notices: await noticesAbout(q, id),
      entries: await entriesAbout(q, id),
    }))
  }
  return {
    proof: async (id) => {
      const now = await desk.time()
      const episode = await episodeOf(id)
      const { alarm, entries } = episode
      const window = table.reduce((most, { withinMs }) => Math.max(most, withinMs), 0)
      const span = { from: later(alarm.raisedAt, -BEFORE_MS), to: later(alarm.receivedAt, window) }
      const gaps = await gapsIn(archive, { site: alarm.site, ...span, now })
      const signs = await db.read((q) => signsBeside(q, alarm, now))
      const [first, last] = [entries.at(0)?.n, entries.at(-1)?.n]
      const fault =
        lastFault() ?? (first === undefined || last === undefined ? null : await faultBetween(db, first, last))
      const roots = first === undefined || last === undefined ? [] : await db.read((q) => rootsOver(q, first, last))
      const judged = judgeEpisode({ episode, gaps, signs, fault, table, now })
      const ledger = {
        entries: entries.slice(0, MOST_SHOWN),
        total: entries.length,
        head: await db.read(headOf),
        fault,
        roots,
      }
      return { alarm, issuedAt: now, called: [...episode.notices], ...judged, ledger }
    },
    roots: (limit) => db.read((q) => newestRoots(q, limit)),
    quality: async (span) => {
      if (span.from >= span.to || span.to - span.from > LONGEST_SPAN_MS) {
        const facts = { expected: 'from before to, at most 400 days apart', came: `${span.from}…${span.to}` }
        throw new HouseError('http/invalid', `query: expected ${facts.expected}, came ${facts.came}`, facts)
      }
      const exact = { from: utcMs(span.from), to: utcMs(span.to) }
      return qualityOf(await readQuality(db, exact, await desk.time()), exact)
    },
    suppressions: (query) => db.read((q) => suppressionRegister(q, query)),
  }
}
