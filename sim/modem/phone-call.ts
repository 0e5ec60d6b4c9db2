import type { Clock } from '../../platform/clock.ts'
import type { PhoneAnswer } from './network.ts'

/** States of +CLCC. */
const DIALLING = 2
const ALERTING = 3
const ACTIVE = 0
const KEY_AFTER_MS = 1_000

/** A call a simulated modem makes. */
export class PhoneCall {
  readonly #over = new AbortController()
  readonly #number: string
  #state = DIALLING

  constructor(number: string) {
    this.#number = number
  }

  /** Its line of +CLCC. */
  get line(): string {
    return `+CLCC: 1,0,${this.#state},0,0,"${this.#number}",129`
  }

  get isOver(): boolean {
    return this.#over.signal.aborted
  }

  hangUp(): void {
    this.#over.abort()
  }

  /** Goes as the phone takes it; what the modem says unasked is told. */
  async go(answer: PhoneAnswer, clock: Clock, said: (line: string) => void): Promise<void> {
    const { signal } = this.#over
    try {
      this.#state = ALERTING
      if (answer.is === 'no-answer') return
      await clock.sleep(answer.afterMs, signal)
      if (answer.is !== 'answered') {
        this.hangUp()
        said(answer.is === 'busy' ? 'BUSY' : 'NO CARRIER')
        return
      }
      this.#state = ACTIVE
      for (const key of answer.keys ?? '') {
        await clock.sleep(KEY_AFTER_MS, signal)
        said(`+RXDTMF: ${key}`)
      }
    } catch {
      // Hung up in the middle of it.
    }
  }
}
