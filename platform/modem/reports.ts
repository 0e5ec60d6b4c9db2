import type { StatusReport } from '../../core/decode/sms-pdu.ts'
import { messageOf } from '../../core/kit/errors.ts'
import type { Clock } from '../clock.ts'
import type { Log } from '../log.ts'
import type { Awaited } from './awaited.ts'
import type { DeliveryReport, ModemOwner, SentText } from './modem.ts'
import { CARE_TIMES } from './times.ts'

export interface ReportsOptions {
  readonly clock: Clock
  readonly log: Log
  readonly owner: Pick<ModemOwner, 'reported'>
}

/** Reports on their way to the owner of the modem, one at a time and each until it is taken. */
export class Reports {
  readonly #options: ReportsOptions
  readonly #awaited: Awaited
  readonly #queue: DeliveryReport[] = []
  #waiting = new AbortController()

  constructor(options: ReportsOptions, awaited: Awaited) {
    this.#options = options
    this.#awaited = awaited
  }

  /** A text was sent; its report may have come before. */
  await(sent: SentText): void {
    this.#put(this.#awaited.add(sent))
  }

  take(report: StatusReport): void {
    const decided = this.#awaited.take(report)
    if (decided !== null) this.#put([decided])
  }

  /** Hands reports over until `signal` aborts. */
  async tell(signal: AbortSignal): Promise<void> {
    const { clock, log, owner } = this.#options
    signal.addEventListener('abort', () => this.#waiting.abort(), { once: true })
    for (;;) {
      signal.throwIfAborted()
      if (this.#queue.length === 0) {
        this.#waiting = new AbortController()
        // A sleep that is cut short has nothing to tell.
        await clock.sleep(CARE_TIMES.sweepMs, this.#waiting.signal).catch(() => undefined)
      }
      // Who sent the text hears that it was taken first.
      await clock.sleep(1, signal)
      for (let [next] = this.#queue; next !== undefined; [next] = this.#queue) {
        try {
          await owner.reported(next)
          this.#queue.shift()
        } catch (error) {
          log.warn({ code: 'store/failed', why: messageOf(error) }, 'a report was not taken: it is told again')
          await clock.sleep(CARE_TIMES.sweepMs, signal)
        }
      }
    }
  }

  #put(decided: readonly DeliveryReport[]): void {
    if (decided.length === 0) return
    this.#queue.push(...decided)
    this.#waiting.abort()
  }
}
