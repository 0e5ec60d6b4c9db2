import { messageOf } from '../core/kit/errors.ts'
import { type Clock, systemClock } from './clock.ts'
import type { Log } from './log.ts'

/** Keeps a clock that runs very fast from spinning, ms of the system's. */
const LEAST_PAUSE_MS = 10

export interface Repeat {
  /** Pause between the end of one turn and the next, ms of `clock`. */
  readonly everyMs: number
  readonly clock: Pick<Clock, 'sleep'>
  readonly log: Pick<Log, 'error' | 'warn' | 'info'>
  /** `error` where a person must act; `warn` unless it is said. */
  readonly level?: 'error' | 'warn'
  /** Code of the house that a failing turn is logged under. */
  readonly code: string
  /** Said once when turns begin to fail, and once when they go again. */
  readonly failing: string
  readonly again: string
}

/** Does `work` again and again until `signal` aborts. A turn that fails is tried again at the next, and said once, not at every turn. */
export async function repeat(
  work: () => Promise<void>,
  { everyMs, clock, log, level = 'warn', code, failing, again }: Repeat,
  signal: AbortSignal,
): Promise<void> {
  let isFailing = false
  while (!signal.aborted) {
    try {
      await work()
      if (isFailing) log.info({}, again)
      isFailing = false
    } catch (error) {
      if (!isFailing) log[level]({ code, why: messageOf(error) }, failing)
      isFailing = true
    }
    await Promise.all([clock.sleep(everyMs, signal), systemClock.sleep(LEAST_PAUSE_MS, signal)]).catch(() => undefined)
  }
}
