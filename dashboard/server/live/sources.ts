import { pulseOf } from '../../../core/alarms/site-pulse.ts'
import type { SiteSummary } from '../../../core/contract/http.ts'
import type { SitePulse } from '../../../core/contract/live.ts'
import type { MonoMs } from '../../../core/contract/time.ts'
import { type Clock, systemClock } from '../../../platform/clock.ts'
import type { CountyState } from '../ingest/county.ts'
import type { AlarmBoard } from './alarm-board.ts'

/** A value made anew at most every `ms`. */
export function paced(ms: number, make: () => string): () => string {
  let made: { readonly text: string; readonly at: MonoMs } | null = null
  return () => {
    const now = systemClock.mono()
    if (made === null || now - made.at >= ms) made = { text: make(), at: now }
    return made.text
  }
}

/** What has changed of sites: whole summaries, and pulses of those that are told of as they are but for that. */
export interface ToldSites {
  readonly sites: readonly SiteSummary[]
  readonly pulses: readonly SitePulse[]
}

export interface SummarySource {
  /** What to send to all now: of the sites in `urgent`, and unless only those are wanted of changed ones whose last is a second old. */
  next(urgent: ReadonlySet<string>, only: boolean): ToldSites
  /** The summary of a site for one client; null where there is no such site. Where it says what not all were told, all are told next. */
  now(id: string): SiteSummary | null
}

/** A site's summary is sent at most this often when only readings have changed. */
const SUMMARY_EVERY_MS = 1_000

/** The summaries of the sites that have changed since they were last asked for. */
export function summarySource(
  county: CountyState,
  board: Pick<AlarmBoard, 'of'>,
  pace: Pick<Clock, 'mono'> = systemClock,
): SummarySource {
  const sentAt = new Map<string, MonoMs>()
  // As every client knows them, but for what a pulse says. One that some client knows otherwise is not here, so that all are told it whole.
  const told = new Map<string, SiteSummary>()
  const waiting = new Set<string>()
  let seen = 0
  return {
    next: (urgent, only) => {
      for (const id of county.changedSince(seen)) waiting.add(id)
      seen = county.revision()
      const now = pace.mono()
      const isDue = (id: string) =>
        told.get(id)?.online !== county.isOnline(id) || now - (sentAt.get(id) ?? -SUMMARY_EVERY_MS) >= SUMMARY_EVERY_MS
      const sites: SiteSummary[] = []
      const pulses: SitePulse[] = []
      for (const id of waiting) {
        if (!urgent.has(id) && (only || !isDue(id))) continue
        waiting.delete(id)
        const summary = county.summary(id, board.of(id))
        if (summary === null) continue
        const before = told.get(id)
        const pulse = before === undefined ? null : pulseOf(before, summary)
        if (pulse === null) sites.push(summary)
        else pulses.push(pulse)
        sentAt.set(id, now)
        told.set(id, summary)
      }
      return { sites, pulses }
    },
    now: (id) => {
      const summary = county.summary(id, board.of(id))
      const before = told.get(id)
      if (summary !== null && before !== undefined && pulseOf(before, summary) === null) told.delete(id)
      return summary
    },
  }
}

/** Readings of a watched site as JSON, written once for all clients that have seen as much. */
export function readingTexts(county: CountyState): (site: string, seen: number) => string {
  const made = new Map<string, string>()
  return (site, seen) => {
    const key = `${site} ${seen}`
    const text =
      made.get(key) ?? JSON.stringify(county.readingsSince(site, seen).map((reading) => ({ site, ...reading })))
    made.set(key, text)
    return text
  }
}
