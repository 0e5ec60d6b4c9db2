/** Transaction ids run from 1 to this; 0 is left out because careless servers use it for everything. */
const LAST_ID = 0xffff
/** Answers to the last so many questions may be sent once more. */
const RECENT = 1_024

/**
 * Transaction ids of one connection after another. An id is not used again while it is in use, nor while an answer to its
 * question may still come. (MODBUS Messaging on TCP/IP V1.0b §4.4.1.1)
 */
export class Transactions {
  readonly #memoryMs: number
  readonly #inUse = new Set<number>()
  /** Ids of unanswered questions and when each was asked, the oldest first. */
  readonly #unanswered = new Map<number, number>()
  #last = 0
  #taken = 0

  /** `memoryMs` after it was asked, a question is no longer answered. */
  constructor(memoryMs: number) {
    this.#memoryMs = memoryMs
  }

  /** A free id. `now` is monotonic time in ms, as everywhere here. */
  take(now: number): number {
    this.#forget(now)
    do this.#last = (this.#last % LAST_ID) + 1
    while (this.#inUse.has(this.#last) || this.#unanswered.has(this.#last))
    this.#inUse.add(this.#last)
    this.#taken += 1
    return this.#last
  }

  /** The question with this id has its answer, or will not get one any more. */
  end(id: number, outcome: 'answered' | 'unanswered', now: number): void {
    this.#inUse.delete(id)
    if (outcome === 'unanswered') this.#unanswered.set(id, now)
  }

  /** Whether a question with this id was given up and may still be answered. */
  isUnanswered(id: number, now: number): boolean {
    this.#forget(now)
    return this.#unanswered.has(id)
  }

  /** Whether an answer with this id may be on its way, or be sent once more. */
  mayCome(id: number): boolean {
    const age = (this.#last - id + LAST_ID) % LAST_ID
    return (id > 0 && age < Math.min(RECENT, this.#taken)) || this.#inUse.has(id) || this.#unanswered.has(id)
  }

  #forget(now: number): void {
    for (const [id, at] of this.#unanswered) {
      if (at + this.#memoryMs > now) return
      this.#unanswered.delete(id)
    }
  }
}
