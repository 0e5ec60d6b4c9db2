import type { ModbusAnswer, ModbusRequest } from '../../core/decode/modbus-request.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Log } from '../../platform/log.ts'
import type { Connect } from '../../platform/serial/channel.ts'
import type { BusHealth, Room } from './field-bus.ts'
import type { PauseLimits } from './pause.ts'

/** What a bus has counted since start; its line and its connection add to it. */
export type Tally = Record<Exclude<keyof BusHealth, 'id' | 'state'>, number>

export function newTally(): Tally {
  return {
    exchanges: 0,
    timeouts: 0,
    exceptions: 0,
    malformed: 0,
    discardedBytes: 0,
    staleAnswers: 0,
    reconnects: 0,
    busyMs: 0,
    deadMs: 0,
  }
}

/**
 * Pauses before a lost line is opened again. With `CONNECT_WITHIN_MS` short enough that a line is in use within two seconds of
 * being back. What was asked before the loss may still be answered after it; the guard remembers that, so the pause need not.
 */
export const RECONNECT_PAUSES: PauseLimits = { first: 250, most: 600 }

/** How long an unanswered request is remembered, in ms: a line's answers are never later than that. */
export function memoryOf(timeoutMs: number): number {
  return Math.max(10_000, 10 * timeoutMs)
}

/** How one exchange is to be done. */
export interface Exchange {
  /** How long the device may think, in ms; the line adds the time on the wire. */
  readonly withinMs: number
  /** How long the device thinks at worst, in ms, where that is known. */
  readonly worstMs?: number | undefined
  /** Cells around a read that may be read as well; a few are tried when absent, none when it is 0 and 0. */
  readonly room?: Room | undefined
  /** Perhaps nobody is there: that nothing comes does not say that the other end is gone. */
  readonly isSearch?: boolean | undefined
  /** Told how long the device thought, in ms without the time on the wire, when its answer came. */
  readonly thought?: (ms: number) => void
}

/** What every line is built from. */
export interface LineOptions {
  readonly bus: string
  readonly connect: Connect
  /** Longest time a device may think as the site configures it, in ms. */
  readonly timeoutMs: number
  readonly tally: Tally
  readonly log: Log
  /** Times everything on the wire. */
  readonly clock: Clock
}

/**
 * Modbus requests and answers in one framing over one connection. A wire is given one exchange at a time; a line on TCP
 * may be given several at once.
 */
export interface ModbusLine {
  readonly state: 'up' | 'down'
  /**
   * The answer to `request`, cut back to what was asked for. Counts exchanges, timeouts, malformed and stale answers and
   * discarded bytes; the caller counts exceptions and time. Throws `link/timeout`, `link/down`, `link/busy` or
   * `modbus/malformed`; the signal's reason when it aborts.
   */
  exchange(request: ModbusRequest, how: Exchange, signal: AbortSignal): Promise<ModbusAnswer>
  close(): void
}
