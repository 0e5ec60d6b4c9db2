import { z } from 'zod'
import { type Alarm, AlarmState } from '../../../core/contract/alarm.ts'
import { Notice } from '../../../core/contract/notice.ts'
import { UtcMs } from '../../../core/contract/time.ts'
import { awaitsPerson } from '../../../core/alarms/lifecycle.ts'
import { hurryEscalation } from '../../../core/alarms/escalation.ts'
import { newToken } from '../alarms/acknowledge.ts'
import { findAlarm, touchAlarm } from '../alarms/alarm-rows.ts'
import type { LedgerAction } from '../alarms/ledger.ts'
import { noticeAct } from '../alarms/ladder.ts'
import type { Query } from '../db/database.ts'

/** Tries before a message is given up; the ladder goes on and calls the same person again in its next round. */
export const MOST_ATTEMPTS = 5
/**
 * How long a message may be in somebody's hands before its process counts as dead. Longer than any notifier may take.
 */
export const LEASE_MS = 45_000
const LONGEST_PAUSE_MS = 60_000

/** What a change of the queue came to. */
export interface QueueChange {
  readonly changed: readonly string[]
  readonly actions: readonly LedgerAction[]
}

export interface Times {
  /** Domain time, for what people read and the ladder counts. */
  readonly now: UtcMs
  /** The network's time, in which pauses and leases are measured. */
  readonly networkNow: UtcMs
}

const Waiting = z
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
    alarm_state: AlarmState,
  })
  .transform(({ alarm_state: alarmState, ...row }) => ({ ...row, alarmState }))
export type WaitingNotice = z.infer<typeof Waiting>

const COLUMNS = `notices.id, notices.alarm, kind, round, step, person, notices.name, channel, notices.state, attempts,
  alarms.state as alarm_state`
const JOINED = 'notices join alarms on alarms.id = notices.alarm'
const URGENCY = "case priority when 'red' then 0 when 'orange' then 1 else 2 end, notices.n"

/**
 * Messages that can be taken in hand at ?1, at most ?2 a channel, so that one that hangs cannot crowd out the others.
 * A deadline further off than any pause or lease is one from before the clock was set back.
 */
const TAKEABLE = `select * from (
    select ${COLUMNS}, row_number() over (order by ${URGENCY}) as turn,
      row_number() over (partition by person, channel order by ${URGENCY}) as place
    from ${JOINED}
    where (notices.state = 'queued' and (retry_at is null or retry_at <= ?1 or retry_at > ?1 + ${LONGEST_PAUSE_MS}))
      or (notices.state = 'sending' and (lease_until <= ?1 or lease_until > ?1 + ${LEASE_MS}))
  ) where place <= ?2 order by turn`

/** A message in hand: sent now, and given back with `settle`. */
export interface LeasedNotice {
  readonly notice: WaitingNotice
  readonly alarm: Alarm
  readonly token: string
}

export interface LeaseFacts extends Times {
  /** How many more may be in hand. */
  readonly free: number
  /** How many may be in hand over one channel. */
  readonly perChannel: number
  /** How many are in hand over the channel of this message. */
  readonly inHand: (door: string) => number
  /** The name a person's link acknowledges as. */
  readonly nameOf: (person: string) => string
}

/** One person's channel, as a key. */
export function doorOf({ person, channel }: Pick<Notice, 'person' | 'channel'>): string {
  return `${person}/${channel}`
}

/**
 * Takes messages in hand, most urgent and oldest first, and with them those whose process died in the middle of
 * sending. Of those the ones nobody needs any more are cancelled, and those tried too often are given up.
 */
export async function leaseNotices(q: Query, facts: LeaseFacts): Promise<QueueChange & { leased: LeasedNotice[] }> {
  const rows = await q.all(Waiting, TAKEABLE, facts.networkNow, facts.perChannel)
  const leased: LeasedNotice[] = []
  const changed = new Set<string>()
  const actions: LedgerAction[] = []
  const busy = (door: string) => facts.inHand(door) + leased.filter(({ notice }) => doorOf(notice) === door).length
  for (const notice of rows) {
    const end = endOf(notice)
    if (end !== null) actions.push(...(await finish(q, notice, end, facts)))
    else if (leased.length >= facts.free || busy(doorOf(notice)) >= facts.perChannel) continue
    else leased.push(...(await leaseOne(q, notice, facts)))
    changed.add(notice.alarm)
  }
  return { leased, changed: [...changed], actions }
}

/** What became of a message without being sent again; null = it is to be sent. */
function endOf(notice: WaitingNotice): Outcome | null {
  if (!awaitsPerson(notice.alarmState)) return { is: 'cancelled', answer: 'acknowledged' }
  if (notice.attempts >= MOST_ATTEMPTS)
    return { is: 'refused', answer: `no answer known after ${notice.attempts} attempts` }
  return null
}

async function leaseOne(q: Query, notice: WaitingNotice, facts: LeaseFacts): Promise<LeasedNotice[]> {
  await q.run(
    "update notices set state = 'sending', attempts = attempts + 1, retry_at = null, lease_until = ? where id = ?",
    facts.networkNow + LEASE_MS,
    notice.id,
  )
  const token = await newToken(q, { notice: notice.id, by: facts.nameOf(notice.person), now: facts.now })
  await touchAlarm(q, notice.alarm)
  const alarm = await findAlarm(q, notice.alarm)
  return alarm === null ? [] : [{ notice: { ...notice, attempts: notice.attempts + 1 }, alarm, token }]
}

/** How one attempt to send ended. */
export interface Outcome {
  readonly is: 'accepted' | 'temporary' | 'refused' | 'cancelled'
  readonly answer: string
}

/** Writes down how an attempt ended: taken, to be tried again after a growing pause, given up, or no longer needed. */
export async function settleNotice(
  q: Query,
  { id, attempts }: Pick<WaitingNotice, 'id' | 'attempts'>,
  { outcome, times }: { readonly outcome: Outcome; readonly times: Times },
): Promise<QueueChange> {
  const row = await q.one(Waiting, `select ${COLUMNS} from ${JOINED} where notices.id = ?`, id)
  if (row === null || row.state === 'accepted') return { changed: [], actions: [] }
  // A failure of an attempt whose lease has ended says nothing of the one after it; that the receiver took it always
  // counts.
  const isOld = row.state !== 'sending' || row.attempts !== attempts
  if (isOld && outcome.is !== 'accepted') return { changed: [], actions: [] }
  return { changed: [row.alarm], actions: await finish(q, row, verdictOf(row, outcome), times) }
}

/** A failed try is the last one when somebody has acknowledged meanwhile, or when there were enough of them. */
function verdictOf(row: WaitingNotice, outcome: Outcome): Outcome {
  if (outcome.is !== 'temporary') return outcome
  if (!awaitsPerson(row.alarmState)) return { is: 'cancelled', answer: outcome.answer }
  return row.attempts >= MOST_ATTEMPTS ? { is: 'refused', answer: outcome.answer } : outcome
}

async function finish(
  q: Query,
  notice: WaitingNotice,
  outcome: Outcome,
  { now, networkNow }: Times,
): Promise<LedgerAction[]> {
  const { answer } = outcome
  const detail = { answer, attempt: notice.attempts }
  await touchAlarm(q, notice.alarm)
  switch (outcome.is) {
    case 'accepted':
      await write(q, notice.id, { state: 'accepted', answer, acceptedAt: now, retryAt: null })
      return [noticeAct('notice-accepted', notice, detail)]
    case 'temporary':
      await write(q, notice.id, {
        state: 'queued',
        answer,
        acceptedAt: null,
        retryAt: networkNow + Math.min(LONGEST_PAUSE_MS, 1_000 * 2 ** notice.attempts),
      })
      return []
    case 'refused':
      await write(q, notice.id, { state: 'failed', answer, acceptedAt: null, retryAt: null })
      await hurryWhenUnreachable(q, notice, now)
      return [noticeAct('notice-failed', notice, detail)]
    case 'cancelled':
      await write(q, notice.id, { state: 'cancelled', answer, acceptedAt: null, retryAt: null })
      return [noticeAct('notice-cancelled', notice, { ...detail, why: 'acknowledged' })]
  }
}

interface Ending {
  readonly state: Notice['state']
  readonly answer: string
  readonly acceptedAt: number | null
  readonly retryAt: number | null
}

async function write(q: Query, id: string, { state, answer, acceptedAt, retryAt }: Ending): Promise<void> {
  await q.run(
    'update notices set state = ?, answer = ?, accepted_at = ?, retry_at = ?, lease_until = null where id = ?',
    state,
    answer,
    acceptedAt,
    retryAt,
    id,
  )
}

/**
 * When the last hope of reaching anybody on a step, or on one called since, is gone, the next person is called at once. Not across the end of
 * a round: where nobody at all can be reached, the ladder keeps its pace.
 */
async function hurryWhenUnreachable(q: Query, { alarm, round, step }: WaitingNotice, now: UtcMs): Promise<void> {
  const hope = await q.one(
    z.object({ alive: z.number() }),
    `select count(*) as alive from notices where alarm = ? and round = ? and step >= ? and kind <> 'returned'
       and state in ('queued', 'sending', 'accepted')`,
    alarm,
    round,
    step,
  )
  const ladder = await q.one(
    z
      .object({ round: z.number(), step: z.number(), due_at: UtcMs })
      .transform((row) => ({ round: row.round, step: row.step, dueAt: row.due_at })),
    'select round, step, due_at from escalations where alarm = ?',
    alarm,
  )
  if (ladder === null || hope === null || hope.alive > 0) return
  const isNext = ladder.round === round && ladder.step > step
  if (!isNext) return
  await q.run('update escalations set due_at = ? where alarm = ?', hurryEscalation(ladder, now).dueAt, alarm)
}
