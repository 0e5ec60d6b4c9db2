import { isHouseError } from '../core/kit/errors.ts'
import type { GatewayStore } from './store/store.ts'

/** What drivers remember over restarts, as plain JSON under a key of their own. */
export interface Memory {
  /** null where nothing is kept. What comes back was written by an older version perhaps: check it. */
  recall(key: string): unknown
  keep(key: string, value: unknown): void
}

/**
 * A memory in the gateway's store. A disk that refuses costs only what is learned until the next restart: the store itself
 * says so in the log.
 */
export function storeMemory(store: Pick<GatewayStore, 'note' | 'keepNote'>): Memory {
  const attempt = <T>(work: () => T, otherwise: T): T => {
    try {
      return work()
    } catch (error) {
      if (!isHouseError(error, 'store/failed') && !(error instanceof SyntaxError)) throw error
      return otherwise
    }
  }
  return {
    recall: (key) =>
      attempt(() => {
        const text = store.note(key)
        return text === null ? null : (JSON.parse(text) as unknown)
      }, null),
    keep: (key, value) => attempt(() => store.keepNote(key, JSON.stringify(value)), undefined),
  }
}
