import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import type { Alarm } from '../../../core/contract/alarm.ts'
import type { Notice } from '../../../core/contract/notice.ts'
import type { Actor } from '../../../core/contract/ledger.ts'
import { type AlarmStep, awaitsPerson } from '../../../core/alarms/lifecycle.ts'
import { startEscalation } from '../../../core/alarms/escalation.ts'
import type { UtcMs } from '../../../core/contract/time.ts'
import type { Query } from '../db/database.ts'
import type { LedgerAction } from './ledger.ts'

const DISPATCHER: Actor = { kind: 'system', name: 'dispatcher' }

/** A message to be queued, before it has its id. */
export type NewNotice = Pick<Notice, 'alarm' | 'kind' | 'round' | 'step' | 'person' | 'name' | 'channel'>

/**
 * Does what a step of the life-cycle asks of the escalation, in the step's own transaction. Answers what belongs in
 * the ledger. An acknowledge cancels what is queued; a return of what nobody has acknowledged tells those who were
 * told.
 */
export async function obeyStep(q: Query, before: Alarm | null, step: AlarmStep, now: UtcMs): Promise<LedgerAction[]> {
  const { alarm } = step
  if (alarm === null || !step.changed) return []
  if (step.escalation === 'start') await start(q, alarm, now)
  if (step.escalation === 'stop') await q.run('delete from escalations where alarm = ?', alarm.id)
  if (!awaitsPerson(alarm.state)) return await cancelQueued(q, alarm)
  const hasReturned = alarm.state === 'returned' && before?.state !== 'returned'
  return hasReturned ? await queueReturned(q, alarm, now) : []
}

/**
 * Queues messages; one that is queued already, whatever became of it, is left out. Answers what belongs in the ledger.
 */
export async function queueNotices(q: Query, notices: readonly NewNotice[], now: UtcMs): Promise<LedgerAction[]> {
  const actions: LedgerAction[] = []
  for (const notice of notices) {
    const id = randomBytes(9).toString('base64url')
    const { changes } = await q.run(
      `insert into notices (id, alarm, kind, round, step, person, name, channel, state, queued_at)
       values (?, ?, ?, ?, ?, ?, ?, ?, 'queued', ?) on conflict (alarm, kind, round, step, person, channel) do nothing`,
      id,
      notice.alarm,
      notice.kind,
      notice.round,
      notice.step,
      notice.person,
      notice.name,
      notice.channel,
      now,
    )
    if (changes > 0) actions.push(noticeAct('notice-queued', { ...notice, id }))
  }
  return actions
}

/** What the ledger says of a message. */
export function noticeAct(
  act: 'notice-queued' | 'notice-accepted' | 'notice-failed' | 'notice-cancelled',
  notice: NewNotice & { readonly id: string },
  detail: Readonly<Record<string, unknown>> = {},
): LedgerAction {
  const { alarm, id, kind, round, step, person, name, channel } = notice
  return {
    actor: DISPATCHER,
    act,
    subject: alarm,
    detail: { notice: id, kind, round, step, person, name, channel, ...detail },
  }
}

const Queued = z.object({
  id: z.string(),
  alarm: z.string(),
  kind: z.enum(['raise', 'escalation', 'returned']),
  round: z.number(),
  step: z.number(),
  person: z.string(),
  name: z.string(),
  channel: z.string(),
})

async function cancelQueued(q: Query, alarm: Alarm): Promise<LedgerAction[]> {
  const cancelled = await q.all(
    Queued,
    `update notices set state = 'cancelled', retry_at = null where alarm = ? and state = 'queued'
     returning id, alarm, kind, round, step, person, name, channel`,
    alarm.id,
  )
  return cancelled.map((notice) => noticeAct('notice-cancelled', notice, { why: 'acknowledged' }))
}

/** A ladder that starts anew takes a round of its own, so that everybody on it is told again. */
async function start(q: Query, alarm: Alarm, now: UtcMs): Promise<void> {
  const first = startEscalation(alarm.priority, now)
  if (first === null) return
  const used = await q.one(
    z.object({ rounds: z.number() }),
    'select coalesce(max(round) + 1, 0) as rounds from notices where alarm = ?',
    alarm.id,
  )
  const round = first.round + (used?.rounds ?? 0)
  await q.run(
    `insert into escalations (alarm, round, step, due_at, first_round) values (?, ?, ?, ?, ?)
     on conflict (alarm) do update set round = excluded.round, step = excluded.step, due_at = excluded.due_at,
       first_round = excluded.first_round`,
    alarm.id,
    round,
    first.step,
    first.dueAt,
    round,
  )
}

/** Once for each place on the ladder: a condition that comes and goes does not send a message each time. */
async function queueReturned(q: Query, alarm: Alarm, now: UtcMs): Promise<LedgerAction[]> {
  const told = await q.all(
    z.object({ person: z.string(), name: z.string(), channel: z.string(), round: z.number(), step: z.number() }),
    `select distinct notices.person, notices.name, notices.channel, escalations.round, escalations.step
     from notices join escalations on escalations.alarm = notices.alarm
     where notices.alarm = ? and notices.state in ('accepted', 'sending')`,
    alarm.id,
  )
  const notices = told.map((door): NewNotice => ({ ...door, alarm: alarm.id, kind: 'returned' }))
  return await queueNotices(q, notices, now)
}
