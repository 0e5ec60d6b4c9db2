import type { Alarm, Suppression } from '../contract/alarm.ts'
import type { Actor, LedgerAct } from '../contract/ledger.ts'
import type { OccurrenceId } from '../contract/occurrence.ts'
import type { UtcMs } from '../contract/time.ts'
import {
  type AlarmStep,
  announced,
  changedTo,
  DESK,
  draft,
  type LedgerDraft,
  noOp,
  refusedStep,
  unchanged,
} from './lifecycle-step.ts'
import { awaitsPerson } from './lifecycle-table.ts'
import {
  explainedBy,
  lasting,
  type SuppressionAsk,
  suppressionOf,
  suppressionRefusal,
  withSuppression,
} from './suppression.ts'

const BEGUN: Readonly<Record<Suppression['kind'], LedgerAct>> = {
  shelved: 'alarm-shelved',
  'by-design': 'alarm-suppressed',
  'out-of-service': 'alarm-out-of-service',
}

/** A person has it held back. */
export function suppress(alarm: Alarm, ask: SuppressionAsk, now: UtcMs): AlarmStep {
  const { kind, by } = ask
  if (alarm.state === 'closed') return noOp(alarm, kind, { by, at: now })
  const refusal = suppressionRefusal(alarm.priority, ask, now)
  if (refusal !== null) return refusedStep(alarm, refusal, { did: kind, by, at: now })
  return holdBack(alarm, suppressionOf(ask, now), { kind: 'person', name: by })
}

/** Another alarm explains it. */
export function explain(alarm: Alarm, parent: OccurrenceId, now: UtcMs): AlarmStep {
  const isKnown = alarm.suppressions.some((one) => one.parent === parent)
  if (alarm.state === 'closed' || isKnown || alarm.id === parent) return unchanged(alarm)
  return holdBack(alarm, explainedBy(parent, now), DESK)
}

/** A person ends one kind of suppression before its time. */
export function endSuppression(
  alarm: Alarm,
  { kind, by, reason, at }: { readonly kind: Suppression['kind']; by: string; reason: string; at: UtcMs },
): AlarmStep {
  const left = alarm.suppressions.filter((one) => one.kind !== kind)
  if (left.length === alarm.suppressions.length) return noOp(alarm, `end ${kind}`, { by, at })
  return release(alarm, left, { at, actor: { kind: 'person', name: by }, why: reason })
}

/** The time of some is over. (I8) */
export function expire(alarm: Alarm, at: UtcMs): AlarmStep {
  return release(alarm, lasting(alarm.suppressions, at), { at, actor: DESK, why: 'expired' })
}

/** The alarm that explained it is active no more: it is judged by itself again, in the same commit. (§3.4) */
export function unexplain(alarm: Alarm, parent: OccurrenceId, at: UtcMs): AlarmStep {
  const left = alarm.suppressions.filter((one) => one.parent !== parent)
  return release(alarm, left, { at, actor: DESK, why: `${parent} is active no more` })
}

/** The suppressions of a closed alarm hold for the next of the same rule, which takes them over. */
export function handOver(alarm: Alarm, at: UtcMs): AlarmStep {
  return release(alarm, [], { at, actor: DESK, why: 'the next alarm of the rule takes it over' })
}

/** What is still to be told is owed from here on, and nobody is called. */
function holdBack(alarm: Alarm, suppression: Suppression, actor: Actor): AlarmStep {
  const { announceAt: _due, ...rest } = alarm
  const isFirst = alarm.suppressions.length === 0
  const next = {
    ...rest,
    suppressions: withSuppression(alarm.suppressions, suppression),
    held: isFirst && awaitsPerson(alarm.state) ? alarm.held + 1 : alarm.held,
  }
  const { kind, from, ...detail } = suppression
  const acts = [draft(BEGUN[kind], next, actor, from, detail)]
  return changedTo(alarm, next, { acts, announcement: isFirst ? { do: 'end', why: 'suppressed' } : { do: 'nothing' } })
}

interface Release {
  readonly at: UtcMs
  readonly actor: Actor
  readonly why: string
}

/** Keeps only `left`; with the last one what is owed is told. (I6, I7) */
function release(alarm: Alarm, left: readonly Suppression[], { at, actor, why }: Release): AlarmStep {
  if (left.length === alarm.suppressions.length) return unchanged(alarm)
  const ended = alarm.suppressions.filter((one) => !left.includes(one))
  const told = owedOf({ ...alarm, suppressions: [...left] }, at)
  const acts = ended.map(({ kind }) => draft('alarm-suppression-ended', told.alarm, actor, at, { kind, why }))
  return changedTo(alarm, told.alarm, { acts: [...acts, ...told.acts], announcement: told.announcement })
}

/** An alarm whose suppressions have become fewer: what is owed is told when there is none left. */
function owedOf(
  alarm: Alarm,
  at: UtcMs,
): { readonly alarm: Alarm; readonly acts: readonly LedgerDraft[]; readonly announcement: AlarmStep['announcement'] } {
  const isFree = alarm.suppressions.length === 0
  if (!isFree || alarm.held === 0) return { alarm, acts: [], announcement: { do: 'nothing' } }
  const kind = 'after-suppression'
  const telling = alarm.state === 'unacked' ? ({ do: 'begin', kind } as const) : ({ do: 'digest', kind } as const)
  const told = announced({ ...alarm, held: 0 }, telling, at)
  return { alarm: told.alarm, acts: [told.act], announcement: told.announcement }
}
