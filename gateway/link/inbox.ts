import { setImmediate as nextPoll } from 'node:timers/promises'
import type { HouseError } from '../../core/kit/errors.ts'
import { systemClock } from '../../platform/clock.ts'

/** More than any answer with its echo and noise; a line that sends more without an answer is babbling. */
const MOST_BYTES = 4_096

interface Waiting {
  /** Looks at the bytes again. */
  look(): void
  fail(error: HouseError): void
}

/** Bytes that came and were not taken yet, and the one exchange that waits for them. */
export class Inbox {
  #bytes = new Uint8Array(0)
  #waiting: Waiting | null = null

  get bytes(): Uint8Array {
    return this.#bytes
  }

  /** Adds what came; answers how many bytes had to be dropped because nobody takes them. */
  add(bytes: Uint8Array): number {
    if (this.#bytes.length + bytes.length > MOST_BYTES) return this.clear() + bytes.length
    const joined = new Uint8Array(this.#bytes.length + bytes.length)
    joined.set(this.#bytes)
    joined.set(bytes, this.#bytes.length)
    this.#bytes = joined
    this.#waiting?.look()
    return 0
  }

  /** Takes the first `count` bytes away. */
  take(count: number): void {
    this.#bytes = this.#bytes.slice(count)
  }

  /** Throws everything away; answers how many bytes that were. */
  clear(): number {
    const count = this.#bytes.length
    this.#bytes = new Uint8Array(0)
    return count
  }

  /** Ends a waiting exchange with an error. */
  fail(error: HouseError): void {
    this.#waiting?.fail(error)
  }

  /**
   * Waits until `find` finds something in the bytes, or `withinMs` have passed: then null. Throws what `fail` is given, or
   * the signal's reason when it aborts.
   */
  async wait<T>(find: (bytes: Uint8Array) => T | null, withinMs: number, signal: AbortSignal): Promise<T | null> {
    signal.throwIfAborted()
    const { promise, resolve, reject } = Promise.withResolvers<T | null>()
    const look = () => {
      const found = find(this.#bytes)
      if (found !== null) resolve(found)
    }
    this.#waiting = { look, fail: reject }
    const over = new AbortController()
    const onAbort = () => resolve(null)
    signal.addEventListener('abort', onAbort, { once: true })
    void deadline(withinMs, over.signal, () => resolve(null))
    try {
      const found = await promise
      signal.throwIfAborted()
      return found
    } finally {
      this.#waiting = null
      over.abort()
      signal.removeEventListener('abort', onAbort)
    }
  }
}

async function deadline(ms: number, signal: AbortSignal, passed: () => void): Promise<void> {
  try {
    await systemClock.sleep(ms, signal)
    // After a long pause of this program the bytes may be there already, but not read yet.
    await nextPoll(undefined, { signal })
    passed()
  } catch {
    // The exchange ended first.
  }
}
