import { z } from 'zod'
import type { HandoverDraft } from '../../../core/contract/handover-draft.ts'
import { LedgerAct } from '../../../core/contract/ledger.ts'
import { Medium } from '../../../core/contract/notice.ts'
import { Id } from '../../../core/contract/text.ts'
import { UtcMs, utcMs } from '../../../core/contract/time.ts'
import type { ShiftAct, ShiftEpisode, SilentTime } from '../../../core/alarms/handover-source.ts'
import { findBases } from '../alarms/alarm-rows.ts'
import type { Query } from '../db/database.ts'
import { SILENCE_RULE } from '../ingest/silence.ts'

/** A time, half-open. */
export interface Window {
  readonly from: UtcMs
  readonly to: UtcMs
}

/** Acts a hand-over is drafted from. */
const ACTS: readonly LedgerAct[] = [
  'alarm-raised',
  'alarm-raised-again',
  'alarm-re-alarmed',
  'alarm-acknowledged',
  'alarm-returned',
  'alarm-assigned',
  'alarm-finding',
  'alarm-judged',
  'alarm-reset',
  'storm-began',
  'storm-ended',
]

const ActRow = z
  .object({ at: UtcMs, act: LedgerAct, subject: z.string(), detail: z.string() })
  .transform(({ detail, ...same }): ShiftAct => {
    const known = z.record(z.string(), z.unknown()).safeParse(JSON.parse(detail))
    return { ...same, detail: known.data ?? {} }
  })

/** What was done in a time, oldest first. Numbers and times of the ledger grow together, so that its beginning is found by halving. */
export async function actsIn(q: Query, { from, to }: Window): Promise<ShiftAct[]> {
  const [first, end] = [await numberAt(q, from), await numberAt(q, to)]
  return q.all(
    ActRow,
    `select at, act, subject, detail from ledger where n >= ? and n < ? and act in (select value from json_each(?)) order by n`,
    ...[first, end, JSON.stringify(ACTS)],
  )
}

/** The number of the first entry at or after an instant; one past the last where there is none. */
async function numberAt(q: Query, at: UtcMs): Promise<number> {
  const head = await headOfLedger(q)
  let low = 1
  let high = (head?.n ?? 0) + 1
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    const row = await q.one(z.object({ at: z.number() }), 'select at from ledger where n = ?', middle)
    if ((row?.at ?? 0) < at) low = middle + 1
    else high = middle
  }
  return low
}

/** The last entry of the ledger. */
export function headOfLedger(q: Query): Promise<{ n: number; hash: string } | null> {
  return q.one(z.object({ n: z.number(), hash: z.string() }), 'select n, hash from ledger order by n desc limit 1')
}

/** Alarms that came in a time, those named, and all that are open. */
export async function episodesOf(
  q: Query,
  { from, to }: Window,
  subjects: ReadonlySet<string>,
): Promise<readonly ShiftEpisode[]> {
  const open = await findBases(q, "where state <> 'closed'")
  const came = await findBases(q, "where received_at >= ? and received_at < ? and state = 'closed'", from, to)
  const known = new Set([...open, ...came].map(({ id }) => id))
  const rest = JSON.stringify([...subjects].filter((id) => !known.has(id)))
  const others = await findBases(q, 'where id in (select value from json_each(?))', rest)
  return [...open, ...came, ...others]
}

const SilenceRow = z
  .object({ site: Id, from_at: UtcMs, to_at: UtcMs.nullable() })
  .transform(({ site, from_at: from, to_at: to }): Omit<SilentTime, 'causes'> => ({ site, from, to }))

/** Times in which gateways said nothing, as the control room raised it. */
export function silencesIn(q: Query, { from, to }: Window): Promise<Omit<SilentTime, 'causes'>[]> {
  return q.all(
    SilenceRow,
    `select site, from_at, to_at from activations join alarms on alarms.id = activations.alarm
     where rule = ?1 and (state <> 'closed' or closed_at >= ?2) and from_at < ?3 and (to_at is null or to_at > ?2)
     order by from_at`,
    ...[SILENCE_RULE, from, to],
  )
}

const ChannelRow = z.object({
  channel: Id,
  medium: Medium,
  sent: z.number(),
  accepted: z.number(),
  delivered: z.number(),
  seen: z.number(),
  failed: z.number(),
})

/** What went out in a time, by channel. */
export function channelsIn(q: Query, { from, to }: Window): Promise<HandoverDraft['calls']['channels']> {
  return q.all(
    ChannelRow,
    `select channel, medium, sum(attempts > 0) as sent, sum(accepted_at is not null) as accepted,
       sum(delivered_at is not null or seen_at is not null) as delivered, sum(seen_at is not null) as seen,
       sum(state = 'failed') as failed
     from notices where queued_at >= ? and queued_at < ? group by channel, medium order by channel`,
    ...[from, to],
  )
}

const AnswerRow = z.object({ answers: z.number(), refused: z.number() })

/** What came back in a time by texts and keys. */
export async function answersIn(q: Query, { from, to }: Window): Promise<z.infer<typeof AnswerRow>> {
  const row = await q.one(
    AnswerRow,
    `select count(*) filter (where outcome in ('acknowledged', 'taken', 'again', 'closed', 'arrived', 'checked-in', 'spot-check')) as answers,
       count(*) filter (where outcome not in ('acknowledged', 'taken', 'again', 'closed', 'arrived', 'checked-in', 'spot-check')) as refused
     from replies where at >= ? and at < ?`,
    ...[from, to],
  )
  return row ?? { answers: 0, refused: 0 }
}

const TestRow = z
  .object({ channel: Id, at: UtcMs, state: z.string() })
  .transform(({ state, ...same }) => ({ ...same, outcome: outcomeOf(state) }))

function outcomeOf(state: string): 'waiting' | 'accepted' | 'delivered' | 'failed' {
  if (state === 'delivered' || state === 'seen') return 'delivered'
  return state === 'accepted' || state === 'failed' ? state : 'waiting'
}

/** Test calls of a time, and what became of each. */
export function testsIn(q: Query, { from, to }: Window): Promise<z.infer<typeof TestRow>[]> {
  return q.all(
    TestRow,
    `select channel, queued_at as at, state from notices where kind = 'test' and queued_at >= ? and queued_at < ?`,
    ...[from, to],
  )
}

const RedRow = z.object({ alarm: z.string(), number: z.string() })

/** Red alarms that wait for somebody to acknowledge them, held back or not. */
export function unreadRed(q: Query): Promise<z.infer<typeof RedRow>[]> {
  return q.all(
    RedRow,
    `select id as alarm, number from alarms
     where state in ('unacked', 'returned', 'latched') and priority = 'red' order by raised_at limit 200`,
  )
}

/** The last entry of the ledger about something. */
export async function ledgerOf(
  q: Query,
  subject: string,
): Promise<{ n: number; at: UtcMs; hash: string | null } | null> {
  const row = await q.one(
    z.object({ n: z.number(), at: UtcMs, hash: z.string().nullable() }),
    `select n, at, json_extract(detail, '$.sha256') as hash from ledger where subject = ? order by n desc limit 1`,
    subject,
  )
  return row === null ? null : { n: row.n, at: utcMs(row.at), hash: row.hash }
}
