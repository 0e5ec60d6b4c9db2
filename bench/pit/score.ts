import { DAY_S, HOUR_S } from './days.ts'
import type { Notice } from './notice.ts'
import type { Span } from './span.ts'
import type { Incident } from './truth.ts'

/** What is scored: what a detector told of one site, and what really was. */
export interface Case {
  readonly notices: readonly Notice[]
  readonly incidents: readonly Incident[]
  /** Work whose permit was filed late: alarms in it are neither right nor wrong. */
  readonly late: readonly Span[]
  /** From the end of learning to the end. */
  readonly armed: Span
}

/** How one incident ended for the detector. */
export interface Outcome {
  readonly incident: Incident
  /** Seconds from its beginning until an operator heard; Infinity when nobody did. */
  readonly ttdS: number
  /** Seconds until the watching itself was said to be at fault, within the incident; Infinity when it was not. */
  readonly healthS: number
  /** The rule that was named is one that such a deed should be found by. */
  readonly isNamed: boolean
}

/** What became of one notice; each has exactly one fate. */
export type Fate = 'found' | 'more' | 'false' | 'late-permit' | 'health' | 'learning' | 'quiet'

export interface Score {
  readonly outcomes: readonly Outcome[]
  readonly fates: readonly { readonly notice: Notice; readonly fate: Fate }[]
  /** False alarms: raises that nothing real explains, and every further four hours one of them stays open. */
  readonly falseAlarms: number
  /** Those of them that only are there because an alarm stayed open. */
  readonly falseReopened: number
  /** Seconds with an open alarm, and armed seconds. */
  readonly inAlarmS: number
  readonly armedS: number
  readonly health: number
  readonly latePermits: number
}

/** An alarm that stays open is counted anew after so long. */
const FORCED_CLOSE_S = 4 * HOUR_S
/** A notice may come so long after a deed: its last samples are still being proven, and its energy is read. */
const GRACE_S = 600

/** Scores one site. */
export function score(told: Case): Score {
  const alarms = alarmsOf(told)
  const found = new Map<Incident, Found>()
  const fates: { notice: Notice; fate: Fate }[] = []
  let falseAlarms = 0
  let falseReopened = 0
  for (const alarm of alarms) {
    const seen = new Set<string>()
    for (const notice of alarm.notices) {
      const isNew = notice.kind === 'raise' || notice.types.some((type) => !seen.has(type))
      for (const type of notice.types) seen.add(type)
      const fate = fateOf(notice, isNew, told)
      const incident = fate === 'found' ? incidentAt(told.incidents, notice.t) : undefined
      const isFirst = incident !== undefined && !found.has(incident)
      if (isFirst) found.set(incident, { t: notice.t, notice })
      if (fate === 'false' && notice.kind === 'raise') falseAlarms += 1
      const counted = fate === 'false' && notice.kind !== 'raise' ? 'quiet' : fate
      fates.push({ notice, fate: fate === 'found' && !isFirst ? 'more' : counted })
    }
    const reopened = alarm.isHealth ? 0 : openTooLong(alarm, told)
    falseAlarms += reopened
    falseReopened += reopened
  }
  const inAlarmS = coveredS(alarms.filter(({ isHealth }) => !isHealth))
  return {
    outcomes: told.incidents.map((incident) => outcomeOf(incident, found.get(incident), told)),
    fates,
    falseAlarms,
    falseReopened,
    inAlarmS,
    armedS: told.armed.to - told.armed.from,
    health: fates.filter(({ fate, notice }) => fate === 'health' && notice.kind === 'raise').length,
    latePermits: fates.filter(({ fate, notice }) => fate === 'late-permit' && notice.kind === 'raise').length,
  }
}

interface ScoredAlarm extends Span {
  readonly notices: readonly Notice[]
  readonly isHealth: boolean
}

/** The notices of each alarm with the time it was open; one that never clears is open until the end. */
function alarmsOf({ notices, armed }: Case): ScoredAlarm[] {
  const byAlarm = Map.groupBy(notices, ({ alarm }) => alarm)
  return [...byAlarm.values()]
    .map((all) => {
      const clear = all.find(({ kind }) => kind === 'clear')
      const first = all[0]
      return {
        notices: all,
        isHealth: first?.isHealth === true,
        from: Math.max(armed.from, first?.t ?? 0),
        to: Math.max(armed.from, Math.min(armed.to, clear?.t ?? armed.to)),
      }
    })
    .toSorted((a, b) => a.from - b.from)
}

function fateOf(notice: Notice, isNew: boolean, { incidents, late, armed }: Case): Fate {
  if (notice.t < armed.from) return 'learning'
  if (notice.isHealth) return 'health'
  if (notice.kind === 'clear' || !isNew) return 'quiet'
  if (incidentAt(incidents, notice.t) !== undefined) return 'found'
  return late.some(({ from, to }) => notice.t >= from && notice.t < to) ? 'late-permit' : 'false'
}

function incidentAt(incidents: readonly Incident[], t: number): Incident | undefined {
  return incidents.find((incident) => isWithin(incident, t))
}

function isWithin({ arrived, to }: Incident, t: number): boolean {
  return t >= arrived && t <= to + GRACE_S
}

/** How often an alarm that is open for more than four hours counts again: once for each further four hours in which nothing was wrong. */
function openTooLong({ from, to }: Span, { incidents, late }: Case): number {
  let count = 0
  for (let begin = from + FORCED_CLOSE_S; begin < to; begin += FORCED_CLOSE_S) {
    const slice = { from: begin, to: Math.min(to, begin + FORCED_CLOSE_S) }
    const isReal = incidents.some((one) => one.arrived < slice.to && slice.from <= one.to + GRACE_S)
    if (!isReal && !late.some((one) => one.from < slice.to && slice.from < one.to)) count += 1
  }
  return count
}

function coveredS(spans: readonly Span[]): number {
  let sum = 0
  let until = -Infinity
  for (const { from, to } of spans.toSorted((a, b) => a.from - b.from)) {
    sum += Math.max(0, to - Math.max(from, until))
    until = Math.max(until, to)
  }
  return sum
}

/** By what a deed of a family should be found. A family nobody thought of may be found by anything. */
const NAMED: Readonly<Record<string, readonly string[]>> = {
  winch: ['power'],
  fan: ['power'],
  compressor: ['power'],
  ramp: ['power'],
  overrun: ['power'],
  piggyback: ['power', 'pump'],
  bypass: ['power', 'comms'],
  'comms-cut': ['comms', 'power'],
  generator: ['camera', 'air'],
  vehicle: ['camera'],
}

interface Found {
  readonly t: number
  readonly notice: Notice
}

function outcomeOf(incident: Incident, found: Found | undefined, { notices }: Case): Outcome {
  const health = notices.find((one) => one.isHealth && one.kind === 'raise' && isWithin(incident, one.t))
  const healthS = health === undefined ? Infinity : Math.max(0, health.t - incident.from)
  if (found === undefined) return { incident, ttdS: Infinity, healthS, isNamed: false }
  const named = NAMED[incident.family]
  return {
    incident,
    healthS,
    ttdS: Math.max(0, found.t - incident.from),
    isNamed: named === undefined || found.notice.groups.some((group) => named.includes(group)),
  }
}

/** Armed weeks of a number of seconds. */
export function weeks(seconds: number): number {
  return seconds / (7 * DAY_S)
}
