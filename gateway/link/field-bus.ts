import type { GatewayHealth } from '../../core/contract/lanes.ts'
import type { ReadAnswer, ReadRequest } from '../../core/decode/modbus-pdu.ts'

/** What a bus tells of itself; counts since start. */
export type BusHealth = GatewayHealth['buses'][number]

/**
 * What an exchange is for. Commands overtake polls. Probes ask a device that is known to be silent; the time they take is
 * the dead devices' share of the bus. Searches ask who may not be there at all: silence says nothing of line or device, and
 * costs the dead devices' share nothing, so whoever searches sees to it that the others get the bus.
 */
export type Purpose = 'poll' | 'probe' | 'command' | 'search'

/** How an exchange is to be done. */
export interface Asking {
  /** A poll when absent. */
  readonly purpose?: Purpose
  /** How long the device may think, in ms; what the bus has learned of it when absent. */
  readonly withinMs?: number
}

/**
 * Cells before and after those asked for that the device is known to give as well. The bus may read some of them too, so that
 * the answer has another length than one that may still come; the caller never sees them.
 */
export interface Room {
  readonly before: number
  readonly after: number
}

/** A Modbus read as a driver wants it. */
export type BusRead = ReadRequest & Asking & { readonly room?: Room }

/**
 * A Modbus write: one coil, one register, or several of either. Nothing but a declared command may send one. On a wire unit 0
 * is every device on it. (MODBUS over Serial Line V1.02 §2.1)
 */
export type BusWrite =
  | { readonly unit: number; readonly table: 'coil'; readonly address: number; readonly bits: readonly boolean[] }
  | {
      readonly unit: number
      readonly table: 'holding-register'
      readonly address: number
      readonly words: readonly number[]
    }

/**
 * What became of a write: it was read back as written, or as something else, or the device refused it. What was written to
 * all devices of a wire at once nobody answers, so it is only known to have been sent.
 */
export type WriteOutcome =
  | { readonly kind: 'verified' }
  | { readonly kind: 'differs'; readonly readBack: ReadAnswer }
  | { readonly kind: 'exception'; readonly code: number }
  | { readonly kind: 'sent' }

/** What has been found in the bytes since a question. All bytes outside `start`–`end` are noise. */
export interface Found<A> {
  readonly answer: A
  readonly start: number
  readonly end: number
}

/** One question on a line that carries bytes, and how its answer is known. */
export interface Question<A> {
  /** Whose turn it takes and whose latency is learned, such as `dlt645/202501140001`. */
  readonly station: string
  readonly frame: Uint8Array
  /** Bytes of the longest answer, for its time on the wire. */
  readonly answerBytes: number
  /** The answer in what has come so far, or null. An answer to anything else must not be found. */
  find(seen: Uint8Array): Found<A> | null
}

/** How long a station thinks. */
export interface Latency {
  readonly p50: number
  readonly p999: number
}

/** What a bus knows of a station on it. */
export interface StationFacts {
  /** null until it has answered. */
  readonly latencyMs: Latency | null
  /** How long it is given to think now. */
  readonly timeoutMs: number
}

/** The character format of a line, for its timing. */
export interface LineTiming {
  readonly baud: number
}

/** One physical bus: all exchanges go through here, in turn, and fairly by station. */
export interface FieldBus {
  readonly id: string
  /** Longest time a device may think as the site configures it, in ms. */
  readonly timeoutMs: number
  /** null where there are no characters to wait for: Modbus TCP. */
  readonly timing: LineTiming | null
  /**
   * Reads; an exception code is an answer. Waits for its turn first; the time the device may take starts with the request.
   * Throws `link/timeout`, `link/down` (at once, while the line is lost), `link/busy`, `modbus/malformed`, or the
   * signal's reason when it aborts; `config/invalid` for a unit that cannot answer on a wire.
   */
  read(request: BusRead, signal: AbortSignal): Promise<ReadAnswer>
  /**
   * Writes as a command and reads back what it wrote; after a write to unit 0 of a wire nothing is sent for the turnaround
   * delay instead. Throws as `read` does.
   */
  write(request: BusWrite, signal: AbortSignal): Promise<WriteOutcome>
  /** The device's identification texts by object id (function 43/14), or null when it has none. Throws as `read` does. */
  identify(unit: number, asking: Asking, signal: AbortSignal): Promise<ReadonlyMap<number, string> | null>
  /** Asks anything else on a line of bytes. Throws as `read` does; `link/down` on Modbus TCP, which is no such line. */
  ask<A>(question: Question<A>, asking: Asking, signal: AbortSignal): Promise<A>
  /** Whether silent devices may be asked now without taking more than a twentieth of the bus together. */
  mayProbe(): boolean
  /** `station` is `modbus/<unit>` for Modbus. */
  station(station: string): StationFacts
  /** Takes up what was learned before the last restart. */
  recall(station: string, latency: Latency): void
  counters(): BusHealth
  /** Closes the line; whoever waits gets `link/down`. */
  close(): void
}
