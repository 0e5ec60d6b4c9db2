import { z } from 'zod'
import { Feedback } from '../../../core/contract/activity.ts'
import { AlarmFeedback } from '../../../core/contract/alarm.ts'
import { RuleRole } from '../../../core/contract/http.ts'
import { Id } from '../../../core/contract/text.ts'
import { UtcMs } from '../../../core/contract/time.ts'
import type { Query } from '../db/database.ts'
import type { JudgedAlarms } from './precision.ts'

const FeedbackText = z
  .string()
  .transform((text): unknown => JSON.parse(text))
  .pipe(Feedback)

const Row = z
  .object({
    alarm: z.string(),
    feedback: FeedbackText,
    state: AlarmFeedback.shape.state,
    answered_at: UtcMs.nullable(),
    answer: z.string().nullable(),
  })
  .transform(({ alarm, feedback, state, answered_at: answeredAt, answer }) => ({
    alarm,
    shown: { ...feedback, state, answeredAt, answer } satisfies AlarmFeedback,
  }))

/** Newest of an alarm that it is shown with; the ledger holds all. */
const SHOWN = 20

/** What was found out about each of some alarms, oldest first. */
export async function feedbackOf(q: Query, alarms: readonly string[]): Promise<Map<string, AlarmFeedback[]>> {
  const rows = await q.all(
    Row,
    `select alarm, feedback, state, answered_at, answer from (
       select *, row_number() over (partition by alarm order by n desc) as place
       from feedback where alarm in (select value from json_each(?))
     ) where place <= ? order by n`,
    JSON.stringify(alarms),
    SHOWN,
  )
  const byAlarm = Map.groupBy(rows, ({ alarm }) => alarm)
  return new Map([...byAlarm].map(([alarm, group]) => [alarm, group.map(({ shown }) => shown)]))
}

export interface FeedbackPlace {
  readonly alarm: string
  readonly site: string
}

export async function addFeedback(q: Query, { alarm, site }: FeedbackPlace, feedback: Feedback): Promise<void> {
  await q.run(
    `insert into feedback (id, alarm, site, feedback, requested_at, state) values (?, ?, ?, ?, ?, 'pending')`,
    ...[feedback.id, alarm, site, JSON.stringify(feedback), feedback.at],
  )
}

const Pending = z.object({ site: Id, feedback: FeedbackText })

/** What no gateway has answered yet, oldest first. */
export function pendingFeedback(q: Query): Promise<z.infer<typeof Pending>[]> {
  return q.all(Pending, "select site, feedback from feedback where state = 'pending' order by n")
}

export interface FeedbackAnswer {
  readonly id: string
  /** Whose gateway answers. */
  readonly site: string
  readonly state: 'applied' | 'refused'
  readonly answer: string | null
  readonly at: UtcMs
}

/** Notes an answer; the alarm it is about, or null where nothing of that site waits for it. */
export async function answerFeedback(
  q: Query,
  { id, site, state, answer, at }: FeedbackAnswer,
): Promise<string | null> {
  const row = await q.one(
    z.object({ alarm: z.string() }),
    "select alarm from feedback where id = ? and site = ? and state = 'pending'",
    id,
    site,
  )
  if (row === null) return null
  await q.run('update feedback set state = ?, answer = ?, answered_at = ? where id = ?', state, answer, at, id)
  return row.alarm
}

const Judged = z
  .object({
    site: Id,
    rule: Id,
    rule_type: z.string(),
    role: RuleRole,
    said: Feedback.shape.kind.nullable(),
    alarms: z.number(),
  })
  .transform(({ rule_type: ruleType, role, ...same }): JudgedAlarms => ({ ...same, ruleType, as: role }))

/** Alarms raised from a time on, counted by rule and by what was said of them last. */
export function judgedSince(q: Query, from: UtcMs): Promise<JudgedAlarms[]> {
  return q.all(
    Judged,
    `with recent as (select id, site, rule, rule_type, because from alarms where raised_at >= ?),
       said as (
         select alarm, json_extract(feedback, '$.kind') as kind, row_number() over (partition by alarm order by n desc) as place
         from feedback where alarm in (select id from recent)
       ),
       spoke as (
         select id, site, rule, rule_type, 'alarm' as role from recent
         union all
         select recent.id, site, json_extract(sign.value, '$.rule'), json_extract(sign.value, '$.ruleType'), 'sign'
         from recent, json_each(recent.because) as sign
       )
     select site, rule, rule_type, role, said.kind as said, count(*) as alarms
     from spoke left join said on said.alarm = spoke.id and said.place = 1
     group by site, rule, rule_type, role, said.kind`,
    from,
  )
}
