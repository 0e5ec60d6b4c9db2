import type { Alarm, AlarmNote, AlarmTransition, Acknowledgement } from '../contract/alarm.ts'
import type { RefusedBecause } from '../contract/acts.ts'
import type { Actor, LedgerEntry } from '../contract/ledger.ts'
import type { OccurrenceId } from '../contract/occurrence.ts'
import type { UtcMs } from '../contract/time.ts'
import type { ErrorCode } from '../kit/errors.ts'
import type { Announcement, Telling } from './announcement.ts'
import type { Transition } from './lifecycle-table.ts'

/** A ledger entry before it has its number and its place in the chain. */
export type LedgerDraft = Omit<LedgerEntry, 'n' | 'prev' | 'hash'>

/** Why a person's act is not done. It is in the ledger all the same. */
export interface ActRefusal {
  readonly code: Extract<ErrorCode, 'http/invalid' | 'http/conflict' | 'http/forbidden'>
  readonly because: RefusedBecause
  readonly expected: string
  readonly came: string
}

/** What an event did to one alarm. The caller persists `alarm` and `acts` in one commit and obeys `announcement` in the same. */
export interface AlarmStep {
  /** As it was handed in; null when there was none. */
  readonly before: Alarm | null
  /** The alarm after the event; null only when there was none and the event made none. */
  readonly alarm: Alarm | null
  /** True when `alarm` differs from `before` (its version has grown, or it is new). */
  readonly changed: boolean
  readonly acts: readonly LedgerDraft[]
  readonly announcement: Announcement
  /** The transition of the table that was made; null for none. */
  readonly moved: Transition | null
  readonly refused: ActRefusal | null
}

/** A step that changes nothing, with what of it belongs in the ledger. */
export function unchanged(alarm: Alarm | null, acts: readonly LedgerDraft[] = []): AlarmStep {
  const announcement = { do: 'nothing' } as const
  return { before: alarm, alarm, changed: false, acts, announcement, moved: null, refused: null }
}

/** A step to `next`, which gets the next version. */
export function changedTo(
  before: Alarm,
  next: Omit<Alarm, 'version'>,
  did: Partial<Pick<AlarmStep, 'acts' | 'announcement' | 'moved'>> = {},
): AlarmStep {
  const alarm = { ...next, version: before.version + 1 }
  return { ...unchanged(before), alarm, changed: true, ...did }
}

/** A person's act that fits no transition: it is journaled and moves nothing. */
export function noOp(alarm: Alarm, did: string, { by, at }: { readonly by: string; readonly at: UtcMs }): AlarmStep {
  return unchanged(alarm, [draft('alarm-no-op', alarm, { kind: 'person', name: by }, at, { did })])
}

/** A person's act that is refused: it is journaled and moves nothing. */
export function refusedStep(
  alarm: Alarm,
  refused: ActRefusal,
  { did, by, at }: { readonly did: string; readonly by: string; readonly at: UtcMs },
): AlarmStep {
  const detail = { did, expected: refused.expected, came: refused.came }
  return { ...unchanged(alarm, [draft('alarm-refused', alarm, { kind: 'person', name: by }, at, detail)]), refused }
}

/** What the desk itself does of an alarm. */
export const DESK: Actor = { kind: 'system', name: 'desk' }

export function draft(
  act: LedgerDraft['act'],
  alarm: Alarm,
  actor: Actor,
  at: UtcMs,
  detail: Readonly<Record<string, unknown>> = {},
): LedgerDraft {
  return { at, actor, act, subject: alarm.id, detail: { ...detail, priority: alarm.priority, state: alarm.state } }
}

/** What the ledger says of something that came from the edge. */
export function edgeAct(
  act: LedgerDraft['act'],
  alarm: Alarm,
  transition: AlarmTransition,
  { receivedAt, ...more }: { readonly receivedAt: UtcMs } & Readonly<Record<string, unknown>>,
): LedgerDraft {
  return draft(act, alarm, { kind: 'system', name: `${transition.site}/${transition.rule}` }, receivedAt, {
    occurrence: transition.occurrence,
    n: transition.n,
    eventAt: transition.at,
    ...(transition.clock === undefined ? {} : { clock: transition.clock }),
    ...(transition.ruleVersion === undefined ? {} : { ruleVersion: transition.ruleVersion }),
    explanation: transition.explanation,
    evidence: transition.evidence.map((row) => row.sha256),
    ...more,
  })
}

/**
 * Announces an alarm, or notes that it is owed while it is suppressed. An announcement put off because the alarm came late is due with any
 * other. (I17, I21)
 */
export function announced(
  alarm: Alarm,
  telling: Telling,
  at: UtcMs,
): { readonly alarm: Alarm; readonly announcement: Announcement; readonly act: LedgerDraft } {
  const { announceAt: _due, ...rest } = alarm
  const detail = { kind: telling.kind, how: telling.do === 'begin' ? 'ladder' : 'digest' }
  if (alarm.suppressions.length === 0)
    return {
      alarm: { ...rest, held: 0 },
      announcement: telling,
      act: draft('alarm-announced', alarm, DESK, at, detail),
    }
  const held = { ...rest, held: alarm.held + 1 }
  const why = { ...detail, by: alarm.suppressions.map(({ kind }) => kind) }
  return {
    alarm: held,
    announcement: { do: 'nothing' },
    act: draft('alarm-announcement-held', held, DESK, at, why),
  }
}

/** An alarm with nothing left to announce: a person has it, or it is over. */
export function settled(alarm: Alarm): Alarm {
  const { announceAt: _due, ...rest } = alarm
  return { ...rest, held: 0, reAlarmAt: null }
}

/** Every interval that is still open, ended. A wall clock set back between raise and return makes no interval that ends before it begins. (I14) */
export function endedAt(activations: Alarm['activations'], at: UtcMs): Alarm['activations'] {
  return activations.map((activation) =>
    activation.to === null ? { ...activation, to: latest(activation.from, at) } : activation,
  )
}

/** The activation that goes on; undefined when the condition is gone. */
export function activeOne(alarm: Alarm): { readonly occurrence: OccurrenceId; readonly from: UtcMs } | undefined {
  const last = alarm.activations.at(-1)
  return last?.to === null ? last : undefined
}

/** The words of an acknowledgement that counts no more stay visible as a note. */
export function noteOf(acknowledgement: Acknowledgement | null): readonly AlarmNote[] {
  if (acknowledgement === null || acknowledgement.note.trim() === '') return []
  return [{ at: acknowledgement.at, by: acknowledgement.by, text: acknowledgement.note }]
}

export function latest(a: UtcMs, b: UtcMs): UtcMs {
  return a < b ? b : a
}

export function earliest(a: UtcMs, b: UtcMs | null): UtcMs {
  return b !== null && b < a ? b : a
}
