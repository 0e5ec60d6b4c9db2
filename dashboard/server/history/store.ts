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
  /** Nothing of the stream below this number will ever come, by the edge's own word. */
  readonly floor: number
  readonly readings: readonly HistoryReading[]
}

/** Everything of `stream` up to and including `upTo` is stored. */
export interface StreamReceipt {
  readonly site: string
  readonly stream: string
  readonly upTo: number
}

/** The point a trend is asked of. */
export interface HistoryTarget {
  readonly site: string
  readonly point: PointRef
  readonly quantity: Quantity
}

/** Where telemetry is kept. One suite of tests runs over each of its kinds. */
export interface HistoryStore {
  readonly kind: History['source']
  /**
   * Stores what is new of `batches` and answers how far each of their streams is now complete; durable when it resolves.
   * Readings that came before are stored once. With no batches it only asks whether the store is there. Throws `history/unavailable` or `store/failed`: then nothing is receipted.
   */
  write(batches: readonly HistoryBatch[], signal: AbortSignal): Promise<readonly StreamReceipt[]>
  /** Throws `history/unavailable` or `store/failed`. */
  query(target: HistoryTarget, query: HistoryQuery, signal: AbortSignal): Promise<History>
  /** Readings the store has refused for good, since start. */
  rejected(): number
  close(): void
}

/** A reading's value as history keeps it: booleans as 0 and 1, what is no finite number as null. */
export function storedValue(value: ReadingValue): number | null {
  if (typeof value === 'boolean') return value ? 1 : 0
  return typeof value === 'number' && Number.isFinite(value) ? value : null
}
