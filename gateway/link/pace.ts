import { setImmediate as ioTurn } from 'node:timers/promises'
import { type Clock, systemClock } from '../../platform/clock.ts'

/** A timer of the system comes up to this much late, so the rest of a wait is spent looking. In ms. */
const TIMER_GRAIN_MS = 1.3

/**
 * Waits until monotonic time `at`, to a fraction of a millisecond and without burning time before the last one. Input that
 * waits to be read is read first: a program that was held up looks at its timers before its input.
 */
export async function waitUntil(at: number, clock: Clock, signal: AbortSignal): Promise<void> {
  if (clock !== systemClock) {
    const missing = at - clock.mono()
    if (missing > 0) await sleep(missing, clock, signal)
    return
  }
  const coarse = Math.floor(at - clock.mono() - TIMER_GRAIN_MS)
  if (coarse >= 1) await sleep(coarse, clock, signal)
  do {
    await ioTurn()
    signal.throwIfAborted()
  } while (clock.mono() < at)
}

/** Throws the signal's own reason when it aborts, not what a timer makes of it. */
async function sleep(ms: number, clock: Clock, signal: AbortSignal): Promise<void> {
  try {
    await clock.sleep(ms, signal)
  } catch (error) {
    signal.throwIfAborted()
    throw error
  }
}

/** Lets input that waits be read. A clock that is moved by hand has no input but what its mover has handed in. */
export async function letInputIn(clock: Clock): Promise<void> {
  if (clock === systemClock) await ioTurn()
}

/** A wait that somebody else can end. */
export class Nudge {
  #end: (() => void) | null = null

  wake(): void {
    this.#end?.()
  }

  /** Waits for `wake`, or until monotonic time `at`. Throws the signal's reason when it aborts. */
  async orAt(at: number, clock: Clock, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted()
    const { promise, resolve } = Promise.withResolvers<undefined>()
    const over = new AbortController()
    const end = () => resolve(undefined)
    this.#end = end
    signal.addEventListener('abort', end, { once: true })
    // A sleep that is cut short has nothing to tell.
    clock.sleep(Math.max(0, at - clock.mono()), over.signal).then(end, () => undefined)
    try {
      await promise
      signal.throwIfAborted()
    } finally {
      this.#end = null
      over.abort()
      signal.removeEventListener('abort', end)
    }
  }
}
