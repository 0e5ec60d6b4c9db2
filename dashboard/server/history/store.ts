import type { TrendColumns } from '../../../core/contract/chain.ts'
import type { History, HistoryQuery } from '../../../core/contract/http.ts'
import type { Quantity } from '../../../core/contract/quantity.ts'
import type { PointRef, Quality, ReadingValue } from '../../../core/contract/reading.ts'
import type { UtcMs } from '../../../core/contract/time.ts'

/** One reading as history keeps it. */
export interface HistoryReading {
  readonly point: string
  readonly quantity: Quantity
  readonly value: ReadingValue
  readonly quality: Quality
  readonly at: UtcMs
}

/** Readings of one device with consecutive numbers in their stream: the first has `firstSeq`. */
export interface HistoryBatch {
  readonly site: string
  readonly device: string
  readonly stream: string
  readonly firstSeq: number
  readonly readings: readonly HistoryReading[]
}

/** Numbers `from`…`to` of a stream, both included. */
export interface StreamSpan {
  readonly site: string
  readonly stream: string
  readonly from: number
  readonly to: number
}

/** What became of the points of a site between two numbers of a stream, in columns of `widthMs`. */
export interface HistoryTrend extends StreamSpan {
  readonly widthMs: number
  readonly columns: readonly TrendColumns[]
  /** True for what is left of readings that will never come (fidelity `minutes`): kept for good, its numbers count as covered. */
  readonly isFinal: boolean
}

/** The point a trend is asked of. */
export interface HistoryTarget {
  readonly site: string
  readonly point: PointRef
  readonly quantity: Quantity
}

/** Where telemetry is kept. One suite of tests runs over each of its kinds. What a call has done is durable when it resolves. */
export interface HistoryStore {
  readonly kind: History['source']
  /**
   * Stores what is new of `batches`: readings that came before, by stream and number, are stored once. Answers the batches it did not take
   * because their stream has too many gaps already; they may come again. With no batches it only asks whether the store is there.
   * Throws `history/unavailable` or `store/failed`: then all of them may come again.
   */
  write(batches: readonly HistoryBatch[], signal: AbortSignal): Promise<readonly HistoryBatch[]>
  /** Counts numbers whose readings are known to be lost as covered. Throws `store/failed`. */
  cover(span: StreamSpan, signal: AbortSignal): Promise<void>
  /**
   * Keeps a trend apart from the readings: queries show it where no readings are, and it goes when all its numbers are covered (unless it is final).
   * Throws `store/failed`.
   */
  writeTrend(trend: HistoryTrend, signal: AbortSignal): Promise<void>
  /** Throws `history/unavailable` or `store/failed`. */
  query(target: HistoryTarget, query: HistoryQuery, signal: AbortSignal): Promise<History>
  /** Readings the store has refused for good, since start. */
  rejected(): number
  /** Waits for what is running, then closes. */
  close(): Promise<void>
}

/** A reading's value as history keeps it: booleans as 0 and 1, what is no finite number as null. */
export function storedValue(value: ReadingValue): number | null {
  if (typeof value === 'boolean') return value ? 1 : 0
  return typeof value === 'number' && Number.isFinite(value) ? value : null
}
