import type { Alarm } from '../../../core/contract/alarm.ts'
import type { NoticeMessage } from '../../../core/contract/notice.ts'
import type { LiveRequest } from '../../../core/contract/live.ts'
import { isOpen } from './live-state.ts'

/** How often a page says that it is a desk somebody can see and hear. (core/contract/live.ts) */
export const PRESENCE_MS = 10_000

/** Alarms named in one message at most; the rest goes with the next. (core/contract/live.ts) */
const MOST_SHOWN = 1_000

export type DeskRequest = Extract<LiveRequest, { readonly type: 'desk' }>

/** What a page has told the control room. */
export interface Told {
  /** Alarms it has shown, by id, with the version that was told. */
  readonly shown: ReadonlyMap<string, number>
  /** Ids of messages it has shown. */
  readonly notices: ReadonlySet<string>
  readonly sound: DeskRequest['sound'] | null
}

export const NOTHING_TOLD: Told = { shown: new Map(), notices: new Set(), sound: null }

export interface Presence {
  /** What has been told once `request` is on its way. */
  readonly told: Told
  readonly request: DeskRequest
  /** Something the control room does not know yet: said at once, not after 10 s. */
  readonly isNews: boolean
}

/** What to say now: open alarms and messages that are new to this page, or newer than what it has said, and whether it can be heard. */
export function presenceOf(
  told: Told,
  { alarms, notices }: { readonly alarms: ReadonlyMap<string, Alarm>; readonly notices: readonly NoticeMessage[] },
  sound: DeskRequest['sound'],
): Presence {
  const open = [...alarms.values()].filter(isOpen)
  const fresh = open.filter(({ id, version }) => (told.shown.get(id) ?? 0) < version).slice(0, MOST_SHOWN)
  const ids = notices.map(({ notice }) => notice)
  const unsaid = ids.filter((id) => !told.notices.has(id))
  const known = open.flatMap(({ id }) => {
    const version = told.shown.get(id)
    return version === undefined ? [] : [[id, version] as const]
  })
  return {
    told: {
      shown: new Map([...known, ...fresh.map(({ id, version }) => [id, version] as const)]),
      notices: new Set(ids),
      sound,
    },
    request: { type: 'desk', sound, shown: fresh.map(({ id, version }) => ({ alarm: id, version })), notices: unsaid },
    isNews: fresh.length + unsaid.length > 0 || sound !== told.sound,
  }
}
