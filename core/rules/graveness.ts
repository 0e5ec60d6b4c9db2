import { Priority } from '../contract/priority.ts'
import {
  flipDue,
  type Flip,
  type ProvenTime,
  proveUpTo,
  restartProven,
  startProven,
  stopHolding,
  takeFlip,
  takeSample,
} from './proven-time.ts'
import type { Graver, Instant } from './rule.ts'

/** The graver of two: no open alarm is lowered by itself. */
export function graverOf(a: Priority, b: Priority): Priority {
  return Priority.options.indexOf(a) <= Priority.options.indexOf(b) ? a : b
}

/** How long a condition has been proven to be grave. Once proven it stays so until the condition is gone: no open alarm is lowered by itself. */
export class Graveness {
  readonly #delays: { readonly onDelay: number; readonly offDelay: number }
  #proven: ProvenTime = startProven(false)
  /** What the alarm is raised to. */
  readonly priority: Priority

  /** `usual` is the priority of the rule. */
  constructor(graver: Graver, usual: Priority) {
    this.priority = graverOf(graver.priority, usual)
    this.#delays = { onDelay: graver.onDelay, offDelay: Infinity }
  }

  get isProven(): boolean {
    return this.#proven.active
  }

  /** The monotonic instant at which it will have been proven by what is held; Infinity = it will not. */
  get due(): number {
    return flipDue(this.#proven, this.#delays)
  }

  /** Accounts for the time up to `to`, in which nothing is due. */
  prove(to: number): void {
    proveUpTo(this.#proven, to)
  }

  /** What is due at `mono` has come. */
  pass(mono: number): Flip {
    return takeFlip(this.#proven, mono)
  }

  /** Takes a believed sample; the flip where it is proven by it at once. */
  take({ at, mono }: Instant, isGrave: boolean, holdMs: number): Flip | null {
    return takeSample(this.#proven, this.#delays, { at, mono, holdMs, raw: isGrave })
  }

  /** A sample that cannot be believed. */
  stop(): void {
    stopHolding(this.#proven)
  }

  /** The condition is gone. */
  forget(): void {
    this.#proven = startProven(false)
  }

  restart(): void {
    restartProven(this.#proven)
  }

  save(): ProvenTime {
    return this.#proven
  }

  load(saved: ProvenTime): void {
    this.#proven = saved
  }
}
