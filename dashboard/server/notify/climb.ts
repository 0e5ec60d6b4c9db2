import { z } from 'zod'
import { AlarmState } from '../../../core/contract/alarm.ts'
import { Medium, NoticeKind } from '../../../core/contract/notice.ts'
import { Priority } from '../../../core/contract/priority.ts'
import { Acknowledgement } from '../../../core/contract/alarm.ts'
import { UtcMs } from '../../../core/contract/time.ts'
import type { NewRow } from '../../../core/alarms/dispatch-row.ts'
import type { DutyView } from '../../../core/alarms/duty-view.ts'
import {
  type EscalationState,
  planBeside,
  planEscalation,
  planLines,
  type Told,
} from '../../../core/alarms/escalation.ts'
import { awaitsPerson } from '../../../core/alarms/lifecycle.ts'
import type { LedgerAction } from '../alarms/ledger.ts'
import type { Query } from '../db/database.ts'
import { openWays, type Reach } from './in-stead.ts'
import { DISPATCHER, insertRows, listed, type QueueChange, touchAlarms } from './notice-rows.ts'

const PLANNED_AT_ONCE = 500

const AlarmColumns = { alarm: z.string(), site: z.string(), priority: Priority, state: AlarmState }

const Due = z
  .object({
    ...AlarmColumns,
    round: z.number(),
    step: z.number(),
    due_at: UtcMs,
    first_round: z.number(),
    kind: NoticeKind,
  })
  .transform((row) => ({
    alarm: { id: row.alarm, site: row.site, priority: row.priority, isActive: row.state === 'unacked' },
    state: { round: row.round, step: row.step, dueAt: row.due_at } satisfies EscalationState,
    begun: { round: row.first_round, kind: row.kind },
  }))

const Announced = z
  .object({
    ...AlarmColumns,
    n: z.number(),
    kind: NoticeKind,
    quietly: z.number(),
    acknowledgement: z.string().nullable(),
    round: z.number().nullable(),
    step: z.number().nullable(),
  })
  .transform((row) => ({
    n: row.n,
    kind: row.kind,
    quietly: row.quietly === 1,
    alarm: { id: row.alarm, site: row.site, priority: row.priority, isActive: row.state === 'unacked' },
    awaits: awaitsPerson(row.state),
    acknowledgedBy: row.acknowledgement === null ? null : Acknowledgement.parse(JSON.parse(row.acknowledgement)).by,
    round: row.round ?? 0,
    step: row.step ?? 0,
  }))
type Announced = z.infer<typeof Announced>

export interface PlanFacts extends Reach {
  readonly now: UtcMs
}

/** Climbs every ladder that is due, most urgent first, at most 500 in one transaction. */
export async function climbLadders(q: Query, facts: PlanFacts): Promise<QueueChange & { more: boolean }> {
  const due: z.infer<typeof Due>[] = []
  for (const urgency of [0, 1, 2]) {
    due.push(
      ...(await q.all(
        Due,
        `select escalations.*, alarms.priority, alarms.site, alarms.state from escalations
         join alarms on alarms.id = escalations.alarm
         where escalations.urgency = ? and escalations.due_at <= ? order by escalations.due_at limit ?`,
        ...[urgency, facts.now, PLANNED_AT_ONCE - due.length],
      )),
    )
  }
  const told = await toldOf(
    q,
    due.map(({ alarm }) => alarm.id),
  )
  const asked = { duty: remembered(facts.duty, facts.now), ways: openWays(facts.channels), now: facts.now }
  const plans = due.map((ladder) => ({
    ladder,
    plan: planEscalation({ ...ladder, ...asked, told: told.get(ladder.alarm.id) ?? [] }),
  }))
  await moveLadders(
    q,
    plans.map(({ ladder, plan }) => ({ alarm: ladder.alarm.id, ...plan.next })),
  )
  const queued = await insertRows(
    q,
    plans.flatMap(({ plan }) => plan.rows),
    facts.now,
  )
  const nobody = plans.flatMap(({ ladder, plan }) =>
    plan.nobody.map((detail): LedgerAction => ({
      ...{ actor: DISPATCHER, act: 'nobody-on-duty', subject: ladder.alarm.id, detail },
    })),
  )
  const changed = await touchAlarms(
    q,
    due.map(({ alarm }) => alarm.id),
  )
  return { changed, actions: [...queued, ...nobody], more: due.length >= PLANNED_AT_ONCE }
}

/** Queues what is announced beside ladders: at most 500 announcements in one transaction. */
export async function planAnnounced(q: Query, facts: PlanFacts): Promise<QueueChange & { more: boolean }> {
  const announced = await q.all(
    Announced,
    `select announcements.*, alarms.priority, alarms.site, alarms.state, alarms.acknowledgement,
       escalations.round, escalations.step
     from announcements join alarms on alarms.id = announcements.alarm
       left join escalations on escalations.alarm = announcements.alarm
     order by announcements.n limit ?`,
    PLANNED_AT_ONCE,
  )
  if (announced.length === 0) return { changed: [], actions: [], more: false }
  const told = await toldOf(
    q,
    announced.map(({ alarm }) => alarm.id),
  )
  const known: PlanFacts = { ...facts, duty: remembered(facts.duty, facts.now) }
  const rows = announced.flatMap((one) => rowsFor(one, told.get(one.alarm.id) ?? [], known))
  await q.run(
    'delete from announcements where n in (select value from json_each(?))',
    listed(announced.map(({ n }) => String(n))),
  )
  const actions = await insertRows(q, rows, facts.now)
  const changed = await touchAlarms(
    q,
    announced.map(({ alarm }) => alarm.id),
  )
  return { changed, actions, more: announced.length >= PLANNED_AT_ONCE }
}

function rowsFor(one: Announced, told: readonly Told[], { duty, channels, now }: PlanFacts): readonly NewRow[] {
  const { alarm, kind, round, step, n } = one
  if (kind === 'acknowledged') {
    const others = told.filter(({ person }) => !isSelf(duty, person, one.acknowledgedBy))
    return one.awaits ? [] : planLines({ alarm, told: others, now }, { kind, place: String(n), round, step })
  }
  if (!one.awaits) return []
  if (kind === 'returned') return planLines({ alarm, told, now }, { kind, place: `${round}|${step}`, round, step })
  const begun = { round, kind }
  return planBeside({ alarm, begun, duty, ways: openWays(channels), told, now, n, quietly: one.quietly })
}

/** Who acknowledged need not be told of it; a person signs as their sign-in name, their name or their id. */
function isSelf(duty: DutyView, person: string, by: string | null): boolean {
  const known = duty.person(person)
  return by !== null && (person === by || known?.name === by || known?.user === by)
}

const ToldRow = z
  .object({
    alarm: z.string(),
    person: z.string(),
    name: z.string(),
    channel: z.string(),
    medium: Medium,
    by_edge: z.number(),
    at: UtcMs,
  })
  .transform(({ by_edge, at, ...row }) => ({ ...row, byEdgeAt: by_edge === 1 ? at : null }))

async function toldOf(q: Query, alarms: readonly string[]): Promise<ReadonlyMap<string, readonly Told[]>> {
  const rows = await q.all(
    ToldRow,
    `select alarm, person, max(name) as name, channel, max(medium) as medium, by_edge, max(coalesce(sent_at, queued_at)) as at
     from notices where alarm in (select value from json_each(?)) and state in ('sending', 'accepted', 'delivered', 'seen')
       and kind not in ('acknowledged', 'handed-over')
     group by alarm, person, channel, by_edge`,
    listed(alarms),
  )
  return Map.groupBy(rows, ({ alarm }) => alarm)
}

async function moveLadders(q: Query, places: readonly (EscalationState & { readonly alarm: string })[]): Promise<void> {
  if (places.length === 0) return
  await q.run(
    `update escalations set round = place.round, step = place.step, due_at = place.due_at
     from (select value ->> 'alarm' as alarm, value ->> 'round' as round, value ->> 'step' as step, value ->> 'dueAt' as due_at
       from json_each(?)) as place
     where escalations.alarm = place.alarm`,
    JSON.stringify(places),
  )
}

/** The same answers at one instant, asked once: a flood asks for the same roles thousands of times. */
function remembered(duty: DutyView, now: UtcMs): DutyView {
  const known = new Map<string, ReturnType<DutyView['onDuty']>>()
  return {
    roster: duty.roster,
    spans: (role, from, to) => duty.spans(role, from, to),
    person: (id) => duty.person(id),
    onDuty: (role) => {
      const found = known.get(role) ?? duty.onDuty(role, now)
      known.set(role, found)
      return found
    },
  }
}
