import type { Clock } from '../clock.ts'
import type { Log } from '../log.ts'
import type { ModemHealth, ModemState, ModemWhy } from './modem.ts'

/** What is known of a modem, told at each change. */
export class HealthBook {
  readonly #clock: Clock
  readonly #log: Log
  readonly #changed: (health: ModemHealth) => void
  #health: ModemHealth

  constructor(clock: Clock, log: Log, changed: (health: ModemHealth) => void) {
    this.#clock = clock
    this.#log = log
    this.#changed = changed
    const unseen = { model: '', operator: null, signalDbm: null, storage: null, tellsDelivery: false, lastError: null }
    this.#health = { state: 'starting', since: clock.now(), ...unseen }
  }

  get now(): ModemHealth {
    return this.#health
  }

  /** Puts in what was seen. */
  note(seen: Partial<Omit<ModemHealth, 'state' | 'since' | 'lastError'>>): void {
    this.#put({ ...this.#health, ...seen })
  }

  /** Goes over to a state; `message` says why where a person has to know. What only a working modem shows is unknown then. */
  turn(state: ModemState, message: string | null = null): void {
    if (message !== null && (state !== this.#health.state || message !== this.#health.lastError?.message)) {
      this.failed(WHY[state], message)
    }
    if (state === this.#health.state) return
    const facts = { from: this.#health.state, to: state, why: message }
    if (message === null) this.#log.info(facts, 'the modem is in another state')
    else this.#log.warn({ code: 'link/down', ...facts }, 'the modem cannot be used')
    const isSeen = state === 'ready' || state === 'searching'
    const unseen = isSeen ? {} : { operator: null, signalDbm: null, storage: null }
    const lastError = state === 'ready' && this.#isOfState() ? null : this.#health.lastError
    this.#put({ ...this.#health, ...unseen, lastError, state, since: this.#clock.now() })
  }

  failed(why: ModemWhy, message: string): void {
    this.#put({ ...this.#health, lastError: { at: this.#clock.now(), why, message } })
  }

  /** Something went well that failed before. */
  healed(): void {
    if (this.#health.lastError !== null) this.#put({ ...this.#health, lastError: null })
  }

  /** Whether the last error is one that ends when the modem is ready. */
  #isOfState(): boolean {
    const { lastError } = this.#health
    return lastError !== null && STATE_WHYS.includes(lastError.why)
  }

  #put(health: ModemHealth): void {
    if (JSON.stringify(health) === JSON.stringify(this.#health)) return
    this.#health = health
    this.#changed(health)
  }
}

/** What a state is called when it keeps a text from being sent. */
export const WHY: Readonly<Record<ModemState, ModemWhy>> = {
  ready: 'unknown',
  starting: 'no-modem',
  searching: 'no-network',
  'no-sim': 'sim',
  'pin-wrong': 'sim',
  'no-answer': 'no-answer',
  gone: 'no-modem',
}

const STATE_WHYS: readonly ModemWhy[] = ['no-modem', 'no-network', 'no-answer', 'sim']
