import type { HandoverDraft, NextStep, PriorityCounts, UnfinishedRow } from '../contract/handover-draft.ts'
import type { LedgerAct } from '../contract/ledger.ts'
import { type UtcMs, utcMs } from '../contract/time.ts'
import {
  type HandoverSource,
  type PlaceOf,
  type ShiftAct,
  type ShiftEpisode,
  shiftWindow,
  type WhoOf,
} from './handover-source.ts'
import { awaitsPerson } from './lifecycle-table.ts'
import { comparePriority } from './priority.ts'

/** What waits for a person first, the gravest of it, the oldest. */
export function byUrgency(a: ShiftEpisode, b: ShiftEpisode): number {
  return (
    comparePriority(a.priority, b.priority) ||
    Number(awaitsPerson(b.state)) - Number(awaitsPerson(a.state)) ||
    a.raisedAt - b.raisedAt ||
    (a.id < b.id ? -1 : 1)
  )
}

function namedOf({ id, number, site, priority }: ShiftEpisode, place: PlaceOf) {
  return { alarm: id, number, site: place(site), priority }
}

function counts(episodes: readonly ShiftEpisode[]): PriorityCounts {
  const made = { red: 0, orange: 0, yellow: 0, blue: 0 }
  for (const { priority } of episodes) made[priority] += 1
  return made
}

/** What came in the shift and what became of it: each alarm once a column. */
export function alarmPart(source: HandoverSource, place: PlaceOf): HandoverDraft['alarms'] {
  const { episodes, acts } = source
  const { from, to } = shiftWindow(source)
  const raised = episodes.filter(({ receivedAt }) => receivedAt >= from && receivedAt < to)
  const did = (...these: readonly LedgerAct[]) => {
    const subjects = new Set(
      acts.filter((act) => these.includes(act.act) && isFirst(act)).map(({ subject }) => subject),
    )
    return episodes.filter(({ id }) => subjects.has(id))
  }
  const open = episodes.filter(({ state }) => state !== 'closed')
  return {
    raised: counts(raised),
    acked: counts(did('alarm-acknowledged')),
    returned: counts(did('alarm-returned')),
    open: counts(open),
    unacked: counts(open.filter(({ state }) => awaitsPerson(state))),
    late: raised.filter(({ late }) => late).length,
    slowest: slowestOf(source, place),
    floods: floodsOf(source),
  }
}

/** A second name under the same acknowledgement answers nothing. */
function isFirst({ act, detail }: ShiftAct): boolean {
  return act !== 'alarm-acknowledged' || detail.again !== true
}

const ASKS: ReadonlySet<LedgerAct> = new Set<LedgerAct>(['alarm-raised', 'alarm-raised-again', 'alarm-re-alarmed'])

/** The acknowledgement of the shift that took longest, from when the alarm last asked for one. */
function slowestOf({ episodes, acts }: HandoverSource, place: PlaceOf): HandoverDraft['alarms']['slowest'] {
  const bySubject = Map.groupBy(acts, ({ subject }) => subject)
  const waits = episodes.flatMap((episode) =>
    (bySubject.get(episode.id) ?? [])
      .filter((act) => act.act === 'alarm-acknowledged' && isFirst(act))
      .map(({ at }) => ({ episode, waitedMs: at - askedAt(episode, bySubject.get(episode.id) ?? [], at) })),
  )
  const [longest] = waits.sort((a, b) => b.waitedMs - a.waitedMs || (a.episode.id < b.episode.id ? -1 : 1))
  if (longest === undefined) return null
  return { ...namedOf(longest.episode, place), waitedMs: Math.max(0, longest.waitedMs) }
}

function askedAt({ receivedAt }: ShiftEpisode, acts: readonly ShiftAct[], until: UtcMs): number {
  const asked = acts.filter(({ act, at }) => ASKS.has(act) && at <= until).map(({ at }) => at)
  return Math.min(until, Math.max(receivedAt, ...asked))
}

type Flood = HandoverDraft['alarms']['floods'][number]

function floodsOf(source: HandoverSource): HandoverDraft['alarms']['floods'] {
  const { from, to } = shiftWindow(source)
  const ended = source.acts.flatMap(({ act, at, detail }): Flood[] =>
    act === 'storm-ended' ? [{ from: sinceOf(detail.since, at), to: at }] : [],
  )
  // One that ended after the shift has no end in it yet.
  const began = source.acts.filter(({ act }) => act === 'storm-began').map(({ at }) => at)
  const open = began.filter((at) => !ended.some((flood) => flood.from <= at && (flood.to ?? at) >= at))
  const goingOn = [...open, ...(source.floodSince === null ? [] : [source.floodSince])]
  const last = goingOn.sort((a, b) => a - b)[0]
  const all = last === undefined || last >= to ? ended : [...ended, { from: last, to: null }]
  return all.filter((flood) => (flood.to ?? to) >= from).sort((a, b) => a.from - b.from)
}

function sinceOf(since: unknown, at: UtcMs): UtcMs {
  return typeof since === 'number' ? utcMs(Math.min(since, at)) : at
}

/** An open alarm as the next crew gets it. */
export function unfinishedRow(episode: ShiftEpisode, place: PlaceOf, who: WhoOf): UnfinishedRow {
  const { state, ruleType, explanation, raisedAt, raises, reAlarmAt, suppressions } = episode
  return {
    ...namedOf(episode, place),
    ...{ state, ruleType, explanation, raisedAt, raises: raises ?? 1 },
    next: nextStep(episode),
    dueAt: reAlarmAt,
    assignee: episode.assignee === null ? null : who(episode.assignee),
    suppressed: suppressions[0]?.kind ?? null,
  }
}

/** What has to be done next, by where an alarm stands. */
export function nextStep({ state, assignee, findings }: ShiftEpisode): NextStep {
  switch (state) {
    case 'unacked':
      return 'acknowledge'
    case 'acked':
      if (findings.some(({ kind }) => kind === 'on-site')) return 'wait-for-end'
      return assignee === null ? 'assign' : 'go-there'
    case 'returned':
      return 'acknowledge-returned'
    case 'latched':
      return 'acknowledge-and-inspect'
    case 'latched-acked':
    case 'closed':
      return 'inspect-and-reset'
  }
}

/** What holds an alarm back now, one row each. */
export function suppressionRows(
  episode: ShiftEpisode,
  place: PlaceOf,
  who: WhoOf,
): HandoverDraft['suppressions']['rows'] {
  return episode.suppressions.map(({ kind, by, second, reason, from, until, ticket }) => ({
    ...namedOf(episode, place),
    ...{ kind, by: who(by), second: second === null ? null : who(second), reason, from, until },
    ...{ held: episode.held, ticket: ticket ?? null },
  }))
}

type CheckRow = HandoverDraft['checks']['rows'][number]

const CHECK_ACTS: ReadonlySet<LedgerAct> = new Set<LedgerAct>([
  'alarm-assigned',
  'alarm-finding',
  'alarm-judged',
  'alarm-reset',
])

/** Who was sent where in the shift, and what they found: a row for each alarm anything of that was done about. */
export function checkRows({ episodes, acts }: HandoverSource, place: PlaceOf, who: WhoOf): CheckRow[] {
  const bySubject = Map.groupBy(
    acts.filter(({ act }) => CHECK_ACTS.has(act)).sort((a, b) => a.at - b.at),
    ({ subject }) => subject,
  )
  return episodes
    .filter(({ id }) => bySubject.has(id))
    .sort(byUrgency)
    .map((episode) => {
      const row = checkRow(episode, bySubject.get(episode.id) ?? [], place)
      const { assignee, arrivedBy } = row
      return {
        ...row,
        assignee: assignee === null ? null : who(assignee),
        arrivedBy: arrivedBy === null ? null : who(arrivedBy),
      }
    })
}

const RESULTS = ['confirmed', 'authorised', 'known-appliance', 'sensor-fault', 'nothing-found'] as const

function checkRow(episode: ShiftEpisode, acts: readonly ShiftAct[], place: PlaceOf): CheckRow {
  const sent = acts.findLast(({ act }) => act === 'alarm-assigned')
  const findings = episode.findings.toSorted((a, b) => a.at - b.at)
  const there = findings.find(({ kind }) => kind === 'on-site')
  const said = acts.findLast(({ act }) => act === 'alarm-judged' || act === 'alarm-reset')
  const word = said?.act === 'alarm-judged' ? said.detail.judged : said?.detail.result
  return {
    ...namedOf(episode, place),
    assignee: episode.assignee,
    sentAt: sent?.at ?? null,
    arrivedAt: there?.at ?? null,
    arrivedBy: there?.by ?? null,
    result: RESULTS.find((result) => result === word) ?? null,
    note: findings.findLast(({ note }) => note !== '')?.note ?? textOf(said?.detail.note),
    receipt: findings.findLast(({ receipt }) => receipt !== null)?.receipt ?? null,
  }
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
