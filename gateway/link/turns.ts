import { HouseError } from '../../core/kit/errors.ts'
import type { Purpose } from './field-bus.ts'

interface Waiter {
  readonly start: (turn: Disposable) => void
  readonly refuse: (error: Error) => void
}

/** More than a device's own driver ever asks for at once; who asks for more is told so. */
const MOST_WAITING_PER_STATION = 16

/** Waiting ones by station. A Map keeps its keys in order of insertion: that order is the circle. */
type Circle = Map<string, Waiter[]>

/**
 * Whose turn it is on a bus. So many at a time as the line takes; commands come first, and otherwise those waiting are
 * served station by station in a circle, so no device can crowd out another however much is asked of it.
 */
export class Turns {
  readonly #atOnce: () => number
  readonly #commands: Circle = new Map()
  readonly #others: Circle = new Map()
  #held = 0
  #closed: Error | null = null

  /** `atOnce` is asked each time a turn may begin. */
  constructor(atOnce: () => number) {
    this.#atOnce = atOnce
  }

  /**
   * Waits for a turn; disposing it passes the turn on. A command waits for what is on the line now and for other commands
   * only. Throws `link/busy`, or the signal's reason when it aborts first.
   */
  take(station: string, purpose: Purpose, signal: AbortSignal): Promise<Disposable> {
    const circle = purpose === 'command' ? this.#commands : this.#others
    return new Promise((settle, refuse) => {
      signal.throwIfAborted()
      if (this.#closed !== null) throw this.#closed
      const queue = circle.get(station) ?? []
      if (queue.length >= MOST_WAITING_PER_STATION) {
        const message = `${station}: expected at most ${MOST_WAITING_PER_STATION} requests to wait; ask it less often`
        throw new HouseError('link/busy', message, { station })
      }
      const onAbort = () => {
        leave(circle, station, waiter)
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
      circle.set(station, queue)
      this.#next()
    })
  }

  /** Ends waiting for good: who waits now or comes later gets `error`. */
  close(error: Error): void {
    this.#closed = error
    for (const circle of [this.#commands, this.#others]) {
      for (const waiter of [...circle.values()].flat()) waiter.refuse(error)
      circle.clear()
    }
  }

  #next(): void {
    if (this.#held >= this.#atOnce()) return
    const waiter = takeFirst(this.#commands) ?? takeFirst(this.#others)
    if (waiter === undefined) return
    this.#held += 1
    waiter.start(this.#turn())
  }

  #turn(): Disposable {
    let over = false
    return {
      [Symbol.dispose]: () => {
        if (over) return
        over = true
        this.#held -= 1
        this.#next()
      },
    }
  }
}

/** The first station's first; what else waits for it goes to the end of the circle. */
function takeFirst(circle: Circle): Waiter | undefined {
  const [first] = circle
  if (first === undefined) return undefined
  const [station, queue] = first
  const waiter = queue.shift()
  circle.delete(station)
  if (queue.length > 0) circle.set(station, queue)
  return waiter
}

function leave(circle: Circle, station: string, waiter: Waiter): void {
  const rest = (circle.get(station) ?? []).filter((other) => other !== waiter)
  if (rest.length === 0) circle.delete(station)
  else circle.set(station, rest)
}
