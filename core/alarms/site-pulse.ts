import type { SiteSummary } from '../contract/http.ts'
import type { SitePulse } from '../contract/live.ts'
import { isAlike } from '../kit/alike.ts'

/**
 * What has moved of a site from `before` to `after`, where a pulse can say it all: when it was heard, until when its points are fresh, and
 * the value of its headline. null = more has changed, and the whole summary must be told.
 */
export function pulseOf(before: SiteSummary, after: SiteSummary): SitePulse | null {
  const { lastHeardAt, freshUntil, headline } = after
  const { site, openAlarms } = before
  // Counts are made anew with every summary; what a gateway told at its birth is the same object until it tells anew.
  if (!isAlike({ ...before, lastHeardAt, freshUntil, headline }, { ...after, openAlarms })) return null
  if (!isAlike(openAlarms, after.openAlarms)) return null
  if (headline === null || before.headline === null) {
    return headline === before.headline ? [site.id, lastHeardAt, freshUntil, null] : null
  }
  const { value, at, validUntil } = headline
  if (!isAlike({ ...before.headline, value, at, validUntil }, headline)) return null
  return [site.id, lastHeardAt, freshUntil, [value, at, validUntil]]
}

/** The summary after a pulse. Inverse of `pulseOf` for the summary it was made before. */
export function withPulse(known: SiteSummary, [, lastHeardAt, freshUntil, newest]: SitePulse): SiteSummary {
  const { headline } = known
  if (headline === null || newest === null) return { ...known, lastHeardAt, freshUntil }
  const [value, at, validUntil] = newest
  return { ...known, lastHeardAt, freshUntil, headline: { ...headline, value, at, validUntil } }
}
