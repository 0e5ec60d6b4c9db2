import type { Alarm, AlarmTransition } from '../contract/alarm.ts'
import type { UtcMs } from '../contract/time.ts'
import type { Telling } from './announcement.ts'
import { endedActs, higher, isLate, saidBy } from './lifecycle-raise.ts'
import {
  activeOne,
  type AlarmStep,
  announced,
  changedTo,
  DESK,
  draft,
  edgeAct,
  endedAt,
  type LedgerDraft,
  noteOf,
  settled,
  unchanged,
} from './lifecycle-step.ts'
import { awaitsPerson, transitionOf } from './lifecycle-table.ts'
import { mergeEvidence } from './merge-evidence.ts'
import { comparePriority } from './priority.ts'
import { underPriority } from './suppression.ts'

export interface Heard {
  readonly transition: AlarmTransition
  readonly receivedAt: UtcMs
}

/** The end of a condition: of the activation that goes on and of no other. */
export interface Returned extends Heard {
  /** Nobody has told it; a later raise shows that it must have been. */
  readonly isInferred?: boolean
}

/** The condition is proven gone. A return is no answer of a person: nothing but a person ends what nobody has acknowledged. */
export function giveBack(alarm: Alarm, { transition, receivedAt, isInferred = false }: Returned): AlarmStep {
  const moved = transitionOf(alarm.state, 'return', alarm.latched)
  if (moved === null || activeOne(alarm)?.occurrence !== transition.occurrence) return unchanged(alarm)
  const closes = moved.to === 'closed'
  const over: Alarm = {
    ...alarm,
    state: moved.to,
    returnedAt: transition.at,
    returnRuleVersion: transition.ruleVersion ?? null,
    closedAt: closes ? receivedAt : null,
    activations: endedAt(alarm.activations, transition.at),
    evidence: isInferred ? alarm.evidence : mergeEvidence(alarm.evidence, transition.evidence),
    reAlarmAt: null,
  }
  const next = closes ? settled(over) : over
  const late = isLate(transition.at, receivedAt)
  const acts = [
    edgeAct('alarm-returned', next, transition, { receivedAt, late, ...(isInferred ? { isInferred } : {}) }),
  ]
  if (closes) {
    acts.push(draft('alarm-closed', next, DESK, receivedAt))
    return changedTo(alarm, next, { acts, moved, announcement: { do: 'end', why: 'closed' } })
  }
  // The raise that follows says more than that it was gone for an instant.
  if (isInferred) return changedTo(alarm, next, { acts, moved })
  if (next.announceAt !== undefined) {
    const told = announced(next, lateTelling(next), receivedAt)
    return changedTo(alarm, told.alarm, { acts: [...acts, told.act], moved, announcement: told.announcement })
  }
  const isNews = awaitsPerson(next.state) && next.suppressions.length === 0
  return changedTo(alarm, next, { acts, moved, announcement: { do: isNews ? 'returned' : 'nothing' } })
}

/** Red and orange of the past are told one by one, the rest together. (§3.4, late lane) */
function lateTelling({ priority }: Alarm): Telling {
  return priority === 'red' || priority === 'orange' ? { do: 'begin', kind: 'late' } : { do: 'digest', kind: 'late' }
}

/** What came late still goes on: it is told now. */
export function lateDue(alarm: Alarm, at: UtcMs): AlarmStep {
  if (alarm.announceAt === undefined || alarm.announceAt > at) return unchanged(alarm)
  const told = announced(alarm, { do: 'begin', kind: 'late' }, at)
  return changedTo(alarm, told.alarm, { acts: [told.act], announcement: told.announcement })
}

/**
 * Evidence, another account, or a higher priority. Of the newest activation only: what comes of an earlier one brings pictures and moves
 * nothing (I13). A lower priority is journaled and no more.
 */
export function update(alarm: Alarm, { transition, receivedAt }: Heard): AlarmStep {
  if (alarm.state === 'closed') return unchanged(alarm)
  const known = new Set(alarm.evidence.map((row) => row.sha256))
  const isNew = transition.evidence.some((row) => !known.has(row.sha256))
  const isNewest = alarm.activations.at(-1)?.occurrence === transition.occurrence
  const change = isNewest ? comparePriority(transition.priority, alarm.priority) : 0
  const saysMore = isNewest && (change < 0 || transition.because !== undefined)
  if (!saysMore && !isNew) {
    const lowered = { receivedAt, lowered: transition.priority }
    return unchanged(alarm, change > 0 ? [edgeAct('alarm-updated', alarm, transition, lowered)] : [])
  }
  const next: Alarm = {
    ...alarm,
    evidence: mergeEvidence(alarm.evidence, transition.evidence),
    ...(saysMore ? saidBy(transition) : {}),
  }
  if (change < 0) return graver(alarm, next, { transition, receivedAt })
  return changedTo(alarm, next, { acts: [edgeAct('alarm-updated', next, transition, { receivedAt })] })
}

/** A higher priority is news: people are called by its own ladder, also those who had acknowledged what it was before. */
function graver(alarm: Alarm, more: Alarm, { transition, receivedAt }: Heard): AlarmStep {
  const priority = higher(alarm.priority, transition.priority)
  const moved = transitionOf(alarm.state, 're-alarm', alarm.latched)
  const next: Alarm = {
    ...more,
    priority,
    suppressions: underPriority(alarm.suppressions, priority, receivedAt),
    ...(moved === null ? {} : againUnacked(alarm)),
  }
  const acts = [edgeAct('alarm-updated', next, transition, { receivedAt }), ...endedActs(alarm, next, receivedAt)]
  // What a person has acknowledged and is over is a matter of record.
  if (next.state === 'latched-acked') return changedTo(alarm, next, { acts })
  const told = announced(next, { do: 'begin', kind: moved === null ? 'raise' : 're-alarm' }, receivedAt)
  return changedTo(alarm, told.alarm, { acts: [...acts, told.act], moved, announcement: told.announcement })
}

/** Acknowledged, still going on, and its time is up. (I22) */
export function reAlarm(alarm: Alarm, at: UtcMs): AlarmStep {
  const moved = transitionOf(alarm.state, 're-alarm', alarm.latched)
  if (moved === null || alarm.reAlarmAt === null || alarm.reAlarmAt > at) return unchanged(alarm)
  const told = announced({ ...alarm, ...againUnacked(alarm) }, { do: 'begin', kind: 're-alarm' }, at)
  const acts = [draft('alarm-re-alarmed', told.alarm, DESK, at, { acknowledgedBy: alarm.acknowledgement?.by ?? null })]
  return changedTo(alarm, told.alarm, { acts: [...acts, told.act], moved, announcement: told.announcement })
}

function againUnacked(alarm: Alarm): Pick<Alarm, 'state' | 'acknowledgement' | 'reAlarmAt' | 'notes'> {
  const notes = [...alarm.notes, ...noteOf(alarm.acknowledgement)]
  return { state: 'unacked', acknowledgement: null, reAlarmAt: null, notes }
}

/** Whether the values behind an alarm are heard. Never moves the state. */
export function setQuality(alarm: Alarm, quality: Alarm['quality'], why: LedgerDraft['detail'], at: UtcMs): AlarmStep {
  if (alarm.state === 'closed' || alarm.quality === quality) return unchanged(alarm)
  const next = { ...alarm, quality }
  return changedTo(alarm, next, { acts: [draft('alarm-updated', next, DESK, at, { ...why, quality, moved: false })] })
}
