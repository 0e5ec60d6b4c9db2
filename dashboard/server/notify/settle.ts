import { z } from 'zod'
import { UtcMs } from '../../../core/contract/time.ts'
import { isCall } from '../../../core/alarms/dispatch-row.ts'
import {
  moveAway,
  type Outcome,
  type Settled,
  settleRow,
  settleUndelivered,
} from '../../../core/alarms/dispatch-settle.ts'
import { hurryEscalation } from '../../../core/alarms/escalation.ts'
import type { LedgerAction } from '../alarms/ledger.ts'
import type { Query } from '../db/database.ts'
import { aroundRows, type Reach } from './in-stead.ts'
import {
  alarmsOf,
  DISPATCHER,
  findRows,
  insertRows,
  type KeptRow,
  listed,
  noticeAct,
  type QueueChange,
  touchAlarms,
} from './notice-rows.ts'

/** With what an attempt is settled. */
export interface SettleFacts extends Reach {
  /** Domain time, for what people read and the ladder counts. */
  readonly now: UtcMs
  /** The dispatcher's own time, ms. */
  readonly t: number
}

/** What was sent, and which attempt it was. */
export interface Sent {
  readonly batch: string
  readonly channel: string
  /** As they were when they were taken in hand. */
  readonly rows: readonly KeptRow[]
  /** SHA-256 over it, hex; null where it came to no message. */
  readonly bodyHash: string | null
}

const NOTHING: QueueChange = { changed: [], actions: [] }
const MOVED_AT_ONCE = 500
/** States in which a message is not with anybody yet. */
const NOT_TAKEN = "state in ('queued', 'sending', 'failed', 'cancelled')"

/** Writes down how an attempt ended, for every row that was in the message. */
export async function settleSent(q: Query, sent: Sent, outcome: Outcome, facts: SettleFacts): Promise<QueueChange> {
  await q.run('update channel_sends set ended = ? where batch = ? and ended is null', facts.t, sent.batch)
  if (outcome.is === 'accepted') return await accept(q, sent, outcome, facts)
  const rows = await findRows(
    q,
    "where notices.batch = ? and notices.state = 'sending' order by notices.n",
    // A failure of an attempt that was taken over says nothing of the one after it.
    sent.batch,
  )
  const penalty = outcome.is === 'throttled' && outcome.isForAll ? await penalise(q, sent.channel, outcome, facts) : []
  const done = await settleRows(q, rows, outcome, { ...facts, bodyHash: sent.bodyHash })
  const moved = penalty.length === 0 ? NOTHING : await moveRed(q, sent.channel, facts)
  return {
    changed: [...new Set([...done.changed, ...moved.changed])],
    actions: [...penalty, ...done.actions, ...moved.actions],
  }
}

const Moved = z.object({ id: z.string() })

/** That the receiver took it always counts, whatever else happened meanwhile. */
async function accept(
  q: Query,
  { rows, bodyHash }: Sent,
  { answer, ref }: Extract<Outcome, { is: 'accepted' }>,
  { now }: SettleFacts,
): Promise<QueueChange> {
  const moved = await q.all(
    Moved,
    `update notices set state = 'accepted', accepted_at = ?, answer = ?, ref = ?, body_hash = ?, lease_until = null, owner = null
     where id in (select value from json_each(?)) and ${NOT_TAKEN} returning id`,
    now,
    answer,
    ref ?? null,
    bodyHash,
    listed(rows.map(({ id }) => id)),
  )
  const ids = new Set(moved.map(({ id }) => id))
  const taken = rows.filter(({ id }) => ids.has(id))
  return {
    changed: await touchAlarms(q, alarmsOf(taken)),
    actions: taken.map((row) => noticeAct('notice-accepted', row, { answer, attempt: row.attempts, ref: ref ?? null })),
  }
}

async function settleRows(
  q: Query,
  rows: readonly KeptRow[],
  outcome: Exclude<Outcome, { is: 'accepted' }>,
  facts: SettleFacts & { readonly bodyHash: string | null },
): Promise<QueueChange> {
  const around = await aroundRows(q, rows, facts)
  const actions: LedgerAction[] = []
  for (const row of rows) {
    const known = around.get(row.id)
    if (known === undefined) continue
    const settled = settleRow(row, outcome, known)
    await write(q, row, settled, { answer: outcome.answer, bodyHash: facts.bodyHash })
    actions.push(...(await follow(q, row, settled, { ...facts, answer: outcome.answer })))
  }
  return { changed: await touchAlarms(q, alarmsOf(rows)), actions }
}

async function write(
  q: Query,
  { id }: KeptRow,
  { state, attempts, retryAt }: Settled,
  { answer, bodyHash }: { readonly answer: string; readonly bodyHash: string | null },
): Promise<void> {
  await q.run(
    `update notices set state = ?, attempts = ?, retry_at = ?, answer = ?, body_hash = coalesce(?, body_hash),
       lease_until = null, owner = null where id = ?`,
    state,
    attempts,
    retryAt,
    answer,
    bodyHash,
    id,
  )
}

/** What comes of a row that was not taken: messages in its stead, the next step of the ladder, words in the ledger. */
async function follow(
  q: Query,
  row: KeptRow,
  { state, fallbacks, attempts }: Settled,
  facts: SettleFacts & { readonly answer: string },
): Promise<LedgerAction[]> {
  const { answer, now } = facts
  const queued = await insertRows(q, fallbacks, now)
  if (state === 'cancelled')
    return [noticeAct('notice-cancelled', row, { answer, attempt: attempts, why: 'acknowledged' })]
  if (state !== 'failed') return queued
  if (fallbacks.length === 0) await hurryWhenUnreachable(q, row, now)
  const others = fallbacks.map(({ channel }) => channel)
  return [noticeAct('notice-failed', row, { answer, attempt: attempts, instead: others }), ...queued]
}

/** Takes rows in hand of nobody: whoever sent them is gone, or silent for a lease. Until its end the provider may get them still. (E4) */
export async function takeOrphans(
  q: Query,
  { run, inHand, ...facts }: SettleFacts & { readonly run: string; readonly inHand: ReadonlySet<string> },
): Promise<QueueChange> {
  const sql = "where notices.state = 'sending' and (notices.owner <> ? or notices.lease_until <= ?) order by notices.n"
  const rows = (await findRows(q, sql, run, facts.t)).filter(({ batch }) => batch === null || !inHand.has(batch))
  if (rows.length === 0) return NOTHING
  const ends = '(select max(lease_until) from notices where notices.batch = channel_sends.batch)'
  const of = 'where ended is null and batch in (select value from json_each(?))'
  const batches = listed(rows.flatMap(({ batch }) => (batch === null ? [] : [batch])))
  await q.run(`update channel_sends set ended = max(?, coalesce(${ends}, 0)) ${of}`, facts.t, batches)
  return await settleRows(q, rows, { is: 'temporary', answer: 'no outcome known' }, { ...facts, bodyHash: null })
}

/** Rows over channels that are not there any more go the person's other ways. */
export async function leaveClosed(q: Query, facts: SettleFacts): Promise<QueueChange> {
  const open = listed(facts.channels.keys())
  const rows = await findRows(
    q,
    "where notices.state = 'queued' and notices.channel not in (select value from json_each(?)) order by notices.n",
    open,
  )
  if (rows.length === 0) return NOTHING
  const refused = { is: 'refused', answer: 'this channel is not there any more' } as const
  return await settleRows(q, rows, refused, { ...facts, bodyHash: null })
}

async function penalise(
  q: Query,
  channel: string,
  { penaltyMs, answer }: Extract<Outcome, { is: 'throttled' }>,
  { t }: SettleFacts,
): Promise<LedgerAction[]> {
  await q.run(
    `insert into channel_penalties (channel, until, why) values (?, ?, ?)
     on conflict (channel) do update set until = max(until, excluded.until), why = excluded.why`,
    channel,
    t + penaltyMs,
    answer,
  )
  return [{ actor: DISPATCHER, act: 'notice-throttled', subject: channel, detail: { answer, penaltyMs } }]
}

/** Red messages that wait for a provider that takes nothing go the person's other ways at once. */
export async function moveRed(q: Query, channel: string, facts: SettleFacts): Promise<QueueChange> {
  const sql =
    "where notices.state = 'queued' and notices.channel = ? and notices.urgency = 0 order by notices.n limit ?"
  const rows = await findRows(q, sql, channel, MOVED_AT_ONCE)
  const around = await aroundRows(q, rows, facts)
  const actions: LedgerAction[] = []
  const moved: KeptRow[] = []
  for (const row of rows) {
    const fallbacks = moveAway(row, { others: around.get(row.id)?.others ?? [] })
    if (fallbacks === null) continue
    const settled: Settled = { state: 'failed', attempts: row.attempts, retryAt: row.retryAt, fallbacks }
    const answer = 'the channel takes nothing now'
    await write(q, row, settled, { answer, bodyHash: null })
    actions.push(...(await follow(q, row, settled, { ...facts, answer })))
    moved.push(row)
  }
  return { changed: await touchAlarms(q, alarmsOf(moved)), actions }
}

/** What a channel says later of a message it took. Null when nothing is known of `ref`. */
export async function noteReport(
  q: Query,
  report: {
    readonly channel: string
    readonly kind: 'delivered' | 'undelivered'
    readonly ref: string
    readonly answer: string
  },
  facts: SettleFacts,
): Promise<QueueChange | null> {
  const rows = await findRows(
    q,
    'where notices.channel = ? and notices.ref = ? order by notices.n',
    report.channel,
    report.ref,
  )
  if (rows.length === 0) return null
  return report.kind === 'delivered'
    ? await noteDelivered(q, rows, facts.now, report.answer)
    : await undelivered(q, rows, report.answer, facts)
}

/** The receiving end has these messages (T6). */
export async function noteDelivered(
  q: Query,
  rows: readonly KeptRow[],
  now: UtcMs,
  answer: string | null = null,
): Promise<QueueChange> {
  const news = rows.filter(({ state }) => state === 'accepted')
  await q.run(
    `update notices set state = 'delivered', delivered_at = ?, answer = coalesce(?, answer)
     where id in (select value from json_each(?)) and state = 'accepted'`,
    now,
    answer,
    listed(news.map(({ id }) => id)),
  )
  return {
    changed: await touchAlarms(q, alarmsOf(news)),
    actions: news.map((row) => noticeAct('notice-delivered', row, { answer })),
  }
}

async function undelivered(
  q: Query,
  rows: readonly KeptRow[],
  answer: string,
  facts: SettleFacts,
): Promise<QueueChange> {
  const failed = rows.filter(({ state }) => state === 'accepted')
  const around = await aroundRows(q, failed, facts)
  const actions: LedgerAction[] = []
  for (const row of failed) {
    const known = around.get(row.id)
    if (known === undefined) continue
    const settled = settleUndelivered(row, known)
    await write(q, row, settled, { answer, bodyHash: null })
    actions.push(...(await follow(q, row, settled, { ...facts, answer })))
  }
  return { changed: await touchAlarms(q, alarmsOf(failed)), actions }
}

const Ladder = z
  .object({ round: z.number(), step: z.number(), due_at: UtcMs })
  .transform(({ due_at: dueAt, ...place }) => ({ ...place, dueAt }))

const Hopes = z
  .object({ since_step: z.number(), in_round: z.number() })
  .transform((row) => ({ sinceStep: row.since_step > 0, inRound: row.in_round > 0 }))

async function hurryWhenUnreachable(q: Query, row: KeptRow, now: UtcMs): Promise<void> {
  const { alarm, round, step } = row
  if (alarm === null || !isCall(row.kind)) return
  const ladder = await q.one(Ladder, 'select round, step, due_at from escalations where alarm = ?', alarm)
  const hope = await q.one(
    Hopes,
    `select count(*) filter (where step >= ?) as since_step, count(*) as in_round from notices
     where alarm = ? and round = ? and by_edge = 0 and kind not in ('returned', 'acknowledged', 'handed-over')
       and state in ('queued', 'sending', 'accepted', 'delivered', 'seen')`,
    ...[step, alarm, round],
  )
  if (ladder === null || hope === null) return
  const next = hurryEscalation(ladder, row, { hope, now })
  if (next !== ladder) await q.run('update escalations set due_at = ? where alarm = ?', next.dueAt, alarm)
}
