import type { Log } from '../../../platform/log.ts'
import { Patience } from './patience.ts'

const METER = 'meter'

/** Whether a meter is there, and when it is to be asked again when it is not. Each change is said once. */
export class Presence {
  readonly #facts: Readonly<Record<string, unknown>>
  readonly #log: Log
  readonly #patience: Patience
  /** Attempts in a row without an answer; null while it answers. */
  #silentTimes: number | null = 0

  constructor(facts: Readonly<Record<string, unknown>>, options: { readonly log: Log; readonly timeoutMs: number }) {
    this.#facts = facts
    this.#log = options.log
    this.#patience = new Patience(String(facts.device), options.timeoutMs)
  }

  /** True while it has to show first that it is there. */
  get isDoubted(): boolean {
    return this.#silentTimes !== null
  }

  get silentTimes(): number {
    return this.#silentTimes ?? 0
  }

  isDue(now: number): boolean {
    return this.#patience.isDue(METER, now)
  }

  /** It stopped answering in the middle of a round, or the line was away. */
  doubt(): void {
    this.#silentTimes ??= 0
  }

  missed(now: number): void {
    this.#silentTimes = (this.#silentTimes ?? 0) + 1
    this.#patience.missed(METER, now)
    if (this.#silentTimes !== 2) return
    const text = 'meter does not answer; check its power, its address, the line and that it speaks DL/T 645-2007'
    this.#log.warn({ code: 'link/timeout', ...this.#facts }, text)
  }

  /** Returns true when it was really silent before, so that everything about it is to be read anew. */
  answered(): boolean {
    const times = this.#silentTimes
    this.#silentTimes = null
    this.#patience.answered(METER)
    if ((times ?? 0) >= 2) this.#log.info(this.#facts, 'meter answers again')
    return (times ?? 0) > 0
  }
}
