import { z } from 'zod'
import { CheckIn, SpotCheck } from '../../../core/contract/roster.ts'
import { UtcMs } from '../../../core/contract/time.ts'
import type { Query } from '../db/database.ts'

const CheckInRow = CheckIn.omit({ shiftAt: true, onSite: true })
  .extend({ shift_at: UtcMs, on_site: z.number() })
  .transform(({ shift_at: shiftAt, on_site, ...row }): CheckIn => ({ ...row, shiftAt, onSite: on_site === 1 }))

/** Check-ins at some time from `from` to before `to`, oldest first. */
export function checkInsIn(q: Query, from: UtcMs, to: UtcMs): Promise<CheckIn[]> {
  return q.all(
    CheckInRow,
    'select person, role, shift_at, at, via, on_site from check_ins where at >= ? and at < ? order by n',
    ...[from, to],
  )
}

/** Who has checked in for a shift of a role. */
export function checkInsOf(q: Query, role: string, shiftAt: UtcMs): Promise<CheckIn[]> {
  return q.all(
    CheckInRow,
    'select person, role, shift_at, at, via, on_site from check_ins where role = ? and shift_at = ? order by n',
    ...[role, shiftAt],
  )
}

/** Keeps a check-in; false for one that is known. */
export async function addCheckIn(q: Query, { person, role, shiftAt, at, via, onSite }: CheckIn): Promise<boolean> {
  const { changes } = await q.run(
    `insert into check_ins (person, role, shift_at, at, via, on_site) values (?, ?, ?, ?, ?, ?) on conflict do nothing`,
    ...[person, role, shiftAt, at, via, onSite ? 1 : 0],
  )
  return changes > 0
}

/** A spot check that is planned. */
export interface SpotPlan {
  readonly role: string
  readonly shiftAt: UtcMs
  readonly place: number
  readonly dueAt: UtcMs
}

/** Plans a spot check; one that is planned already keeps its time. */
export async function addSpotPlan(q: Query, { role, shiftAt, place, dueAt }: SpotPlan): Promise<void> {
  await q.run(
    'insert into spot_plans (role, shift_at, place, due_at) values (?, ?, ?, ?) on conflict do nothing',
    ...[role, shiftAt, place, dueAt],
  )
}

const PlanRow = z
  .object({ role: z.string(), shift_at: UtcMs, place: z.number(), due_at: UtcMs })
  .transform(({ shift_at: shiftAt, due_at: dueAt, ...row }): SpotPlan => ({ ...row, shiftAt, dueAt }))

/** Planned checks whose time has come. */
export function dueSpotPlans(q: Query, at: UtcMs): Promise<SpotPlan[]> {
  return q.all(PlanRow, 'select role, shift_at, place, due_at from spot_plans where done = 0 and due_at <= ?', at)
}

export async function endSpotPlan(q: Query, { role, shiftAt, place }: SpotPlan): Promise<void> {
  await q.run('update spot_plans set done = 1 where role = ? and shift_at = ? and place = ?', role, shiftAt, place)
}

const SpotRow = SpotCheck.omit({ sentAt: true, answeredAt: true })
  .extend({ sent_at: UtcMs, answered_at: UtcMs.nullable() })
  .transform(({ sent_at: sentAt, answered_at: answeredAt, ...row }): SpotCheck => ({ ...row, sentAt, answeredAt }))

const SPOT = 'select id, person, role, sent_at, answered_at, verdict from spot_checks'

/** Spot checks sent from `from` to before `to`, oldest first. */
export function spotChecksIn(q: Query, from: UtcMs, to: UtcMs): Promise<SpotCheck[]> {
  return q.all(SpotRow, `${SPOT} where sent_at >= ? and sent_at < ? order by n`, from, to)
}

/** Checks nobody has answered that were sent at or before `until`, oldest first. */
export function waitingSpots(q: Query, until: UtcMs): Promise<SpotCheck[]> {
  return q.all(SpotRow, `${SPOT} where verdict = 'waiting' and sent_at <= ? order by n`, until)
}

/** The oldest check a person has not answered, or the one of a code; null where none waits. */
export function waitingSpotOf(
  q: Query,
  { person, code }: { person?: string; code?: string },
): Promise<SpotCheck | null> {
  return q.one(
    SpotRow,
    `${SPOT} where verdict = 'waiting' and person = coalesce(?, person) and code = coalesce(?, code) order by n limit 1`,
    ...[person ?? null, code ?? null],
  )
}

/** Whether a person was sent this code with an alarm: an answer by SMS must mean one thing. */
export async function isAlarmCode(q: Query, person: string, code: string): Promise<boolean> {
  const row = z.object({ one: z.number() })
  return (await q.one(row, 'select 1 as one from notices where person = ? and code = ? limit 1', person, code)) !== null
}

export async function addSpot(q: Query, { id, person, role, sentAt }: SpotCheck, code: string): Promise<void> {
  await q.run(
    `insert into spot_checks (id, person, role, sent_at, code, verdict) values (?, ?, ?, ?, ?, 'waiting')`,
    ...[id, person, role, sentAt, code],
  )
}

export async function settleSpot(q: Query, { id, answeredAt, verdict }: SpotCheck): Promise<void> {
  await q.run('update spot_checks set answered_at = ?, verdict = ? where id = ?', answeredAt, verdict, id)
}
