import { batch, signal, type ReadonlySignal } from '@preact/signals'
import type { Alarm } from '../../../core/contract/alarm.ts'
import type { AlarmRow } from '../../../core/contract/alarm-row.ts'
import type { PageClock } from '../kit/clock.ts'
import { isClosed } from './alarm-view.ts'

/** How long an acknowledgement of many is held, so that it can be taken back. */
export const HOLD_MS = 10_000
/** Most alarms of one acknowledgement. (core/contract/acts.ts) */
export const MOST_AT_ONCE = 200
const TICK_MS = 250

/** What of the marked alarms one reason may acknowledge, and why the rest may not. */
export interface BulkPlan {
  readonly ids: readonly string[]
  /** Red ones: each wants a look of its own. */
  readonly red: number
  /** Those that nobody needs to acknowledge any more. */
  readonly done: number
  /** Those beyond the most that go at once. */
  readonly over: number
}

/** Sorts out marked alarms, in the order given. */
export function bulkPlan(rows: readonly AlarmRow[]): BulkPlan {
  const open = rows.filter((row) => !isClosed(row) && row.acknowledgedBy === null)
  const red = open.filter(({ priority }) => priority === 'red').length
  const ids = open.flatMap(({ id, priority }) => (priority === 'red' ? [] : [id]))
  return {
    ids: ids.slice(0, MOST_AT_ONCE),
    red,
    done: rows.length - open.length,
    over: Math.max(0, ids.length - MOST_AT_ONCE),
  }
}

/** An acknowledgement that was given and is not sent yet: nothing has happened. */
export interface Held {
  readonly ids: readonly string[]
  readonly note: string
  readonly leftMs: number
}

/** What became of the last one. */
export type BulkOutcome =
  | { readonly is: 'undone'; readonly count: number }
  | { readonly is: 'sending'; readonly count: number }
  /** `left`: those that changed while it was held, so that one reason does not do any more. */
  | { readonly is: 'sent'; readonly count: number; readonly left: number }
  | { readonly is: 'failed'; readonly ids: readonly string[]; readonly note: string; readonly error: unknown }

/** Acknowledging many alarms for one reason. */
export interface BulkDesk {
  readonly marked: ReadonlySignal<ReadonlySet<string>>
  /** The plan whose form is open. */
  readonly asking: ReadonlySignal<BulkPlan | null>
  readonly held: ReadonlySignal<Held | null>
  readonly outcome: ReadonlySignal<BulkOutcome | null>
  toggle(id: string): void
  mark(ids: readonly string[]): void
  unmark(): void
  begin(plan: BulkPlan): void
  cancel(): void
  /** Holds it for 10 s and then sends it. What is held already is sent at once. */
  hold(ids: readonly string[], note: string): void
  /** Takes back what is held; false where nothing is. */
  undo(): boolean
  /** Sends what is held now, as when the page is left: the person has decided, and nobody could take it back any more. */
  flush(): void
  /** Sends again what did not go through. */
  retry(): void
  /** Takes the word about the last one off the screen. */
  dismiss(): void
}

export interface BulkDeps {
  readonly clock: PageClock
  /** Sends it, even where the page is being left. Answers the alarms as they are then. */
  readonly send: (ids: readonly string[], note: string) => Promise<readonly Alarm[]>
  readonly learn: (alarm: Alarm) => void
  /** Whether one reason would still do for an alarm. */
  readonly mayStill: (id: string) => boolean
}

/** Opens it with nothing marked. */
export function openBulkDesk(deps: BulkDeps): BulkDesk {
  const marked = signal<ReadonlySet<string>>(new Set())
  const asking = signal<BulkPlan | null>(null)
  const { held, outcome, ...hand } = openHand(deps)
  return {
    ...{ marked, asking, held, outcome },
    toggle: (id) => {
      const others = new Set(marked.value)
      if (!others.delete(id)) others.add(id)
      marked.value = others
    },
    mark: (ids) => {
      marked.value = new Set(ids)
    },
    unmark: () => {
      marked.value = new Set()
    },
    begin: (plan) => {
      asking.value = plan
    },
    cancel: () => {
      asking.value = null
    },
    hold: (ids, note) => {
      batch(() => {
        asking.value = null
        marked.value = new Set()
        hand.hold(ids, note)
      })
    },
    undo: () => hand.undo(),
    flush: () => hand.flush(),
    retry: () => {
      const last = outcome.value
      if (last?.is === 'failed') hand.send(last.ids, last.note)
    },
    dismiss: () => {
      outcome.value = null
    },
  }
}

/** One acknowledgement in the hand at a time. */
function openHand({ clock, send, learn, mayStill }: BulkDeps) {
  const held = signal<Held | null>(null)
  const outcome = signal<BulkOutcome | null>(null)
  let letGo = new AbortController()

  const sendNow = async (ids: readonly string[], note: string): Promise<void> => {
    const still = ids.filter(mayStill)
    const left = ids.length - still.length
    if (still.length === 0) {
      outcome.value = { is: 'sent', count: 0, left }
      return
    }
    outcome.value = { is: 'sending', count: still.length }
    try {
      for (const alarm of await send(still, note)) learn(alarm)
      outcome.value = { is: 'sent', count: still.length, left }
    } catch (error) {
      outcome.value = { is: 'failed', ids: still, note, error }
    }
  }
  const end = (): Held | null => {
    letGo.abort()
    const was = held.value
    held.value = null
    return was
  }
  const flush = (): void => {
    const was = end()
    if (was !== null) void sendNow(was.ids, was.note)
  }
  const count = async (signal: AbortSignal): Promise<void> => {
    const until = clock.mono() + HOLD_MS
    for (;;) {
      await clock.sleep(TICK_MS, signal)
      const leftMs = until - clock.mono()
      if (leftMs <= 0) break
      if (held.value !== null) held.value = { ...held.value, leftMs }
    }
    flush()
  }
  return {
    held,
    outcome,
    flush,
    send: (ids: readonly string[], note: string) => void sendNow(ids, note),
    hold: (ids: readonly string[], note: string): void => {
      flush()
      if (ids.length === 0) return
      letGo = new AbortController()
      outcome.value = null
      held.value = { ids, note: note.trim(), leftMs: HOLD_MS }
      const { signal } = letGo
      count(signal).catch((error: unknown) => {
        if (!signal.aborted) throw error
      })
    },
    undo: (): boolean => {
      const was = end()
      if (was === null) return false
      outcome.value = { is: 'undone', count: was.ids.length }
      return true
    },
  }
}
