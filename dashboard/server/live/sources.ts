import type { SiteSummary } from '../../../core/contract/http.ts'
import type { MonoMs } from '../../../core/contract/time.ts'
import { systemClock } from '../../../platform/clock.ts'
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

export interface SummarySource {
  /** Summaries to send now: of the sites in `urgent`, and unless only those are wanted of changed ones whose last is a second old. */
  next(urgent: ReadonlySet<string>, only: boolean): SiteSummary[]
}

/** A site's summary is sent at most this often when only readings have changed. */
const SUMMARY_EVERY_MS = 1_000

/** The summaries of the sites that have changed since they were last asked for. */
export function summarySource(county: CountyState, board: AlarmBoard): SummarySource {
  const sentAt = new Map<string, MonoMs>()
  const online = new Map<string, boolean>()
  let waiting = new Set<string>()
  let seen = 0
  return {
    next: (urgent, only) => {
      for (const id of county.changedSince(seen)) waiting.add(id)
      seen = county.revision()
      const now = systemClock.mono()
      const due = [...waiting].filter(
        (id) =>
          urgent.has(id) ||
          (!only &&
            (online.get(id) !== county.isOnline(id) ||
              now - (sentAt.get(id) ?? -SUMMARY_EVERY_MS) >= SUMMARY_EVERY_MS)),
      )
      waiting = new Set([...waiting].filter((id) => !due.includes(id)))
      return due.flatMap((id) => {
        sentAt.set(id, now)
        online.set(id, county.isOnline(id))
        return county.summary(id, board.of(id)) ?? []
      })
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
