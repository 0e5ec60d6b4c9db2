import type { Reading, ReasonCode } from '../../core/contract/reading.ts'
import type { MonoMs } from '../../core/contract/time.ts'
import { elapsed } from '../../core/kit/time.ts'

/** Reasons that say the device itself was not heard. */
const UNHEARD: ReadonlySet<ReasonCode | null> = new Set<ReasonCode>([
  'timeout',
  'link-down',
  'identity-mismatch',
  'stream-lost',
])

/** Which devices are there, judged by nothing but their readings. */
export class Attendance {
  readonly #goneAfterMs: number
  /** Since when nothing has been heard of a device. */
  readonly #absentSince = new Map<string, MonoMs>()

  /** A device of which nothing has been heard for `goneAfterMs` is gone. */
  constructor(goneAfterMs: number) {
    this.#goneAfterMs = goneAfterMs
  }

  /** Takes notice of a batch of one device. */
  note(device: string, readings: readonly Reading[], now: MonoMs): void {
    if (readings.length === 0) return
    if (readings.some(({ reason }) => !UNHEARD.has(reason))) this.#absentSince.delete(device)
    else if (!this.#absentSince.has(device)) this.#absentSince.set(device, now)
  }

  isGone(device: string, now: MonoMs): boolean {
    const since = this.#absentSince.get(device)
    return since !== undefined && elapsed(since, now) >= this.#goneAfterMs
  }
}
