import { MonoMs, UtcMs } from '../core/contract/time.ts'
import type { Clock } from '../platform/clock.ts'

/** A clock that needs no time of its own. */
export interface VirtualClock extends Clock {
  /** How many sleep now. */
  readonly sleepers: number
}

interface Sleeper {
  readonly at: number
  readonly wake: () => void
}

/**
 * Turns of the event loop in which nobody went to sleep or was woken, after which the program counts as idle. Promises settle
 * between two turns; a few are needed where code waits for a turn itself.
 */
const IDLE_TURNS = 4

/**
 * A clock whose time jumps to the next sleeper as soon as the program is idle, so that minutes of a bus pass in milliseconds and
 * always alike. Wall time starts at `startMs`, monotonic time at 0. Only for programs that wait for nothing but this clock:
 * sockets and files take real time, which it does not see.
 */
export function virtualClock(startMs = 1_700_000_000_000): VirtualClock {
  const sleepers: Sleeper[] = []
  let passed = 0
  let quietTurns = 0
  let turning = false
  const turn = () => {
    quietTurns += 1
    if (quietTurns >= IDLE_TURNS) {
      const next = sleepers.shift()
      if (next !== undefined) {
        passed = Math.max(passed, next.at)
        quietTurns = 0
        next.wake()
      }
    }
    turning = sleepers.length > 0
    if (turning) setImmediate(turn)
  }
  const enter = (sleeper: Sleeper) => {
    // Behind those that wake at the same time: who slept first wakes first.
    sleepers.splice(placeOf(sleepers, sleeper.at), 0, sleeper)
    quietTurns = 0
    if (turning) return
    turning = true
    setImmediate(turn)
  }
  const leave = (sleeper: Sleeper) => {
    const place = sleepers.indexOf(sleeper)
    if (place >= 0) sleepers.splice(place, 1)
    quietTurns = 0
  }
  return {
    now: () => UtcMs.parse(Math.floor(startMs + passed)),
    mono: () => MonoMs.parse(passed),
    sleep: (ms, signal) => {
      const { promise, resolve, reject } = Promise.withResolvers<undefined>()
      const aborted = () => {
        leave(sleeper)
        reject(signal?.reason instanceof Error ? signal.reason : new Error('aborted'))
      }
      const sleeper: Sleeper = {
        at: passed + Math.max(0, ms),
        wake: () => {
          signal?.removeEventListener('abort', aborted)
          resolve(undefined)
        },
      }
      if (signal?.aborted === true) {
        aborted()
        return promise
      }
      enter(sleeper)
      signal?.addEventListener('abort', aborted, { once: true })
      return promise
    },
    get sleepers() {
      return sleepers.length
    },
  }
}

function placeOf(sleepers: readonly Sleeper[], at: number): number {
  let [low, high] = [0, sleepers.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if ((sleepers[middle]?.at ?? Infinity) <= at) low = middle + 1
    else high = middle
  }
  return low
}
