import { setTimeout as pause } from 'node:timers/promises'
import type { Alarm } from '../core/contract/alarm.ts'
import { type ControlApi, isNotFound } from './control-api.ts'

const ASK_EVERY_MS = 500
const MOST_TRIES = 10

type NoteApi = Pick<ControlApi, 'addNote' | 'alarms'>

/** Writes notes for one node until it is closed. */
export interface NoteWriter {
  /**
   * Adds a note to an alarm and answers the alarm as it then is. `alarm` is its id or that of any of its occurrences: an
   * alarm that was raised again has several. A flow may hear a transition before the control room has written it, so an
   * alarm that is not there is looked for again for 5 s. Throws Error with the control room's own words.
   */
  add(alarm: string, text: string): Promise<Alarm>
  /** Looks for no alarm any longer. */
  close(): void
}

/** A writer of notes over `api`. */
export function noteWriter(api: NoteApi): NoteWriter {
  const closing = new AbortController()
  return {
    add: (alarm, text) => addNote(api, { alarm, text }, closing.signal),
    close: () => closing.abort(),
  }
}

async function addNote(
  api: NoteApi,
  { alarm, text }: { readonly alarm: string; readonly text: string },
  signal: AbortSignal,
): Promise<Alarm> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await api.addNote(alarm, text)
    } catch (error) {
      if (!isNotFound(error)) throw error
      const owner = await ownerOf(api, alarm)
      if (owner !== null) return await api.addNote(owner, text)
      if (tries === MOST_TRIES) throw error
    }
    await pause(ASK_EVERY_MS, undefined, { signal })
  }
}

async function ownerOf(api: NoteApi, occurrence: string): Promise<string | null> {
  const alarms = await api.alarms()
  const owner = alarms.find(({ activations }) => activations.some((activation) => activation.occurrence === occurrence))
  return owner?.id ?? null
}
