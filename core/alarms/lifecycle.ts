import type { Acknowledgement, Alarm, AlarmNote, Finding, Suppression } from '../contract/alarm.ts'
import type { Reset } from '../contract/acts.ts'
import type { Actor } from '../contract/ledger.ts'
import type { OccurrenceId } from '../contract/occurrence.ts'
import type { UtcMs } from '../contract/time.ts'
import { acknowledge, addFinding, addNote, assign, reset, withdraw } from './lifecycle-acts.ts'
import { giveBack, lateDue, reAlarm, type Returned, setQuality, update } from './lifecycle-edge.ts'
import { raise, type Raise } from './lifecycle-raise.ts'
import { type AlarmStep, type LedgerDraft, unchanged } from './lifecycle-step.ts'
import { endSuppression, expire, explain, handOver, suppress, unexplain } from './lifecycle-suppress.ts'
import type { SecondPerson, SuppressionAsk } from './suppression.ts'

export { MIN_NOTE, noteSuffices, RE_ALARM_MS } from './lifecycle-acts.ts'
export type { ActRefusal, AlarmStep, LedgerDraft } from './lifecycle-step.ts'
export { awaitsPerson, isActive } from './lifecycle-table.ts'

interface ByPerson {
  readonly by: string
  readonly at: UtcMs
}

/** What can happen to one alarm. `at` is the control room's time; a transition carries the event's own. */
export type AlarmEvent =
  | ({ readonly kind: 'raise' } & Raise)
  | ({ readonly kind: 'update' | 'return' } & Returned)
  | {
      readonly kind: 'acknowledge'
      readonly acknowledgement: Acknowledgement
      /** The newest raise that whoever says it has seen, where that is known. */
      readonly seen?: OccurrenceId | undefined
    }
  | ({ readonly kind: 'reset' } & ByPerson & Reset)
  | ({ readonly kind: 'withdraw'; readonly reason: string; readonly second: SecondPerson | null } & ByPerson)
  | { readonly kind: 'suppress'; readonly ask: SuppressionAsk; readonly at: UtcMs }
  | ({ readonly kind: 'end-suppression'; readonly of: Suppression['kind']; readonly reason: string } & ByPerson)
  | ({ readonly kind: 'assign'; readonly to: string | null } & ByPerson)
  | { readonly kind: 'note'; readonly note: AlarmNote; readonly actor: Actor['kind'] }
  | { readonly kind: 'finding'; readonly finding: Finding; readonly at: UtcMs }
  /** Timers. What is not due changes nothing. */
  | { readonly kind: 're-alarm' | 'expiry' | 'late-due'; readonly at: UtcMs }
  /** Another alarm explains this one, or does no more. */
  | { readonly kind: 'explained' | 'unexplained'; readonly parent: OccurrenceId; readonly at: UtcMs }
  /** The next alarm of the rule takes over what holds this closed one back. */
  | { readonly kind: 'handed-over'; readonly at: UtcMs }
  | {
      readonly kind: 'quality'
      readonly quality: Alarm['quality']
      readonly why: LedgerDraft['detail']
      readonly at: UtcMs
    }

/**
 * Moves one alarm by one event. Never throws: what does not fit is a step that changes nothing. `alarm` is the one the event is about;
 * for a raise the newest of its rule and site, open or closed, or null where there never was one. (§3.3)
 */
export function stepAlarm(alarm: Alarm | null, event: AlarmEvent): AlarmStep {
  if (event.kind === 'raise') return raise(alarm, event)
  return alarm === null ? unchanged(null) : stepKnown(alarm, event)
}

function stepKnown(alarm: Alarm, event: Exclude<AlarmEvent, { kind: 'raise' }>): AlarmStep {
  switch (event.kind) {
    case 'update':
      return update(alarm, event)
    case 'return':
      return giveBack(alarm, event)
    case 'acknowledge':
      return acknowledge(alarm, event.acknowledgement, event.seen)
    case 'reset':
      return reset(alarm, event)
    case 'withdraw':
      return withdraw(alarm, event)
    case 'suppress':
      return suppress(alarm, event.ask, event.at)
    case 'end-suppression':
      return endSuppression(alarm, { ...event, kind: event.of })
    case 'assign':
      return assign(alarm, event)
    case 'note':
      return addNote(alarm, event.note, event.actor)
    case 'finding':
      return addFinding(alarm, event.finding, event.at)
    case 're-alarm':
      return reAlarm(alarm, event.at)
    case 'expiry':
      return expire(alarm, event.at)
    case 'late-due':
      return lateDue(alarm, event.at)
    case 'explained':
      return explain(alarm, event.parent, event.at)
    case 'unexplained':
      return unexplain(alarm, event.parent, event.at)
    case 'handed-over':
      return handOver(alarm, event.at)
    case 'quality':
      return setQuality(alarm, event.quality, event.why, event.at)
  }
}
