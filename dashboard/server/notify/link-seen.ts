import type { AlarmDesk } from '../alarms/desk.ts'
import type { Database } from '../db/database.ts'
import { noteSeen } from './seen.ts'

/** Notes that the page behind the link of a message was shown to somebody (T7). Unknown links change nothing. Throws `store/failed`. */
export type LinkSeen = (token: string) => Promise<void>

export function openLinkSeen(deps: {
  readonly db: Database
  readonly desk: Pick<AlarmDesk, 'append' | 'changed' | 'time'>
}): LinkSeen {
  const { db, desk } = deps
  return async (token) => {
    const now = await desk.time()
    const { changed } = await db.transaction(async (q) => {
      const change = await noteSeen(q, { token }, now)
      if (change.actions.length > 0) await desk.append(q, change.actions)
      return change
    })
    desk.changed(changed)
  }
}
