import {
  answerBytes,
  isAddressException,
  isBitTable,
  isGatewayException,
  type ReadAnswer,
} from '../../../core/decode/modbus-pdu.ts'
import { isHouseError } from '../../../core/kit/errors.ts'
import type { Clock } from '../../../platform/clock.ts'
import type { FieldBus, Purpose, Room } from '../../link/field-bus.ts'
import type { Span } from './span.ts'

/** What became of one request. */
export type Outcome =
  | { readonly kind: 'given'; readonly answer: Exclude<ReadAnswer, { readonly kind: 'exception' }> }
  /** The device answers that it will not; `isAddress` when it says that there are no such cells. */
  | { readonly kind: 'refused'; readonly code: number; readonly isAddress: boolean }
  | { readonly kind: 'silent'; readonly reason: 'timeout' | 'malformed' }
  /** The line is not there. */
  | { readonly kind: 'lost' }

/** How a request is to be done; a poll with nothing known around it when absent. */
export interface How {
  readonly purpose?: Purpose
  readonly room?: Room | undefined
}

/** The part of a bus a reader needs. */
export type ReaderBus = Pick<
  FieldBus,
  'id' | 'timeoutMs' | 'timing' | 'read' | 'mayProbe' | 'station' | 'recall' | 'counters'
>

/** One device on its bus: asks, keeps its rest between requests, and remembers what it has given so far. */
export class Asker {
  readonly #bus: ReaderBus
  readonly #unit: number
  readonly #restMs: number
  readonly #clock: Clock
  #restedAt = 0
  #longest = { bits: 0, registers: 0 }
  #shortest: Span | null = null

  constructor(bus: ReaderBus, { unit, restMs, clock }: { unit: number; restMs: number; clock: Clock }) {
    this.#bus = bus
    this.#unit = unit
    this.#restMs = restMs
    this.#clock = clock
  }

  /** True once the device has given any value. */
  get hasGiven(): boolean {
    return this.#longest.bits + this.#longest.registers > 0
  }

  /** What it gave in its shortest answer. */
  get shortestGiven(): Span | null {
    return this.#shortest
  }

  /** Cells of the longest answer so far from a table of this kind. */
  longestGiven(table: Span['table']): number {
    return isBitTable(table) ? this.#longest.bits : this.#longest.registers
  }

  /** Rejects with the signal's reason when it aborts, and with what is no matter of the bus. */
  async ask({ table, address, quantity }: Span, how: How, signal: AbortSignal): Promise<Outcome> {
    await this.#rest(signal)
    try {
      const { purpose = 'poll', room } = how
      const request = { unit: this.#unit, table, address, quantity, purpose }
      const answer = await this.#bus.read(room === undefined ? request : { ...request, room }, signal)
      if (answer.kind !== 'exception') {
        this.#gave({ table, address, quantity })
        return { kind: 'given', answer }
      }
      const { code } = answer
      if (isGatewayException(code)) return { kind: 'silent', reason: 'timeout' }
      return { kind: 'refused', code, isAddress: isAddressException(code) }
    } catch (error) {
      signal.throwIfAborted()
      if (isHouseError(error, 'link/timeout')) return { kind: 'silent', reason: 'timeout' }
      if (isHouseError(error, 'modbus/malformed')) return { kind: 'silent', reason: 'malformed' }
      if (isHouseError(error, 'link/down', 'link/busy')) return { kind: 'lost' }
      throw error
    } finally {
      if (this.#restMs > 0) this.#restedAt = this.#clock.mono() + this.#restMs
    }
  }

  async #rest(signal: AbortSignal): Promise<void> {
    if (this.#restMs === 0) return
    const restMs = this.#restedAt - this.#clock.mono()
    if (restMs > 0) await this.#clock.sleep(restMs, signal)
  }

  #gave(span: Span): void {
    const { table, quantity } = span
    if (isBitTable(table)) this.#longest.bits = Math.max(this.#longest.bits, quantity)
    else this.#longest.registers = Math.max(this.#longest.registers, quantity)
    if (this.#shortest === null || answerLength(span) < answerLength(this.#shortest)) this.#shortest = span
  }
}

function answerLength(span: Span): number {
  return answerBytes({ unit: 0, ...span })
}
