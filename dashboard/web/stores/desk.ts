import { batch, signal, type ReadonlySignal, type Signal } from '@preact/signals'
import type { Alarm } from '../../../core/contract/alarm.ts'
import type { Priority } from '../../../core/contract/priority.ts'
import { AlarmList } from '../../../core/contract/http.ts'
import type { PageClock } from '../kit/clock.ts'
import { actsFor, type AlarmAct } from './acts.ts'
import { type BulkDesk, openBulkDesk } from './alarm-bulk.ts'
import type { Api } from './api.ts'

/** Fewest characters of a note on a red or orange alarm. (core/contract/http.ts) */
export const NOTE_LEAST = 4

/** True where an acknowledgement must say something. */
export function needsNote(priority: Priority): boolean {
  return priority === 'red' || priority === 'orange'
}

/** True for a note that will do. */
export function noteSuffices(note: string, priority: Priority): boolean {
  return !needsNote(priority) || note.trim().length >= NOTE_LEAST
}

/** Another act than acknowledging whose form is open. */
export interface Acting {
  readonly act: AlarmAct
  readonly alarm: Alarm
}

/** The operator's hand: which alarm is selected, and the acknowledgement being given. */
export interface AlarmDesk {
  /** Ids of the alarms on screen, in order; the list that is shown sets it. */
  readonly visible: Signal<readonly string[]>
  readonly cursor: Signal<string | null>
  /** The alarm whose form is open. */
  readonly asking: ReadonlySignal<Alarm | null>
  /** Any other act whose form is open. */
  readonly acting: ReadonlySignal<Acting | null>
  readonly sending: ReadonlySignal<ReadonlySet<string>>
  /** Why the last acknowledgement did not go through. */
  readonly failure: ReadonlySignal<{ readonly alarm: string; readonly error: unknown } | null>
  /** Moves the selection by `step` rows, staying inside the list. */
  move(step: 1 | -1): void
  /** Opens the form where a note is needed, else acknowledges at once. */
  begin(alarm: Alarm): void
  cancel(): void
  /** Opens the form of another act, where it makes sense for the alarm as it stands. */
  open(act: AlarmAct, alarm: Alarm): void
  close(): void
  /** Acknowledges. A note that was refused stays in the form. */
  acknowledge(alarm: Alarm, note: string): Promise<void>
  /** Many at once. */
  readonly bulk: BulkDesk
}

export interface AlarmDeskDeps {
  readonly api: Api
  readonly clock: PageClock
  /** The alarm as the page knows it now. */
  readonly known: (id: string) => Alarm | undefined
  readonly learn: (alarm: Alarm) => void
  readonly mayAct: () => boolean
  readonly signal: AbortSignal
}

/** Opens the desk's state. */
export function openAlarmDesk({ api, clock, known, learn, mayAct, signal: ended }: AlarmDeskDeps): AlarmDesk {
  const visible = signal<readonly string[]>([])
  const cursor = signal<string | null>(null)
  const asking = signal<Alarm | null>(null)
  const acting = signal<Acting | null>(null)
  const sending = signal<ReadonlySet<string>>(new Set())
  const failure = signal<{ alarm: string; error: unknown } | null>(null)

  const acknowledge = async (alarm: Alarm, note: string) => {
    if (sending.value.has(alarm.id)) return
    batch(() => {
      sending.value = new Set([...sending.value, alarm.id])
      failure.value = null
    })
    try {
      learn(await api.acknowledge(alarm.id, { note: note.trim() }, ended))
      if (asking.value?.id === alarm.id) asking.value = null
    } catch (error) {
      failure.value = { alarm: alarm.id, error }
    } finally {
      sending.value = new Set([...sending.value].filter((id) => id !== alarm.id))
    }
  }
  return {
    visible,
    cursor,
    asking,
    acting,
    sending,
    failure,
    move: (step) => {
      const ids = visible.value
      const at = cursor.value === null ? -1 : ids.indexOf(cursor.value)
      const next = at === -1 ? (step === 1 ? 0 : ids.length - 1) : Math.min(ids.length - 1, Math.max(0, at + step))
      cursor.value = ids[next] ?? null
    },
    begin: (alarm) => {
      if (!mayAct() || alarm.acknowledgement !== null || alarm.state === 'closed') return
      if (!needsNote(alarm.priority)) {
        void acknowledge(alarm, '')
        return
      }
      batch(() => {
        failure.value = null
        asking.value = alarm
      })
    },
    cancel: () => {
      asking.value = null
    },
    open: (act, alarm) => {
      if (mayAct() && actsFor(alarm).includes(act)) acting.value = { act, alarm }
    },
    close: () => {
      acting.value = null
    },
    acknowledge,
    bulk: openBulkDesk({
      clock,
      learn,
      send: (ids, note) => sendMany(api, ids, note),
      mayStill: (id) => isForBulk(known(id)),
    }),
  }
}

/** How long an answer to an acknowledgement of many may take. */
const SEND_MS = 15_000

async function sendMany(api: Api, ids: readonly string[], note: string): Promise<readonly Alarm[]> {
  // It outlives the page: who closes it in those ten seconds has decided. Its session is in the cookie, which goes along.
  const call = { method: 'POST', body: { ids, note }, answer: AlarmList, keepalive: true } as const
  return (await api.ask('/api/alarms/acknowledge', { ...call, signal: AbortSignal.timeout(SEND_MS) })).alarms
}

/** Whether one reason for many does for an alarm; one that the page does not know is judged by the control room. */
function isForBulk(alarm: Alarm | undefined): boolean {
  if (alarm === undefined) return true
  return alarm.priority !== 'red' && alarm.acknowledgement === null && alarm.state !== 'closed'
}
