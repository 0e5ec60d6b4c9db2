import type { MonoMs } from '../../core/contract/time.ts'
import { elapsed } from '../../core/kit/time.ts'
import type { GatewayStore, TelemetryRow } from '../store.ts'

export interface TelemetryLaneOptions {
  /** No receipt for this long while something is on its way: all without receipt is sent again, ms. Doubles up to eightfold. */
  readonly resendMs: number
  /** Most late rows on their way at once. */
  readonly window: number
}

/** Rows read from the store at a time, so that live data and alarms get their turn in between. */
const PAGE = 40

/**
 * Decides which late telemetry to send. Readings from before a boundary (the connection, or the last time receipts failed to
 * come) are sent oldest first within a window; everything after it goes out live the moment it is committed.
 */
export class TelemetryLane {
  readonly #store: GatewayStore
  readonly #options: TelemetryLaneOptions
  /** Readings from here on were sent live. */
  #boundary = 0
  /** The next late reading to send. */
  #cursor = 0
  /** Last numbers of late rows on their way, oldest first. */
  #onTheirWay: number[] = []
  #sentUpTo = -1
  #receiptedUpTo = -1
  #progressAt: MonoMs
  #patience = 1

  constructor(store: GatewayStore, options: TelemetryLaneOptions, now: MonoMs) {
    this.#store = store
    this.#options = options
    this.#progressAt = now
  }

  /** Everything stored so far counts as late from here on; nothing is on its way. */
  restart(now: MonoMs): void {
    this.#boundary = this.#store.nextSeq()
    this.#cursor = 0
    this.#onTheirWay = []
    this.#sentUpTo = this.#receiptedUpTo
    this.#progressAt = now
  }

  /** Notes a reading that has gone out live. */
  sentLive(lastSeq: number, now: MonoMs): void {
    this.#noteSent(lastSeq, now)
  }

  /** Late rows to send now, and notes them as sent. Throws `store/failed`. */
  take(now: MonoMs): readonly TelemetryRow[] {
    if (this.#isStalled(now)) {
      this.restart(now)
      this.#patience = Math.min(8, this.#patience * 2)
    }
    const room = Math.min(PAGE, this.#options.window - this.#onTheirWay.length)
    if (this.#cursor >= this.#boundary || room <= 0) return []
    const rows = this.#store.telemetry(this.#cursor, this.#boundary, room)
    const last = rows.at(-1)
    this.#cursor = last === undefined ? this.#boundary : last.lastSeq + 1
    for (const row of rows) {
      this.#onTheirWay.push(row.lastSeq)
      this.#noteSent(row.lastSeq, now)
    }
    return rows
  }

  /** Forgets what the control room has durably. Throws `store/failed`. */
  receipted(upTo: number, now: MonoMs): void {
    this.#store.receiptTelemetry(upTo)
    if (upTo <= this.#receiptedUpTo) return
    this.#receiptedUpTo = upTo
    this.#onTheirWay = this.#onTheirWay.filter((lastSeq) => lastSeq > upTo)
    this.#progressAt = now
    this.#patience = 1
  }

  #noteSent(lastSeq: number, now: MonoMs): void {
    if (this.#sentUpTo <= this.#receiptedUpTo) this.#progressAt = now
    this.#sentUpTo = Math.max(this.#sentUpTo, lastSeq)
  }

  #isStalled(now: MonoMs): boolean {
    const waiting = this.#sentUpTo > this.#receiptedUpTo
    return waiting && elapsed(this.#progressAt, now) >= this.#options.resendMs * this.#patience
  }
}
