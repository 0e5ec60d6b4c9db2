import { MonoMs, UtcMs } from '../../../core/contract/time.ts'
import type { PageClock } from '../../../dashboard/web/kit/clock.ts'

/** A page's clock that only moves by hand. */
export interface HandClock extends PageClock {
  /** Moves time on, waking whoever slept until then. */
  advance(ms: number): void
}

/** A clock standing at `start`. */
export function handClock(start: number): HandClock {
  let passed = 0
  const sleepers = new Set<{ readonly until: number; readonly wake: () => void }>()
  return {
    now: () => UtcMs.parse(start + passed),
    mono: () => MonoMs.parse(passed),
    sleep: (ms, signal) =>
      new Promise((resolve, reject) => {
        const sleeper = { until: passed + ms, wake: resolve }
        sleepers.add(sleeper)
        signal.addEventListener(
          'abort',
          () => {
            sleepers.delete(sleeper)
            reject(signal.reason as Error)
          },
          { once: true },
        )
      }),
    advance: (ms) => {
      passed += ms
      for (const sleeper of sleepers) {
        if (sleeper.until > passed) continue
        sleepers.delete(sleeper)
        sleeper.wake()
      }
    },
  }
}
