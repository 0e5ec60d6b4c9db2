import { isHouseError, messageOf } from '../../../core/kit/errors.ts'
import type { Log } from '../../../platform/log.ts'

/** Work that is begun in the order it came. */
export interface WorkLane<T> {
  /** False when too much waits already: then the piece is left to its sender, who repeats it. */
  add(name: string, piece: T): boolean
  waiting(): number
  /** Resolves when everything taken so far is done or has failed. */
  settled(): Promise<void>
}

export interface WorkOptions<T> {
  readonly most: number
  /** What a piece is, for the log. */
  readonly what: string
  readonly log: Log
  /** Pieces that are begun in their order before the first of them has ended; one when absent. */
  readonly together?: number
  readonly work: (piece: T) => Promise<void>
}

/**
 * A bounded queue with one worker. A piece with the name of one that still waits replaces it, so repeats do not pile up.
 * A piece that fails is dropped and logged once per change of state; its sender repeats it, as it has no receipt.
 */
export function openWorkLane<T>({ most, what, log, together = 1, work }: WorkOptions<T>): WorkLane<T> {
  const pieces = new Map<string, T>()
  let running: Promise<void> = Promise.resolve()
  let isRunning = false
  let isOk = true

  const take = async (piece: T) => {
    try {
      await work(piece)
      if (!isOk) log.info({ what }, 'taken again')
      isOk = true
    } catch (error) {
      const code = isHouseError(error) ? error.code : 'store/failed'
      if (isOk) log.error({ code, what, why: messageOf(error) }, 'cannot be taken; it waits at the gateway')
      isOk = false
    }
  }
  const runAll = async () => {
    let begun: Promise<void>[] = []
    for (const [name, piece] of pieces) {
      pieces.delete(name)
      begun.push(take(piece))
      if (begun.length < together && pieces.size > 0) continue
      await Promise.all(begun)
      begun = []
    }
    isRunning = false
  }

  return {
    add: (name, piece) => {
      if (pieces.size >= most && !pieces.has(name)) return false
      pieces.set(name, piece)
      if (!isRunning) {
        isRunning = true
        running = runAll()
      }
      return true
    },
    waiting: () => pieces.size,
    settled: () => running,
  }
}
