import { MonoMs, UtcMs } from '../../../core/contract/time.ts'

/** The page's time, handed to every store. Wall time is this computer's and only bridges messages of the control room. */
export interface PageClock {
  now(): UtcMs
  mono(): MonoMs
  /** Waits `ms`. Rejects with the signal's reason when it aborts. */
  sleep(ms: number, signal: AbortSignal): Promise<void>
}

/** The browser's own clock. */
export const browserClock: PageClock = {
  now: () => UtcMs.parse(new Date().getTime()),
  mono: () => MonoMs.parse(performance.now()),
  sleep: (ms, signal) =>
    new Promise((resolve, reject) => {
      signal.throwIfAborted()
      const stop = () => {
        clearTimeout(timer)
        reject(signal.reason as Error)
      }
      const timer = setTimeout(() => {
        signal.removeEventListener('abort', stop)
        resolve()
      }, ms)
      signal.addEventListener('abort', stop, { once: true })
    }),
}
