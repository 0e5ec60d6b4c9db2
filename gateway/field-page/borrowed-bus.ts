import { HouseError } from '../../core/kit/errors.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Asking, BusRead, FieldBus, Question, WriteOutcome } from '../link/field-bus.ts'

/** After each exchange of a search the bus is left to others so many times as long, so that a search takes a quarter of its time … */
const REST_TIMES = 3
/** … and is not held up for ever by a bus that is busy anyway, ms. */
const MOST_REST_MS = 1_000

/** The bus a gateway polls, lent to a technician: it is read only, and stays open whatever the borrower does. */
export class BorrowedBus implements FieldBus {
  protected readonly bus: FieldBus

  constructor(bus: FieldBus) {
    this.bus = bus
  }

  get id(): string {
    return this.bus.id
  }

  get timeoutMs(): number {
    return this.bus.timeoutMs
  }

  get timing(): FieldBus['timing'] {
    return this.bus.timing
  }

  read(request: BusRead, signal: AbortSignal): ReturnType<FieldBus['read']> {
    return this.bus.read(request, signal)
  }

  /** Throws `http/forbidden`: nothing is written from here. */
  write(): Promise<WriteOutcome> {
    return Promise.reject(new HouseError('http/forbidden', `bus ${this.id} is lent for reading only`, { bus: this.id }))
  }

  identify(unit: number, asking: Asking, signal: AbortSignal): ReturnType<FieldBus['identify']> {
    return this.bus.identify(unit, asking, signal)
  }

  ask<A>(question: Question<A>, asking: Asking, signal: AbortSignal): Promise<A> {
    return this.bus.ask(question, asking, signal)
  }

  mayProbe(): boolean {
    return this.bus.mayProbe()
  }

  station(station: string): ReturnType<FieldBus['station']> {
    return this.bus.station(station)
  }

  /** What the bus knows of its stations is its own. */
  recall(): void {
    return undefined
  }

  counters(): ReturnType<FieldBus['counters']> {
    return this.bus.counters()
  }

  /** It was not opened here. */
  close(): void {
    return undefined
  }
}

/** A borrowed bus on which everything is a search, in the time the devices of the site leave and no more than a quarter of it. */
export class SearchedBus extends BorrowedBus {
  readonly #clock: Clock

  constructor(bus: FieldBus, clock: Clock) {
    super(bus)
    this.#clock = clock
  }

  override read(request: BusRead, signal: AbortSignal): ReturnType<FieldBus['read']> {
    return this.#rested(() => this.bus.read({ ...request, purpose: 'search' }, signal), signal)
  }

  override identify(unit: number, asking: Asking, signal: AbortSignal): ReturnType<FieldBus['identify']> {
    return this.#rested(() => this.bus.identify(unit, { ...asking, purpose: 'search' }, signal), signal)
  }

  override ask<A>(question: Question<A>, asking: Asking, signal: AbortSignal): Promise<A> {
    return this.#rested(() => this.bus.ask(question, { ...asking, purpose: 'search' }, signal), signal)
  }

  async #rested<A>(exchange: () => Promise<A>, signal: AbortSignal): Promise<A> {
    const startedAt = this.#clock.mono()
    try {
      return await exchange()
    } finally {
      const tookMs = this.#clock.mono() - startedAt
      if (!signal.aborted)
        await this.#clock.sleep(Math.min(MOST_REST_MS, REST_TIMES * tookMs), signal).catch(() => undefined)
    }
  }
}
