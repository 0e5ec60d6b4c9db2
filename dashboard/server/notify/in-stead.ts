import { z } from 'zod'
import { type Medium, NoticeState } from '../../../core/contract/notice.ts'
import { inStead } from '../../../core/alarms/dispatch-row.ts'
import type { Around } from '../../../core/alarms/dispatch-settle.ts'
import type { DutyView } from '../../../core/alarms/duty-view.ts'
import { waysOf } from '../../../core/alarms/escalation-who.ts'
import type { Query } from '../db/database.ts'
import type { Channels } from './channels.ts'
import { type KeptRow, listed } from './notice-rows.ts'

/** Who can be reached how. */
export interface Reach {
  readonly duty: DutyView
  readonly channels: Channels
}

/** The channels that are open, as planners need them. */
export function openWays(channels: Channels): ReadonlyMap<string, Medium> {
  return new Map([...channels].map(([id, { medium }]) => [id, medium]))
}

const Known = z.object({ key: z.string(), state: NoticeState })

/** What is known around each row: the person's other ways, and what became of the rows there. */
export async function aroundRows(
  q: Query,
  rows: readonly KeptRow[],
  { duty, channels, t }: Reach & { readonly t: number },
): Promise<ReadonlyMap<string, Around>> {
  const open = openWays(channels)
  const candidates = rows.map((row) => {
    const person = duty.person(row.person)
    const ways = person === null ? [] : waysOf(person, open).filter(({ channel }) => channel !== row.channel)
    return { row, ways: ways.map((way) => ({ way, key: inStead(row, way).key })) }
  })
  const keys = candidates.flatMap(({ ways }) => ways.map(({ key }) => key))
  const known =
    keys.length === 0
      ? []
      : await q.all(Known, 'select key, state from notices where key in (select value from json_each(?))', listed(keys))
  const states = new Map(known.map(({ key, state }) => [key, state]))
  return new Map(
    candidates.map(({ row, ways }) => [
      row.id,
      {
        ...{ awaits: row.awaits, hasLadder: row.hasLadder, t },
        others: ways.map(({ way, key }) => ({ ...way, state: states.get(key) ?? null })),
      },
    ]),
  )
}
