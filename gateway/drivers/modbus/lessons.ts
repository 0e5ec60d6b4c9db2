import { z } from 'zod'
import { type ModbusPoint, ModbusTable } from '../../../core/contract/device-profile.ts'
import { UtcMs } from '../../../core/contract/time.ts'
import { isBitTable } from '../../../core/decode/modbus-pdu.ts'
import type { Lesson as Found } from './hunt.ts'
import type { PlanLimits } from './plan.ts'
import { contains, type Span, spanKey, spanOf } from './span.ts'

/** How long something learned is believed before it is tried again. */
const BELIEVED_MS = 24 * 3_600_000

const Learned = z
  .object({
    kind: z.enum(['refused', 'apart', 'limit']),
    table: ModbusTable,
    address: z.number().int().min(0),
    quantity: z.number().int().min(1),
    /** When it was last found to be so. */
    at: UtcMs,
  })
  .strict()
type Learned = z.infer<typeof Learned>

/** What was learned of a device, as it is kept. */
export const KeptLessons = z.array(Learned)
export type KeptLessons = z.infer<typeof KeptLessons>

/** What a hunt found, or that a request with these cells is not answered at all: then they are asked for by themselves. */
export type Lesson = Found | { readonly kind: 'apart'; readonly span: Span }

/** What a device has shown that it does not give. Each entry is tried again once a day and forgotten when it no longer holds. */
export class Lessons {
  #learned: readonly Learned[]

  constructor(kept: KeptLessons) {
    this.#learned = kept
  }

  /** Takes up a lesson; the same one again is believed from `at` on. */
  learn({ kind, span }: Lesson, at: UtcMs): void {
    const { table, address, quantity } = span
    const isReplaced = (other: Learned) =>
      other.kind === kind &&
      (kind === 'limit' ? isBitTable(other.table) === isBitTable(table) : spanKey(other) === spanKey(span))
    this.#learned = [...this.#learned.filter((other) => !isReplaced(other)), { kind, table, address, quantity, at }]
  }

  /** The limits a plan has to keep to. */
  limits(): PlanLimits {
    const limit = (bits: boolean) =>
      this.#learned.find(({ kind, table }) => kind === 'limit' && isBitTable(table) === bits)?.quantity ?? null
    return {
      refused: this.#learned.filter(({ kind }) => kind !== 'limit'),
      maxRegisters: limit(false),
      maxBits: limit(true),
    }
  }

  /** True for a point that the device refuses by itself. */
  isRefused(point: ModbusPoint): boolean {
    const span = spanOf(point)
    return this.#learned.some((learned) => learned.kind === 'refused' && contains(span, learned))
  }

  /** The next thing that has been believed for a day, and the cells to ask for to see whether it still holds. */
  due(now: UtcMs): { readonly lesson: Lesson; readonly ask: Span } | null {
    const old = this.#learned.find(({ at }) => Math.abs(now - at) >= BELIEVED_MS)
    if (old === undefined) return null
    const { kind, table, address, quantity } = old
    const span = { table, address, quantity }
    return { lesson: { kind, span }, ask: kind === 'limit' ? { ...span, quantity: quantity + 1 } : span }
  }

  /** Forgets what no longer holds. */
  forget({ kind, span }: Lesson): void {
    this.#learned = this.#learned.filter((other) => other.kind !== kind || spanKey(other) !== spanKey(span))
  }

  /** Forgets everything: it was of another device. */
  clear(): void {
    this.#learned = []
  }

  kept(): KeptLessons {
    return [...this.#learned]
  }
}
