import type { Alarm } from '../../../core/contract/alarm.ts'
import type { NoticeMessage } from '../../../core/contract/notice.ts'
import type { LiveRequest } from '../../../core/contract/live.ts'

/** How often a page says that it is a desk somebody can see and hear. (core/contract/live.ts) */
export const PRESENCE_MS = 10_000

/** What a page has told the control room that it has shown. */
export interface Told {
  /** Alarms by id with the version that was told. */
  readonly shown: ReadonlyMap<string, number>
  /** Ids of messages. */
  readonly notices: ReadonlySet<string>
}

export const NOTHING_TOLD: Told = { shown: new Map(), notices: new Set() }

/** What to say now: open alarms and messages that are new to this page, or newer than what it has said. */
export function presenceOf(
  told: Told,
  { alarms, notices }: { readonly alarms: ReadonlyMap<string, Alarm>; readonly notices: readonly NoticeMessage[] },
  sound: 'running' | 'blocked' | 'off',
): { readonly told: Told; readonly request: Extract<LiveRequest, { readonly type: 'desk' }> } {
  const open = [...alarms.values()].filter(({ state }) => state !== 'closed')
  const fresh = open.filter(({ id, version }) => (told.shown.get(id) ?? 0) < version).slice(0, 1_000)
  return {
    told: {
      shown: new Map(open.map(({ id, version }) => [id, version])),
      notices: new Set(notices.map(({ notice }) => notice)),
    },
    request: {
      type: 'desk',
      sound,
      shown: fresh.map(({ id, version }) => ({ alarm: id, version })),
      notices: notices.map(({ notice }) => notice).filter((notice) => !told.notices.has(notice)),
    },
  }
}
