import type { LineSettings } from '../../core/contract/device-profile.ts'
import { isHouseError } from '../../core/kit/errors.ts'
import type { Clock } from '../../platform/clock.ts'
import type { Asking, FieldBus, Question } from '../link/field-bus.ts'

/** What looking around on a line needs of a bus. */
export type AskedBus = Pick<FieldBus, 'read' | 'identify' | 'ask' | 'counters' | 'timing'>

export interface LastingBusOptions {
  /** Opens the bus with one setting; it is closed here. */
  readonly open: (line: LineSettings) => FieldBus
  readonly clock: Clock
  /** Whether there is time left to connect again. */
  readonly mayWait: () => boolean
}

/** Small servers need a moment to give up the connection that was lost. */
const RECONNECT_MS = 1_000
/** A question that costs the connection so often is the one that ends it. */
const TRIES = 3

/**
 * A bus that is opened again when its connection is lost, and asked the same once more. A line that was never there throws
 * `link/down` at once; one that was, when it stays away or when the same question ends it again and again.
 */
export class LastingBus implements AskedBus {
  readonly #options: LastingBusOptions
  #line: LineSettings
  #bus: FieldBus
  #wasThere = false
  #losses = 0

  constructor(line: LineSettings, options: LastingBusOptions) {
    this.#options = options
    this.#line = line
    this.#bus = options.open(line)
  }

  get timing(): FieldBus['timing'] {
    return this.#bus.timing
  }

  /** Whether anything has ever been sent on it. */
  get wasThere(): boolean {
    return this.#wasThere
  }

  /** How often a connection was lost. */
  get losses(): number {
    return this.#losses
  }

  /** Goes on with other settings. */
  turnTo(line: LineSettings): void {
    if (line === this.#line) return
    this.#bus.close()
    this.#line = line
    this.#bus = this.#options.open(line)
  }

  read(...[request, signal]: Parameters<FieldBus['read']>): ReturnType<FieldBus['read']> {
    return this.#lasting((bus) => bus.read(request, signal), signal)
  }

  identify(...[unit, asking, signal]: Parameters<FieldBus['identify']>): ReturnType<FieldBus['identify']> {
    return this.#lasting((bus) => bus.identify(unit, asking, signal), signal)
  }

  ask<A>(question: Question<A>, asking: Asking, signal: AbortSignal): Promise<A> {
    return this.#lasting((bus) => bus.ask(question, asking, signal), signal)
  }

  counters(): ReturnType<FieldBus['counters']> {
    return this.#bus.counters()
  }

  close(): void {
    this.#bus.close()
  }

  async #lasting<T>(exchange: (bus: FieldBus) => Promise<T>, signal: AbortSignal): Promise<T> {
    for (let attempt = 1; ; attempt += 1) {
      try {
        const answer = await exchange(this.#bus)
        this.#wasThere = true
        return answer
      } catch (error) {
        const isLost = isHouseError(error, 'link/down') && !signal.aborted
        this.#wasThere ||= isHouseError(error, 'link/timeout', 'modbus/malformed')
        if (!isLost || !this.#wasThere) throw error
        this.#losses += attempt === 1 ? 1 : 0
        this.#bus.close()
        if (attempt < TRIES && this.#options.mayWait()) await this.#options.clock.sleep(RECONNECT_MS, signal)
        this.#bus = this.#options.open(this.#line)
        if (attempt >= TRIES || !this.#options.mayWait()) throw error
      }
    }
  }
}
