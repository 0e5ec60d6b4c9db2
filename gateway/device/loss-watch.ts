import type { FieldBus } from '../link/field-bus.ts'

/** Notices that a bus was lost, also where it was back before anything was asked. */
export class LossWatch {
  readonly #bus: Pick<FieldBus, 'counters'>
  #reconnects: number

  constructor(bus: Pick<FieldBus, 'counters'>) {
    this.#bus = bus
    this.#reconnects = bus.counters().reconnects
  }

  /** Whether the line is away. */
  get isLost(): boolean {
    return this.#bus.counters().state === 'down'
  }

  /** Whether the line has come back since this was last asked. */
  wasLost(): boolean {
    const { reconnects } = this.#bus.counters()
    const isNew = reconnects !== this.#reconnects
    this.#reconnects = reconnects
    return isNew
  }
}
