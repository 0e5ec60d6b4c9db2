import type { Dating } from '../../../core/contract/clock.ts'
import { supersedes } from '../../../core/kit/dating.ts'

/** Steps of the wall clock smaller than this are not worth another time for a reading, ms. */
const ROUNDING_MS = 1_000

/** A dating link: what it says, and where it stands in its stream. */
export interface ChainedDating {
  readonly n: number
  readonly dating: Dating
}

/** The dating links of one stream, by boot, each list by rising number. */
export type StreamDatings = ReadonlyMap<string, readonly ChainedDating[]>

/** How link `n`, dated by `own` when it was made, is dated now: by what was chained behind it and holds for it too. */
export function believedDating(own: Dating, n: number, datings: StreamDatings | undefined): Dating {
  const later = (datings?.get(own.boot) ?? []).filter((chained) => chained.n > n)
  return later.reduce((known, { dating }) => (supersedes(dating, known) ? dating : known), own)
}

/** Dating links of one stream, by boot. */
export function byBoot(chained: readonly ChainedDating[]): StreamDatings {
  const boots = new Map<string, ChainedDating[]>()
  for (const each of chained.toSorted((a, b) => a.n - b.n)) {
    const { boot } = each.dating
    boots.set(boot, [...(boots.get(boot) ?? []), each])
  }
  return boots
}

/** A time told by `own` as `believed` tells it, UTC ms. */
export function movedTime(at: number, own: Dating, believed: Dating): number {
  return Math.max(0, at + Math.floor(believed.offsetMs - own.offsetMs))
}

/**
 * The time of a reading of a range, UTC ms. A dating that came later gives all readings their time anew. By the range's own, a
 * reading keeps the time it was dated with when it was read, unless the range knows that it was wrong.
 */
export function readingTime(
  reading: { readonly at: number; readonly mono: number },
  own: Dating,
  believed: Dating,
): number {
  const dated = Math.max(0, Math.floor(reading.mono + believed.offsetMs))
  if (believed !== own) return dated
  const isWithin = Math.abs(reading.at - dated) <= (own.uncertaintyMs ?? Infinity) + ROUNDING_MS
  return isWithin ? reading.at : dated
}
