import type { HandoverDraft, OrderRow, ShiftPerson } from '../contract/handover-draft.ts'
import { MOST_ROWS } from '../contract/handover-draft.ts'
import type { CheckIn, SpotCheck } from '../contract/roster.ts'
import type { Bilingual } from '../contract/text.ts'
import { alarmPart, byUrgency, checkRows, suppressionRows, unfinishedRow } from './handover-episodes.ts'
import {
  type HandoverSource,
  type NamedPerson,
  type PlaceOf,
  shiftWindow,
  type SilentTime,
  type WhoOf,
} from './handover-source.ts'

/** Planned work that begins so soon is handed over too. */
const AHEAD_MS = 86_400_000

/** Drafts what the control room itself says at the end of a shift. The same facts in any order give the same draft. (§5.1) */
export function draftHandover(source: HandoverSource): HandoverDraft {
  const names = new Map(source.sites.map(({ id, name }) => [id, name]))
  const place = placesOf(names)
  const persons = new Map(source.persons.map(({ id, name }) => [id, name]))
  // Somebody who is not of the roster goes by what they sign in as.
  const who: WhoOf = (id) => persons.get(id) ?? id
  const open = source.episodes.filter(({ state }) => state !== 'closed').sort(byUrgency)
  return {
    shift: shiftPart(source),
    alarms: alarmPart(source, place),
    unfinished: listed(open.map((episode) => unfinishedRow(episode, place, who))),
    suppressions: listed(open.flatMap((episode) => suppressionRows(episode, place, who))),
    offline: offlinePart(source, place),
    calls: {
      channels: source.channels.toSorted((a, b) => inOrder(a.channel, b.channel)),
      answers: source.answers,
      refused: source.refusedAnswers,
    },
    checks: listed(checkRows(source, place, who)),
    orders: { ...listed(orderRows(source, place)), unknownSites: source.sitesWithoutPapers },
    system: systemPart(source, place),
  }
}

function placesOf(names: ReadonlyMap<string, Bilingual>): PlaceOf {
  return (id) => ({ id, name: names.get(id) ?? null })
}

function listed<T>(rows: readonly T[]): { rows: T[]; total: number } {
  return { rows: rows.slice(0, MOST_ROWS), total: rows.length }
}

function inOrder(a: string, b: string): number {
  return a < b ? -1 : Number(a > b)
}

function shiftPart({
  isDayOff,
  crew,
  leaders,
  next,
  checkIns,
  spotChecks,
  shift,
}: HandoverSource): HandoverDraft['shift'] {
  const of = (persons: readonly NamedPerson[], fits: (one: CheckIn) => boolean): ShiftPerson[] =>
    persons.map(({ id, name }) => {
      const own = checkIns.filter((one) => one.person === id && fits(one)).sort((a, b) => a.at - b.at)
      const onSite = own.some((one) => one.onSite)
      return { id, name, checkedInAt: own[0]?.at ?? null, via: own[0]?.via ?? null, onSite }
    })
  const counts: Record<SpotCheck['verdict'], number> = { waiting: 0, 'in-time': 0, late: 0, missed: 0 }
  for (const { verdict } of spotChecks) counts[verdict] += 1
  return {
    isDayOff,
    crew: of(crew, ({ role, shiftAt }) => role === shift.role && shiftAt < shift.to),
    leaders: of(leaders, ({ role, shiftAt }) => role !== shift.role && shiftAt < shift.to),
    next: of(next, ({ role, shiftAt }) => role === shift.role && shiftAt >= shift.to),
    spotChecks: counts,
  }
}

function offlinePart(source: HandoverSource, place: PlaceOf): HandoverDraft['offline'] {
  const { from, to } = shiftWindow(source)
  const offline = source.sites
    .filter(({ online }) => !online)
    .sort((a, b) => (a.lastHeardAt ?? 0) - (b.lastHeardAt ?? 0) || inOrder(a.id, b.id))
  const gaps = source.silences
    .filter((gap) => gap.from < to && (gap.to === null || gap.to > from))
    .sort((a, b) => a.from - b.from || inOrder(a.site, b.site) || (a.to ?? Infinity) - (b.to ?? Infinity))
  return {
    offline: listed(offline.map(({ id, lastHeardAt }) => ({ site: place(id), lastHeardAt }))),
    gaps: listed(gaps.map((gap) => gapRow(gap, place))),
    sites: source.sites.length,
  }
}

function gapRow(
  { site, from, to, causes }: SilentTime,
  place: PlaceOf,
): HandoverDraft['offline']['gaps']['rows'][number] {
  return {
    site: place(site),
    from,
    to,
    causes: [...new Set(causes ?? [])].sort(inOrder),
    // What still goes on cannot have been filled.
    filled: causes === null || to === null ? null : causes.length === 0,
  }
}

function orderRows({ orders, at }: HandoverSource, place: PlaceOf): OrderRow[] {
  return orders
    .filter(({ from, until }) => from <= at + AHEAD_MS && (until === null || until > at))
    .sort((a, b) => inOrder(b.kind, a.kind) || a.from - b.from || inOrder(a.site, b.site) || inOrder(a.id, b.id))
    .map(({ site, ...order }) => ({ ...order, site: place(site) }))
}

function systemPart(source: HandoverSource, place: PlaceOf): HandoverDraft['system'] {
  const { sites, lamps, tests, disk, clockWithinMs, watchman, ledgerHead: ledger, backupAt } = source
  const clocks = sites
    .flatMap(({ id, clockAheadMs }) => (clockAheadMs === null ? [] : [{ id, aheadMs: clockAheadMs }]))
    .sort((a, b) => Math.abs(b.aheadMs) - Math.abs(a.aheadMs) || inOrder(a.id, b.id))
  const [worst] = clocks
  const online = sites.filter((site) => site.online).length
  return {
    channels: lamps
      .map(({ channel, medium, state, why, lastAcceptedAt, lastDeliveredAt }) => {
        const test = tests.filter((one) => one.channel === channel).sort((a, b) => b.at - a.at)[0]
        const last = test === undefined ? null : { at: test.at, outcome: test.outcome }
        return { channel, medium, state, why, lastAcceptedAt, lastDeliveredAt, test: last }
      })
      .sort((a, b) => inOrder(a.channel, b.channel)),
    disk,
    clockWithinMs,
    gateways: {
      online,
      offline: sites.length - online,
      worstClock: worst === undefined ? null : { site: place(worst.id), aheadMs: worst.aheadMs },
    },
    watchman,
    ledger,
    backupAt,
  }
}
