import type { Quantity } from '../../../../core/contract/quantity.ts'
import { UtcMs } from '../../../../core/contract/time.ts'
import type { Quality } from '../../../../core/contract/reading.ts'
import { flagOf, hasValue, type Samples } from '../../../../dashboard/server/history/samples.ts'
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
  return { site: 'east-pit', device: 'feeder', stream: 's0000000', firstSeq, readings, ...rest }
}

/** A sample as a person writes one. */
export interface Sample {
  readonly at: number
  readonly value: number | null
  readonly quality: Quality
}

export function samplesOf(list: readonly Sample[]): Samples {
  return {
    length: list.length,
    at: Float64Array.from(list, ({ at }) => at),
    value: Float64Array.from(list, ({ value }) => value ?? 0),
    flag: Uint8Array.from(list, ({ value, quality }) => flagOf(value, quality)),
  }
}

export function listOf({ length, at, value, flag }: Samples): Sample[] {
  return Array.from({ length }, (_, index): Sample => {
    const byte = flag[index] ?? 0
    const quality = (['good', 'uncertain', 'bad'] as const)[byte & 0x7f] ?? 'bad'
    return { at: at[index] ?? 0, value: hasValue(byte) ? (value[index] ?? 0) : null, quality }
  })
}
