import type { Found } from './field-bus.ts'

/** More than any answer with its echo and noise; a line that sends more without an answer is babbling. */
const MOST_BYTES = 4_096

/** Who hears of bytes that are thrown away. */
export interface InboxOptions {
  readonly tally: { discardedBytes: number }
  /** Told of bytes that answered nothing, and when the last of them came; says how many of them it knows. */
  readonly stray: (bytes: Uint8Array, at: number) => number
}

/** The bytes that came since the last question. Whatever answers nothing is counted and shown before it is thrown away. */
export class Inbox {
  readonly #options: InboxOptions
  #bytes = new Uint8Array(0)
  #earlyBytes = 0
  #lastAt = 0

  constructor(options: InboxOptions) {
    this.#options = options
  }

  get bytes(): Uint8Array {
    return this.#bytes
  }

  /** `isEarly`: they came before the question can have been on the line as a whole. */
  add(bytes: Uint8Array, at: number, isEarly: boolean): void {
    if (this.#bytes.length + bytes.length > MOST_BYTES) this.discard()
    const joined = new Uint8Array(this.#bytes.length + bytes.length)
    joined.set(this.#bytes)
    joined.set(bytes, this.#bytes.length)
    this.#bytes = joined
    this.#lastAt = at
    if (isEarly) this.#earlyBytes = joined.length
  }

  /** Whether what was found began to come early. */
  isEarly({ start }: Found<unknown>): boolean {
    return start < this.#earlyBytes
  }

  /** Throws everything away; answers how many bytes of it were known, as all of these do. */
  discard(): number {
    const bytes = this.#bytes
    this.#earlyBytes = 0
    if (bytes.length === 0) return 0
    this.#bytes = new Uint8Array(0)
    this.#options.tally.discardedBytes += bytes.length
    return this.#options.stray(bytes, this.#lastAt)
  }

  /** Throws away what came before `end`. */
  discardTo(end: number): number {
    const rest = this.#bytes.slice(end)
    const early = Math.max(0, this.#earlyBytes - end)
    this.#bytes = this.#bytes.slice(0, end)
    const known = this.discard()
    this.#bytes = rest
    this.#earlyBytes = early
    return known
  }

  /** Throws everything away but what was found, which is taken out. */
  discardAround({ start, end }: Found<unknown>): number {
    const rest = this.#bytes.slice(end)
    this.#bytes = this.#bytes.slice(0, start)
    const before = this.discard()
    this.#bytes = rest
    return before + this.discard()
  }
}
