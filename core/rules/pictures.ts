import type { EvidenceRow } from '../contract/evidence.ts'
import type { Occurrences } from './occurrences.ts'
import type { RuleRun } from './rule.ts'

/** A rule whose alarms tell pictures. */
export interface Pictured {
  readonly run: RuleRun
  readonly occurrences: Occurrences
}

/** The rules with pictures that wait for what becomes of their condition; most of the time there is none. */
export class Pictures {
  #waiting: Pictured[] = []

  get isEmpty(): boolean {
    return this.#waiting.length === 0
  }

  /** Pictures came for a rule. */
  note(one: Pictured, pictures: readonly EvidenceRow[]): void {
    one.occurrences.notePictures(pictures)
    this.takeUp(one)
  }

  /** A rule may have some from before. */
  takeUp(one: Pictured): void {
    if (one.occurrences.hasWaiting) this.#waiting.push(one)
  }

  /** Tells those of open alarms, and drops those of conditions that do not hold. */
  settle(mono: number): void {
    for (const { run, occurrences } of this.#waiting) occurrences.settlePictures(mono, run.isTrue)
    this.#waiting = this.#waiting.filter(({ occurrences }) => occurrences.hasWaiting)
  }
}
