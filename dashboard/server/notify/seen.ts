import { createHash } from 'node:crypto'
import type { UtcMs } from '../../../core/contract/time.ts'
import type { Query } from '../db/database.ts'
import { alarmsOf, findRows, type KeptRow, listed, noticeAct, type QueueChange, touchAlarms } from './notice-rows.ts'

const NOTHING: QueueChange = { changed: [], actions: [] }

/** Which messages somebody has seen: one by its id or the token of its link, or every one about an alarm that a person got over a channel. */
export type SeenWhat =
  | { readonly notice: string }
  | { readonly token: string }
  | { readonly alarm: string; readonly person: string; readonly channel?: string }

/** A person opened or answered a message (T7), in the caller's transaction. The same again changes nothing. */
export async function noteSeen(q: Query, what: SeenWhat, now: UtcMs): Promise<QueueChange> {
  const rows = (await rowsSeen(q, what)).filter(
    ({ state }) => state === 'accepted' || state === 'delivered' || state === 'sending',
  )
  if (rows.length === 0) return NOTHING
  // What is seen has been delivered, whether or not anybody reported it.
  await q.run(
    `update notices set state = 'seen', seen_at = ?1, delivered_at = coalesce(delivered_at, ?1),
       accepted_at = coalesce(accepted_at, ?1), lease_until = null, owner = null
     where id in (select value from json_each(?2))`,
    now,
    listed(rows.map(({ id }) => id)),
  )
  return {
    changed: await touchAlarms(q, alarmsOf(rows)),
    actions: rows.map((row) => noticeAct('notice-seen', row)),
  }
}

async function rowsSeen(q: Query, what: SeenWhat): Promise<readonly KeptRow[]> {
  if ('notice' in what) return await findRows(q, 'where notices.id = ?', what.notice)
  if ('token' in what) {
    const hash = createHash('sha256').update(what.token).digest('hex')
    return await findRows(q, 'where notices.id = (select notice from notice_tokens where token_hash = ?)', hash)
  }
  const { alarm, person, channel } = what
  return channel === undefined
    ? await findRows(q, 'where notices.alarm = ? and notices.person = ? order by notices.n', alarm, person)
    : await findRows(
        q,
        'where notices.alarm = ? and notices.person = ? and notices.channel = ? order by notices.n',
        ...[alarm, person, channel],
      )
}
