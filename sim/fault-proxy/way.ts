import type { Socket } from 'node:net'
import type { Chance, Clock } from '../../platform/clock.ts'
import { corrupted } from './corrupt.ts'
import type { Faults } from './faults.ts'
import type { Pace } from './pace.ts'

/** Beyond so many bytes the sender is not read any further: a modem's buffer is small. */
const MOST_HELD = 4_096

/** Without a bit rate the buffer is a network's. */
const MOST_HELD_UNPACED = 256 * 1_024

interface Held {
  readonly bytes: Buffer
  /** Not before this, by the monotonic clock, ms. */
  readonly at: number
}

export interface WayParts {
  readonly from: Socket
  readonly to: Socket
  /** As they are now. */
  readonly faults: () => Faults
  /** Shared by all connections in this direction: they share the line. */
  readonly pace: () => Pace
  readonly clock: Clock
  readonly chance: Chance
  readonly passed: (bytes: number) => void
}

/** One direction of one connection: bytes are held as long as the faults ask for, and go in their order. */
export class Way {
  readonly #parts: WayParts
  readonly #held: Held[] = []
  readonly #stop = new AbortController()
  #bytes = 0
  #isEnded = false
  #isRunning = false
  #wake: (() => void) | null = null

  constructor(parts: WayParts) {
    this.#parts = parts
    const { from, to, clock, chance, faults } = parts
    from.on('data', (bytes: Buffer) => {
      if (this.#stop.signal.aborted) return
      const { corruptOneIn, delayMs } = faults()
      const left = corruptOneIn === null ? bytes : corrupted(bytes, corruptOneIn, chance)
      this.#held.push({ bytes: left, at: clock.mono() + delayMs })
      this.#bytes += bytes.length
      if (this.#bytes > this.#most()) from.pause()
      this.changed()
    })
    from.on('end', () => {
      this.#isEnded = true
      this.changed()
    })
    to.on('drain', () => this.changed())
    to.on('close', () => this.end())
  }

  /** The faults are others now, or there is something to do. */
  changed(): void {
    this.#wake?.()
    if (this.#isRunning || this.#stop.signal.aborted) return
    this.#isRunning = true
    void this.#run().finally(() => (this.#isRunning = false))
  }

  end(): void {
    this.#stop.abort()
    this.#wake?.()
  }

  async #run(): Promise<void> {
    const { to, clock } = this.#parts
    while (!this.#stop.signal.aborted) {
      const waitMs = this.#waitMs(clock.mono())
      if (waitMs === 0) this.#pass(clock.mono())
      else if (this.#isEnded && this.#held.length === 0 && !this.#parts.faults().blackHole) {
        to.end()
        return
      } else if (waitMs === Infinity) await this.#news()
      else await Promise.race([clock.sleep(waitMs, this.#stop.signal).catch(() => undefined), this.#news()])
    }
  }

  /** How long the first bytes that are held have to wait; Infinity until something changes. */
  #waitMs(now: number): number {
    const [first] = this.#held
    const { to, faults, pace } = this.#parts
    if (first === undefined || faults().blackHole || to.writableNeedDrain) return Infinity
    return Math.max(first.at - now, pace().waitMs(now), 0)
  }

  #pass(now: number): void {
    const first = this.#held.shift()
    if (first === undefined) return
    const { from, to, pace, passed } = this.#parts
    const room = pace().room(now)
    const bytes = first.bytes.subarray(0, room)
    if (bytes.length < first.bytes.length) this.#held.unshift({ ...first, bytes: first.bytes.subarray(room) })
    pace().spent(bytes.length, now)
    this.#bytes -= bytes.length
    passed(bytes.length)
    if (!to.destroyed) to.write(bytes)
    if (from.isPaused() && this.#bytes <= this.#most() / 2) from.resume()
  }

  #most(): number {
    return this.#parts.faults().bitRate === null ? MOST_HELD_UNPACED : MOST_HELD
  }

  #news(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = () => {
        this.#wake = null
        resolve()
      }
    })
  }
}
