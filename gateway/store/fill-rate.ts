import type { MonoMs } from '../../core/contract/time.ts'
import { elapsed } from '../../core/kit/time.ts'

const WINDOW_MS = 3_600_000
const SAMPLE_MS = 60_000
/** A rate over less than this says nothing. */
const LEAST_MS = 300_000

/** How fast a store fills, from the bytes that were added over the last hour. */
export class FillRate {
  #samples: { readonly at: MonoMs; readonly bytes: number }[] = []
  #bytes = 0

  constructor(now: MonoMs) {
    this.#samples.push({ at: now, bytes: 0 })
  }

  added(bytes: number, now: MonoMs): void {
    this.#bytes += bytes
    const last = this.#samples.at(-1)
    if (last !== undefined && elapsed(last.at, now) < SAMPLE_MS) return
    this.#samples.push({ at: now, bytes: this.#bytes })
    this.#samples = this.#samples.filter(({ at }) => elapsed(at, now) <= WINDOW_MS)
  }

  /** Hours until `room` bytes are full; null while that is unknown. */
  hoursFor(room: number, now: MonoMs): number | null {
    const first = this.#samples.find(({ at }) => elapsed(at, now) <= WINDOW_MS)
    if (first === undefined) return null
    const passed = elapsed(first.at, now)
    const added = this.#bytes - first.bytes
    if (passed < LEAST_MS || added <= 0) return null
    return (Math.max(0, room) * passed) / added / 3_600_000
  }
}
