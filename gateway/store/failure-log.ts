import { messageOf } from '../../core/kit/errors.ts'
import type { Log } from '../../platform/log.ts'

/** Says once that the store cannot be written and once that it works again. */
export interface FailureLog {
  readonly isFailing: boolean
  begin(error: unknown): void
  over(): void
}

export function failureLog(log: Log): FailureLog {
  const state = { isFailing: false }
  return {
    get isFailing() {
      return state.isFailing
    },
    begin: (error) => {
      if (!state.isFailing) {
        log.warn(
          { code: 'store/failed', why: messageOf(error) },
          'the store cannot be written; running from memory: what is not delivered before the next stop is lost',
        )
      }
      state.isFailing = true
    },
    over: () => {
      if (state.isFailing) log.info({}, 'the store can be written again')
      state.isFailing = false
    },
  }
}

/** Says once that reads fail and once that all of them work again. */
export function readFailureLog(log: Log): { begin(what: string, error: unknown): void; over(what: string): void } {
  const failing = new Set<string>()
  return {
    begin: (what, error) => {
      if (failing.size === 0) {
        log.error(
          { code: 'store/failed', what, why: messageOf(error) },
          'the store cannot be read; watching and alarming go on, what waits in it cannot be sent: see to the disk',
        )
      }
      failing.add(what)
    },
    over: (what) => {
      if (failing.delete(what) && failing.size === 0) log.info({}, 'the store can be read again')
    },
  }
}
