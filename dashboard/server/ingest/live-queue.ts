import type { Log } from '../../../platform/log.ts'
import type { HistoryBatch } from '../history/store.ts'

/** Readings that may wait for a history that is away; what comes beyond is left out, as its range will come. */
const MOST_WAITING = 100_000

/** Live readings on their way into the history, ahead of the ranges they will be in. */
export interface LiveQueue {
  add(batch: HistoryBatch): void
  /** The oldest batches, of at most `most` readings but at least one batch; they stay until `done`. */
  first(most: number): readonly HistoryBatch[]
  done(batches: readonly HistoryBatch[]): void
  /** Readings. */
  waiting(): number
}

export function openLiveQueue(log: Log): LiveQueue {
  let queue: HistoryBatch[] = []
  let waiting = 0
  let isFull = false
  return {
    add: (batch) => {
      if (waiting + batch.readings.length > MOST_WAITING) {
        if (!isFull) {
          const facts = { code: 'history/unavailable', waiting }
          log.warn(facts, 'the queue of live readings is full; the rest is stored when its ranges come')
        }
        isFull = true
        return
      }
      queue.push(batch)
      waiting += batch.readings.length
    },
    first: (most) => {
      let readings = 0
      const count = queue.findIndex((batch) => (readings += batch.readings.length) > most)
      return count < 0 ? queue.slice() : queue.slice(0, Math.max(1, count))
    },
    done: (batches) => {
      queue = queue.slice(batches.length)
      waiting -= batches.reduce((sum, batch) => sum + batch.readings.length, 0)
      isFull = false
    },
    waiting: () => waiting,
  }
}
