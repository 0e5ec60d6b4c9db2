import type { Acknowledgement, Alarm, AlarmNote, Finding } from '../contract/alarm.ts'
import type { Reset } from '../contract/acts.ts'
import type { Actor } from '../contract/ledger.ts'
import type { OccurrenceId } from '../contract/occurrence.ts'
import type { Priority } from '../contract/priority.ts'
import type { UtcMs } from '../contract/time.ts'
import { later } from '../kit/time.ts'
import { type AlarmStep, changedTo, draft, endedAt, noOp, refusedStep, settled, unchanged } from './lifecycle-step.ts'
import { awaitsPerson, isActive, transitionOf } from './lifecycle-table.ts'
import { type SecondPerson, secondRefusal } from './suppression.ts'

/** Fewest characters of an acknowledgement's note where one is required. */
export const MIN_NOTE = 4

/** After an acknowledgement of what still goes on it announces itself again after so long; null = never. (§3.3) */
export const RE_ALARM_MS: Readonly<Record<Priority, number | null>> = {
  red: 15 * 60_000,
  orange: 60 * 60_000,
  yellow: 8 * 3_600_000,
  blue: null,
}

/** Whether `note` says enough to acknowledge an alarm of this priority: red and orange need words. */
export function noteSuffices(priority: Priority, note: string): boolean {
  const required = priority === 'red' || priority === 'orange'
  return !required || note.trim().length >= MIN_NOTE
}

/** Silences and stops the escalation; closes only what has returned. A second person's is recorded beside the first. (I10) */
export function acknowledge(alarm: Alarm, acknowledgement: Acknowledgement, seen?: OccurrenceId): AlarmStep {
  const { by, note, via, at, saidAt } = acknowledgement
  const said = { note, via, ...(saidAt === undefined ? {} : { saidAt }) }
  const actor: Actor = { kind: 'person', name: by }
  if (!awaitsPerson(alarm.state)) {
    if (alarm.acknowledgement === null) return noOp(alarm, 'acknowledge', { by, at })
    // A phone that sends twice is no second act.
    if (alarm.acknowledgement.by === by) return unchanged(alarm)
    return unchanged(alarm, [draft('alarm-acknowledged', alarm, actor, at, { ...said, again: true })])
  }
  const newest = alarm.activations.at(-1)?.occurrence
  if (seen !== undefined && newest !== undefined && newest !== seen) {
    const refused = {
      code: 'http/conflict',
      because: 'raised-anew',
      expected: `an acknowledgement of its newest raise ${newest}`,
      came: `one of ${seen}`,
    } as const
    return refusedStep(alarm, refused, { did: 'acknowledge', by, at })
  }
  // A reply by SMS, a key on the phone and the site's own gateway say no more than that somebody has it.
  const isWritten = via === 'desk' || via === 'phone'
  if (isWritten && !noteSuffices(alarm.priority, note)) {
    const came = `${note.trim().length}`
    const expected = `a note of at least ${MIN_NOTE} characters for a ${alarm.priority} alarm: say what you do about it`
    const refused = { code: 'http/invalid', because: 'note-too-short', expected, came } as const
    return refusedStep(alarm, refused, { did: 'acknowledge', by, at })
  }
  const moved = transitionOf(alarm.state, 'acknowledge', alarm.latched)
  const state = moved?.to ?? alarm.state
  const closes = state === 'closed'
  const heard: Alarm = { ...settled(alarm), state, acknowledgement, closedAt: closes ? at : null }
  const next = { ...heard, reAlarmAt: reAlarmAt(heard, at) }
  const acts = [draft('alarm-acknowledged', next, actor, at, { ...said, again: false })]
  if (closes) acts.push(draft('alarm-closed', next, actor, at))
  return changedTo(alarm, next, { acts, moved, announcement: { do: 'end', why: 'acknowledged' } })
}

/** The place was looked at: what latched may close. */
export function reset(
  alarm: Alarm,
  { by, at, result, note }: { readonly by: string; readonly at: UtcMs } & Reset,
): AlarmStep {
  const moved = transitionOf(alarm.state, 'reset', alarm.latched)
  const told = { did: 'reset', by, at }
  if (moved === null) {
    const [because, expected] = isActive(alarm.state)
      ? (['still-active', 'the condition gone'] as const)
      : (['acknowledge-first', 'an acknowledgement first'] as const)
    const isRefused = isActive(alarm.state) || alarm.state === 'latched'
    if (!isRefused) return noOp(alarm, 'reset', told)
    const came = `an alarm that is ${alarm.state}`
    return refusedStep(alarm, { code: 'http/conflict', because, expected, came }, told)
  }
  const finding: Finding = { kind: 'on-site', at, by, note, receipt: null }
  const next = settled({ ...alarm, state: moved.to, closedAt: at, findings: [...alarm.findings, finding] })
  const actor: Actor = { kind: 'person', name: by }
  const acts = [draft('alarm-reset', next, actor, at, { result, note }), draft('alarm-closed', next, actor, at)]
  return changedTo(alarm, next, { acts, moved, announcement: { do: 'end', why: 'closed' } })
}

/** The rule or point is no more, a named person says. What is still there then is another episode. */
export function withdraw(
  alarm: Alarm,
  ask: { readonly by: string; readonly at: UtcMs; readonly reason: string; readonly second: SecondPerson | null },
): AlarmStep {
  const { by, at, reason, second } = ask
  const moved = transitionOf(alarm.state, 'withdraw', alarm.latched)
  if (moved === null) return noOp(alarm, 'withdraw', ask)
  const refusal = secondRefusal(alarm.priority, { kind: 'withdraw', by, second })
  if (refusal !== null) return refusedStep(alarm, refusal, { did: 'withdraw', by, at })
  const activations = endedAt(alarm.activations, at)
  const next = settled({ ...alarm, state: moved.to, closedAt: at, activations, suppressions: [] })
  const actor: Actor = { kind: 'person', name: by }
  const detail = { reason, second: second?.name ?? null, suppressed: alarm.suppressions.map(({ kind }) => kind) }
  const acts = [draft('alarm-withdrawn', next, actor, at, detail), draft('alarm-closed', next, actor, at)]
  return changedTo(alarm, next, { acts, moved, announcement: { do: 'end', why: 'withdrawn' } })
}

/** Somebody is to see to it; null takes it back. */
export function assign(
  alarm: Alarm,
  { to, by, at }: { readonly to: string | null; readonly by: string; readonly at: UtcMs },
): AlarmStep {
  if (alarm.assignee === to) return unchanged(alarm)
  const next = seenTo({ ...alarm, assignee: to }, at)
  return changedTo(alarm, next, { acts: [draft('alarm-assigned', next, { kind: 'person', name: by }, at, { to })] })
}

/** Something was found out on the spot, or reported upwards. (T9) */
export function addFinding(alarm: Alarm, finding: Finding, at: UtcMs): AlarmStep {
  // A phone that sends twice is no second finding.
  if (finding.id !== undefined && alarm.findings.some(({ id }) => id === finding.id)) return unchanged(alarm)
  const next = seenTo({ ...alarm, findings: [...alarm.findings, finding] }, at)
  const { by, at: foundAt, ...detail } = finding
  const act = draft('alarm-finding', next, { kind: 'person', name: by }, at, { ...detail, foundAt })
  return changedTo(alarm, next, { acts: [act] })
}

export function addNote(alarm: Alarm, note: AlarmNote, actor: Actor['kind']): AlarmStep {
  const next = { ...alarm, notes: [...alarm.notes, note] }
  const act = draft('alarm-noted', next, { kind: actor, name: note.by }, note.at, { text: note.text })
  return changedTo(alarm, next, { acts: [act] })
}

/** When it announces itself again, having been acknowledged at `at`: never while somebody is on the spot. (I22) */
function reAlarmAt(alarm: Alarm, at: UtcMs): UtcMs | null {
  const after = RE_ALARM_MS[alarm.priority]
  return alarm.state !== 'acked' || after === null || isSeenTo(alarm) ? null : later(at, after)
}

function isSeenTo({ assignee, findings }: Alarm): boolean {
  return assignee !== null && findings.some(({ kind }) => kind === 'on-site')
}

/** Somebody who is on the spot needs no reminder; when they are not any more, it is counted anew. */
function seenTo(alarm: Alarm, at: UtcMs): Alarm {
  const isWatched = !isSeenTo(alarm) && alarm.reAlarmAt !== null
  return isWatched ? alarm : { ...alarm, reAlarmAt: reAlarmAt(alarm, at) }
}
