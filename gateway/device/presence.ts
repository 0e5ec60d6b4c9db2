import type { Clock } from '../../platform/clock.ts'
import type { Log } from '../../platform/log.ts'
import type { FieldBus } from '../link/field-bus.ts'
import { Patience } from './patience.ts'

const DEVICE = 'device'

export interface PresenceOptions {
  readonly device: string
  readonly bus: Pick<FieldBus, 'id' | 'timeoutMs' | 'mayProbe'>
  readonly log: Log
  /** The time on the wire. */
  readonly wire: Clock
  /** How the device is addressed, for the log. */
  readonly address: Readonly<Record<string, unknown>>
  /** What a person has to look at when it is silent. */
  readonly check: string
}

/** Whether a device is there, and when one that is silent may be asked again. Changes are said once in the log. */
export class Presence {
  readonly #options: PresenceOptions
  readonly #patience: Patience
  #silentTimes = 0
  #isDoubted = true

  constructor(options: PresenceOptions) {
    this.#options = options
    this.#patience = new Patience(options.device, options.bus.timeoutMs)
  }

  /** Attempts in a row without an answer: rounds or probes. */
  get silentTimes(): number {
    return this.#silentTimes
  }

  /** True until the device has answered, and again when it has been silent or doubted since. */
  get isDoubted(): boolean {
    return this.#isDoubted
  }

  /**
   * Whether the silent device may be asked now: its own pause is over and the bus has time for such things. One that missed
   * a single time is most likely alive, and is not made to wait for what the dead have spent.
   */
  mayProbe(): boolean {
    return (
      this.#patience.isDue(DEVICE, this.#options.wire.mono()) &&
      (this.#silentTimes === 1 || this.#options.bus.mayProbe())
    )
  }

  /** It stopped answering in the middle of a round, or the line was away: it has to show first that it is there. */
  doubt(): void {
    this.#isDoubted = true
  }

  /** It answered. Returns true when it had been silent, so that everything about it is to be read anew. */
  answered(): boolean {
    const { log } = this.#options
    const wasSilent = this.#silentTimes > 0
    if (this.#silentTimes > 1) log.info(this.#facts(), 'device answers again')
    if (wasSilent) this.#patience.answered(DEVICE)
    this.#silentTimes = 0
    this.#isDoubted = false
    return wasSilent
  }

  /** An attempt without any answer. */
  silent(): void {
    const { log, wire, check } = this.#options
    this.#silentTimes += 1
    this.#isDoubted = true
    this.#patience.missed(DEVICE, wire.mono())
    if (this.#silentTimes !== 2) return
    log.warn({ code: 'link/timeout', ...this.#facts() }, `device does not answer; check ${check}`)
  }

  #facts(): Readonly<Record<string, unknown>> {
    const { device, bus, address } = this.#options
    return { device, bus: bus.id, ...address }
  }
}
