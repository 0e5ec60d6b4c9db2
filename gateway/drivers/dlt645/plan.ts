import type { Dlt645Point } from '../../../core/contract/device-profile.ts'
import { isBlock, placeIn } from '../../../core/decode/dlt645-points.ts'

/** Stands for the items with the meter's date and time, which derived points are worked out from. */
export const CLOCK = 'clock'

/** One item and the points it is read for; `bytes` is how long it is, where that is known. */
export interface ItemRead {
  readonly item: string
  readonly points: readonly Dlt645Point[]
  readonly bytes?: number
}

/**
 * What reads `points`, each point in exactly one: a block where it saves a question and is not refused, else the point's own
 * item; `CLOCK` for all that are derived. What is polled fast comes first, else the order is that of the points.
 */
export function planItems(points: readonly Dlt645Point[], isRefused: (item: string) => boolean): readonly ItemRead[] {
  const shared = new Map<string, number>()
  for (const { block } of points) if (block !== undefined) shared.set(block.item, (shared.get(block.item) ?? 0) + 1)
  const byItem = new Map<string, Dlt645Point[]>()
  for (const point of points) {
    const block = point.block?.item
    const saves = block !== undefined && (shared.get(block) ?? 0) > 1 && !isRefused(block)
    const item = point.derive !== undefined ? CLOCK : saves ? block : point.item
    byItem.set(item, [...(byItem.get(item) ?? []), point])
  }
  const reads = Array.from(byItem, ([item, here]): ItemRead => ({ item, points: here, ...lengthOf(item, here) }))
  return reads.toSorted((a, b) => Number(isFast(b)) - Number(isFast(a)))
}

/** True for a read of points that are due every round. */
export function isFast({ points }: ItemRead): boolean {
  return points.some(({ poll }) => poll === 'fast')
}

/** An item that is one value is as long as that; of a block it is only known what it has at least. */
function lengthOf(item: string, points: readonly Dlt645Point[]): { readonly bytes?: number } {
  if (item === CLOCK || isBlock(item)) return {}
  return { bytes: Math.max(...points.map((point) => (placeIn(item, point)?.offset ?? 0) + point.bytes)) }
}
