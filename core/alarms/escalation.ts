import { z } from 'zod'
import type { Alarm } from '../contract/alarm.ts'
import type { Notice } from '../contract/notice.ts'
import type { DutyList, Person } from '../contract/duty.ts'
import type { Priority } from '../contract/priority.ts'
import { UtcMs } from '../contract/time.ts'
import { later } from '../kit/time.ts'

/** Where an alarm stands on the ladder: the step that is called next, and when. Kept in the database. */
export const EscalationState = z
  .object({
    round: z.number().int().nonnegative(),
    /** Index into the duty list's order. */
    step: z.number().int().nonnegative(),
    dueAt: UtcMs,
  })
  .strict()
export type EscalationState = z.infer<typeof EscalationState>

/** One message to be queued. `key` is unique for ever, so that planning twice queues once. */
export interface PlannedNotice extends Pick<Notice, 'kind' | 'round' | 'step' | 'person' | 'name' | 'channel'> {
  readonly key: string
  readonly alarm: Alarm['id']
}

export interface EscalationPlan {
  readonly notices: readonly PlannedNotice[]
  readonly next: EscalationState
  /** Steps at which nobody could be called; each belongs in the ledger. */
  readonly nobody: readonly { readonly round: number; readonly step: number; readonly person: string }[]
}

export interface EscalationQuestion {
  readonly alarm: Pick<Alarm, 'id' | 'priority'>
  readonly state: EscalationState
  readonly duty: DutyList
  readonly now: UtcMs
  /** Whether a message can be sent to this person over this channel at all; true for every one when absent. */
  readonly reachable?: (person: string, channel: string) => boolean
}

/** The start of the ladder for a new alarm, or null for one that is shown at the desk only (blue). */
export function startEscalation(priority: Priority, receivedAt: UtcMs): EscalationState | null {
  return priority === 'blue' ? null : { round: 0, step: 0, dueAt: receivedAt }
}

/** The same place on the ladder, due now: for when everybody called so far is known to be out of reach. */
export function hurryEscalation(state: EscalationState, now: UtcMs): EscalationState {
  return now < state.dueAt ? { ...state, dueAt: now } : state
}

/**
 * Whom to call now for an alarm nobody has acknowledged, and when to ask again. A step with nobody to reach gives way to
 * the next in the same call (E7). After the last person the next round begins, for ever (E6). Steps missed while the
 * control room was down come together, each person once (§3.4). Before `dueAt`, and for blue, nobody is called.
 */
export function planEscalation(question: EscalationQuestion): EscalationPlan {
  const { alarm, state, duty, now } = question
  const delay = delayOf(duty, alarm.priority)
  if (delay === null) return { notices: [], next: state, nobody: [] }
  const notices: PlannedNotice[] = []
  const nobody: { round: number; step: number; person: string }[] = []
  let { round, step } = inRound(state, duty.order.length)
  let dueAt = state.dueAt
  for (let tried = 0; tried < duty.order.length && dueAt <= now; tried += 1) {
    const called = noticesOf(question, round, step)
    if (called.length === 0) nobody.push({ round, step, person: duty.order[step] ?? '' })
    else {
      notices.push(...called.filter((notice) => !notices.some((other) => isSameDoor(notice, other))))
      dueAt = later(dueAt, delay)
    }
    ;({ round, step } = inRound({ round, step: step + 1 }, duty.order.length))
  }
  // Due times in the past are steps that were missed; they have now been called together.
  return { notices, next: { round, step, dueAt: dueAt <= now ? later(now, delay) : dueAt }, nobody }
}

/** Milliseconds a person has before the next is called; null for blue, which is shown at the desk only. */
export function delayOf(duty: DutyList, priority: Priority): number | null {
  return priority === 'blue' ? null : duty.escalateAfter[priority]
}

function noticesOf(question: EscalationQuestion, round: number, step: number): PlannedNotice[] {
  const { alarm, duty, reachable = () => true } = question
  const person = duty.persons.find((candidate) => candidate.id === duty.order[step])
  if (person === undefined) return []
  return channelsOf(person)
    .filter((channel) => reachable(person.id, channel))
    .map((channel) => ({
      key: [alarm.id, round, step, person.id, channel].join('|'),
      alarm: alarm.id,
      kind: round === 0 && step === 0 ? 'raise' : 'escalation',
      round,
      step,
      person: person.id,
      name: person.name,
      channel,
    }))
}

function channelsOf(person: Person): readonly string[] {
  return [...new Set(person.channels.map((channel) => channel.id))]
}

function isSameDoor(a: PlannedNotice, b: PlannedNotice): boolean {
  return a.person === b.person && a.channel === b.channel
}

/** A step past the end of the list is the first of the next round; the list may have become shorter meanwhile. */
function inRound(place: { round: number; step: number }, length: number): { round: number; step: number } {
  return place.step < length ? { round: place.round, step: place.step } : { round: place.round + 1, step: 0 }
}
