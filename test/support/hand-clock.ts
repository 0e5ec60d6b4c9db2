import { MonoMs, UtcMs } from '../../core/contract/time.ts'
import type { Clock } from '../../platform/clock.ts'

export interface HandClock extends Clock {
  /** Moves time on and wakes those whose sleep is over, in the order of their times. */
  advance(ms: number): Promise<void>
  /** How many sleep now. */
  readonly sleepers: number
}

interface Sleeper {
  readonly at: number
  readonly wake: () => void
}

/** A clock that only moves when the test moves it. Wall time starts at `start`. */
export function handClock(start = 1_700_000_000_000): HandClock {
  let passed = 0
  let sleepers: Sleeper[] = []
  return {
    now: () => UtcMs.parse(Math.floor(start + passed)),
    mono: () => MonoMs.parse(passed),
    sleep: (ms, signal) =>
      new Promise((settle, refuse) => {
        signal?.throwIfAborted()
        if (ms <= 0) {
          settle()
          return
        }
        const sleeper = { at: passed + ms, wake: settle }
        sleepers = [...sleepers, sleeper].sort((a, b) => a.at - b.at)
        signal?.addEventListener(
          'abort',
          () => {
            sleepers = sleepers.filter((other) => other !== sleeper)
            refuse(signal.reason instanceof Error ? signal.reason : new Error('aborted'))
          },
          { once: true },
        )
      }),
    advance: async (ms) => {
      const until = passed + ms
      for (let next = sleepers[0]; next !== undefined && next.at <= until; next = sleepers[0]) {
        passed = Math.max(passed, next.at)
        sleepers = sleepers.slice(1)
        next.wake()
        // What was woken may go to sleep again before the next one wakes.
        await new Promise((settle) => setImmediate(settle))
      }
      passed = until
    },
    get sleepers() {
      return sleepers.length
    },
  }
}
