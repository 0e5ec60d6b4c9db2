import type { ReadRequest } from '../../core/decode/modbus-pdu.ts'
import { bytesOf, codeOf, type Shape, shapeOf } from './shape.ts'

/** Answers of one shape that may still come. */
interface Debt {
  count: number
  /** Monotonic time at which the last of them no longer comes. */
  until: number
  /** The request they answer; null when it was more than one. */
  request: ReadRequest | null
}

/**
 * The answers one unit may still send, counted by shape. Nothing else tells them apart, so there is one entry for each shape
 * there is, however many requests are left unanswered, and none is ever forgotten before its time.
 */
export class Debts {
  readonly #debts = new Map<Shape, Debt>()

  /** Shapes of which an answer may still come. */
  get size(): number {
    return this.#debts.size
  }

  /** The answer to `request` may come until monotonic time `until`, in ms. */
  add(request: ReadRequest, until: number): void {
    const shape = shapeOf(request)
    const debt = this.#debts.get(shape)
    if (debt === undefined) {
      this.#debts.set(shape, { count: 1, until, request })
      return
    }
    debt.count += 1
    debt.until = Math.max(debt.until, until)
    debt.request = null
  }

  has(shape: Shape): boolean {
    return this.#debts.has(shape)
  }

  hasFunction(code: number): boolean {
    return [...this.#debts.keys()].some((shape) => codeOf(shape) === code)
  }

  hasBytes(bytes: number): boolean {
    return [...this.#debts.keys()].some((shape) => bytesOf(shape) === bytes)
  }

  /** Until when an answer of this shape may come; 0 when none may. */
  until(shape: Shape): number {
    return this.#debts.get(shape)?.until ?? 0
  }

  /** One answer of this shape came. What it answers, null where that is not known; undefined when none was to come. */
  settle(shape: Shape): ReadRequest | null | undefined {
    const debt = this.#debts.get(shape)
    if (debt === undefined) return undefined
    debt.count -= 1
    if (debt.count === 0) this.#debts.delete(shape)
    return debt.request
  }

  /** Forgets what no longer comes. */
  forget(now: number): void {
    for (const [shape, { until }] of this.#debts) if (until <= now) this.#debts.delete(shape)
  }
}
