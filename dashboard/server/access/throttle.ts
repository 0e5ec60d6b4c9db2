import type { MonoMs } from '../../../core/contract/time.ts'

/** Slows guessing: after a few failures of one name or address every further one doubles the wait. */
export interface Throttle {
  /** ms to wait before the next attempt of `keys` is looked at; 0 = now. */
  waitMs(keys: readonly string[], now: MonoMs): number
  failed(keys: readonly string[], now: MonoMs): void
  succeeded(keys: readonly string[]): void
}

/** Failures that cost nothing, so that a person may mistype. */
const FREE_FAILURES = 5
const FIRST_WAIT_MS = 2_000
const LONGEST_WAIT_MS = 15 * 60_000
/** Keys remembered; beyond it the longest unchanged is forgotten. */
const MOST_KEYS = 10_000

interface Failures {
  readonly count: number
  readonly at: MonoMs
}

export function openThrottle({ free = FREE_FAILURES }: { readonly free?: number } = {}): Throttle {
  const known = new Map<string, Failures>()
  const waitOf = ({ count }: Failures) =>
    count < free ? 0 : Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(20, count - free))
  return {
    waitMs: (keys, now) =>
      Math.max(
        0,
        ...keys.map((key) => {
          const failures = known.get(key)
          return failures === undefined ? 0 : Math.ceil(failures.at + waitOf(failures) - now)
        }),
      ),
    failed: (keys, now) => {
      for (const key of keys) {
        const before = known.get(key)
        const isOld = before !== undefined && now - before.at > LONGEST_WAIT_MS * 2
        known.delete(key)
        known.set(key, { count: (isOld ? 0 : (before?.count ?? 0)) + 1, at: now })
      }
      for (const key of known.keys()) {
        if (known.size <= MOST_KEYS) break
        known.delete(key)
      }
    },
    succeeded: (keys) => {
      for (const key of keys) known.delete(key)
    },
  }
}
