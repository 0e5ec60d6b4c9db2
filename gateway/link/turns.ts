import { HouseError } from '../../core/kit/errors.ts'

interface Waiter {
  readonly start: (turn: Disposable) => void
  readonly refuse: (error: Error) => void
}

/** More than a device's own driver ever asks for at once; who asks for more is told so. */
const MOST_WAITING_PER_UNIT = 16

/**
 * Whose turn it is on a bus. One holder at a time; those waiting are served unit by unit in a circle, so no device can
 * crowd out another however much is asked of it.
 */
export class Turns {
  // A Map keeps its keys in order of insertion: that order is the circle.
  readonly #waiting = new Map<number, Waiter[]>()
  #held = false
  #closed: Error | null = null

  /** Waits for a turn; disposing it passes the turn on. Throws `link/busy`, or the signal's reason when it aborts first. */
  take(unit: number, signal: AbortSignal): Promise<Disposable> {
    return new Promise((settle, refuse) => {
      signal.throwIfAborted()
      if (this.#closed !== null) throw this.#closed
      const queue = this.#waiting.get(unit) ?? []
      if (queue.length >= MOST_WAITING_PER_UNIT) {
        throw new HouseError('link/busy', `unit ${unit}: expected at most ${MOST_WAITING_PER_UNIT} requests to wait`, {
          unit,
        })
      }
      const onAbort = () => {
        this.#leave(unit, waiter)
        refuse(signal.reason instanceof Error ? signal.reason : new Error('aborted'))
      }
      const waiter: Waiter = {
        start: (turn) => {
          signal.removeEventListener('abort', onAbort)
          settle(turn)
        },
        refuse: (error) => {
          signal.removeEventListener('abort', onAbort)
          refuse(error)
        },
      }
      signal.addEventListener('abort', onAbort, { once: true })
      queue.push(waiter)
      this.#waiting.set(unit, queue)
      this.#next()
    })
  }

  /** Ends waiting for good: who waits now or comes later gets `error`. */
  close(error: Error): void {
    this.#closed = error
    for (const waiter of [...this.#waiting.values()].flat()) waiter.refuse(error)
    this.#waiting.clear()
  }

  #leave(unit: number, waiter: Waiter): void {
    const rest = (this.#waiting.get(unit) ?? []).filter((other) => other !== waiter)
    if (rest.length === 0) this.#waiting.delete(unit)
    else this.#waiting.set(unit, rest)
  }

  #next(): void {
    if (this.#held) return
    const [first] = this.#waiting
    if (first === undefined) return
    const [unit, queue] = first
    const waiter = queue.shift()
    this.#waiting.delete(unit)
    if (queue.length > 0) this.#waiting.set(unit, queue)
    if (waiter === undefined) return
    this.#held = true
    waiter.start(this.#turn())
  }

  #turn(): Disposable {
    let over = false
    return {
      [Symbol.dispose]: () => {
        if (over) return
        over = true
        this.#held = false
        this.#next()
      },
    }
  }
}
