import type { Alarm } from '../../../core/contract/alarm.ts'
import type { LiveRequest } from '../../../core/contract/live.ts'

/** How often a page says that it is a desk somebody can see and hear. (core/contract/live.ts) */
export const PRESENCE_MS = 10_000

/** What a page has told the control room that it has shown. */
export interface Told {
  /** Alarms by id with the version that was told. */
  readonly shown: ReadonlyMap<string, number>
}

export const NOTHING_TOLD: Told = { shown: new Map() }

/** What to say now: open alarms that are new to this page, or newer than what it has said. */
export function presenceOf(
  told: Told,
  alarms: Iterable<Alarm>,
  sound: 'running' | 'blocked' | 'off',
): { readonly told: Told; readonly request: LiveRequest } {
  const open = [...alarms].filter(({ state }) => state !== 'closed')
  const fresh = open.filter(({ id, version }) => (told.shown.get(id) ?? 0) < version).slice(0, 1_000)
  return {
    told: { shown: new Map(open.map(({ id, version }) => [id, version])) },
    request: { type: 'desk', sound, shown: fresh.map(({ id, version }) => ({ alarm: id, version })) },
  }
}
