import type { Alarm, AlarmTransition } from '../contract/alarm.ts'
import type { OccurrenceId } from '../contract/occurrence.ts'
import type { UtcMs } from '../contract/time.ts'
import { type AlarmStep, stepAlarm } from './lifecycle.ts'
import { amend, beganAt, disarmed, endInPast, enterPast, isDisarming, renewed } from './lifecycle-past.ts'
import { activeOne } from './lifecycle-step.ts'

/** What is known of the point a transition is about, before it. */
export interface PointAlarms {
  /** The alarm its occurrence belongs to; null when the occurrence is new. */
  readonly own: Alarm | null
  /** The newest of the same rule and site, open or closed: at most that one is open. */
  readonly newest: Alarm | null
}

export interface Receipt {
  readonly receivedAt: UtcMs
  /** The next number, should a new alarm come of it. */
  readonly number: string
  /** The active alarm that explains what this rule sees; null = none. */
  readonly parent: OccurrenceId | null
}

/** What taking a transition came to, in order. Each step begins with what the one before it has left. */
export interface Taken {
  readonly steps: readonly AlarmStep[]
  /** Why it did not fit the order it should have come in; null = it did. */
  readonly oddity: string | null
}

/**
 * Takes a transition that was not taken before. Transitions may be lost, late or out of order on their way: an update or clear whose raise
 * has not come opens the alarm all the same, because somebody must hear of it; what is older than the newest activation is entered as a
 * thing of the past (I13).
 */
export function takeTransition(point: PointAlarms, transition: AlarmTransition, receipt: Receipt): Taken {
  const { own, newest } = point
  return own === null ? begin(newest, transition, receipt) : goOn(own, transition, { receipt, newest })
}

/** More of an occurrence that is known. */
function goOn(
  alarm: Alarm,
  transition: AlarmTransition,
  { receipt, newest }: { readonly receipt: Receipt; readonly newest: Alarm | null },
): Taken {
  const heard = { transition, receivedAt: receipt.receivedAt }
  if (transition.kind === 'raise') return { steps: [amend(alarm, heard)], oddity: null }
  if (isDisarming(transition)) {
    const isOpen = alarm.state !== 'closed' && activeOne(alarm)?.occurrence === transition.occurrence
    const oddity = isOpen ? 'a rule is armed no more while its alarm is open' : null
    return { steps: [isOpen ? disarmed(alarm, heard) : endInPast(alarm, heard)], oddity }
  }
  if (transition.kind === 'clear') {
    const step = stepAlarm(alarm, { kind: 'return', ...heard })
    return { steps: [step.changed ? step : endInPast(alarm, heard)], oddity: null }
  }
  const isWithdrawn = alarm.state === 'closed' && alarm.returnedAt === null && alarm.id === newest?.id
  if (!isWithdrawn || alarm.activations.at(-1)?.occurrence !== transition.occurrence)
    return {
      steps: [stepAlarm(alarm, { kind: 'update', ...heard, transition: asOfNow(alarm, transition) })],
      oddity: null,
    }
  const anew = { ...transition, kind: 'raise' as const, occurrence: renewed(transition.occurrence) }
  return { ...begin(alarm, anew, receipt), oddity: 'a condition goes on whose alarm was withdrawn' }
}

/** What is older than the activation that goes on adds what it shows, but can make the alarm no graver (I13). */
function asOfNow(alarm: Alarm, update: AlarmTransition): AlarmTransition {
  const last = alarm.activations.at(-1)
  return last !== undefined && update.at < last.from ? { ...update, priority: alarm.priority } : update
}

/** The first that is heard of an occurrence. */
function begin(newest: Alarm | null, transition: AlarmTransition, receipt: Receipt): Taken {
  const raise = { ...transition, kind: 'raise' as const, at: beganAt(transition) }
  const { steps, oddity } = raiseSteps(newest, raise, receipt)
  if (transition.kind !== 'clear')
    return { steps, oddity: oddity ?? (transition.kind === 'raise' ? null : 'an update came before its raise') }
  const begun = steps.at(-1)?.alarm ?? null
  const then = begun === null ? [] : goOn(begun, transition, { receipt, newest: begun }).steps
  return { steps: [...steps, ...then], oddity: 'a clear came before its raise' }
}

function raiseSteps(newest: Alarm | null, raise: AlarmTransition, receipt: Receipt): Taken {
  const { receivedAt } = receipt
  const heard = { transition: raise, receivedAt }
  const last = newest?.activations.at(-1)
  const isOpen = newest !== null && newest.state !== 'closed'
  if (isOpen && last !== undefined && raise.at < last.from)
    return { steps: [enterPast(newest, heard)], oddity: 'a raise came after a later one' }
  const before: AlarmStep[] = []
  if (isOpen && last?.to === null) {
    // A rule has one occurrence at a time: the return of the one before was lost, or is late.
    const end = { ...raise, kind: 'clear' as const, occurrence: last.occurrence }
    before.push(stepAlarm(newest, { kind: 'return', transition: end, receivedAt, isInferred: true }))
  }
  const present = before.at(-1)?.alarm ?? newest
  const raised = stepAlarm(present, { kind: 'raise', transition: raise, ...receipt })
  const isNew = raised.before === null && present !== null
  const handed = isNew ? stepAlarm(present, { kind: 'handed-over', at: receivedAt }) : null
  const steps = [...before, ...(handed?.changed === true ? [handed] : []), raised]
  return { steps, oddity: before.length > 0 ? 'a raise came before the clear of the one before' : null }
}
