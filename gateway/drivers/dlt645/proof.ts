import type { Dlt645Point } from '../../../core/contract/device-profile.ts'
import type { Decoded } from '../../../core/decode/point.ts'

/** What becomes of a point's value in some data. */
export type Decode = (point: Dlt645Point) => Decoded

/**
 * The last value of each guarded point that was seen twice. A guarded value that moves is an alarm, and the checksum of a
 * frame is only a sum: a new value counts when it is read twice.
 */
export class Proof {
  readonly #proven = new Map<string, Decoded['value']>()

  /** Whether a guarded one of `points` has a value that was not seen twice yet. */
  isNeeded(points: readonly Dlt645Point[], decode: Decode): boolean {
    return points.some((point) => {
      if (point.guard === undefined) return false
      const { value } = decode(point)
      return value !== null && value !== this.#proven.get(point.point)
    })
  }

  /** Takes up a second look. False where it shows another value of a guarded point than the first: none counts then. */
  give(points: readonly Dlt645Point[], first: Decode, second: Decode | null): boolean {
    const guarded = points.filter(({ guard }) => guard !== undefined)
    if (second === null || !guarded.every((point) => second(point).value === first(point).value)) return false
    for (const point of guarded) this.#proven.set(point.point, first(point).value)
    return true
  }
}
