import type { ModbusPoint } from '../../../core/contract/device-profile.ts'
import { cellsOf } from '../../../core/decode/readings.ts'
import type { Span } from './span.ts'

/** What a hunt found out about a device. */
export type Lesson =
  /** A request that contains these cells is refused: a point that is not there, or cells that cannot be read together. */
  | { readonly kind: 'refused'; readonly span: Span }
  /** It gives this many cells in one answer and not one more. */
  | { readonly kind: 'limit'; readonly span: Span }

/** What is known before a hunt begins. */
export interface HuntFacts {
  /** Cells of the longest answer that the device has given from this kind of table; 0 = none yet. */
  readonly longestGiven: number
}

/** Points whose cells overlap, taken as one thing. */
interface Atom {
  readonly address: number
  readonly end: number
}

/**
 * Finds out why a request over `points` (of one table) was refused. Each step gives cells to ask for and is told whether the
 * device gave them. Takes log₂ of the points in requests to find the first one that cannot be read with those before it, at
 * most two to tell a bad point, a bad gap and a length that is too much apart, and log₂ of the last gap to find the limit.
 */
export function* hunt(points: readonly ModbusPoint[], facts: HuntFacts): Generator<Span, Lesson, boolean> {
  const table = points[0]?.table ?? 'holding-register'
  const atoms = atomsOf(points)
  const over = (from: number, to: number): Span => {
    const address = atoms[from]?.address ?? 0
    return { table, address, quantity: (atoms[to]?.end ?? 0) - address }
  }
  // Atoms 0 to `good - 1` are given together, 0 to `bad - 1` are not.
  let good = 0
  let bad = atoms.length
  while (bad - good > 1) {
    const middle = (good + bad) >>> 1
    if (yield over(0, middle - 1)) good = middle
    else bad = middle
  }
  if (good === 0) return { kind: 'refused', span: over(0, 0) }
  const alone = yield over(good, good)
  if (!alone) return { kind: 'refused', span: over(good, good) }
  const refused = { kind: 'refused', span: over(good - 1, good) } as const
  if (good === 1) return refused
  const pair = yield over(good - 1, good)
  if (!pair) return refused
  const whole = over(0, good)
  // Every cell can be read, so it was the length, unless as much was given before.
  if (whole.quantity <= facts.longestGiven) return { kind: 'refused', span: whole }
  return yield* limitOf(over(0, good - 1), whole)
}

/** The longest span between one that is given and one that is not. */
function* limitOf(given: Span, refused: Span): Generator<Span, Lesson, boolean> {
  let good = given.quantity
  let bad = refused.quantity
  while (bad - good > 1) {
    const middle = (good + bad) >>> 1
    if (yield { ...given, quantity: middle }) good = middle
    else bad = middle
  }
  return { kind: 'limit', span: { ...given, quantity: good } }
}

function atomsOf(points: readonly ModbusPoint[]): readonly Atom[] {
  const atoms: Atom[] = []
  for (const point of points.toSorted((a, b) => a.address - b.address)) {
    const end = point.address + cellsOf(point)
    const last = atoms.at(-1)
    if (last !== undefined && point.address < last.end) {
      atoms[atoms.length - 1] = { address: last.address, end: Math.max(last.end, end) }
    } else atoms.push({ address: point.address, end })
  }
  return atoms
}
