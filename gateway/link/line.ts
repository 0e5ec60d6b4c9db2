import type { ReadAnswer, ReadRequest } from '../../core/decode/modbus-pdu.ts'
import type { PauseLimits } from './pause.ts'

/** What a bus has counted since start; each line adds to it. */
export interface Tally {
  exchanges: number
  timeouts: number
  exceptions: number
  malformed: number
  discardedBytes: number
}

/**
 * Pauses before a lost line is opened again. The first is at least a timeout, so that what was asked before the loss is
 * over when the next question goes out.
 */
export function reconnectPauses(timeoutMs: number): PauseLimits {
  const first = Math.max(250, timeoutMs * 1.25)
  return { first, most: Math.max(5_000, first) }
}

/** Requests and answers in one framing over one connection. The caller sees to it that one exchange runs at a time. */
export interface Line {
  readonly state: 'up' | 'down'
  /** Throws `link/timeout`, `link/down`, `link/busy` or `modbus/malformed`; the signal's reason when it aborts. */
  exchange(request: ReadRequest, signal: AbortSignal): Promise<ReadAnswer>
  close(): void
}
