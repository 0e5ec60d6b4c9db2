import type { Quantity } from '../../../core/contract/quantity.ts'

/** A point of a lane: its number from 0 in the order chosen, which is also its pen. */
export interface LanePoint {
  readonly index: number
  readonly quantity: Quantity
  readonly own: boolean
}

/** Points that share an axis, one above the other lanes. */
export interface LaneGroup<T extends LanePoint> {
  readonly quantity: Quantity
  readonly points: readonly T[]
}

/** Points of the same quantity in one lane, those with an axis of their own in a lane each; in the order of their first points. */
export function lanesOf<T extends LanePoint>(points: readonly T[]): LaneGroup<T>[] {
  const groups = Map.groupBy(points, ({ index, quantity, own }) => (own ? `own ${index}` : quantity))
  return [...groups.values()].flatMap((group) => {
    const [first] = group
    return first === undefined ? [] : [{ quantity: first.quantity, points: group }]
  })
}
