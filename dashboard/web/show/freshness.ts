import type { LatestReading } from '../../../core/contract/http.ts'
import type { ReadingValue, ReasonCode } from '../../../core/contract/reading.ts'
import type { UtcMs } from '../../../core/contract/time.ts'
import { wallAge } from '../../../core/kit/time.ts'

/** How a value may be drawn. Only `good` is drawn without a mark; `expired` and `none` are hatched. */
export type Standing = 'good' | 'uncertain' | 'bad' | 'expired' | 'none'

export interface Shown {
  readonly standing: Standing
  readonly value: ReadingValue
  readonly reason: ReasonCode | null
  /** Since the answer came, in ms, never negative; null when nothing ever came. */
  readonly ageMs: number | null
}

/**
 * The one place that decides how a reading is shown. After `validUntil`, or while the live feed is silent, no value is
 * good, whatever its quality says.
 */
export function standingOf(latest: LatestReading | null, now: UtcMs, feedAlive: boolean): Shown {
  if (latest === null) return { standing: 'none', value: null, reason: null, ageMs: null }
  const { value, quality, reason } = latest
  const ageMs = Math.max(0, wallAge(latest.at, now))
  if (quality === 'bad' || value === null) return { standing: 'bad', value, reason, ageMs }
  if (!feedAlive || now > latest.validUntil) return { standing: 'expired', value, reason: 'expired', ageMs }
  return { standing: quality, value, reason, ageMs }
}
