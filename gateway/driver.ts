import type { Reading } from '../core/contract/reading.ts'

/** A picture's bytes, beside the readings whose evidence names them by hash. */
export interface Picture {
  readonly sha256: string
  readonly mediaType: 'image/jpeg' | 'image/png'
  readonly bytes: Uint8Array
}

/** Readings of one device that were taken together. They are judged and committed together. */
export interface Batch {
  readonly device: string
  readonly readings: readonly Reading[]
  readonly pictures: readonly Picture[]
}

/**
 * One field device being read. Batches are pulled, so a slow consumer slows the polling and nothing queues.
 * An answer missed is a batch of bad readings, not an error; the iteration ends when `signal` aborts and throws only when
 * the device cannot be read at all (`link/…`), after which the supervisor starts it anew with growing pauses.
 */
export interface Driver {
  readonly device: string
  batches(signal: AbortSignal): AsyncIterable<Batch>
}
