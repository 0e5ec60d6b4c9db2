import { z } from 'zod'
import { type Judged, type Rehearsal, RehearsalResult, RehearsalState } from '../../../core/contract/rule-rehearsal.ts'
import { RuleSheet } from '../../../core/contract/rules-desk.ts'
import { Feedback } from '../../../core/contract/activity.ts'
import { Id, Sha256 } from '../../../core/contract/text.ts'
import { UtcMs } from '../../../core/contract/time.ts'
import type { Query } from '../db/database.ts'
import type { RealAlarm } from './rehearsal-job.ts'
import { jsonColumn } from './rule-rows.ts'

/** What is kept of a rehearsal; how far it is knows only who runs it. */
export type KeptRehearsal = Omit<Rehearsal, 'share' | 'ahead'>

const Row = z
  .object({
    id: z.string(),
    site: Id,
    rule: Id,
    by: z.string(),
    asked_at: UtcMs,
    finished_at: UtcMs.nullable(),
    state: RehearsalState,
    days: z.number(),
    learn_days: z.number(),
    base: Sha256,
    proposed: Sha256,
    before: jsonColumn(RuleSheet),
    after: jsonColumn(RuleSheet),
    fault: z.string().nullable(),
    result: jsonColumn(RehearsalResult).nullable(),
  })
  .transform(({ asked_at: askedAt, finished_at: finishedAt, learn_days: learnDays, ...row }): KeptRehearsal => {
    return { ...row, askedAt, finishedAt, learnDays }
  })

/** Rehearsals kept in all; the ledger keeps that there were others. */
const MOST_KEPT = 500
const MOST_LISTED = 20

export async function addRehearsal(q: Query, one: KeptRehearsal): Promise<void> {
  await q.run(
    `insert into rehearsals (id, site, rule, by, asked_at, state, days, learn_days, base, proposed, before, after)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    ...[one.id, one.site, one.rule, one.by, one.askedAt, one.state, one.days, one.learnDays, one.base, one.proposed],
    ...[JSON.stringify(one.before), JSON.stringify(one.after)],
  )
  await q.run(
    `delete from rehearsals where n <= (select max(n) from rehearsals) - ? and state not in ('waiting', 'running')`,
    MOST_KEPT,
  )
}

export interface Ended {
  readonly id: string
  readonly state: Rehearsal['state']
  readonly at: number | null
  readonly fault: string | null
  readonly result: RehearsalResult | null
}

export async function endRehearsal(q: Query, { id, state, at, fault, result }: Ended): Promise<void> {
  await q.run(
    'update rehearsals set state = ?, finished_at = ?, fault = ?, result = ? where id = ?',
    ...[state, at, fault, result === null ? null : JSON.stringify(result), id],
  )
}

/** Those that a program which has ended has left behind. */
export async function failUnfinished(q: Query, at: number): Promise<void> {
  await q.run(
    `update rehearsals set state = 'failed', finished_at = ?, fault = 'the control room was started anew'
     where state in ('waiting', 'running')`,
    at,
  )
}

export function findRehearsal(q: Query, id: string): Promise<KeptRehearsal | null> {
  return q.one(Row, 'select * from rehearsals where id = ?', id)
}

/** Rehearsals of a site, or of one of its rules, newest first. */
export function rehearsalsOf(q: Query, site: string, rule: string | null): Promise<KeptRehearsal[]> {
  return q.all(
    Row,
    'select * from rehearsals where site = ? and (? is null or rule = ?) order by n desc limit ?',
    ...[site, rule, rule, MOST_LISTED],
  )
}

/** The newest that is done of exactly one change; null where there is none. */
export function newestDone(q: Query, site: string, contents: { base: string; proposed: string }) {
  return q.one(
    Row,
    `select * from rehearsals where site = ? and base = ? and proposed = ? and state = 'done' order by n desc limit 1`,
    ...[site, contents.base, contents.proposed],
  )
}

const AlarmRow = z.object({
  id: z.string(),
  number: z.string(),
  rule: Id,
  raised_at: UtcMs,
  returned_at: UtcMs.nullable(),
  closed_at: UtcMs.nullable(),
  said: Feedback.shape.kind.nullable(),
})

const JUDGED: Readonly<Record<Feedback['kind'], Judged>> = {
  confirmed: 'confirmed',
  authorised: 'lawful',
  'known-appliance': 'wrong',
  'sensor-fault': 'wrong',
}

/** The alarms of a site that stood in a time, with what was said of each last. One that goes on ends at `to`. */
export async function realAlarms(
  q: Query,
  site: string,
  { from, to }: { from: number; to: number },
): Promise<RealAlarm[]> {
  const rows = await q.all(
    AlarmRow,
    `select id, number, rule, raised_at, returned_at, closed_at,
       (select json_extract(feedback, '$.kind') from feedback where alarm = alarms.id order by n desc limit 1) as said
     from alarms where site = ? and raised_at < ? and coalesce(returned_at, closed_at, ?) >= ? order by raised_at`,
    ...[site, to, to, from],
  )
  return rows.map(({ id, number, rule, raised_at, returned_at, closed_at, said }) => {
    const end = returned_at ?? closed_at ?? to
    return { id, number, rule, from: raised_at, to: end, judged: said === null ? 'unjudged' : JUDGED[said] }
  })
}
