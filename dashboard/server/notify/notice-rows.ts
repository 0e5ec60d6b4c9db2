import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import { AlarmState } from '../../../core/contract/alarm.ts'
import type { Actor, LedgerAct } from '../../../core/contract/ledger.ts'
import { Medium, NoticeKind, NoticeState } from '../../../core/contract/notice.ts'
import type { Priority } from '../../../core/contract/priority.ts'
import { UtcMs } from '../../../core/contract/time.ts'
import type { DispatchRow, NewRow } from '../../../core/alarms/dispatch-row.ts'
import { awaitsPerson } from '../../../core/alarms/lifecycle.ts'
import type { SqlValue } from '../../../platform/sqlite.ts'
import type { LedgerAction } from '../alarms/ledger.ts'
import type { Query } from '../db/database.ts'

export const DISPATCHER: Actor = { kind: 'system', name: 'dispatcher' }

/** What a change of the queue came to: alarms that have changed, and what belongs in the ledger. */
export interface QueueChange {
  readonly changed: readonly string[]
  readonly actions: readonly LedgerAction[]
}

/** Priorities as the database orders them. */
export const URGENCIES: readonly Priority[] = ['red', 'orange', 'yellow', 'blue']

/** A row and what is known around it. */
export interface KeptRow extends DispatchRow {
  /** Title, text and short form in both languages, as JSON, of what belongs to no alarm. */
  readonly memo: string | null
  readonly code: string | null
  readonly owner: string | null
  /** Whether its alarm waits for a person; true for what belongs to none. */
  readonly awaits: boolean
  readonly hasLadder: boolean
}

const Row = z
  .object({
    n: z.number(),
    id: z.string(),
    key: z.string(),
    alarm: z.string().nullable(),
    memo: z.string().nullable(),
    kind: z.union([NoticeKind, z.enum(['memo', 'test', 'code'])]),
    urgency: z.number(),
    bundle: z.string().nullable(),
    round: z.number(),
    step: z.number(),
    person: z.string(),
    name: z.string(),
    channel: z.string(),
    medium: Medium,
    state: NoticeState,
    attempts: z.number(),
    hold_until: UtcMs,
    retry_at: z.number(),
    batch: z.string().nullable(),
    owner: z.string().nullable(),
    code: z.string().nullable(),
    alarm_state: AlarmState.nullable(),
    ladder: z.number(),
  })
  .transform(({ urgency, hold_until, retry_at, alarm_state, ladder, ...row }): KeptRow => ({
    ...row,
    priority: URGENCIES[urgency] ?? 'blue',
    holdUntil: hold_until,
    retryAt: retry_at,
    awaits: alarm_state === null || awaitsPerson(alarm_state),
    hasLadder: ladder === 1,
  }))

const COLUMNS = `notices.n, notices.id, notices.key, notices.alarm, notices.memo, notices.kind, notices.urgency, notices.bundle,
  notices.round, notices.step, notices.person, notices.name, notices.channel, notices.medium, notices.state, notices.attempts,
  notices.hold_until, notices.retry_at, notices.batch, notices.owner, notices.code, alarms.state as alarm_state,
  exists (select 1 from escalations where escalations.alarm = notices.alarm) as ladder`

/** Rows for a `where … order … limit …` clause over `notices` and `alarms`. */
export function findRows(q: Query, clause: string, ...values: readonly SqlValue[]): Promise<KeptRow[]> {
  return q.all(Row, `select ${COLUMNS} from notices left join alarms on alarms.id = notices.alarm ${clause}`, ...values)
}

/** Text of a message that belongs to no alarm, kept beside its row. */
export interface NewMemoRow extends NewRow {
  readonly memo?: string
}

const Inserted = z.object({ id: z.string(), alarm: z.string().nullable(), key: z.string() })

/** Queues rows; one whose key is there already, whatever became of it, is left out. Answers what belongs in the ledger. */
export async function insertRows(q: Query, rows: readonly NewMemoRow[], now: UtcMs): Promise<LedgerAction[]> {
  if (rows.length === 0) return []
  const listed = rows.map((row) => ({
    ...row,
    id: randomBytes(9).toString('base64url'),
    urgency: URGENCIES.indexOf(row.priority),
  }))
  const inserted = await q.all(
    Inserted,
    `insert into notices (id, key, alarm, memo, kind, urgency, bundle, round, step, person, name, channel, medium, state,
       queued_at, hold_until)
     select value ->> 'id', value ->> 'key', value ->> 'alarm', value ->> 'memo', value ->> 'kind', value ->> 'urgency',
       value ->> 'bundle', value ->> 'round', value ->> 'step', value ->> 'person', value ->> 'name', value ->> 'channel',
       value ->> 'medium', 'queued', cast(?2 as integer), value ->> 'holdUntil'
     from json_each(?1) where true on conflict (key) do nothing returning id, alarm, key`,
    JSON.stringify(listed),
    now,
  )
  const ids = new Set(inserted.map(({ id }) => id))
  const queued = listed.filter(({ id }) => ids.has(id))
  const bySubject = Map.groupBy(queued, ({ alarm, person }) => alarm ?? person)
  return [...bySubject].map(([subject, own]) => ({
    actor: DISPATCHER,
    act: 'notice-queued',
    subject,
    detail: {
      messages: own.map(({ id, kind, round, step, person, name, channel, medium }) => ({
        ...{ notice: id, kind, round, step, person, name, channel, medium },
      })),
    },
  }))
}

/** What the ledger says of one message. */
export function noticeAct(
  act: Extract<LedgerAct, `notice-${string}`>,
  row: Pick<KeptRow, 'id' | 'alarm' | 'kind' | 'round' | 'step' | 'person' | 'name' | 'channel' | 'medium'>,
  detail: Readonly<Record<string, unknown>> = {},
): LedgerAction {
  const { alarm, id, kind, round, step, person, name, channel, medium } = row
  return {
    actor: DISPATCHER,
    act,
    subject: alarm ?? person,
    detail: { notice: id, kind, round, step, person, name, channel, medium, ...detail },
  }
}

/** Ids as one value that a statement can unfold: `in (select value from json_each(?))`. */
export function listed(ids: Iterable<string>): string {
  return JSON.stringify([...new Set(ids)])
}

/** Gives alarms their next versions after messages about them have changed. */
export async function touchAlarms(q: Query, ids: Iterable<string>): Promise<readonly string[]> {
  const list = [...new Set(ids)]
  if (list.length > 0) {
    await q.run('update alarms set version = version + 1 where id in (select value from json_each(?))', listed(list))
  }
  return list
}

/** Alarms of rows, each once. */
export function alarmsOf(rows: readonly Pick<DispatchRow, 'alarm'>[]): readonly string[] {
  return [...new Set(rows.flatMap(({ alarm }) => (alarm === null ? [] : [alarm])))]
}
