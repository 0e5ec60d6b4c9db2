import { z } from 'zod'
import type { DutyList } from '../../../core/contract/duty.ts'
import { Priority } from '../../../core/contract/priority.ts'
import { UtcMs } from '../../../core/contract/time.ts'
import { type EscalationState, planEscalation } from '../../../core/alarms/escalation.ts'
import { touchAlarm } from '../alarms/alarm-rows.ts'
import type { LedgerAction } from '../alarms/ledger.ts'
import { type NewNotice, queueNotices } from '../alarms/ladder.ts'
import type { Query } from '../db/database.ts'
import type { QueueChange } from './queue.ts'

const PLANNED_AT_ONCE = 100

const Due = z
  .object({
    alarm: z.string(),
    priority: Priority,
    round: z.number(),
    step: z.number(),
    due_at: UtcMs,
    first_round: z.number(),
  })
  .transform((row) => ({
    alarm: { id: row.alarm, priority: row.priority },
    state: { round: row.round, step: row.step, dueAt: row.due_at } satisfies EscalationState,
    firstRound: row.first_round,
  }))

export interface PlanFacts {
  readonly duty: DutyList
  readonly now: UtcMs
  /** Whether a channel of this kind exists at all. */
  readonly reachable: (person: string, channel: string) => boolean
}

/** Climbs every ladder that is due, most urgent first, at most 100 in one transaction. */
export async function climbLadders(
  q: Query,
  { duty, now, reachable }: PlanFacts,
): Promise<QueueChange & { more: boolean }> {
  const due = await q.all(
    Due,
    `select escalations.*, alarms.priority from escalations join alarms on alarms.id = escalations.alarm
     where escalations.due_at <= ?
     order by case priority when 'red' then 0 when 'orange' then 1 else 2 end, due_at limit ?`,
    now,
    PLANNED_AT_ONCE,
  )
  const actions: LedgerAction[] = []
  for (const { alarm, state, firstRound } of due) {
    const plan = planEscalation({ alarm, state, duty, now, reachable })
    const notices = plan.notices.map((notice): NewNotice => {
      const { person, name, channel, round, step } = notice
      const isFirst = round === firstRound && step === 0
      return { alarm: alarm.id, kind: isFirst ? 'raise' : 'escalation', round, step, person, name, channel }
    })
    actions.push(...(await queueNotices(q, notices, now)))
    actions.push(
      ...plan.nobody.map(({ round, step, person }): LedgerAction => ({
        actor: { kind: 'system', name: 'dispatcher' },
        act: 'nobody-on-duty',
        subject: alarm.id,
        detail: { round, step, person },
      })),
    )
    const { next } = plan
    await q.run(
      'update escalations set round = ?, step = ?, due_at = ? where alarm = ?',
      next.round,
      next.step,
      next.dueAt,
      alarm.id,
    )
    await touchAlarm(q, alarm.id)
  }
  return { changed: due.map(({ alarm }) => alarm.id), actions, more: due.length === PLANNED_AT_ONCE }
}
