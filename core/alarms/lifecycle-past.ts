import type { Alarm, AlarmTransition } from '../contract/alarm.ts'
import { OccurrenceId } from '../contract/occurrence.ts'
import { UtcMs } from '../contract/time.ts'
import { update } from './lifecycle-edge.ts'
import { type AlarmStep, changedTo, earliest, edgeAct, latest } from './lifecycle-step.ts'

interface Heard {
  readonly transition: AlarmTransition
  readonly receivedAt: UtcMs
}

/**
 * An occurrence older than the newest activation: it becomes an earlier activation and touches nothing that lives (I13). A rule has one
 * occurrence at a time, so it begins after the one before it has ended, and has ended when the next began.
 */
export function enterPast(alarm: Alarm, { transition, receivedAt }: Heard): AlarmStep {
  const { activations } = alarm
  const { occurrence, at: from } = transition
  const place = activations.findIndex((activation) => activation.from > from)
  const before = activations.slice(0, place).map((activation) => ({ ...activation, to: earliest(from, activation.to) }))
  const past = { occurrence, from, to: activations[place]?.from ?? from }
  const next = {
    ...alarm,
    activations: [...before, past, ...activations.slice(place)],
    raises: (alarm.raises ?? activations.length) + 1,
  }
  return moveless(alarm, next, { transition, receivedAt })
}

/** The clear of an activation that had to be ended without it. */
export function endInPast(alarm: Alarm, { transition, receivedAt }: Heard): AlarmStep {
  const { occurrence, at } = transition
  const activations = alarm.activations.map((activation) =>
    activation.occurrence === occurrence
      ? { ...activation, to: latest(earliest(at, activation.to), activation.from) }
      : activation,
  )
  // What a person withdrew while it went on is over now.
  const isOver = alarm.state === 'closed' && alarm.returnedAt === null
  return moveless(alarm, { ...alarm, activations, ...(isOver ? { returnedAt: at } : {}) }, { transition, receivedAt })
}

/** The raise that comes after its own update or clear: it knows best when and why it began. */
export function amend(alarm: Alarm, { transition, receivedAt }: Heard): AlarmStep {
  const place = alarm.activations.findIndex(({ occurrence }) => occurrence === transition.occurrence)
  const before = alarm.activations[place - 1]
  const isFirst = alarm.id === transition.occurrence
  const from = (to: UtcMs | null) => earliest(latest(transition.at, before?.to ?? transition.at), to)
  const better: Alarm = {
    ...alarm,
    ...(isFirst ? { raisedAt: transition.at, explanation: transition.explanation, readings: transition.readings } : {}),
    ...(isFirst && transition.clock !== undefined ? { clock: transition.clock } : {}),
    ruleVersion: isFirst ? (transition.ruleVersion ?? alarm.ruleVersion) : alarm.ruleVersion,
    storedAt: isFirst ? (transition.storedAt ?? alarm.storedAt) : alarm.storedAt,
    activations: alarm.activations.map((activation, index) =>
      index === place ? { ...activation, from: from(activation.to) } : activation,
    ),
  }
  const entry = edgeAct('alarm-updated', alarm, transition, { receivedAt, moved: false })
  const more = update(better, { transition, receivedAt })
  return changedTo(alarm, more.alarm ?? better, {
    acts: [entry, ...more.acts],
    announcement: more.announcement,
    moved: more.moved,
  })
}

/** A rule that is armed no more says nothing of its condition: only a person withdraws its alarm. (§3.4, I5) */
export function disarmed(alarm: Alarm, { transition, receivedAt }: Heard): AlarmStep {
  return moveless(alarm, { ...alarm, quality: 'stale' }, { transition, receivedAt })
}

/** Whether a clear says only that nobody watches the condition any more. */
export function isDisarming({ kind, explanation }: AlarmTransition): boolean {
  return kind === 'clear' && explanation.key === 'rule.withdrawn'
}

/** Something that came and moved no state is in the ledger all the same. */
function moveless(alarm: Alarm, next: Alarm, { transition, receivedAt }: Heard): AlarmStep {
  const detail = { receivedAt, kind: transition.kind, moved: false }
  return changedTo(alarm, next, { acts: [edgeAct('alarm-updated', next, transition, detail)] })
}

/** When an occurrence began: the last part of its id says so where its raise has not come. */
export function beganAt(transition: AlarmTransition): UtcMs {
  if (transition.kind === 'raise') return transition.at
  const told = UtcMs.safeParse(Number.parseInt(transition.occurrence.split('.').at(-1) ?? '', 36))
  return told.success ? earliest(told.data, transition.at) : transition.at
}

/** What an occurrence is called after a person withdrew its alarm while it went on: what is heard of it then is another episode. */
export function renewed(occurrence: OccurrenceId): OccurrenceId {
  return OccurrenceId.parse(`${occurrence}w`)
}
