import type { Alarm, AlarmTransition } from '../../../core/contract/alarm.ts'
import { UtcMs } from '../../../core/contract/time.ts'
import { type AlarmStep, eventOf, stepAlarm } from '../../../core/alarms/lifecycle.ts'
import type { Query } from '../db/database.ts'
import { findAlarmOf, findOpenAlarm, saveAlarm } from './alarm-rows.ts'
import type { LedgerAction } from './ledger.ts'
import { obeyStep } from './ladder.ts'

/** What taking a transition came to. */
export interface Received {
  readonly known: boolean
  /** Alarms that have changed. */
  readonly changed: readonly string[]
  readonly actions: readonly LedgerAction[]
  /** Why it did not fit the order it should have come in; null = it did. */
  readonly oddity: string | null
}

/**
 * Applies a transition in a transaction. Transitions may be lost, late or doubled on their way: a repeat is `known`;
 * an update or clear whose raise has not come opens the alarm all the same, because somebody must hear of it; a
 * raise older than the activation that is open is entered as a thing of the past.
 */
export async function applyTransition(q: Query, transition: AlarmTransition, now: UtcMs): Promise<Received> {
  const { changes } = await q.run(
    'insert into transitions (occurrence, n, kind, received_at) values (?, ?, ?, ?) on conflict do nothing',
    transition.occurrence,
    transition.n,
    transition.kind,
    now,
  )
  if (changes === 0) return { known: true, changed: [], actions: [], oddity: null }
  const own = await findAlarmOf(q, transition.occurrence)
  if (own !== null) return await continueAlarm(q, own, transition, now)
  const open = await findOpenAlarm(q, transition.site, transition.rule)
  return await beginActivation(q, open, transition, now)
}

/** A transition of an occurrence that has come before. */
async function continueAlarm(q: Query, alarm: Alarm, transition: AlarmTransition, now: UtcMs): Promise<Received> {
  if (transition.kind === 'raise') return await amend(q, alarm, transition, now)
  const step = stepAlarm(alarm, eventOf(transition, now))
  if (step.changed) return received(await commit(q, alarm, step, now), null)
  return transition.kind === 'clear' ? await endInPast(q, alarm, transition) : received(noted(alarm, transition), null)
}

/** The first that is heard of an occurrence. */
async function beginActivation(
  q: Query,
  open: Alarm | null,
  transition: AlarmTransition,
  now: UtcMs,
): Promise<Received> {
  const raise: AlarmTransition = { ...transition, kind: 'raise', at: raisedAt(transition) }
  const current = open?.activations.at(-1)
  const isPast = open !== null && current?.to === null && raise.at < current.from
  const first = isPast
    ? await enterPast(
        q,
        { ...open, activations: [pastActivation(raise, current.from), ...open.activations] },
        { open, raise },
      )
    : await commit(q, open, stepAlarm(open, { kind: 'raise', transition: raise, receivedAt: now }), now)
  if (transition.kind !== 'clear') {
    const missing = transition.kind === 'raise' ? null : 'an update came before its raise'
    return received(first, isPast ? 'a raise came after a later one' : missing)
  }
  const begun = await findAlarmOf(q, transition.occurrence)
  const then = begun === null ? NOTHING : await continueAlarm(q, begun, transition, now)
  return {
    known: false,
    changed: [...new Set([...first.changed, ...then.changed])],
    actions: [...first.actions, ...then.actions],
    oddity: 'a clear came before its raise',
  }
}

interface Done {
  readonly changed: readonly string[]
  readonly actions: readonly LedgerAction[]
}
const NOTHING: Done = { changed: [], actions: [] }

function received(done: Done, oddity: string | null): Received {
  return { known: false, ...done, oddity }
}

async function commit(q: Query, before: Alarm | null, step: AlarmStep, now: UtcMs): Promise<Done> {
  if (step.alarm === null || !step.changed) return NOTHING
  await saveAlarm(q, step.alarm, before)
  return { changed: [step.alarm.id], actions: [...step.acts, ...(await obeyStep(q, before, step, now))] }
}

/** The raise that comes after its own update or clear: it knows best when and why it began. */
async function amend(q: Query, alarm: Alarm, raise: AlarmTransition, now: UtcMs): Promise<Received> {
  const isFirst = alarm.id === raise.occurrence
  const better: Alarm = {
    ...alarm,
    ...(isFirst ? { raisedAt: raise.at, explanation: raise.explanation, readings: raise.readings } : {}),
    ...(isFirst && raise.clock !== undefined ? { clock: raise.clock } : {}),
    activations: alarm.activations.map((activation) =>
      activation.occurrence === raise.occurrence
        ? { ...activation, from: notAfter(raise.at, activation.to) }
        : activation,
    ),
  }
  await saveAlarm(q, better, alarm)
  const step = stepAlarm(better, { kind: 'update', transition: raise, receivedAt: now })
  const done = await commit(q, better, step, now)
  return received({ changed: [alarm.id], actions: [...noted(alarm, raise).actions, ...done.actions] }, null)
}

async function enterPast(
  q: Query,
  next: Alarm,
  { open, raise }: { open: Alarm; raise: AlarmTransition },
): Promise<Done> {
  await saveAlarm(q, next, open)
  return noted(next, raise)
}

/** A rule has one occurrence at a time, so the later one's beginning is the latest this one can have ended. */
function pastActivation(raise: AlarmTransition, to: UtcMs): Alarm['activations'][number] {
  return { occurrence: raise.occurrence, from: raise.at, to }
}

/** A clear of an activation that had to be ended without it. */
async function endInPast(q: Query, alarm: Alarm, clear: AlarmTransition): Promise<Received> {
  const next: Alarm = {
    ...alarm,
    activations: alarm.activations.map((activation) =>
      activation.occurrence === clear.occurrence
        ? { ...activation, to: notBefore(notAfter(clear.at, activation.to), activation.from) }
        : activation,
    ),
  }
  await saveAlarm(q, next, alarm)
  return received(noted(next, clear), null)
}

/** Something that arrived and moved no state is in the ledger all the same. */
function noted(alarm: Alarm, transition: AlarmTransition): Done {
  const { site, rule, occurrence, n, kind, at, explanation, evidence } = transition
  const action: LedgerAction = {
    actor: { kind: 'system', name: `${site}/${rule}` },
    act: 'alarm-updated',
    subject: alarm.id,
    detail: {
      occurrence,
      n,
      kind,
      eventAt: at,
      explanation,
      evidence: evidence.map((row) => row.sha256),
      state: alarm.state,
      moved: false,
    },
  }
  return { changed: [alarm.id], actions: [action] }
}

/** When an occurrence began: the last part of its id says so where its raise has not come. */
function raisedAt(transition: AlarmTransition): UtcMs {
  if (transition.kind === 'raise') return transition.at
  const told = UtcMs.safeParse(Number.parseInt(transition.occurrence.split('.').at(-1) ?? '', 36))
  return told.success ? notAfter(told.data, transition.at) : transition.at
}

function notAfter(at: UtcMs, limit: UtcMs | null): UtcMs {
  return limit !== null && at > limit ? limit : at
}

function notBefore(at: UtcMs, limit: UtcMs): UtcMs {
  return at < limit ? limit : at
}
