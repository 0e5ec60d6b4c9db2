import { z } from 'zod'
import { Alarm, Suppression } from '../../../core/contract/alarm.ts'
import { LedgerAct } from '../../../core/contract/ledger.ts'
import { Priority } from '../../../core/contract/priority.ts'
import type { SuppressionEntry } from '../../../core/contract/suppressions.ts'
import { UtcMs } from '../../../core/contract/time.ts'
import { lacksSecond } from '../../../core/alarms/proof/two-persons.ts'
import type { Query } from '../db/database.ts'

/** Nothing but what a parent alarm explains is held back for longer. */
const LONGEST_MS = 31 * 86_400_000
/** The same list as the index of the ledger names, so that it is used. */
const ACTS = `('alarm-shelved', 'alarm-suppressed', 'alarm-out-of-service', 'alarm-suppression-ended')`

const KIND_OF: ReadonlyMap<string, Suppression['kind']> = new Map([
  ['alarm-shelved', 'shelved'],
  ['alarm-suppressed', 'by-design'],
  ['alarm-out-of-service', 'out-of-service'],
])

/** How the desk writes that the time of one was over. (core/alarms/lifecycle-suppress.ts) */
const EXPIRED = 'expired'

const { by, second, reason, until, parent, ticket } = Suppression.shape
/** What the ledger says where one begins, beside the rest. */
const Begun = z.object({ by, second, reason, until, parent, ticket })

const ActRow = z
  .object({
    at: UtcMs,
    act: LedgerAct,
    subject: z.string(),
    actor_kind: z.string(),
    actor_name: z.string(),
    detail: z.string(),
  })
  .transform(({ detail, actor_kind, actor_name, ...same }) => ({
    ...same,
    person: actor_kind === 'person' ? actor_name : null,
    detail: z.record(z.string(), z.unknown()).parse(JSON.parse(detail)),
  }))
type ActRow = z.infer<typeof ActRow>

/** One suppression as the ledger tells it; `ended` null = it tells of no end. */
export interface ToldSuppression {
  readonly alarm: string
  readonly suppression: Suppression
  /** Without the second person it needs. */
  readonly isUnauthorised: boolean
  readonly ended: (Pick<SuppressionEntry, 'endedBy' | 'endedWhy'> & { readonly at: UtcMs }) | null
}

/** Suppressions that began before `to`, of those that may reach into [from, to), oldest first. */
export async function toldSuppressions(
  q: Query,
  { from, to }: { readonly from: number; readonly to: number },
): Promise<ToldSuppression[]> {
  const acts = await q.all(
    ActRow,
    `select at, act, subject, actor_kind, actor_name, detail from ledger where act in ${ACTS} and at >= ? order by n`,
    from - LONGEST_MS,
  )
  return pairs(acts).filter(({ suppression }) => suppression.from < to)
}

/** Pairs each beginning with its end. One that takes the place of another of the same kind and source ends it. */
function pairs(acts: readonly ActRow[]): ToldSuppression[] {
  const open = new Map<string, ToldSuppression[]>()
  const done: ToldSuppression[] = []
  for (const act of acts) {
    const kind = KIND_OF.get(act.act)
    const key = `${act.subject} ${kind ?? String(act.detail.kind)}`
    const waiting = open.get(key) ?? []
    const begun = kind === undefined ? null : begunOf(act, kind)
    const over = begun === null ? endedBy(waiting, act) : replacedBy(waiting, begun)
    if (over !== undefined) done.push({ ...over, ended: begun === null ? endOf(act) : replaced(begun) })
    const left = waiting.filter((one) => one !== over)
    open.set(key, begun === null ? left : [...left, begun])
  }
  return [...done, ...[...open.values()].flat()].sort((a, b) => a.suppression.from - b.suppression.from)
}

function begunOf(act: ActRow, kind: Suppression['kind']): ToldSuppression {
  const { ticket, ...said } = Begun.parse(act.detail)
  const numbered = ticket === undefined ? {} : { ticket }
  return {
    alarm: act.subject,
    suppression: { kind, from: act.at, ...said, ...numbered },
    isUnauthorised: lacksSecond(act),
    ended: null,
  }
}

function replacedBy(
  waiting: readonly ToldSuppression[],
  { suppression }: ToldSuppression,
): ToldSuppression | undefined {
  return waiting.find((one) => one.suppression.parent === suppression.parent)
}

function endedBy(waiting: readonly ToldSuppression[], { detail }: ActRow): ToldSuppression | undefined {
  const why = String(detail.why)
  const { parent } =
    waiting.find((one) => one.suppression.parent !== null && why.startsWith(one.suppression.parent))?.suppression ?? {}
  return parent === undefined ? waiting[0] : waiting.find((one) => one.suppression.parent === parent)
}

function endOf({ at, person, detail }: ActRow): ToldSuppression['ended'] {
  const why = typeof detail.why === 'string' && detail.why !== EXPIRED ? detail.why : null
  return { at, endedBy: person, endedWhy: why }
}

function replaced({ suppression: { from, by, reason } }: ToldSuppression): ToldSuppression['ended'] {
  return { at: from, endedBy: by, endedWhy: reason }
}

const AlarmFacts = z
  .object({
    id: z.string(),
    number: z.string(),
    site: z.string(),
    rule: z.string(),
    rule_type: z.string(),
    point: z.string(),
    priority: Priority,
    state: Alarm.shape.state,
    held: z.number(),
    suppressions: z.string(),
  })
  .transform(({ id, rule_type, suppressions, held, ...rest }) => ({
    entry: { ...rest, alarm: id, ruleType: rule_type },
    held,
    current: z.array(Suppression).parse(JSON.parse(suppressions)),
  }))
type AlarmFacts = z.infer<typeof AlarmFacts>

/**
 * Everything that is held back at some time of [from, to): what is in force as the alarms themselves say, soonest end first, then what is
 * over as the ledger tells, newest end first.
 */
export async function suppressionRegister(
  q: Query,
  { from, to, site }: { readonly from: number; readonly to: number; readonly site?: string | undefined },
): Promise<SuppressionEntry[]> {
  const told = await toldSuppressions(q, { from, to })
  const held = await heldBack(q, told)
  const alarms = await q.all(
    AlarmFacts,
    `select id, number, site, rule, rule_type, point, priority, state, held, suppressions from alarms
     where ((state <> 'closed' and suppressions <> '[]') or suppressed_until is not null
       or id in (select value from json_each(?1))) and (?2 is null or site = ?2)`,
    ...[JSON.stringify([...new Set(told.map(({ alarm }) => alarm))]), site ?? null],
  )
  const inForce = alarms.flatMap(currentOf).filter((entry) => entry.from < to)
  const over = alarms.flatMap((facts) =>
    told.flatMap((one) => (one.alarm === facts.entry.alarm ? pastOf(facts, one, held) : [])),
  )
  const end = ({ until }: SuppressionEntry) => until ?? Infinity
  return [
    ...inForce.sort((a, b) => (end(a) === end(b) ? a.from - b.from : end(a) - end(b))),
    ...over.filter(({ endedAt }) => (endedAt ?? 0) > from).sort((a, b) => (b.endedAt ?? 0) - (a.endedAt ?? 0)),
  ]
}

function currentOf({ entry, held, current }: AlarmFacts): SuppressionEntry[] {
  return current.map((one) => ({ ...entry, ...one, endedAt: null, endedBy: null, endedWhy: null, held }))
}

function pastOf(
  { entry, current }: AlarmFacts,
  { alarm, suppression, ended }: ToldSuppression,
  held: ReadonlyMap<string, readonly number[]>,
): SuppressionEntry[] {
  const { kind, parent } = suppression
  if (ended === null && current.some((one) => one.kind === kind && one.parent === parent)) return []
  const endedAt = ended?.at ?? suppression.until ?? suppression.from
  const count = (held.get(alarm) ?? []).filter((at) => at >= suppression.from && at <= endedAt).length
  const { endedBy: by = null, endedWhy = null } = ended ?? {}
  return [{ ...entry, ...suppression, endedAt, endedBy: by, endedWhy, held: count }]
}

/** When announcements of these alarms were held back. */
async function heldBack(q: Query, told: readonly ToldSuppression[]): Promise<ReadonlyMap<string, readonly number[]>> {
  const rows = await q.all(
    z.object({ subject: z.string(), at: z.number() }),
    `select subject, at from ledger where subject in (select value from json_each(?)) and act = 'alarm-announcement-held'`,
    JSON.stringify([...new Set(told.map(({ alarm }) => alarm))]),
  )
  return new Map(
    [...Map.groupBy(rows, ({ subject }) => subject)].map(([alarm, list]) => [alarm, list.map(({ at }) => at)]),
  )
}
