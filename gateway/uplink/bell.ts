import { systemClock } from '../../platform/clock.ts'

/** Wakes one waiter. A ring while nobody waits is kept for the next wait; further ones add nothing. */
export class Bell {
  #ring = Promise.withResolvers<undefined>()

  ring(): void {
    this.#ring.resolve(undefined)
  }

  /** Resolves when rung, after `ms` of real time, or when `signal` aborts. */
  async wait(ms: number, signal: AbortSignal): Promise<void> {
    const rung = new AbortController()
    const pause = systemClock.sleep(ms, AbortSignal.any([signal, rung.signal])).catch(() => undefined)
    await Promise.race([this.#ring.promise, pause])
    rung.abort()
    this.#ring = Promise.withResolvers<undefined>()
  }
}
