import { z } from 'zod'

const SIZE = 64

/** The last samples of the meter, without spikes, in a ring. */
export const Trail = z
  .object({ monos: z.array(z.number()), powers: z.array(z.number()), next: z.number().int().min(0) })
  .strict()
export type Trail = z.infer<typeof Trail>

export function startTrail(): Trail {
  return { monos: [], powers: [], next: 0 }
}

export function addToTrail(trail: Trail, mono: number, power: number): void {
  trail.monos[trail.next] = mono
  trail.powers[trail.next] = power
  trail.next = (trail.next + 1) % SIZE
}

/** The median power from `from` to `to`, monotonic ms; null where less than two samples tell. */
export function medianOf(trail: Trail, from: number, to: number): number | null {
  const powers = trail.powers.filter((_, at) => (trail.monos[at] ?? NaN) >= from && (trail.monos[at] ?? NaN) <= to)
  return powers.length < 2 ? null : median(powers)
}

/** The middle of numbers; NaN of none. Sorts them in place. */
export function median(numbers: number[]): number {
  numbers.sort((a, b) => a - b)
  const middle = numbers.length >> 1
  const upper = numbers[middle] ?? NaN
  return numbers.length % 2 === 1 ? upper : ((numbers[middle - 1] ?? NaN) + upper) / 2
}
