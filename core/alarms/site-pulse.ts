import type { SiteSummary } from '../contract/http.ts'
import type { SitePulse } from '../contract/live.ts'

/** What a pulse can say anew; everything else of a summary stays as it is known. */
const MOVING = new Set<string>(['lastHeardAt', 'freshUntil', 'headline'] satisfies (keyof SiteSummary)[])
const MOVING_IN_HEADLINE = new Set<string>(['value', 'at', 'validUntil'])

/**
 * What has moved of a site from `before` to `after`, where a pulse can say it all: when it was heard, until when its points are fresh, and
 * the value of its headline. null = more has changed, and the whole summary must be told.
 */
export function pulseOf(before: SiteSummary, after: SiteSummary): SitePulse | null {
  if (!isSame(before, after, MOVING)) return null
  const { site, lastHeardAt, freshUntil, headline } = after
  if (headline === null || before.headline === null) {
    return headline === before.headline ? [site.id, lastHeardAt, freshUntil, null] : null
  }
  if (!isSame(before.headline, headline, MOVING_IN_HEADLINE)) return null
  return [site.id, lastHeardAt, freshUntil, [headline.value, headline.at, headline.validUntil]]
}

/** The summary after a pulse. Inverse of `pulseOf` for the summary it was made before. */
export function withPulse(known: SiteSummary, [, lastHeardAt, freshUntil, newest]: SitePulse): SiteSummary {
  const { headline } = known
  if (headline === null || newest === null) return { ...known, lastHeardAt, freshUntil }
  const [value, at, validUntil] = newest
  return { ...known, lastHeardAt, freshUntil, headline: { ...headline, value, at, validUntil } }
}

/** Whether nothing has changed but what `except` names, looked at one level deep: a summary is put together anew, its parts are not. */
function isSame(before: object, after: object, except: ReadonlySet<string>): boolean {
  return isAlike(before, after, (key, a, b) => except.has(key) || a === b || isAlike(a, b, (_key, x, y) => x === y))
}

function isAlike(a: unknown, b: unknown, isSamePart: (key: string, a: unknown, b: unknown) => boolean): boolean {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  const parts = new Map<string, unknown>(Object.entries(a))
  const others = Object.entries(b)
  return (
    others.length === parts.size &&
    others.every(([key, part]) => parts.has(key) && isSamePart(key, parts.get(key), part))
  )
}
