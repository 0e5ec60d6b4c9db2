import type { UtcMs } from '../../../core/contract/time.ts'
import { rowKey, type Way } from '../../../core/alarms/dispatch-row.ts'
import { ofMedia, waysOf } from '../../../core/alarms/escalation-who.ts'
import type { Query } from '../db/database.ts'
import { openWays, type Reach } from './in-stead.ts'
import type { Memo, QueueMemos } from './memo.ts'
import { insertRows, type NewMemoRow } from './notice-rows.ts'

/** Queues messages that belong to no alarm. Who has no open way gets none: nothing is queued and nothing fails. */
export function openMemos(
  reach: Reach,
  append: (q: Query, actions: Awaited<ReturnType<typeof insertRows>>) => Promise<void>,
): QueueMemos {
  return async (q, memos, now) => {
    const rows = memos.flatMap((memo) => rowsOf(memo, reach, now))
    const actions = await insertRows(q, rows, now)
    if (actions.length > 0) await append(q, actions)
  }
}

function rowsOf(memo: Memo, { duty, channels }: Reach, now: UtcMs): readonly NewMemoRow[] {
  const { key, kind, priority, person: id, title, text, short } = memo
  const person = duty.person(id)
  if (person === null) return []
  return waysTo(memo, waysOf(person, openWays(channels))).map((way) => ({
    ...{ key: rowKey(`memo|${key}`, id, way.channel), alarm: null, kind, round: 0, step: 0 },
    ...{ person: id, name: person.name, channel: way.channel, medium: way.medium, priority },
    ...{ bundle: null, holdUntil: now, memo: JSON.stringify({ title, text, short }) },
  }))
}

function waysTo({ over }: Memo, ways: readonly Way[]): readonly Way[] {
  if (over === 'all') return ways
  return 'channel' in over ? ways.filter(({ channel }) => channel === over.channel) : ofMedia(ways, over.media)
}
