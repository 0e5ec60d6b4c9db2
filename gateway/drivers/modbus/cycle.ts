import type { ModbusPoint, PollClass } from '../../../core/contract/device-profile.ts'
import type { Reading, ReasonCode } from '../../../core/contract/reading.ts'

/** Points of a device, and of each its slot: where its reading comes in a round. */
export interface Slotted {
  readonly points: readonly ModbusPoint[]
  readonly slots: readonly number[]
}

/** What has become of one round so far: the readings by the slot of their point, and how the device answered. */
export class Cycle {
  readonly #readings: (Reading | undefined)[]
  /** Groups of which a point was missed. */
  readonly missedGroups = new Set<PollClass>()
  answered = 0
  missed = 0
  /** Set when asking on is useless; the rest of the points get this reason. */
  givenUp: ReasonCode | null = null

  /** `slots` = points the device has. */
  constructor(slots: number) {
    this.#readings = new Array<Reading | undefined>(slots).fill(undefined)
  }

  /** `readings` are of the points of these slots, in their order. A later one takes the earlier one's place. */
  keep({ slots }: Pick<Slotted, 'slots'>, readings: readonly Reading[]): void {
    for (let index = 0; index < readings.length; index += 1) {
      const slot = slots[index]
      if (slot !== undefined) this.#readings[slot] = readings[index]
    }
  }

  /** All readings, in the order of the profile. */
  readings(): Reading[] {
    return this.#readings.filter((reading) => reading !== undefined)
  }
}
