import { z } from 'zod'
import { UtcMs } from '../../../core/contract/time.ts'
import { stepStorm, STORM_BEGINS_ABOVE, STORM_WINDOW_MS } from '../../../core/alarms/storm.ts'
import type { LedgerAction } from '../alarms/ledger.ts'
import type { Query } from '../db/database.ts'
import type { Reach } from './in-stead.ts'
import type { QueueMemos } from './memo.ts'
import { STORM_TEXTS } from './messages.ts'
import { DISPATCHER } from './notice-rows.ts'

const Since = z.object({ storm_since: UtcMs.nullable() }).transform((row) => row.storm_since)

const Raised = z.object({ raised: z.number() })

/** Since when there are more alarms than people can handle; null = there are not. */
export async function stormSince(q: Query): Promise<UtcMs | null> {
  return await q.one(Since, 'select storm_since from dispatch_state')
}

/** Begins or ends the storm, in a transaction; its beginning calls the leader once. Answers what belongs in the ledger. */
export async function watchStorm(
  q: Query,
  { duty, memos, now }: Pick<Reach, 'duty'> & { readonly memos: QueueMemos; readonly now: UtcMs },
): Promise<readonly LedgerAction[]> {
  const before = await stormSince(q)
  const counted = await q.one(
    Raised,
    'select count(*) as raised from (select 1 from alarms where received_at > ? limit ?)',
    now - STORM_WINDOW_MS,
    STORM_BEGINS_ABOVE + 1,
  )
  const { storm, change } = stepStorm(before, counted?.raised ?? 0, now)
  if (change === null) return []
  await q.run('update dispatch_state set storm_since = ?', storm)
  if (change === 'ended')
    return [{ actor: DISPATCHER, act: 'storm-ended', subject: 'storm', detail: { since: before } }]
  const { leader } = duty.roster.office
  const persons = duty.onDuty(leader, now).persons
  const called = persons.map((person) => ({
    ...{ key: `storm|${now}`, kind: 'memo' as const, priority: 'orange' as const, person },
    over: { media: ['sms' as const, 'voice' as const, 'robot' as const] },
    ...{
      title: STORM_TEXTS.title,
      text: STORM_TEXTS.text(STORM_BEGINS_ABOVE),
      short: STORM_TEXTS.short(STORM_BEGINS_ABOVE),
    },
  }))
  await memos(q, called, now)
  return [
    { actor: DISPATCHER, act: 'storm-began', subject: 'storm', detail: { raised: counted?.raised ?? 0, persons } },
  ]
}
