import { setImmediate as nextTurn } from 'node:timers/promises'
import { z } from 'zod'
import type {
  QualityChannel,
  QualityEpisode,
  QualityRows,
  QualitySuppression,
} from '../../../core/alarms/proof/quality.ts'
import { Feedback } from '../../../core/contract/activity.ts'
import { Medium } from '../../../core/contract/notice.ts'
import { Priority } from '../../../core/contract/priority.ts'
import { UtcMs, utcMs } from '../../../core/contract/time.ts'
import type { Database, Query } from '../db/database.ts'
import { type ToldSuppression, toldSuppressions } from './suppression-rows.ts'

interface Span {
  readonly from: UtcMs
  readonly to: UtcMs
}

const DAY_MS = 86_400_000
/** A long time is read in slices, so that alarms are not kept waiting. */
const SLICE_MS = 7 * DAY_MS

/** Reads what the quality of the alarms between two instants is counted from. */
export async function readQuality(db: Database, span: Span, now: UtcMs): Promise<QualityRows> {
  const episodes: QualityEpisode[] = []
  for (let from = span.from; from < span.to; from = utcMs(from + SLICE_MS)) {
    const slice = { from, to: utcMs(Math.min(from + SLICE_MS, span.to)) }
    episodes.push(...(await db.read((q) => episodesIn(q, slice, now))))
    await nextTurn()
  }
  return {
    episodes,
    olderStale: await db.read((q) => olderStale(q, span, now)),
    suppressions: suppressionsOf(await db.read((q) => toldSuppressions(q, span)), utcMs(Math.min(span.to, now))),
    channels: await db.read((q) => channelsIn(q, span)),
  }
}

const bool = z.number().transform((value) => value !== 0)

const EpisodeRow = z
  .object({
    site: z.string(),
    rule: z.string(),
    rule_type: z.string(),
    point: z.string(),
    priority: Priority,
    raised_at: UtcMs,
    received_at: UtcMs,
    accepted_at: UtcMs.nullable(),
    acknowledged_at: UtcMs.nullable(),
    on_site_at: UtcMs.nullable(),
    first_ms: z.number().nullable(),
    longest_ms: z.number().nullable(),
    late: bool,
    chattering: bool,
    pages: z.number().nullable(),
    judged: Feedback.shape.kind.nullable(),
  })
  .transform((row): QualityEpisode => ({
    ...{ site: row.site, rule: row.rule, ruleType: row.rule_type, point: row.point, priority: row.priority },
    ...{ raisedAt: row.raised_at, receivedAt: row.received_at, acceptedAt: row.accepted_at },
    ...{ acknowledgedAt: row.acknowledged_at, onSiteAt: row.on_site_at },
    ...{ firstMs: row.first_ms, longestMs: row.longest_ms ?? 0, late: row.late, chattering: row.chattering },
    ...{ pages: row.pages ?? 0, judged: row.judged },
  }))

/** The same list as the index of the ledger names, so that it is used. */
const ANSWERS = `('alarm-acknowledged', 'alarm-finding', 'alarm-reset')`

/** First message, acknowledgement and finding of each, its activations, and what was said of it last. */
const EPISODES = `
  with recent as (select * from alarms where received_at >= ?1 and received_at < ?2),
    told as (
      select alarm, min(accepted_at) as accepted_at, sum(accepted_at is not null) as pages from notices
      where alarm in (select id from recent) and kind not in ('returned', 'acknowledged', 'handed-over') group by alarm
    ),
    acted as (
      select subject, min(iif(act = 'alarm-acknowledged', at, null)) as acknowledged_at,
        min(case when act = 'alarm-reset' then at
          when act = 'alarm-finding' and json_extract(detail, '$.kind') = 'on-site'
          then coalesce(json_extract(detail, '$.foundAt'), at) end) as on_site_at
      from ledger where act in ${ANSWERS} and subject in (select id from recent) group by subject
    ),
    active as (
      select alarm, max(coalesce(to_at, max(from_at, ?3)) - from_at) as longest_ms from activations
      where alarm in (select id from recent) group by alarm
    ),
    begun as (
      select alarm, to_at - from_at as first_ms, min(n) from activations where alarm in (select id from recent) group by alarm
    ),
    said as (
      select alarm, json_extract(feedback, '$.kind') as judged, max(n) from feedback
      where alarm in (select id from recent) group by alarm
    )
  select site, rule, rule_type, point, priority, raised_at, received_at, late, chattering,
    accepted_at, pages, acknowledged_at, on_site_at, longest_ms, first_ms, judged
  from recent left join told on told.alarm = id left join acted on acted.subject = id
    left join active on active.alarm = id left join begun on begun.alarm = id left join said on said.alarm = id
  order by received_at, id`

function episodesIn(q: Query, { from, to }: Span, now: UtcMs): Promise<QualityEpisode[]> {
  return q.all(EpisodeRow, EPISODES, from, to, now)
}

async function olderStale(q: Query, { from, to }: Span, now: UtcMs): Promise<number> {
  const row = await q.one(
    z.object({ stale: z.number() }),
    `select count(distinct alarm) as stale from activations join alarms on alarms.id = alarm
     where received_at < ?1 and (closed_at is null or closed_at >= ?1) and from_at < ?1
       and coalesce(to_at, ?3) >= ?1 and min(coalesce(to_at, ?3), ?2) - from_at > ${DAY_MS}`,
    ...[from, to, now],
  )
  return row?.stale ?? 0
}

/** One that goes on ends where the looking ends. */
function suppressionsOf(told: readonly ToldSuppression[], end: UtcMs): QualitySuppression[] {
  return told.map(({ suppression: { from }, ended, isUnauthorised }) => {
    return { from, to: ended?.at ?? utcMs(Math.max(from, end)), isUnauthorised }
  })
}

const ChannelRow = z.object({
  channel: z.string(),
  medium: Medium,
  attempted: z.number(),
  accepted: z.number(),
  delivered: z.number(),
})

function channelsIn(q: Query, { from, to }: Span): Promise<QualityChannel[]> {
  return q.all(
    ChannelRow,
    `select channel, medium, sum(attempts > 0) as attempted, sum(accepted_at is not null) as accepted,
       sum(delivered_at is not null or seen_at is not null) as delivered
     from notices where queued_at >= ? and queued_at < ? group by channel, medium order by channel`,
    ...[from, to],
  )
}
