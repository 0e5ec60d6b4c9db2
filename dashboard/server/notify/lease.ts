import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import type { UtcMs } from '../../../core/contract/time.ts'
import { linesThatFit } from '../../../core/alarms/digest.ts'
import { type Batch, type ChannelFacts, chooseSends } from '../../../core/alarms/dispatch-choose.ts'
import { isCall } from '../../../core/alarms/dispatch-row.ts'
import { newToken } from '../alarms/acknowledge.ts'
import type { AlarmBase } from '../alarms/alarm-columns.ts'
import { findBases } from '../alarms/alarm-rows.ts'
import type { Query } from '../db/database.ts'
import type { ChannelEntry } from './channels.ts'
import { giveCode } from './codes.ts'
import { alarmsOf, findRows, type KeptRow, listed, noticeAct, type QueueChange, touchAlarms } from './notice-rows.ts'
import { moveRed, type SettleFacts } from './settle.ts'

/** How long a message may be in hand before whoever sends it counts as dead. Longer than any channel may take. */
export const LEASE_MS = 45_000
/** Rows looked at for one channel at once, of each priority; of red so many for each place, as several may tell of one alarm. */
const LOOKED_AT = 600
const RED_A_PLACE = 4

/** A message in hand: sent now, and given back with `settleSent`. */
export interface Leased extends Pick<Batch, 'person' | 'channel' | 'isDigest' | 'priority'> {
  readonly batch: string
  /** What it is about first. */
  readonly head: KeptRow
  readonly rows: readonly KeptRow[]
  /** The alarms of the rows, in their order. */
  readonly alarms: readonly AlarmBase[]
  /** How it is acknowledged; null where it asks for nothing, or for more than one alarm. */
  readonly answer: { readonly token: string; readonly code: string } | null
}

export interface LeaseFacts extends SettleFacts {
  readonly run: string
  /** Messages in hand over the channel, and how many may be. */
  readonly inHand: number
  readonly mostInHand: number
}

/** Takes messages of one channel in hand, as the choice has it. */
export async function leaseFrom(
  q: Query,
  entry: ChannelEntry,
  facts: LeaseFacts,
): Promise<QueueChange & { leased: readonly Leased[] }> {
  const channel = await factsOf(q, entry, facts)
  if (channel.penaltyUntil > facts.t) return { ...(await moveRed(q, entry.id, facts)), leased: [] }
  const rows = await queuedRows(q, entry.id, { ...facts, lines: channel.lines })
  const pointless = rows.filter((row) => isCall(row.kind) && !row.awaits)
  await q.run(
    "update notices set state = 'cancelled' where id in (select value from json_each(?))",
    listed(pointless.map(({ id }) => id)),
  )
  const wanted = rows.filter((row) => !pointless.includes(row))
  const known = { byId: new Map(wanted.map((row) => [row.id, row])), isCounted: entry.budget.most !== null }
  const leased = await leaseAll(q, chooseSends(wanted, channel, facts), { ...facts, ...known })
  return {
    leased,
    changed: await touchAlarms(q, alarmsOf([...pointless, ...leased.flatMap((one) => one.rows)])),
    actions: pointless.map((row) => noticeAct('notice-cancelled', row, { why: 'acknowledged' })),
  }
}

const Spent = z.object({ ended: z.number().nullable() })
const Penalty = z.object({ until: z.number() })

async function factsOf(
  q: Query,
  { id, medium, budget, mostBytes }: ChannelEntry,
  { t, inHand, mostInHand }: LeaseFacts,
): Promise<ChannelFacts> {
  const penalty = await q.one(Penalty, 'select until from channel_penalties where channel = ?', id)
  if (budget.most !== null) {
    await q.run('delete from channel_sends where channel = ? and ended <= ?', id, t - budget.perMs)
  }
  const spent = budget.most === null ? [] : await q.all(Spent, 'select ended from channel_sends where channel = ?', id)
  const lines = linesThatFit(medium, mostBytes)
  return { allowance: budget, spent, penaltyUntil: penalty?.until ?? 0, inHand, mostInHand, lines }
}

/** Rows that are ready, of each priority the longest waiting, and what waits to go with them. */
async function queuedRows(
  q: Query,
  channel: string,
  { now, t, lines, inHand, mostInHand }: LeaseFacts & { readonly lines: number },
): Promise<readonly KeptRow[]> {
  const ready: KeptRow[] = []
  const room = mostInHand - inHand
  const most = { red: Math.min(LOOKED_AT, room * RED_A_PLACE), others: Math.min(LOOKED_AT, room * lines) }
  for (const urgency of [0, 1, 2, 3]) {
    const limit = urgency === 0 ? most.red : most.others - ready.filter(({ priority }) => priority !== 'red').length
    const sql = `where notices.state = 'queued' and notices.channel = ? and notices.urgency = ? and notices.hold_until <= ?
      and notices.retry_at <= ? order by notices.hold_until, notices.n limit ?`
    if (limit > 0) ready.push(...(await findRows(q, sql, channel, urgency, now, t, limit)))
  }
  const along = await alongWith(q, ready, { channel, now, t, most: most.others })
  return [...ready, ...along]
}

/** Rows that wait for their hold in the bundles of those that are ready. */
async function alongWith(
  q: Query,
  ready: readonly KeptRow[],
  { channel, now, t, most }: Pick<LeaseFacts, 'now' | 't'> & { readonly channel: string; readonly most: number },
): Promise<readonly KeptRow[]> {
  const others = ready.filter(({ priority }) => priority !== 'red')
  // In a flood those that are ready fill all the messages that may go.
  let left = most - others.length
  const along: KeptRow[] = []
  const bundled = others.filter(({ bundle }) => bundle !== null)
  const bundles = new Map(bundled.map(({ person, bundle }) => [`${person} ${bundle}`, { person, bundle }]))
  for (const { person, bundle } of bundles.values()) {
    if (left <= 0) break
    const found = await findRows(
      q,
      `where notices.state = 'queued' and notices.channel = ? and notices.person = ? and notices.bundle = ?
         and notices.hold_until > ? and notices.retry_at <= ? and notices.urgency > 0
       order by notices.hold_until, notices.n limit ?`,
      ...[channel, person, bundle, now, t, left],
    )
    along.push(...found)
    left -= found.length
  }
  return along
}

interface Choosing extends LeaseFacts {
  /** The channel's budget is limited. */
  readonly isCounted: boolean
  readonly byId: ReadonlyMap<string, KeptRow>
}

async function leaseAll(q: Query, batches: readonly Batch[], facts: Choosing): Promise<readonly Leased[]> {
  if (batches.length === 0) return []
  const ids = listed(alarmsOf(batches.flatMap(({ rows }) => rows)))
  const alarms = await findBases(q, 'where id in (select value from json_each(?))', ids)
  const byAlarm = new Map(alarms.map((alarm) => [alarm.id, alarm]))
  const leased: Leased[] = []
  for (const batch of batches) leased.push(...(await leaseOne(q, batch, { ...facts, byAlarm })))
  return leased
}

async function leaseOne(
  q: Query,
  { rows: chosen, ...batch }: Batch,
  facts: Choosing & { readonly byAlarm: ReadonlyMap<string, AlarmBase> },
): Promise<readonly Leased[]> {
  const { byId, byAlarm, now, t, run } = facts
  const rows = chosen.flatMap(({ id }) => {
    const row = byId.get(id)
    return row === undefined ? [] : [{ ...row, attempts: row.attempts + 1 }]
  })
  const [head] = rows
  if (head === undefined) return []
  const id = randomBytes(9).toString('base64url')
  await q.run(
    `update notices set state = 'sending', attempts = attempts + 1, batch = ?, lease_until = ?, owner = ?, sent_at = ?
     where id in (select value from json_each(?))`,
    ...[id, t + LEASE_MS, run, now, listed(rows.map((row) => row.id))],
  )
  if (facts.isCounted) {
    await q.run('insert into channel_sends (batch, channel, begun) values (?, ?, ?)', id, batch.channel, t)
  }
  const alarms = alarmsOf(rows).flatMap((alarm) => byAlarm.get(alarm) ?? [])
  const answer = batch.isDigest || !isCall(head.kind) ? null : await answerTo(q, head, now)
  return [{ ...batch, batch: id, head, rows, alarms, answer }]
}

async function answerTo(q: Query, head: KeptRow, now: UtcMs): Promise<Leased['answer']> {
  const token = await newToken(q, { notice: head.id, by: head.name, now })
  return { token, code: head.code ?? (await giveCode(q, head, now)) }
}
