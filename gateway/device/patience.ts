import { growingPause } from '../link/pause.ts'

/**
 * How often something that does not answer is asked again. A first miss costs nothing; from the second on the pause grows
 * to forty timeouts, so that what is dead takes at most a twentieth of the bus (each attempt costs a timeout and the
 * silence after it). Times are monotonic, in ms.
 */
export class Patience {
  readonly #name: string
  readonly #timeoutMs: number
  readonly #missed = new Map<string, { readonly times: number; readonly dueAt: number }>()

  constructor(name: string, timeoutMs: number) {
    this.#name = name
    this.#timeoutMs = timeoutMs
  }

  isDue(key: string, now: number): boolean {
    return now >= (this.#missed.get(key)?.dueAt ?? 0)
  }

  /** Returns how many times in a row it has been missed. */
  missed(key: string, now: number): number {
    const times = (this.#missed.get(key)?.times ?? 0) + 1
    const limits = { first: 2 * this.#timeoutMs, most: 40 * this.#timeoutMs }
    const pause = times === 1 ? 0 : growingPause(`${this.#name}/${key}`, times - 1, limits)
    this.#missed.set(key, { times, dueAt: now + pause })
    return times
  }

  answered(key: string): void {
    this.#missed.delete(key)
  }

  /** Forgets every miss: what was silent is back. */
  clear(): void {
    this.#missed.clear()
  }
}
