import { type Receipt } from '../../../core/contract/lanes.ts'
import { isHouseError, messageOf } from '../../../core/kit/errors.ts'
import { systemClock } from '../../../platform/clock.ts'
import type { Log } from '../../../platform/log.ts'
import type { HistoryBatch, HistoryStore, StreamReceipt } from '../history/store.ts'

/** Readings that come within this time share one write and one receipt. */
const GATHER_MS = 100

/** Readings that may wait for a history that is away; what comes beyond stays at the edge, which sends it again. */
const MOST_WAITING = 100_000

/** Readings of one write. */
const MOST_PER_WRITE = 20_000

const LONGEST_PAUSE_MS = 10_000

export interface TelemetryLane {
  /** Takes readings for the history, or leaves them to the edge when too many wait. */
  add(batch: HistoryBatch): void
  /** Readings taken and not yet durable. */
  waiting(): number
  /** Whether the last write succeeded. */
  isOk(): boolean
  /** Writes until `signal` aborts, then writes what is left once. */
  run(signal: AbortSignal): Promise<void>
}

export interface TelemetryDeps {
  readonly history: HistoryStore
  /** Publishes a receipt; a lost one is mended by the edge sending again. */
  readonly receipt: (site: string, receipt: Receipt) => Promise<void>
  readonly log: Log
}

/** The way of readings from the broker into the history: gathered, written, and only then receipted. */
export function openTelemetryLane({ history, receipt, log }: TelemetryDeps): TelemetryLane {
  let queue: HistoryBatch[] = []
  let waiting = 0
  let isOk = true
  let isFull = false
  let wake: () => void = () => undefined

  const take = (): HistoryBatch[] => {
    let readings = 0
    const count = queue.findIndex((batch) => (readings += batch.readings.length) > MOST_PER_WRITE)
    return count <= 0 ? queue : queue.slice(0, Math.max(1, count))
  }
  const done = (batches: readonly HistoryBatch[]) => {
    queue = queue.slice(batches.length)
    waiting -= batches.reduce((sum, batch) => sum + batch.readings.length, 0)
    isFull = false
  }
  const acknowledge = async (receipts: readonly StreamReceipt[]) => {
    for (const { site, stream, upTo } of receipts) await receipt(site, { lane: 'telemetry', stream, upTo })
  }
  const writeOnce = async (signal: AbortSignal) => {
    const batches = take()
    const receipts = await history.write(batches, signal)
    done(batches)
    if (!isOk) log.info({ history: history.kind }, 'the history takes readings again')
    isOk = true
    await acknowledge(receipts)
  }
  const failed = (error: unknown) => {
    if (isOk) {
      const code = isHouseError(error) ? error.code : 'store/failed'
      log.error({ code, why: messageOf(error) }, 'readings cannot be stored; they wait at the gateways')
    }
    isOk = false
  }
  const somethingToDo = (signal: AbortSignal) =>
    new Promise<void>((resolve) => {
      if (queue.length > 0 || signal.aborted) {
        resolve()
        return
      }
      wake = resolve
      signal.addEventListener('abort', () => resolve(), { once: true })
    })

  return {
    add: (batch) => {
      if (waiting + batch.readings.length > MOST_WAITING) {
        if (!isFull)
          log.warn(
            { code: 'history/unavailable', waiting },
            'the queue of readings is full; the rest waits at the gateways',
          )
        isFull = true
        return
      }
      queue.push(batch)
      waiting += batch.readings.length
      wake()
    },
    waiting: () => waiting,
    isOk: () => isOk,
    run: async (signal) => {
      const isOver = () => signal.aborted
      let pause = 0
      // A history that is away is noticed at the start, and its return also when no readings come.
      let isUnsure = true
      while (!isOver()) {
        if (!isUnsure) await somethingToDo(signal)
        await systemClock.sleep(Math.max(GATHER_MS, pause), signal).catch(() => undefined)
        if (isOver()) break
        try {
          await writeOnce(signal)
          pause = 0
          isUnsure = false
        } catch (error) {
          if (!isOver()) failed(error)
          isUnsure = true
          pause = Math.min(LONGEST_PAUSE_MS, Math.max(500, pause * 2))
        }
      }
      if (queue.length > 0) await writeOnce(AbortSignal.timeout(500)).catch(() => undefined)
    },
  }
}
