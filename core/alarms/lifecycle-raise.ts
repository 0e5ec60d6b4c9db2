import type { Alarm, AlarmTransition } from '../contract/alarm.ts'
import type { OccurrenceId } from '../contract/occurrence.ts'
import type { Priority } from '../contract/priority.ts'
import type { UtcMs } from '../contract/time.ts'
import { later } from '../kit/time.ts'
import type { Telling } from './announcement.ts'
import { announcesAlone, isChattering } from './chatter.ts'
import {
  type AlarmStep,
  announced,
  changedTo,
  DESK,
  draft,
  edgeAct,
  latest,
  type LedgerDraft,
  noteOf,
  unchanged,
} from './lifecycle-step.ts'
import { awaitsPerson, transitionOf } from './lifecycle-table.ts'
import { mergeEvidence } from './merge-evidence.ts'
import { comparePriority } from './priority.ts'
import { explainedBy, lasting, underPriority } from './suppression.ts'

/** What came is late when the control room hears of it so long after it happened. (`lateAfter`, §3.2) */
export const LATE_AFTER_MS = 120_000

/** What comes late and still goes on is announced after so long, unless its end comes before. Red is at once. (§3.4) */
export const CATCH_UP_MS = 60_000

export interface Raise {
  readonly transition: AlarmTransition
  readonly receivedAt: UtcMs
  /** What people will call it, should it be a new alarm. */
  readonly number: string
  /** The active alarm that explains it; null = none. */
  readonly parent: OccurrenceId | null
}

/** Whether something that happened at `at` was heard of so late that it is history. */
export function isLate(at: UtcMs, receivedAt: UtcMs): boolean {
  return receivedAt - at > LATE_AFTER_MS
}

/** A raise: another activation of the alarm that is there, or a new one where there is none or it is closed. */
export function raise(alarm: Alarm | null, event: Raise): AlarmStep {
  const { occurrence } = event.transition
  const state = alarm?.state ?? 'closed'
  const moved = transitionOf(state, 'raise', alarm?.latched ?? false)
  const isKnown = alarm?.activations.some((activation) => activation.occurrence === occurrence) ?? false
  if (moved === null || isKnown) return unchanged(alarm)
  const raised = alarm === null || state === 'closed' ? open(alarm, event) : raisedAgain(alarm, event)
  const told = tell(raised.alarm, event, raised)
  const acts = [...raised.acts, told.act]
  if (alarm !== null && alarm.id === told.alarm.id)
    return changedTo(alarm, told.alarm, { acts, announcement: told.announcement, moved })
  const { announcement } = told
  return { before: null, alarm: told.alarm, changed: true, acts, announcement, moved, refused: null }
}

interface Raised {
  readonly alarm: Alarm
  readonly acts: readonly LedgerDraft[]
  readonly telling: Telling
}

/** What came long ago and may be over already waits a moment for its end, so that nobody is called for what is not. */
function tell(alarm: Alarm, { transition, receivedAt }: Raise, { telling }: Raised) {
  const isHistory = isLate(transition.at, receivedAt)
  if (!isHistory) return announced(alarm, telling, receivedAt)
  // What is owed already is told with it.
  if (alarm.priority === 'red' || alarm.suppressions.length > 0 || alarm.held > 0)
    return announced(alarm, { ...telling, kind: 'late' }, receivedAt)
  const announceAt = alarm.announceAt ?? later(receivedAt, CATCH_UP_MS)
  const act = draft('alarm-announcement-held', alarm, DESK, receivedAt, { kind: 'late', until: announceAt })
  return { alarm: { ...alarm, announceAt }, announcement: { do: 'nothing' } as const, act }
}

/** A new episode of a rule. What held the closed one back holds this one back too. */
function open(closed: Alarm | null, event: Raise): Raised {
  const { transition, receivedAt, number, parent } = event
  const inherited = underPriority(lasting(closed?.suppressions ?? [], receivedAt), transition.priority, receivedAt)
  const { occurrence, at } = transition
  const alarm: Alarm = {
    id: occurrence,
    number,
    site: transition.site,
    rule: transition.rule,
    ruleType: transition.ruleType,
    point: transition.point,
    priority: transition.priority,
    state: 'unacked',
    raisedAt: at,
    ...(transition.clock === undefined ? {} : { clock: transition.clock }),
    receivedAt,
    returnedAt: null,
    closedAt: null,
    activations: [{ occurrence, from: at, to: null }],
    ...saidBy(transition),
    evidence: mergeEvidence([], transition.evidence),
    acknowledgement: null,
    latched: transition.latched ?? false,
    late: isLate(at, receivedAt),
    ruleVersion: transition.ruleVersion ?? null,
    returnRuleVersion: null,
    sampledAt: sampledAt(transition),
    storedAt: transition.storedAt ?? null,
    suppressions: parent === null ? inherited : [...inherited, explainedBy(parent, receivedAt)],
    held: 0,
    reAlarmAt: null,
    assignee: null,
    findings: [],
    raises: 1,
    chattering: false,
    quality: 'good',
    ladder: null,
    notes: [],
    notices: [],
    version: 1,
  }
  const acts = [edgeAct('alarm-raised', alarm, transition, { receivedAt, number, late: alarm.late })]
  return { alarm, acts, telling: { do: 'begin', kind: 'raise' } }
}

function raisedAgain(alarm: Alarm, { transition, receivedAt }: Raise): Raised {
  const last = alarm.activations.at(-1)
  const from = latest(transition.at, last?.to ?? transition.at)
  const activations = [...alarm.activations, { occurrence: transition.occurrence, from, to: null }]
  const raises = (alarm.raises ?? alarm.activations.length) + 1
  const priority = higher(alarm.priority, transition.priority)
  const begins = activations.map((activation) => activation.from)
  const next: Alarm = {
    ...alarm,
    ...saidBy(transition),
    state: 'unacked',
    priority,
    latched: alarm.latched || transition.latched === true,
    returnedAt: null,
    activations,
    evidence: mergeEvidence(alarm.evidence, transition.evidence),
    // What was acknowledged was the activation before.
    acknowledgement: null,
    notes: [...alarm.notes, ...noteOf(alarm.acknowledgement)],
    suppressions: underPriority(alarm.suppressions, priority, receivedAt),
    reAlarmAt: null,
    raises,
    chattering: isChattering(begins, from),
  }
  // One that was acknowledged calls nobody any more: a digest alone would leave it so. (E6)
  const isCalled = awaitsPerson(alarm.state) && priority === alarm.priority
  const alone = !next.chattering || announcesAlone(raises) || !isCalled
  const act = edgeAct('alarm-raised-again', next, transition, {
    receivedAt,
    raises,
    chattering: next.chattering,
    late: isLate(transition.at, receivedAt),
  })
  const acts = [act, ...endedActs(alarm, next, receivedAt)]
  return { alarm: next, acts, telling: { do: alone ? 'begin' : 'digest', kind: 'again' } }
}

/** What the ledger says of suppressions that a graver alarm does not bear. */
export function endedActs(before: Alarm, alarm: Alarm, at: UtcMs): LedgerDraft[] {
  return before.suppressions
    .filter((one) => !alarm.suppressions.some(({ kind, parent }) => kind === one.kind && parent === one.parent))
    .map(({ kind }) => draft('alarm-suppression-ended', alarm, DESK, at, { kind, why: 'graver than it may hold back' }))
}

/** What is told of an alarm is the newest account. */
export function saidBy({
  explanation,
  readings,
  because,
}: Pick<AlarmTransition, 'explanation' | 'readings' | 'because'>): Pick<Alarm, 'explanation' | 'readings' | 'because'> {
  return { explanation, readings, ...(because === undefined ? {} : { because }) }
}

export function higher(a: Priority, b: Priority): Priority {
  return comparePriority(a, b) <= 0 ? a : b
}

/** T1: when the newest of the readings that decided it was taken. */
function sampledAt({ readings }: AlarmTransition): UtcMs | null {
  return readings.reduce<UtcMs | null>((newest, { at }) => (newest === null || at > newest ? at : newest), null)
}
