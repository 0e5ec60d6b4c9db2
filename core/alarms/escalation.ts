import { z } from 'zod'
import type { Medium, NoticeKind } from '../contract/notice.ts'
import type { Priority } from '../contract/priority.ts'
import type { Ladder } from '../contract/roster.ts'
import { UtcMs } from '../contract/time.ts'
import { later } from '../kit/time.ts'
import { DIGEST_MS, holdOfCall, holdOfLine } from './digest.ts'
import { type NewRow, rowKey, stepPlace } from './dispatch-row.ts'
import type { DutyView } from './duty-view.ts'
import { type Called, calledBy, lastResort, onLadder, quietWay } from './escalation-who.ts'

/** Where an alarm stands on the ladder: the step that is called next, and when. Kept in the database. */
export const EscalationState = z
  .object({ round: z.number().int().nonnegative(), step: z.number().int().nonnegative(), dueAt: UtcMs })
  .strict()
export type EscalationState = z.infer<typeof EscalationState>

/** Somebody who was told of an alarm already, over one channel. */
export interface Told {
  readonly person: string
  readonly name: string
  readonly channel: string
  readonly medium: Medium
  /** When the gateway of the site told them by itself; null where the control room did. */
  readonly byEdgeAt: UtcMs | null
}

export interface EscalationQuestion {
  readonly alarm: {
    readonly id: string
    readonly site: string
    readonly priority: Priority
    readonly isActive: boolean
  }
  readonly state: EscalationState
  /** The round its ladder began with, and why. */
  readonly begun: { readonly round: number; readonly kind: NoticeKind }
  readonly duty: DutyView
  /** Channels that are open, by id. */
  readonly ways: ReadonlyMap<string, Medium>
  readonly told: readonly Told[]
  readonly now: UtcMs
}

export interface EscalationPlan {
  readonly rows: readonly NewRow[]
  readonly next: EscalationState
  /** Steps at which nobody could be called; each belongs in the ledger (E7). */
  readonly nobody: readonly { readonly round: number; readonly step: number; readonly roles: readonly string[] }[]
}

/** The ladder of a priority; null for blue, which is shown at the desk only. */
export function ladderOf({ roster }: DutyView, priority: Priority): Ladder | null {
  return priority === 'blue' ? null : roster.ladders[priority]
}

/** A round in which nobody could be reached is followed by the next within this time, however long the ladder's own pause is. */
export const LOST_ROUND_MS = 10 * 60_000

/** Whether any message is still on its way or was taken: of a step and those after it, and of the whole round. */
export interface Hope {
  readonly sinceStep: boolean
  readonly inRound: boolean
}

/**
 * The ladder after a message of `failed` went nowhere. When the last hope of reaching anybody on a step, or on one called since, is gone, the
 * next step is due now; when that of a whole round is, the next round does not wait longer than ten minutes.
 */
export function hurryEscalation(
  state: EscalationState,
  failed: Pick<EscalationState, 'round' | 'step'>,
  { hope, now }: { readonly hope: Hope; readonly now: UtcMs },
): EscalationState {
  const sooner = (dueAt: UtcMs) => (dueAt < state.dueAt ? { ...state, dueAt } : state)
  if (state.round === failed.round && state.step > failed.step) return hope.sinceStep ? state : sooner(now)
  if (state.round === failed.round + 1 && state.step === 0) {
    return hope.inRound ? state : sooner(later(now, LOST_ROUND_MS))
  }
  return state
}

/**
 * Whom to call now for an alarm nobody has acknowledged, and when to ask again. Who has a role is asked at this instant (E9). The first
 * step is called as soon as the ladder begins. A step with nobody to reach gives way to the next in the same call (E7); where that was
 * the last, the fallback persons are called. After the last step the next round begins, for ever (E6). Steps missed while the
 * control room was down come together, each person by the latest of them (§3.4). Before `dueAt`, and for blue, nobody is called.
 */
export function planEscalation(question: EscalationQuestion): EscalationPlan {
  const { alarm, duty, now } = question
  const ladder = ladderOf(duty, alarm.priority)
  if (ladder === null || question.state.dueAt > now) return { rows: [], next: question.state, nobody: [] }
  const byPerson = new Map<string, readonly NewRow[]>()
  const nobody: { round: number; step: number; roles: readonly string[] }[] = []
  let place = inRound(question.state, ladder)
  for (let visited = 0; visited < ladder.steps.length && place.dueAt <= now; visited += 1) {
    const { called, isEmpty } = callStep(question, ladder, place)
    if (isEmpty) nobody.push({ round: place.round, step: place.step, roles: rolesAt(ladder, place.step) })
    for (const one of called) byPerson.set(one.person.id, rowsOf(question, place, one))
    const isPassedOver = isEmpty && called.length === 0 && place.step + 1 < ladder.steps.length
    place = isPassedOver ? { ...place, step: place.step + 1 } : afterStep(ladder, place)
  }
  // Due times in the past are steps that were missed; they have now been called together.
  const next = place.dueAt <= now ? { ...place, dueAt: later(now, gapBefore(ladder, place.step)) } : place
  const rows = [...byPerson.values()].flat()
  return { rows: [...rows, ...handedOver(question, ladder, new Set(byPerson.keys()))], next, nobody }
}

/** Rows for those whom the first step would call, beside a ladder that runs: `quietly` in their next digest. */
export function planBeside(
  question: Omit<EscalationQuestion, 'state'> & { readonly n: number; readonly quietly: boolean },
): readonly NewRow[] {
  const { alarm, begun, duty, now, n, quietly } = question
  const ladder = ladderOf(duty, alarm.priority)
  if (ladder === null) return []
  const reached = ladder.steps.map((step) => calledBy(question, step)).find((persons) => persons.length > 0)
  const called = reached ?? lastResort(question, ladder)
  const hold = quietly ? holdOfLine(alarm.priority, now) : holdOfCall(alarm.priority, { site: alarm.site, now })
  const place = `${alarm.id}|${begun.kind}|${n}`
  return called.flatMap(({ person, ways }) =>
    ways.map(({ channel, medium }) => ({
      ...{ key: rowKey(place, person.id, channel), alarm: alarm.id, kind: begun.kind, round: begun.round, step: 0 },
      ...{ person: person.id, name: person.name, channel, medium, ...hold },
      priority: quietly ? paled(alarm.priority) : alarm.priority,
    })),
  )
}

/** What is told of a red alarm in a digest goes as an orange message: red ones are never folded. */
export function paled(priority: Priority): Priority {
  return priority === 'red' ? 'orange' : priority
}

/** One line for each person who was told, in their next digest: that somebody has it, or that it is over. */
export function planLines(
  { alarm, told, now }: Pick<EscalationQuestion, 'told' | 'now'> & { readonly alarm: EscalationQuestion['alarm'] },
  {
    kind,
    place,
    round,
    step,
  }: { kind: 'acknowledged' | 'returned' | 'handed-over'; place: string; round: number; step: number },
): readonly NewRow[] {
  const byPerson = Map.groupBy(told, ({ person }) => person)
  const priority = kind === 'returned' ? paled(alarm.priority) : 'blue'
  const hold = holdOfLine(kind === 'returned' ? alarm.priority : 'orange', now)
  return [...byPerson].flatMap(([person, doors]) => {
    const way = quietWay(doors)
    const name = doors[0]?.name ?? person
    if (way === null) return []
    const key = rowKey(`${alarm.id}|${kind}|${place}`, person, way.channel)
    return [{ key, alarm: alarm.id, kind, round, step, person, name, ...way, priority, ...hold }]
  })
}

interface StepCall {
  readonly called: readonly Called[]
  /** Nobody of its roles could be reached. */
  readonly isEmpty: boolean
}

function callStep(question: EscalationQuestion, ladder: Ladder, place: EscalationState): StepCall {
  const step = ladder.steps[place.step]
  const reached = step === undefined ? [] : calledBy(question, step)
  if (reached.length === 0) {
    const isLast = place.step === ladder.steps.length - 1
    return { called: isLast ? lastResort(question, ladder) : [], isEmpty: true }
  }
  // Whom the gateway of the site has texted within this step is not called a second time for it.
  const since = place.dueAt - gapBefore(ladder, (place.step + 1) % ladder.steps.length)
  const byEdge = question.told.filter(({ byEdgeAt }) => byEdgeAt !== null && byEdgeAt > since)
  return { called: reached.filter(({ person }) => byEdge.every((told) => told.person !== person.id)), isEmpty: false }
}

function rowsOf(
  { alarm, begun, now }: EscalationQuestion,
  { round, step }: EscalationState,
  { person, ways, digestMs }: Called,
): readonly NewRow[] {
  // What has returned and never was grave waits for a digest.
  const quiet = !alarm.isActive && alarm.priority === 'yellow' ? Math.max(DIGEST_MS, digestMs ?? 0) : digestMs
  const hold = holdOfCall(alarm.priority, {
    site: alarm.site,
    now,
    ...(quiet === undefined ? {} : { digestMs: quiet }),
  })
  const kind = round === begun.round && step === 0 ? begun.kind : 'escalation'
  return ways.map(({ channel, medium }) => ({
    ...{ key: rowKey(stepPlace(alarm.id, round, step), person.id, channel), alarm: alarm.id, kind, round, step },
    ...{ person: person.id, name: person.name, channel, medium, priority: alarm.priority, ...hold },
  }))
}

/** Those who were told and are not on duty any more hear once that others have it now. */
function handedOver(question: EscalationQuestion, ladder: Ladder, called: ReadonlySet<string>): readonly NewRow[] {
  const { alarm, begun, state, told } = question
  if (told.length === 0 || called.size === 0) return []
  const present = onLadder(question, ladder)
  const gone = told.filter(({ person, byEdgeAt }) => byEdgeAt === null && !present.has(person) && !called.has(person))
  const place = { place: String(begun.round), round: state.round, step: state.step }
  return planLines({ alarm, told: gone, now: question.now }, { kind: 'handed-over', ...place })
}

function rolesAt(ladder: Ladder, step: number): readonly string[] {
  return ladder.steps[step]?.call.map(({ role }) => role) ?? []
}

/** Milliseconds between a step and the one before it; for the first, the pause before a new round. */
function gapBefore({ steps, loop }: Ladder, step: number): number {
  const before = steps[step - 1]
  const own = steps[step]
  // Two steps at one instant, or a loop of nothing, would call without end.
  if (before === undefined || own === undefined) return Math.max(1_000, loop)
  return Math.max(0, own.after - before.after)
}

function afterStep(ladder: Ladder, { round, step, dueAt }: EscalationState): EscalationState {
  const isLast = step + 1 >= ladder.steps.length
  const next = isLast ? { round: round + 1, step: 0 } : { round, step: step + 1 }
  return { ...next, dueAt: later(dueAt, gapBefore(ladder, next.step)) }
}

/** A step past the end of the ladder is the first of the next round: the ladder may have become shorter meanwhile. */
function inRound(place: EscalationState, { steps }: Ladder): EscalationState {
  return place.step < steps.length ? place : { round: place.round + 1, step: 0, dueAt: place.dueAt }
}
