import { isHouseError } from '../../core/kit/errors.ts'
import type { Sqlite } from '../../platform/sqlite.ts'
import type { Chain } from './chain.ts'
import type { Meta } from './schema.ts'
import type { GatewayStore } from './store.ts'
import type { UnsyncedMark } from './unsynced-mark.ts'

export interface NumbersParts {
  readonly db: Sqlite
  readonly meta: Meta
  readonly chain: Chain
  /** Null where nothing survives a power cut anyway. */
  readonly mark: UnsyncedMark | null
}

/** Which numbers of readings, links and connections may be given to others, so that none of them is ever given twice. */
export class Numbers implements Pick<GatewayStore, 'durable' | 'nextBdSeq' | 'lastBdSeq'> {
  readonly #parts: NumbersParts
  #nextSeq = 0
  #durableSeq = 0
  #isDoubted = false
  #isMarked = false
  #bdSeq: number | null

  constructor(parts: NumbersParts) {
    this.#parts = parts
    const text = parts.meta.get('bd-seq')
    this.#bdSeq = text === null ? null : Number(text)
  }

  /** The number of the next reading. */
  get next(): number {
    return this.#nextSeq
  }

  set next(nextSeq: number) {
    this.#nextSeq = nextSeq
  }

  /** The number after that of the last reading that may be sent. */
  get sendable(): number {
    return this.#parts.mark === null ? this.#nextSeq : this.#durableSeq
  }

  async durable(): Promise<void> {
    const { db, chain } = this.#parts
    const [nextSeq, links] = [this.#nextSeq, chain.mark()]
    try {
      await db.synced()
    } catch (error) {
      this.#isDoubted = true
      // A disk that fails here is told of, and what it may lose in a power cut is sent all the same.
      this.#mayBeSent(nextSeq, links)
      throw error
    }
    this.#mayBeSent(nextSeq, links)
  }

  /** The same, waiting for it. A disk that refuses is told of by the next `durable`. */
  durableNow(): void {
    const { db, chain } = this.#parts
    try {
      db.sync()
    } catch (error) {
      if (!isHouseError(error, 'store/failed')) throw error
      this.#isDoubted = true
      return
    }
    this.#mayBeSent(this.#nextSeq, chain.mark())
  }

  nextBdSeq(): number {
    const { db, meta } = this.#parts
    const next = ((this.#bdSeq ?? -1) + 1) % 256
    meta.set('bd-seq', String(next))
    this.#bdSeq = next
    try {
      // A death that is still under way must not fit the next birth, whatever happens to the power.
      db.sync()
    } catch (error) {
      this.#isDoubted = true
      throw error
    }
    return next
  }

  lastBdSeq(): number | null {
    return this.#bdSeq
  }

  #mayBeSent(nextSeq: number, links: number): void {
    // The system tells of a failed sync once; what the later ones promise is worth nothing, because they build on what it has lost.
    if (this.#isDoubted && !this.#isMarked) {
      this.#parts.mark?.keep()
      this.#isMarked = true
    }
    this.#durableSeq = Math.max(this.#durableSeq, nextSeq)
    this.#parts.chain.release(links)
  }
}
