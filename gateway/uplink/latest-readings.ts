import type { Reading } from '../../core/contract/reading.ts'
import { MonoMs, UtcMs } from '../../core/contract/time.ts'

/** A reading and how far its time may be off, ms; null where nobody can say. */
export interface LatestReading {
  readonly reading: Reading
  readonly uncertaintyMs: number | null
}

/**
 * The last reading of each point of one device. Good numbers, which nearly all are, lie in columns: so a hundred thousand points keep
 * no object alive from one poll to the next.
 */
export class LatestReadings {
  readonly #device: string
  readonly #places: ReadonlyMap<string, number>
  readonly #values: Float64Array
  /** NaN where there is none, or it lies in `#others`. */
  readonly #at: Float64Array
  readonly #validUntil: Float64Array
  /** NaN where nobody can say. */
  readonly #uncertainty: Float64Array
  readonly #others = new Map<number, Reading>()

  constructor(device: string, points: readonly string[]) {
    this.#device = device
    this.#places = new Map(points.map((point, place) => [point, place]))
    this.#values = new Float64Array(points.length)
    this.#at = new Float64Array(points.length).fill(NaN)
    this.#validUntil = new Float64Array(points.length)
    this.#uncertainty = new Float64Array(points.length)
  }

  /** Remembers readings of this device; those of points it was not told of are passed over. */
  note(readings: readonly Reading[], uncertaintyMs: number | null): void {
    for (const reading of readings) {
      const place = this.#places.get(reading.point)
      if (place === undefined) continue
      this.#uncertainty[place] = uncertaintyMs ?? NaN
      if (reading.quality === 'good' && typeof reading.value === 'number') {
        this.#values[place] = reading.value
        this.#at[place] = reading.at
        this.#validUntil[place] = reading.validUntil
        if (this.#others.size > 0) this.#others.delete(place)
      } else this.#others.set(place, reading)
    }
  }

  /** The last reading of a point, without the monotonic time, or null. */
  of(point: string): LatestReading | null {
    const place = this.#places.get(point)
    if (place === undefined) return null
    const reading = this.#others.get(place) ?? this.#number(point, place)
    const uncertaintyMs = this.#uncertainty[place] ?? NaN
    return reading === null ? null : { reading, uncertaintyMs: Number.isNaN(uncertaintyMs) ? null : uncertaintyMs }
  }

  #number(point: string, place: number): Reading | null {
    const at = this.#at[place] ?? NaN
    if (Number.isNaN(at)) return null
    return {
      device: this.#device,
      point,
      value: this.#values[place] ?? null,
      quality: 'good',
      reason: null,
      at: UtcMs.parse(at),
      mono: MonoMs.parse(0),
      validUntil: UtcMs.parse(this.#validUntil[place]),
    }
  }
}
