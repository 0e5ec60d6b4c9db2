import { randomBytes } from 'node:crypto'
import { z } from 'zod'
import type { Alarm } from '../../../core/contract/alarm.ts'
import type { Medium, NoticeKind } from '../../../core/contract/notice.ts'
import type { UtcMs } from '../../../core/contract/time.ts'
import type { Announcement } from '../../../core/alarms/announcement.ts'
import { rowKey } from '../../../core/alarms/dispatch-row.ts'
import type { LedgerAction } from '../alarms/ledger.ts'
import type { Query } from '../db/database.ts'
import { findRows, listed, noticeAct, URGENCIES } from './notice-rows.ts'

/**
 * Does what a step of the life-cycle asks of whoever tells people, in the step's own transaction. Answers what belongs in the ledger. An
 * acknowledgement cancels what is queued; what is in hand is not queued again (E5, E13).
 */
export async function obey(
  q: Query,
  before: Alarm | null,
  after: Alarm,
  announcement: Announcement,
  now: UtcMs,
): Promise<LedgerAction[]> {
  if (before !== null && before.priority !== after.priority) await raiseUrgency(q, after)
  switch (announcement.do) {
    case 'nothing':
      return []
    case 'begin':
      return await begin(q, { before, after, kind: announcement.kind, now })
    case 'digest':
      await announce(q, after, { kind: announcement.kind, isQuiet: true, now })
      return []
    case 'returned':
      await announce(q, after, { kind: 'returned', isQuiet: true, now })
      return []
    case 'end':
      return await end(q, after, announcement.why, now)
  }
}

const One = z.object({ one: z.number() })
const Rounds = z.object({ rounds: z.number() })

interface Beginning {
  readonly before: Alarm | null
  readonly after: Alarm
  readonly kind: NoticeKind
  readonly now: UtcMs
}

/** A ladder that starts anew takes a round of its own, so that everybody on it is told again. */
async function begin(q: Query, { before, after, kind, now }: Beginning): Promise<LedgerAction[]> {
  // Blue is shown at the desk and calls nobody.
  if (after.priority === 'blue') return []
  if (before !== null && kind === 'again' && (await hasLadder(q, after.id))) {
    await announce(q, after, { kind, isQuiet: false, now })
    return []
  }
  const round = before === null ? 0 : await nextRound(q, after.id)
  await q.run(
    `insert into escalations (alarm, round, step, due_at, first_round, kind, urgency) values (?, ?, 0, ?, ?, ?, ?)
     on conflict (alarm) do update set round = excluded.round, step = excluded.step, due_at = excluded.due_at,
       first_round = excluded.first_round, kind = excluded.kind, urgency = excluded.urgency`,
    ...[after.id, round, now, round, kind, URGENCIES.indexOf(after.priority)],
  )
  if (before === null) return []
  // That somebody has it is not true any more.
  await q.run("delete from announcements where alarm = ? and kind = 'acknowledged'", after.id)
  return await cancel(q, { alarm: after.id, kinds: ['acknowledged'], why: 'raised-again' })
}

async function hasLadder(q: Query, alarm: string): Promise<boolean> {
  const sql = 'select 1 as one from escalations where alarm = ?'
  return (await q.one(One, sql, alarm)) !== null
}

async function nextRound(q: Query, alarm: string): Promise<number> {
  const used = await q.one(
    Rounds,
    `select max(coalesce((select max(round) + 1 from notices where alarm = ?1 and by_edge = 0), 0),
       coalesce((select round + 1 from escalations where alarm = ?1), 0)) as rounds`,
    alarm,
  )
  return used?.rounds ?? 0
}

async function raiseUrgency(q: Query, { id, priority }: Alarm): Promise<void> {
  const urgency = URGENCIES.indexOf(priority)
  await q.run('update escalations set urgency = ? where alarm = ?', urgency, id)
  await q.run(
    "update notices set urgency = ?, bundle = case when ? = 0 then null else bundle end where alarm = ? and state = 'queued' and urgency > ? and kind not in ('acknowledged', 'handed-over', 'returned')",
    ...[urgency, urgency, id, urgency],
  )
}

async function announce(
  q: Query,
  { id, priority }: Alarm,
  { kind, isQuiet, now }: { readonly kind: NoticeKind; readonly isQuiet: boolean; readonly now: UtcMs },
): Promise<void> {
  if (priority === 'blue') return
  await q.run(
    'insert into announcements (alarm, kind, quietly, at) values (?, ?, ?, ?)',
    id,
    kind,
    isQuiet ? 1 : 0,
    now,
  )
}

/** Nobody is called any more. Those who were told hear once who has it, if a person has. */
async function end(
  q: Query,
  after: Alarm,
  why: Extract<Announcement, { do: 'end' }>['why'],
  now: UtcMs,
): Promise<LedgerAction[]> {
  await q.run('delete from escalations where alarm = ?', after.id)
  await q.run('delete from announcements where alarm = ?', after.id)
  if (why === 'acknowledged' || why === 'withdrawn')
    await announce(q, after, { kind: 'acknowledged', isQuiet: true, now })
  return await cancel(q, { alarm: after.id, kinds: null, why })
}

async function cancel(
  q: Query,
  { alarm, kinds, why }: { readonly alarm: string; readonly kinds: readonly NoticeKind[] | null; readonly why: string },
): Promise<LedgerAction[]> {
  const which =
    kinds === null
      ? "notices.kind not in ('acknowledged', 'handed-over')"
      : 'notices.kind in (select value from json_each(?))'
  const values = kinds === null ? [alarm] : [alarm, listed(kinds)]
  const rows = await findRows(
    q,
    `where notices.alarm = ? and notices.state = 'queued' and ${which} order by notices.n`,
    ...values,
  )
  if (rows.length === 0) return []
  await q.run(
    "update notices set state = 'cancelled' where id in (select value from json_each(?))",
    listed(rows.map(({ id }) => id)),
  )
  return rows.map((row) => noticeAct('notice-cancelled', row, { why }))
}

/** What a gateway that was alone did to tell somebody. The alarm must be there. The same again changes nothing but what became of it. */
export interface EdgeTold {
  readonly alarm: string
  /** The activation it told of; each has rounds of its own. */
  readonly occurrence?: string
  readonly person: string
  readonly name: string
  readonly at: UtcMs
  readonly round: number
  readonly accepted: boolean
  readonly answer: string
  readonly delivered: boolean
}

const EDGE_CHANNEL = 'edge'
const EDGE_MEDIUM: Medium = 'sms'

/** Enters that a gateway has texted somebody by itself, so that the control room does not call them twice for the same step. */
export async function edgeTold(q: Query, told: EdgeTold, now: UtcMs): Promise<LedgerAction[]> {
  const key = rowKey(`${told.occurrence ?? told.alarm}|edge|${told.round}`, told.person, EDGE_CHANNEL)
  const state = told.delivered ? 'delivered' : told.accepted ? 'accepted' : 'failed'
  const acceptedAt = told.accepted || told.delivered ? told.at : null
  const { changes } = await q.run(
    `insert into notices (id, key, alarm, kind, urgency, round, step, person, name, channel, medium, state, attempts, queued_at,
       hold_until, sent_at, accepted_at, delivered_at, answer, by_edge)
     select ?, ?, id, 'raise', 0, ?, 0, ?, ?, ?, ?, ?, 1, ?, ?, ?, ?, ?, ?, 1 from alarms where id = ?
     on conflict (key) do update set state = excluded.state, delivered_at = excluded.delivered_at
       where notices.state in ('accepted', 'failed') and excluded.state <> notices.state`,
    ...[
      randomBytes(9).toString('base64url'),
      key,
      told.round,
      told.person,
      told.name,
      EDGE_CHANNEL,
      EDGE_MEDIUM,
      state,
    ],
    ...[now, told.at, told.at, acceptedAt, told.delivered ? told.at : null, told.answer, told.alarm],
  )
  if (changes === 0) return []
  const [row] = await findRows(q, 'where notices.key = ?', key)
  if (row === undefined) return []
  const act = told.delivered ? 'notice-delivered' : told.accepted ? 'notice-accepted' : 'notice-failed'
  return [noticeAct(act, row, { answer: told.answer, byEdge: true, at: told.at })]
}
