import { z } from 'zod'
import { BecauseRow } from '../../../core/contract/activity.ts'
import type { Alarm } from '../../../core/contract/alarm.ts'
import { Acknowledgement, AlarmClock, AlarmNote, AlarmState, Explanation } from '../../../core/contract/alarm.ts'
import { Notice } from '../../../core/contract/notice.ts'
import { EvidenceRow } from '../../../core/contract/evidence.ts'
import { Reading } from '../../../core/contract/reading.ts'
import { Priority } from '../../../core/contract/priority.ts'
import { UtcMs } from '../../../core/contract/time.ts'
import type { SqlValue } from '../../../platform/sqlite.ts'
import type { Query } from '../db/database.ts'
import { feedbackOf } from '../feedback/rows.ts'

/** Newest activations and messages an alarm is shown with; the ledger holds all of them. */
const SHOWN = 100

/** A column that holds JSON. */
const json = <T>(schema: z.ZodType<T>) =>
  z
    .string()
    .transform((text): unknown => JSON.parse(text))
    .pipe(schema)

const BaseColumns = z.object({
  id: z.string(),
  site: z.string(),
  rule: z.string(),
  rule_type: z.string(),
  point: z.string(),
  priority: Priority,
  state: AlarmState,
  raised_at: UtcMs,
  clock: json(AlarmClock).nullable(),
  received_at: UtcMs,
  returned_at: UtcMs.nullable(),
  closed_at: UtcMs.nullable(),
  explanation: json(Explanation),
  readings: json(z.array(Reading)),
  evidence: json(z.array(EvidenceRow)),
  because: json(z.array(BecauseRow)).nullable(),
  acknowledgement: json(Acknowledgement).nullable(),
  version: z.number(),
})

/** An alarm without what hangs on it in other tables. */
export type AlarmBase = Omit<Alarm, 'activations' | 'notes' | 'notices' | 'feedback'>

const AlarmRow = BaseColumns.transform((row): AlarmBase => ({
  id: row.id,
  site: row.site,
  rule: row.rule,
  ruleType: row.rule_type,
  point: row.point,
  priority: row.priority,
  state: row.state,
  raisedAt: row.raised_at,
  ...(row.clock === null ? {} : { clock: row.clock }),
  receivedAt: row.received_at,
  returnedAt: row.returned_at,
  closedAt: row.closed_at,
  explanation: row.explanation,
  readings: row.readings,
  evidence: row.evidence,
  ...(row.because === null ? {} : { because: row.because }),
  acknowledgement: row.acknowledgement,
  version: row.version,
}))

const ActivationRow = z
  .object({ alarm: z.string(), occurrence: z.string(), from_at: UtcMs, to_at: UtcMs.nullable() })
  .transform((row) => ({ alarm: row.alarm, occurrence: row.occurrence, from: row.from_at, to: row.to_at }))

const NoteRow = z.object({ ...AlarmNote.shape, alarm: z.string() })

const NoticeRow = z
  .object({
    id: z.string(),
    alarm: z.string(),
    kind: Notice.shape.kind,
    round: z.number(),
    step: z.number(),
    person: z.string(),
    name: z.string(),
    channel: z.string(),
    state: Notice.shape.state,
    attempts: z.number(),
    queued_at: UtcMs,
    accepted_at: UtcMs.nullable(),
    answer: z.string().nullable(),
  })
  .transform((row): Notice => {
    const { queued_at: queuedAt, accepted_at: acceptedAt, ...same } = row
    return { ...same, queuedAt, acceptedAt }
  })

/** The whole alarm; null when there is none. */
export async function findAlarm(q: Query, id: string): Promise<Alarm | null> {
  const [alarm] = await findAlarms(q, 'where id = ?', id)
  return alarm ?? null
}

/** The open alarm of a rule at a site; there is at most one. */
export async function findOpenAlarm(q: Query, site: string, rule: string): Promise<Alarm | null> {
  const [alarm] = await findAlarms(q, "where site = ? and rule = ? and state <> 'closed'", site, rule)
  return alarm ?? null
}

/** The alarm an occurrence belongs to; null when the occurrence is new. */
export async function findAlarmOf(q: Query, occurrence: string): Promise<Alarm | null> {
  const [alarm] = await findAlarms(q, 'where id = (select alarm from activations where occurrence = ?)', occurrence)
  return alarm ?? null
}

/** Whole alarms for a `where … order … limit …` clause. */
export async function findAlarms(q: Query, clause: string, ...values: readonly SqlValue[]): Promise<Alarm[]> {
  const bases = await q.all(AlarmRow, `select * from alarms ${clause}`, ...values)
  if (bases.length === 0) return []
  const ids = JSON.stringify(bases.map((base) => base.id))
  const activations = await q.all(ActivationRow, newest('activations', 'from_at, n'), ids, SHOWN)
  const notes = await q.all(NoteRow, newest('notes', 'n'), ids, SHOWN)
  const notices = await q.all(NoticeRow, newest('notices', 'n'), ids, SHOWN)
  const feedback = await feedbackOf(
    q,
    bases.map((base) => base.id),
  )
  const activationsOf = Map.groupBy(activations, (row) => row.alarm)
  const notesOf = Map.groupBy(notes, (row) => row.alarm)
  const noticesOf = Map.groupBy(notices, (row) => row.alarm)
  return bases.map((base) => ({
    ...base,
    activations: (activationsOf.get(base.id) ?? []).map(({ occurrence, from, to }) => ({ occurrence, from, to })),
    notes: (notesOf.get(base.id) ?? []).map(({ at, by, text }) => ({ at, by, text })),
    notices: noticesOf.get(base.id) ?? [],
    ...(feedback.has(base.id) ? { feedback: feedback.get(base.id) ?? [] } : {}),
  }))
}

/** The newest rows of each alarm in a JSON list of ids, oldest of them first. */
function newest(table: 'activations' | 'notes' | 'notices', order: string): string {
  const descending = order.replaceAll(/\b(\w+)\b/g, '$1 desc')
  return `select * from (
      select *, row_number() over (partition by alarm order by ${descending}) as place
      from ${table} where alarm in (select value from json_each(?))
    ) where place <= ? order by ${order}`
}

/**
 * Writes an alarm, new or changed, with the activations and notes that `before` did not have so. What is changed
 * gets the next version, whatever version it brings. Notices are written by whoever queues and sends them.
 */
export async function saveAlarm(q: Query, alarm: Alarm, before: Alarm | null): Promise<void> {
  await saveBase(q, alarm)
  for (const activation of alarm.activations) {
    const known = before?.id === alarm.id ? before.activations.find(isOf(activation.occurrence)) : undefined
    if (known?.from !== activation.from || known.to !== activation.to) await saveActivation(q, alarm.id, activation)
  }
  for (const note of alarm.notes) {
    if (before?.notes.includes(note) === true) continue
    await q.run('insert into notes (alarm, at, by, text) values (?, ?, ?, ?)', alarm.id, note.at, note.by, note.text)
  }
}

const isOf = (occurrence: string) => (activation: Alarm['activations'][number]) => activation.occurrence === occurrence

async function saveActivation(q: Query, alarm: string, activation: Alarm['activations'][number]): Promise<void> {
  await q.run(
    `insert into activations (occurrence, alarm, from_at, to_at) values (?, ?, ?, ?)
     on conflict (occurrence) do update set from_at = excluded.from_at, to_at = excluded.to_at`,
    activation.occurrence,
    alarm,
    activation.from,
    activation.to,
  )
}

async function saveBase(q: Query, alarm: AlarmBase): Promise<void> {
  await q.run(
    `insert into alarms (id, site, rule, rule_type, point, priority, state, raised_at, received_at, returned_at, closed_at,
       explanation, readings, evidence, acknowledgement, clock, because, version)
     values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1)
     on conflict (id) do update set priority = excluded.priority, state = excluded.state, raised_at = excluded.raised_at,
       returned_at = excluded.returned_at, closed_at = excluded.closed_at, explanation = excluded.explanation,
       readings = excluded.readings, evidence = excluded.evidence, acknowledgement = excluded.acknowledgement,
       clock = excluded.clock, because = excluded.because,
       version = version + 1`,
    alarm.id,
    alarm.site,
    alarm.rule,
    alarm.ruleType,
    alarm.point,
    alarm.priority,
    alarm.state,
    alarm.raisedAt,
    alarm.receivedAt,
    alarm.returnedAt,
    alarm.closedAt,
    JSON.stringify(alarm.explanation),
    JSON.stringify(alarm.readings),
    JSON.stringify(alarm.evidence),
    alarm.acknowledgement === null ? null : JSON.stringify(alarm.acknowledgement),
    alarm.clock === undefined ? null : JSON.stringify(alarm.clock),
    alarm.because === undefined ? null : JSON.stringify(alarm.because),
  )
}

/** Gives an alarm its next version after something that hangs on it has changed. */
export async function touchAlarm(q: Query, id: string): Promise<void> {
  await q.run('update alarms set version = version + 1 where id = ?', id)
}
