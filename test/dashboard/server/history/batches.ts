import type { Quantity } from '../../../../core/contract/quantity.ts'
import { UtcMs } from '../../../../core/contract/time.ts'
import type { HistoryBatch, HistoryReading } from '../../../../dashboard/server/history/store.ts'

export const START = 1_700_000_000_000

/** Readings of one point a second apart from `START`, numbered from `firstSeq`. */
export function batchOf(
  firstSeq: number,
  values: readonly (number | boolean | null)[],
  part: Partial<HistoryBatch> & { point?: string; quantity?: Quantity; from?: number } = {},
): HistoryBatch {
  const { point = 'active-power', quantity = 'power', from = START + firstSeq * 1_000, ...rest } = part
  const readings = values.map((value, index): HistoryReading => ({
    point,
    quantity,
    value,
    quality: value === null ? 'bad' : 'good',
    at: UtcMs.parse(from + index * 1_000),
  }))
  return { site: 'east-pit', device: 'feeder', stream: 's0000000', floor: 1, firstSeq, readings, ...rest }
}
