import { isHouseError } from '../../core/kit/errors.ts'
import type { Log } from '../../platform/log.ts'

/** Reads of a store that may refuse: what cannot be read is said once and asked for again later, and the rest goes on. */
export class StoreReads {
  readonly #log: Log
  /** What could not be read when it was due last. */
  readonly #unreadable = new Set<string>()

  constructor(log: Log) {
    this.#log = log
  }

  /** What the store gives, or `unreadable` when it refuses. */
  read<T>(key: string, read: () => T): T | 'unreadable' {
    try {
      const found = read()
      this.#unreadable.delete(key)
      return found
    } catch (error) {
      if (!isHouseError(error, 'store/failed')) throw error
      if (this.#unreadable.size === 0) {
        this.#log.warn({ code: error.code, key, why: error.message }, 'waiting messages cannot be read from the store')
      }
      this.#unreadable.add(key)
      return 'unreadable'
    }
  }
}
