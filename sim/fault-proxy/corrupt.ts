import type { Chance } from '../../platform/clock.ts'

/** Bytes in which one of every `oneIn`, by chance, has one bit turned over; the same object where none has. */
export function corrupted(bytes: Buffer, oneIn: number, chance: Chance): Buffer {
  let turned: Buffer | null = null
  for (let at = gap(oneIn, chance); at < bytes.length; at += 1 + gap(oneIn, chance)) {
    turned ??= Buffer.from(bytes)
    turned[at] = (turned[at] ?? 0) ^ (1 << Math.floor(chance() * 8))
  }
  return turned ?? bytes
}

/** Bytes until the next that is hit: geometrically distributed. */
function gap(oneIn: number, chance: Chance): number {
  if (oneIn <= 1) return 0
  return Math.floor(Math.log1p(-chance()) / Math.log1p(-1 / oneIn))
}
