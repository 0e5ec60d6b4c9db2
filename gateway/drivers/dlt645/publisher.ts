import type { Dlt645Point } from '../../../core/contract/device-profile.ts'
import type { Reading, ReasonCode } from '../../../core/contract/reading.ts'
import { IDENTITY_POINT } from '../../../core/decode/identity.ts'
import { bad, type Decoded } from '../../../core/decode/point.ts'
import { later } from '../../../core/kit/time.ts'
import type { Clock } from '../../../platform/clock.ts'
import { identityValue, type Verdict } from '../../device/identity.ts'
import type { Round } from './round.ts'
import type { Schedule } from './schedule.ts'

/** What a publisher is handed in. */
export interface PublisherOptions {
  readonly device: string
  readonly schedule: Schedule
  readonly clock: Clock
  /** How long a meter may think, in ms: no reading holds for less than a period and this. */
  readonly timeoutMs: number
}

/** Makes readings of what was decoded, stamped and with the time they hold. */
export class Publisher {
  readonly #options: PublisherOptions

  constructor(options: PublisherOptions) {
    this.#options = options
  }

  /** What the meter said of the points; they are due again a period later. */
  take(points: readonly Dlt645Point[], round: Round, decode: (point: Dlt645Point) => Decoded): void {
    for (const point of points) {
      this.#options.schedule.done(point.point, round.start)
      this.#publish(point.point, decode(point), round)
    }
  }

  /** Not read, so still due: the next round tries again as far as patience allows. */
  miss(points: readonly Dlt645Point[], round: Round, reason: ReasonCode): void {
    for (const { point } of points) {
      this.#options.schedule.missed(point)
      this.#publish(point, bad(reason), round)
    }
  }

  /** What is known of whether the meter is still the one it was; `reason` where it could not be asked. */
  identity(verdict: Verdict | 'unchecked', round: Round, reason: ReasonCode | null): void {
    this.#options.schedule.done(IDENTITY_POINT, round.start)
    this.#publish(IDENTITY_POINT, identityValue(verdict, reason), round)
  }

  #publish(point: string, decoded: Decoded, round: Round): void {
    const { device, schedule, clock, timeoutMs } = this.#options
    const at = clock.now()
    const validUntil = later(at, schedule.validForMs(point, timeoutMs))
    const reading: Reading = { device, point, ...decoded, at, mono: clock.mono(), validUntil }
    round.readings.set(point, reading)
  }
}
