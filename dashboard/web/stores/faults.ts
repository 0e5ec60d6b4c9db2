import { signal, type ReadonlySignal } from '@preact/signals'
import { messageOf } from '../../../core/kit/errors.ts'

/** What has gone wrong in the page itself since it was opened. */
export interface Faults {
  readonly count: ReadonlySignal<number>
  /** What the last one said. */
  readonly last: ReadonlySignal<string | null>
  add(error: unknown): void
}

/** Counts what nobody caught in `view`, and what is handed in. What was aborted is no fault. */
export function openFaults(view: Pick<Window, 'addEventListener'>): Faults {
  const count = signal(0)
  const last = signal<string | null>(null)
  const add = (error: unknown) => {
    if (error instanceof DOMException && error.name === 'AbortError') return
    count.value += 1
    last.value = messageOf(error)
  }
  view.addEventListener('error', ({ error, message }) => add(error ?? message))
  view.addEventListener('unhandledrejection', ({ reason }) => add(reason))
  return { count, last, add }
}
