import type { Clock } from '../../platform/clock.ts'
import { letInputIn } from './pace.ts'

/** Watches any number of deadlines with one timer. */
export class DeadlineWatch {
  readonly #clock: Clock
  readonly #passed: (now: number) => number
  /** When the timer runs out; Infinity while there is none. */
  #at = Infinity
  #timer = new AbortController()

  /** `passed` is called when the earliest deadline is over, and answers the next one; Infinity for none. */
  constructor(clock: Clock, passed: (now: number) => number) {
    this.#clock = clock
    this.#passed = passed
  }

  /** Looks at `deadline`, monotonic time in ms, at the latest. */
  by(deadline: number): void {
    if (deadline >= this.#at) return
    this.#timer.abort()
    this.#timer = new AbortController()
    this.#at = deadline
    void this.#wait(deadline, this.#timer.signal)
  }

  close(): void {
    this.#timer.abort()
    this.#at = Infinity
  }

  async #wait(deadline: number, signal: AbortSignal): Promise<void> {
    try {
      await this.#clock.sleep(Math.max(0, Math.ceil(deadline - this.#clock.mono())), signal)
      // After a long pause of this program the answer may be there already, but not read yet.
      await letInputIn(this.#clock)
    } catch {
      return
    }
    if (signal.aborted) return
    this.#at = Infinity
    this.by(this.#passed(this.#clock.mono()))
  }
}
