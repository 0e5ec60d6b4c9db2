import type { LedgerAct } from '../../contract/ledger.ts'
import type { LedgerFault, SlaCheck, Verdict, VerdictReason } from '../../contract/proof.ts'
import type { UtcMs } from '../../contract/time.ts'
import type { Episode } from './episode.ts'
import { lacksSecond } from './two-persons.ts'

/** Readings of an alarm's time that were numbered at the gateway and have never come. */
export interface Gap {
  readonly from: UtcMs
  readonly to: UtcMs
  readonly readings: number
}

/** Something else at the same site that was active for a time; `to` null while it is. */
export interface OtherSign {
  readonly rule: string
  readonly from: UtcMs
  readonly to: UtcMs | null
}

/** What there is to know beyond the episode itself. */
export interface Surroundings {
  readonly slas: readonly SlaCheck[]
  readonly gaps: readonly Gap[]
  readonly signs: readonly OtherSign[]
  /** What does not fit in the ledger. */
  readonly fault: LedgerFault | null
}

/** The four verdicts on an episode: 迟报, 漏报, 谎报, 瞒报. (§3.5) */
export function verdictsOf(episode: Episode, around: Surroundings): Verdict[] {
  return [
    lateVerdict(around.slas),
    omittedVerdict(around),
    suspicion('false', contradictions(episode, around.signs)),
    suspicion('concealed', concealments(episode, around.fault)),
  ]
}

function lateVerdict(slas: readonly SlaCheck[]): Verdict {
  const because = slas
    .filter((check) => check.is === 'exceeded')
    .map(({ row, overMs }): VerdictReason => ({ key: 'sla-exceeded', values: { sla: row.id, ends: row.ends, overMs } }))
  return { kind: 'late', is: stateOf(because, slas), because }
}

/** Only what has to be reported can be omitted; the acknowledgement is for the duty room alone. */
function omittedVerdict({ slas, gaps }: Surroundings): Verdict {
  const reports = slas.filter(({ row }) => row.ends !== 'acknowledged')
  const isOver = reports.length > 0 && reports.every((check) => check.is === 'exceeded' && check.metAt === null)
  const last = reports.reduce((end, { dueAt }) => Math.max(end, dueAt), 0)
  const because: VerdictReason[] = [
    ...(isOver ? [{ key: 'not-reported' as const, values: { dueAt: last } }] : []),
    ...gaps.map(({ from, to, readings }) => ({ key: 'gap-not-filled' as const, values: { from, to, readings } })),
  ]
  return { kind: 'omitted', is: stateOf(because, reports), because }
}

function stateOf(because: readonly VerdictReason[], slas: readonly SlaCheck[]): Verdict['is'] {
  if (because.length > 0) return 'found'
  return slas.some((check) => check.is === 'running') ? 'running' : 'clear'
}

function suspicion(kind: Verdict['kind'], because: VerdictReason[]): Verdict {
  return { kind, is: because.length > 0 ? 'suspected' : 'clear', because }
}

/** Results that say there was nothing. Authorised work and known appliances may well show in several signs. */
const NOTHING_THERE: ReadonlySet<string> = new Set(['sensor-fault', 'nothing-found'])

/** Somebody found nothing while the sensors said otherwise. */
function contradictions({ alarm, entries }: Episode, signs: readonly OtherSign[]): VerdictReason[] {
  const results = [
    ...(alarm.feedback ?? []).map(({ at, kind }): { at: UtcMs; result: string } => ({ at, result: kind })),
    ...entries
      .filter(({ act }) => act === 'alarm-reset')
      .map(({ at, detail }) => ({ at, result: String(detail.result) })),
  ].filter(({ result }) => NOTHING_THERE.has(result))
  const lastEnd = alarm.activations.reduce<number>((end, { to }) => Math.max(end, to ?? Infinity), alarm.raisedAt)
  return results.flatMap(({ at, result }): VerdictReason[] => {
    const said = result
    // A faulty sensor has nothing beside it in its whole time; whoever finds nothing finds nothing at that instant.
    const [from, to] = result === 'sensor-fault' ? [alarm.raisedAt, lastEnd] : [at, at]
    const others = signs.filter((sign) => sign.from <= to && (sign.to ?? Infinity) > from)
    const own = alarm.activations.some((each) => each.from <= at && (each.to ?? Infinity) > at)
    return [
      ...others.map(({ rule }) => ({ key: 'sensor-says-otherwise' as const, values: { said, at, rule } })),
      ...(own && result === 'nothing-found' ? [{ key: 'still-active' as const, values: { said, at } }] : []),
    ]
  })
}

/** Held back or taken away without the second person it needs, or missing from the ledger. */
function concealments(episode: Episode, fault: LedgerFault | null): VerdictReason[] {
  const alone = episode.entries
    .filter(lacksSecond)
    .map(({ n, act, actor }): VerdictReason => ({ key: 'no-second-person', values: { n, act, by: actor.name } }))
  const missing = missingActs(episode).map((act): VerdictReason => ({ key: 'entry-missing', values: { act } }))
  const broken: VerdictReason[] =
    fault === null ? [] : [{ key: fault.kind === 'root' ? 'root-differs' : 'ledger-broken', values: { n: fault.n } }]
  return [...alone, ...missing, ...broken]
}

/** Acts that what is known of the alarm could not have come about without. */
function missingActs({ alarm, entries, notices }: Episode): LedgerAct[] {
  const there = new Set(entries.map(({ act }) => act))
  const needed: readonly (readonly [LedgerAct, boolean])[] = [
    ['alarm-raised', true],
    ['alarm-acknowledged', alarm.acknowledgement !== null],
    ['alarm-closed', alarm.state === 'closed' && !there.has('alarm-withdrawn')],
    ['alarm-finding', alarm.findings.length > 0 && !there.has('alarm-reset')],
    ['notice-queued', notices.some(({ byEdge }) => !byEdge)],
  ]
  return needed.filter(([act, isNeeded]) => isNeeded && !there.has(act)).map(([act]) => act)
}
