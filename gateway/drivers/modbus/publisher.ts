import type { ModbusPoint, PollClass } from '../../../core/contract/device-profile.ts'
import type { Reading, ReasonCode } from '../../../core/contract/reading.ts'
import type { BusDevice } from '../../../core/contract/site.ts'
import { MonoMs, UtcMs } from '../../../core/contract/time.ts'
import { IDENTITY_POINT } from '../../../core/decode/identity.ts'
import type { ReadAnswer } from '../../../core/decode/modbus-pdu.ts'
import { missedReadings, type Placed, readingsOf, type Stamp } from '../../../core/decode/readings.ts'
import { later } from '../../../core/kit/time.ts'
import type { Clock } from '../../../platform/clock.ts'
import { identityValue, type Verdict } from '../../device/identity.ts'
import { validForMs } from '../../../core/decode/validity.ts'
import type { Pace } from './pace.ts'

export interface PublisherOptions {
  readonly device: BusDevice
  readonly clock: Clock
  readonly pace: Pace
  /** Longest time the device may think, in ms. */
  readonly timeoutMs: number
}

/** Makes readings of what was read and of what was not, stamped now and believed as long as their group's period lasts. */
export class Publisher {
  readonly #options: PublisherOptions

  constructor(options: PublisherOptions) {
    this.#options = options
  }

  /** Readings of the points that an answer holds, in their order. */
  read(placed: readonly Placed[], answer: ReadAnswer): Reading[] {
    return readingsOf(placed, answer, this.#stamp(answer.kind === 'exception' ? 0 : (answer.heldMs ?? 0)))
  }

  missed(points: readonly ModbusPoint[], reason: ReasonCode): Reading[] {
    return missedReadings(points, reason, this.#stamp(0))
  }

  /** Whether the device is still the one it was; `reason` says why that is not known now. */
  identity(verdict: Verdict | 'unchecked', reason: ReasonCode | null): Reading {
    const { device, clock } = this.#options
    const at = clock.now()
    const validUntil = this.#validUntil(at, 'slow')
    const decoded = identityValue(verdict, reason)
    return { device: device.id, point: IDENTITY_POINT, ...decoded, at, mono: clock.mono(), validUntil }
  }

  /** `heldMs`: how long ago the answer came. */
  #stamp(heldMs: number): Stamp {
    const { clock, device } = this.#options
    const at = UtcMs.parse(Math.max(0, clock.now() - Math.round(heldMs)))
    const validUntil = {
      fast: this.#validUntil(at, 'fast'),
      slow: this.#validUntil(at, 'slow'),
      rare: this.#validUntil(at, 'rare'),
    }
    return { device: device.id, at, mono: MonoMs.parse(Math.max(0, clock.mono() - heldMs)), validUntil }
  }

  #validUntil(at: UtcMs, poll: PollClass): UtcMs {
    const { pace, timeoutMs } = this.#options
    return later(at, validForMs(pace.achievedMs(poll), timeoutMs))
  }
}
