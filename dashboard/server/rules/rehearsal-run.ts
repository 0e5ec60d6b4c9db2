import type { AlarmTransition } from '../../../core/contract/alarm.ts'
import { alarmsOf, type RehearsedAlarm, type ToldTransition } from '../../../core/rules/comparison.ts'
import { Rehearsal, type RehearsalCounts } from '../../../core/rules/rehearse.ts'
import { UNKNOWN_POINTS } from '../../../core/rules/sample-columns.ts'
import type { Clock } from '../../../platform/clock.ts'
import type { Malformed, PointNumbers, Recording } from './recording.ts'
import type { RehearsedSite } from './rehearsed-site.ts'

/** What came of a rehearsal of one site file. */
export interface Rehearsed {
  readonly site: RehearsedSite
  readonly alarms: readonly RehearsedAlarm[]
  readonly counts: RehearsalCounts
}

export interface RunResult {
  readonly rehearsed: readonly Rehearsed[]
  /** From the end of learning, or the first sample, to the last; null where there was no sample. */
  readonly span: { readonly from: number; readonly to: number } | null
  /** Days in whose hours there were samples, after learning. */
  readonly watchedDays: number
  readonly malformed: Malformed
  /** Points the site files do not have, and how many samples of each there were. */
  readonly unknown: readonly { readonly point: string; readonly samples: number }[]
  readonly tookMs: number
}

export interface RunOptions {
  readonly sites: readonly RehearsedSite[]
  readonly learnUntil: number | null
  /** The recording; it names points by what `numbers` answers. */
  readonly recording: (numbers: PointNumbers, isRead: (ref: string) => boolean) => Recording
  /** The end of the time that is rehearsed; that of the last sample when null. */
  readonly until: number | null
  /** Told of the transitions of the first site, in the order of time. */
  readonly out: (transition: AlarmTransition) => void
  readonly progress: (done: Done) => void
  readonly clock: Clock
  readonly signal: AbortSignal
}

/** How far it is. */
export interface Done {
  readonly samples: number
  readonly tookMs: number
  readonly share: number | null
}

/** Points of a camera that events of a kind belong to. */
const SEEN_AS: Readonly<Record<string, string>> = { person: 'human', human: 'human', vehicle: 'vehicle' }
/** More names than these are not told. */
const MOST_UNKNOWN = 1_000

/** Rehearses all `sites` over one recording. Throws what reading throws. */
export async function runRehearsals(options: RunOptions): Promise<RunResult> {
  const { sites, learnUntil, until, out, progress, clock, signal } = options
  const startedAt = clock.mono()
  const stages = sites.map((site, index) => {
    const validMsOf = (ref: string) => site.points.get(ref)?.validMs ?? null
    const rehearsal = new Rehearsal(site.plan, { validMsOf, learnUntil: learnUntil ?? undefined })
    const told: ToldTransition[] = []
    const tell = (transitions: readonly AlarmTransition[]) => {
      for (const transition of transitions) {
        if (index === 0) out(transition)
        const { kind, occurrence, rule, ruleType, at } = transition
        told.push({ kind, occurrence, rule, ruleType, at })
      }
    }
    return { site, rehearsal, told, tell }
  })
  const rehearsals = stages.map(({ rehearsal }) => rehearsal)
  const { numbers, unknown } = numbering(sites, rehearsals)
  const isRead = (ref: string) => rehearsals.some((rehearsal) => rehearsal.isRead(ref))
  const recording = options.recording(numbers, isRead)
  let samples = 0
  for await (const { columns, share } of recording.columns(signal)) {
    for (const { rehearsal, tell } of stages) tell(rehearsal.take(columns))
    samples += columns.length
    progress({ samples, share, tookMs: clock.mono() - startedAt })
  }
  for (const { rehearsal, tell } of stages) tell(rehearsal.finish(until ?? undefined))
  const span = rehearsals[0]?.span ?? null
  return {
    rehearsed: stages.map(({ site, rehearsal, told }) => ({ site, alarms: alarmsOf(told), counts: rehearsal.counts })),
    span: span === null ? null : { from: Math.max(span.from, learnUntil ?? 0), to: span.to },
    watchedDays: rehearsals[0]?.watchedDays ?? 0,
    malformed: recording.malformed(),
    unknown: [...unknown].flatMap(([point, number]) => {
      const samples = rehearsals[0]?.counts.unknown.get(number) ?? 0
      return samples === 0 ? [] : [{ point, samples }]
    }),
    tookMs: clock.mono() - startedAt,
  }
}

/** The same number for a point in every rehearsal, so that each takes the same columns. */
function numbering(sites: readonly RehearsedSite[], rehearsals: readonly Rehearsal[]) {
  const unknown = new Map<string, number>()
  const isKnown = (ref: string) => sites.some(({ points }) => points.has(ref))
  const numberOfUnknown = (ref: string): number => {
    const number = unknown.get(ref) ?? UNKNOWN_POINTS - Math.min(unknown.size, MOST_UNKNOWN)
    if (unknown.size < MOST_UNKNOWN) unknown.set(ref, number)
    return number
  }
  const numbers: PointNumbers = (ref, event) => {
    const seenAs = SEEN_AS[event ?? '']
    const [device = ''] = ref.split('/')
    const known = isKnown(ref) || seenAs === undefined ? ref : `${device}/${seenAs}`
    if (!isKnown(known)) return numberOfUnknown(ref)
    const given = rehearsals.map((rehearsal) => rehearsal.pointOf(known))
    return given[0] ?? UNKNOWN_POINTS
  }
  return { numbers, unknown }
}
