import type { Acknowledgement, Alarm, AlarmNote, AlarmState, AlarmTransition } from '../contract/alarm.ts'
import type { Actor, LedgerEntry } from '../contract/ledger.ts'
import type { Priority } from '../contract/priority.ts'
import type { UtcMs } from '../contract/time.ts'
import { UtcMs as UtcMsSchema } from '../contract/time.ts'
import { mergeEvidence } from './merge-evidence.ts'
import { comparePriority } from './priority.ts'

/** A ledger entry before it has its number and its place in the chain. */
export type LedgerDraft = Omit<LedgerEntry, 'n' | 'prev' | 'hash'>

/** What can happen to an alarm. `receivedAt` is the control room's time; the transition carries the event's own. */
export type AlarmEvent =
  | { readonly kind: 'raise' | 'update' | 'return'; readonly transition: AlarmTransition; readonly receivedAt: UtcMs }
  | { readonly kind: 'acknowledge'; readonly acknowledgement: Acknowledgement }
  | { readonly kind: 'note'; readonly note: AlarmNote; readonly actor: Actor['kind'] }

/** What an event did. The caller persists `alarm` and `acts` in one commit and obeys `escalation` in the same. */
export interface AlarmStep {
  /** The alarm after the event; null only when there was none and the event made none. */
  readonly alarm: Alarm | null
  /** True when `alarm` differs from what was handed in (its version has grown, or it is new). */
  readonly changed: boolean
  readonly acts: readonly LedgerDraft[]
  /** `start` = from step 0 anew; `stop` = cancel what is queued; `none` = whatever runs goes on. */
  readonly escalation: 'start' | 'stop' | 'none'
}

type From = AlarmState | 'none'
type Move =
  | 'open' // a new alarm
  | 'raise-again' // another activation of the same alarm; nobody has acknowledged it since
  | 'extend' // evidence or priority
  | 'return'
  | 'return-and-close'
  | 'acknowledge'
  | 'acknowledge-and-close'
  | 'acknowledge-again' // a second person: recorded, nothing moves
  | 'note'
  | 'nothing'

/** Every state with every event. (ISA-18.2 §10, without latching and re-alarm) */
export const LIFECYCLE: Readonly<Record<From, Readonly<Record<AlarmEvent['kind'], Move>>>> = {
  none: { raise: 'open', update: 'nothing', return: 'nothing', acknowledge: 'nothing', note: 'nothing' },
  unacked: { raise: 'raise-again', update: 'extend', return: 'return', acknowledge: 'acknowledge', note: 'note' },
  acked: {
    raise: 'raise-again',
    update: 'extend',
    return: 'return-and-close',
    acknowledge: 'acknowledge-again',
    note: 'note',
  },
  returned: {
    raise: 'raise-again',
    update: 'extend',
    return: 'nothing',
    acknowledge: 'acknowledge-and-close',
    note: 'note',
  },
  closed: { raise: 'open', update: 'nothing', return: 'nothing', acknowledge: 'acknowledge-again', note: 'note' },
}

/**
 * Moves one alarm by one event. Never throws: what does not fit is a step that changes nothing.
 * `alarm` is the open alarm of the event's rule and site (or the one acknowledged); pass null when there is none. A repeat
 * of a transition changes nothing; a return of an earlier activation closes that activation only.
 */
export function stepAlarm(alarm: Alarm | null, event: AlarmEvent): AlarmStep {
  switch (event.kind) {
    case 'raise':
      return raise(alarm, event.transition, event.receivedAt)
    case 'update':
      return update(alarm, event.transition, event.receivedAt)
    case 'return':
      return giveBack(alarm, event.transition, event.receivedAt)
    case 'acknowledge':
      return acknowledge(alarm, event.acknowledgement)
    case 'note':
      return addNote(alarm, event.note, event.actor)
  }
}

/** The event a transition of the alarm lane stands for. */
export function eventOf(transition: AlarmTransition, receivedAt: UtcMs): AlarmEvent {
  return { kind: transition.kind === 'clear' ? 'return' : transition.kind, transition, receivedAt }
}

/** Fewest characters of an acknowledgement's note where one is required. */
export const MIN_NOTE = 4

/** Whether `note` says enough to acknowledge an alarm of this priority: red and orange need words. */
export function noteSuffices(priority: Priority, note: string): boolean {
  const required = priority === 'red' || priority === 'orange'
  return !required || note.trim().length >= MIN_NOTE
}

/** Whether the condition of an alarm holds as far as the control room knows. */
export function isActive(state: AlarmState): boolean {
  return state === 'unacked' || state === 'acked'
}

/** Whether an alarm still waits for a person, so that its escalation goes on. */
export function awaitsPerson(state: AlarmState): boolean {
  return state === 'unacked' || state === 'returned'
}

function moveOf(alarm: Alarm | null, kind: AlarmEvent['kind']): Move {
  return LIFECYCLE[alarm?.state ?? 'none'][kind]
}

function raise(alarm: Alarm | null, transition: AlarmTransition, receivedAt: UtcMs): AlarmStep {
  const known = alarm?.activations.some((activation) => activation.occurrence === transition.occurrence) ?? false
  if (known) return unchanged(alarm)
  return alarm === null || moveOf(alarm, 'raise') === 'open'
    ? open(transition, receivedAt)
    : raiseAgain(alarm, transition, receivedAt)
}

function open(transition: AlarmTransition, receivedAt: UtcMs): AlarmStep {
  const alarm: Alarm = {
    id: transition.occurrence,
    site: transition.site,
    rule: transition.rule,
    ruleType: transition.ruleType,
    point: transition.point,
    priority: transition.priority,
    state: 'unacked',
    raisedAt: transition.at,
    ...(transition.clock === undefined ? {} : { clock: transition.clock }),
    receivedAt,
    returnedAt: null,
    closedAt: null,
    activations: [{ occurrence: transition.occurrence, from: transition.at, to: null }],
    explanation: transition.explanation,
    readings: transition.readings,
    evidence: mergeEvidence([], transition.evidence),
    ...becauseOf(transition),
    acknowledgement: null,
    notes: [],
    notices: [],
    version: 1,
  }
  return { alarm, changed: true, acts: [edgeAct('alarm-raised', alarm, transition, receivedAt)], escalation: 'start' }
}

function raiseAgain(alarm: Alarm, transition: AlarmTransition, receivedAt: UtcMs): AlarmStep {
  const priority = higher(alarm.priority, transition.priority)
  const next: Alarm = {
    ...alarm,
    state: 'unacked',
    priority,
    returnedAt: null,
    activations: [
      ...alarm.activations.map((activation) => ended(activation, transition.at)),
      { occurrence: transition.occurrence, from: lastEnd(alarm, transition.at), to: null },
    ],
    explanation: transition.explanation,
    readings: transition.readings,
    evidence: mergeEvidence(alarm.evidence, transition.evidence),
    ...becauseOf(transition),
    // What was acknowledged was the activation before; its words stay visible as a note.
    acknowledgement: null,
    notes: [...alarm.notes, ...noteOf(alarm.acknowledgement)],
    version: alarm.version + 1,
  }
  // An alarm nobody has acknowledged keeps its place on the ladder: a winch that cycles must not start it over each time.
  const escalation = alarm.state === 'acked' || priority !== alarm.priority ? 'start' : 'none'
  return { alarm: next, changed: true, acts: [edgeAct('alarm-raised-again', next, transition, receivedAt)], escalation }
}

function update(alarm: Alarm | null, transition: AlarmTransition, receivedAt: UtcMs): AlarmStep {
  if (alarm === null || moveOf(alarm, 'update') !== 'extend') return unchanged(alarm)
  const known = new Set(alarm.evidence.map((row) => row.sha256))
  const priority = higher(alarm.priority, transition.priority)
  const isHigher = priority !== alarm.priority
  const saysMore = isHigher || transition.because !== undefined
  if (!saysMore && transition.evidence.every((row) => known.has(row.sha256))) return unchanged(alarm)
  const next: Alarm = {
    ...alarm,
    priority,
    evidence: mergeEvidence(alarm.evidence, transition.evidence),
    ...(saysMore ? { explanation: transition.explanation, readings: transition.readings } : {}),
    ...becauseOf(transition),
    ...(isHigher && alarm.state === 'acked'
      ? {
          state: 'unacked' as const,
          acknowledgement: null,
          notes: [...alarm.notes, ...noteOf(alarm.acknowledgement)],
        }
      : {}),
    version: alarm.version + 1,
  }
  const acts = [edgeAct('alarm-updated', next, transition, receivedAt)]
  return { alarm: next, changed: true, acts, escalation: isHigher ? 'start' : 'none' }
}

/** The newest account of what an alarm rests on replaces the one before. */
function becauseOf({ because }: AlarmTransition): Pick<Alarm, 'because'> {
  return because === undefined ? {} : { because }
}

function giveBack(alarm: Alarm | null, transition: AlarmTransition, receivedAt: UtcMs): AlarmStep {
  if (alarm === null) return unchanged(alarm)
  const move = moveOf(alarm, 'return')
  const current = alarm.activations.at(-1)
  const isCurrent = current?.occurrence === transition.occurrence && current.to === null
  if (!isCurrent || (move !== 'return' && move !== 'return-and-close')) return unchanged(alarm)
  const closes = move === 'return-and-close'
  const next: Alarm = {
    ...alarm,
    state: closes ? 'closed' : 'returned',
    returnedAt: transition.at,
    closedAt: closes ? receivedAt : null,
    activations: alarm.activations.map((activation) => ended(activation, transition.at)),
    evidence: mergeEvidence(alarm.evidence, transition.evidence),
    version: alarm.version + 1,
  }
  const acts = [edgeAct('alarm-returned', next, transition, receivedAt)]
  if (closes) acts.push(draft('alarm-closed', next, { kind: 'system', name: 'desk' }, receivedAt))
  // A return is no answer of a person: the escalation of an alarm nobody acknowledged goes on.
  return { alarm: next, changed: true, acts, escalation: 'none' }
}

function acknowledge(alarm: Alarm | null, acknowledgement: Acknowledgement): AlarmStep {
  if (alarm === null) return unchanged(alarm)
  const move = moveOf(alarm, 'acknowledge')
  const actor: Actor = { kind: 'person', name: acknowledgement.by }
  const { note, via, at } = acknowledgement
  if (move === 'acknowledge-again') {
    const act = draft('alarm-acknowledged', alarm, actor, at, { note, via, again: true })
    return { alarm, changed: false, acts: [act], escalation: 'none' }
  }
  if (move !== 'acknowledge' && move !== 'acknowledge-and-close') return unchanged(alarm)
  const closes = move === 'acknowledge-and-close'
  const next: Alarm = {
    ...alarm,
    state: closes ? 'closed' : 'acked',
    closedAt: closes ? at : null,
    acknowledgement,
    version: alarm.version + 1,
  }
  const acts = [draft('alarm-acknowledged', next, actor, at, { note, via, again: false })]
  if (closes) acts.push(draft('alarm-closed', next, actor, at))
  return { alarm: next, changed: true, acts, escalation: 'stop' }
}

function addNote(alarm: Alarm | null, note: AlarmNote, actor: Actor['kind']): AlarmStep {
  if (alarm === null || moveOf(alarm, 'note') !== 'note') return unchanged(alarm)
  const next: Alarm = { ...alarm, notes: [...alarm.notes, note], version: alarm.version + 1 }
  const act = draft('alarm-noted', next, { kind: actor, name: note.by }, note.at, { text: note.text })
  return { alarm: next, changed: true, acts: [act], escalation: 'none' }
}

function unchanged(alarm: Alarm | null): AlarmStep {
  return { alarm, changed: false, acts: [], escalation: 'none' }
}

function higher(a: Priority, b: Priority): Priority {
  return comparePriority(a, b) <= 0 ? a : b
}

function ended(activation: Alarm['activations'][number], at: UtcMs): Alarm['activations'][number] {
  if (activation.to !== null) return activation
  // A wall clock set back between raise and return must not make an interval that ends before it begins. (I14)
  return { ...activation, to: UtcMsSchema.parse(Math.max(activation.from, at)) }
}

/** A new activation never begins before the one before it ended. (I14) */
function lastEnd(alarm: Alarm, at: UtcMs): UtcMs {
  const last = alarm.activations.at(-1)
  return UtcMsSchema.parse(Math.max(at, last?.to ?? last?.from ?? 0))
}

function noteOf(acknowledgement: Acknowledgement | null): readonly AlarmNote[] {
  if (acknowledgement === null || acknowledgement.note.trim() === '') return []
  return [{ at: acknowledgement.at, by: acknowledgement.by, text: acknowledgement.note }]
}

function edgeAct(act: LedgerDraft['act'], alarm: Alarm, transition: AlarmTransition, receivedAt: UtcMs): LedgerDraft {
  return draft(act, alarm, { kind: 'system', name: `${transition.site}/${transition.rule}` }, receivedAt, {
    occurrence: transition.occurrence,
    n: transition.n,
    eventAt: transition.at,
    ...(transition.clock === undefined ? {} : { clock: transition.clock }),
    explanation: transition.explanation,
    evidence: transition.evidence.map((row) => row.sha256),
  })
}

function draft(
  act: LedgerDraft['act'],
  alarm: Alarm,
  actor: Actor,
  at: UtcMs,
  detail: Readonly<Record<string, unknown>> = {},
): LedgerDraft {
  return { at, actor, act, subject: alarm.id, detail: { ...detail, priority: alarm.priority, state: alarm.state } }
}
