import { z } from 'zod'
import type { UtcMs } from '../../../core/contract/time.ts'
import { stepAlarm } from '../../../core/alarms/lifecycle.ts'
import type { Query } from '../db/database.ts'
import { findAlarm } from './alarm-rows.ts'
import { commitSteps, type Done } from './commit-steps.ts'

/** Timers that run out in one transaction at most, so that others come in between. */
const MOST_TOGETHER = 100

const Due = z.object({ id: z.string(), kind: z.enum(['expiry', 're-alarm', 'late-due']) })

/** What was due first comes first; each deadline is absolute, so what ran out while nobody looked runs out now, once. (§3.4) */
const DUE = `
  select id, kind from (
    select id, 'expiry' as kind, suppressed_until as due from alarms where suppressed_until <= ?1
    union all select id, 're-alarm', re_alarm_at from alarms where re_alarm_at <= ?1
    union all select id, 'late-due', announce_at from alarms where announce_at <= ?1
  ) order by due limit ${MOST_TOGETHER}`

/** Lets timers run out that are due, in a transaction. `more` = there may be others. */
export async function applyDue(q: Query, now: UtcMs): Promise<Done & { readonly more: boolean }> {
  const due = await q.all(Due, DUE, now)
  const changed = new Set<string>()
  const actions: Done['actions'][number][] = []
  for (const { id, kind } of due) {
    const alarm = await findAlarm(q, id)
    const done = await commitSteps(q, [stepAlarm(alarm, { kind, at: now })], now)
    for (const one of done.changed) changed.add(one)
    actions.push(...done.actions)
  }
  return { changed: [...changed], actions, more: due.length === MOST_TOGETHER }
}
