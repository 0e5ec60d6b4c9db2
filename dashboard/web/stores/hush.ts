import { computed, signal, type ReadonlySignal } from '@preact/signals'
import type { PageClock } from '../kit/clock.ts'

/** How long `n` silences, in ms. (§4.2) */
export const HUSH_MS = 120_000

/** How often what is left of it is counted anew. */
const COUNT_EVERY_MS = 1_000

/** A silence somebody asked for. New red breaks it. */
export interface Hush {
  /** What is left of it in ms; 0 = there is sound. */
  readonly leftMs: ReadonlySignal<number>
  /** The alarms that were there when it began; null while there is sound. */
  readonly hushed: ReadonlySignal<ReadonlySet<string> | null>
  /** Begins it, or ends it before its time. */
  toggle(alarms: Iterable<string>): void
}

/** No silence. Counted by the monotonic clock, so that no clock that is set makes it longer. */
export function openHush(clock: Pick<PageClock, 'mono' | 'sleep'>): Hush {
  const leftMs = signal(0)
  const alarmsThen = signal<ReadonlySet<string>>(new Set())
  let ended = new AbortController()
  const countDown = async (signal: AbortSignal) => {
    const until = clock.mono() + HUSH_MS
    while (leftMs.value > 0) {
      await clock.sleep(COUNT_EVERY_MS, signal)
      leftMs.value = Math.max(0, until - clock.mono())
    }
  }
  return {
    leftMs,
    hushed: computed(() => (leftMs.value > 0 ? alarmsThen.value : null)),
    toggle: (alarms) => {
      ended.abort()
      if (leftMs.value > 0) {
        leftMs.value = 0
        return
      }
      ended = new AbortController()
      alarmsThen.value = new Set(alarms)
      leftMs.value = HUSH_MS
      countDown(ended.signal).catch(() => undefined)
    },
  }
}
