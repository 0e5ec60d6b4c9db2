import { z } from 'zod'
import type { BecauseRow } from '../contract/activity.ts'
import { type AlarmTransition, type Explanation } from '../contract/alarm.ts'
import { OccurrenceId } from '../contract/occurrence.ts'
import type { BootId } from '../contract/clock.ts'
import { EvidenceRow } from '../contract/evidence.ts'
import { PointRef, type Reading } from '../contract/reading.ts'
import { Priority } from '../contract/priority.ts'
import { Id, Sha256 } from '../contract/text.ts'
import { MonoMs, UtcMs } from '../contract/time.ts'
import { graverOf } from './graveness.ts'
import type { Instant } from './rule.ts'

/** Most pictures one transition carries, as the contract has it. */
const MAX_PICTURES = 16

/** Most pictures remembered as told in one occurrence. */
const MAX_TOLD = 256

/** An alarm occurrence that was raised and not cleared. It holds what its clear needs, should its rule be gone by then. */
export const OpenOccurrence = z
  .object({
    id: OccurrenceId,
    /** Number of its last transition. */
    n: z.number().int().positive(),
    site: Id,
    ruleType: z.string().min(1),
    point: PointRef,
    priority: Priority,
    raisedAt: UtcMs,
    /** Pictures already told, so that each is told once. Bounded. */
    told: z.array(Sha256),
  })
  .strict()
export type OpenOccurrence = z.infer<typeof OpenOccurrence>

export const OccurrenceState = z
  .object({
    open: OpenOccurrence.nullable(),
    /** Pictures of a condition that holds but is not proven yet. Bounded. */
    waiting: z.array(EvidenceRow),
    /** The number in the last occurrence id; the next is greater, whatever the wall clock does. */
    lastStamp: z.number().int().nonnegative(),
  })
  .strict()
export type OccurrenceState = z.infer<typeof OccurrenceState>

/** What raises alarms: a rule, or the site as a whole. */
export interface Raiser {
  readonly site: Id
  readonly rule: Id
  readonly ruleType: string
  readonly point: PointRef
  readonly priority: Priority
  /** A person must look at the place before its alarm closes. */
  readonly latched?: boolean
  /** Which version of it judges; absent where nobody has told. */
  readonly version?: string | undefined
}

/** A transition and when it happened by the monotonic clock; null where it happened in a boot nobody knows. */
export interface Timed {
  readonly transition: AlarmTransition
  readonly mono: number | null
}

/** What a transition says. */
export interface Said extends Instant {
  readonly explanation: Explanation
  readonly readings: readonly Reading[]
  readonly because?: readonly BecauseRow[]
}

/** The occurrences of one raiser: numbered transitions, each picture told once and with the first transition it fits. */
export class Occurrences {
  readonly #raiser: Raiser
  readonly #out: (timed: Timed) => void
  #state: OccurrenceState

  constructor(raiser: Raiser, state: OccurrenceState | null, out: (timed: Timed) => void) {
    this.#raiser = raiser
    this.#out = out
    this.#state = state ?? { open: null, waiting: [], lastStamp: 0 }
  }

  get open(): OpenOccurrence | null {
    return this.#state.open
  }

  /** Whether pictures wait for what becomes of the condition. */
  get hasWaiting(): boolean {
    return this.#state.waiting.length > 0
  }

  save(): OccurrenceState {
    return this.#state
  }

  raise(said: Said, priority: Priority = this.#raiser.priority): void {
    const { waiting, lastStamp } = this.#state
    const { site, rule, ruleType, point } = this.#raiser
    const stamp = Math.max(said.at, lastStamp + 1)
    const open: OpenOccurrence = {
      id: `${site}.${rule}.${stamp.toString(36)}`,
      n: 1,
      site,
      ruleType,
      point,
      priority,
      raisedAt: UtcMs.parse(said.at),
      told: waiting.map((picture) => picture.sha256),
    }
    this.#say('raise', open, said, waiting)
    this.#state = { open, waiting: [], lastStamp: stamp }
  }

  clear(said: Said): void {
    const { open } = this.#state
    if (open === null) return
    this.#say('clear', { ...open, n: open.n + 1 }, said, [])
    this.#state = { ...this.#state, open: null }
  }

  /** More is known of the open alarm, or it is graver than it was. */
  update(said: Said, priority?: Priority): void {
    const { open, waiting } = this.#state
    if (open === null) return
    const told = [...open.told, ...waiting.map((picture) => picture.sha256)].slice(-MAX_TOLD)
    const next = { ...open, n: open.n + 1, told, priority: graverOf(priority ?? open.priority, open.priority) }
    this.#say('update', next, said, waiting)
    this.#state = { ...this.#state, open: next, waiting: [] }
  }

  /** Notes pictures that came; they wait for the transition they go with. */
  notePictures(pictures: readonly EvidenceRow[]): void {
    if (pictures.length === 0) return
    const { open, waiting } = this.#state
    const known = new Set([...(open?.told ?? []), ...waiting.map((picture) => picture.sha256)])
    const fresh = pictures.filter((picture) => !known.has(picture.sha256) && known.add(picture.sha256))
    this.#state = { ...this.#state, waiting: [...waiting, ...fresh].slice(-MAX_PICTURES) }
  }

  /** Drops pictures that wait and were taken before `at`. */
  forgetPictures(at: number): void {
    const waiting = this.#state.waiting.filter((picture) => picture.at >= at)
    this.#state = { ...this.#state, waiting }
  }

  /** Tells pictures that wait, while the alarm is open; forgets them where the condition does not hold. */
  settlePictures(mono: number, isTrue: boolean): void {
    const { open, waiting } = this.#state
    const newest = waiting.at(-1)
    if (newest === undefined) return
    if (open !== null) {
      const explanation = { key: 'evidence.added', values: { pictures: waiting.length, target: newest.target } }
      this.update({ at: newest.at, mono, explanation, readings: [] })
    } else if (!isTrue) this.#state = { ...this.#state, waiting: [] }
  }

  #say(kind: AlarmTransition['kind'], open: OpenOccurrence, said: Said, evidence: readonly EvidenceRow[]): void {
    const { latched = false, version } = this.#raiser
    const transition: AlarmTransition = {
      occurrence: open.id,
      n: open.n,
      kind,
      site: open.site,
      rule: this.#raiser.rule,
      ruleType: open.ruleType,
      point: open.point,
      priority: open.priority,
      at: UtcMs.parse(said.at),
      explanation: said.explanation,
      readings: said.readings.slice(-16),
      evidence: [...evidence],
      ...(said.because === undefined ? {} : { because: said.because.slice(0, 16) }),
      ...(latched ? { latched } : {}),
      ...(version === undefined ? {} : { ruleVersion: version }),
    }
    this.#out({ transition, mono: said.mono })
  }
}

/** The end of an occurrence whose rule is armed no more: nobody watches it. */
export function withdrawal(rule: Id, open: OpenOccurrence, at: number): AlarmTransition {
  return {
    occurrence: open.id,
    n: open.n + 1,
    kind: 'clear',
    site: open.site,
    rule,
    ruleType: open.ruleType,
    point: open.point,
    priority: open.priority,
    at: UtcMs.parse(at),
    explanation: { key: 'rule.withdrawn', values: {} },
    readings: [],
    evidence: [],
  }
}

/**
 * What is known of a rule's alarms, if it still watches the same point. Otherwise what is open belongs to the old one, which nobody watches
 * any more: its end is told.
 */
export function stillOwn(
  { rule, point }: Raiser,
  state: OccurrenceState | null,
  out: (timed: Timed) => void,
): OccurrenceState | null {
  const open = state?.open ?? null
  if (state === null || open === null || open.point === point) return state
  out({ transition: withdrawal(rule, open, open.raisedAt), mono: null })
  return { open: null, waiting: [], lastStamp: state.lastStamp }
}

/** A transition with what its time is worth, where that is known: before its boot began there was nothing that its clock could tell. */
export function timed({ transition, mono }: Timed, boot: BootId | undefined): AlarmTransition {
  if (boot === undefined || mono === null || mono < 0) return transition
  const clock = { boot, mono: MonoMs.parse(mono), recordedAt: transition.at, uncertaintyMs: null }
  return { ...transition, clock }
}
