import type { PointSamples } from './hot-log.ts'
import { flagOf } from './samples.ts'
import { type HistoryBatch, storedValue } from './store.ts'
import type { StreamName } from './streams.ts'

export interface PointName {
  readonly site: string
  readonly device: string
  readonly point: string
}

/** Batches as a few columns, which go to another thread without being copied. Names go once and are numbers afterwards. */
export interface BatchWire {
  /** Points and streams that are met for the first time; their numbers count on from those before. */
  readonly points: readonly PointName[]
  readonly streams: readonly StreamName[]
  /** Three numbers a batch: stream, first number in it, readings. */
  readonly heads: Float64Array
  readonly samples: PointSamples
}

/** Turns batches into columns; remembers which names it has given a number. */
export interface BatchEncoder {
  encode(batches: readonly HistoryBatch[]): BatchWire
}

export const HEAD_NUMBERS = 3

export function openBatchEncoder(): BatchEncoder {
  const points = new Map<string, Map<string, number>>()
  const streams = new Map<string, number>()
  let pointCount = 0

  const streamOf = ({ site, stream }: HistoryBatch, fresh: StreamName[]): number => {
    const key = `${site}/${stream}`
    const known = streams.get(key)
    if (known !== undefined) return known
    streams.set(key, streams.size)
    fresh.push({ site, stream })
    return streams.size - 1
  }
  const pointsOf = ({ site, device }: HistoryBatch): Map<string, number> => {
    const key = `${site}/${device}`
    const known = points.get(key) ?? new Map<string, number>()
    points.set(key, known)
    return known
  }

  return {
    encode: (batches) => {
      const samples = roomFor(batches.reduce((sum, { readings }) => sum + readings.length, 0))
      const heads = new Float64Array(batches.length * HEAD_NUMBERS)
      const fresh: { points: PointName[]; streams: StreamName[] } = { points: [], streams: [] }
      let next = 0
      for (const [index, batch] of batches.entries()) {
        heads.set([streamOf(batch, fresh.streams), batch.firstSeq, batch.readings.length], index * HEAD_NUMBERS)
        const { site, device } = batch
        const known = pointsOf(batch)
        for (const { point, at, value, quality } of batch.readings) {
          let number = known.get(point)
          if (number === undefined) {
            number = pointCount++
            known.set(point, number)
            fresh.points.push({ site, device, point })
          }
          const stored = storedValue(value)
          samples.point[next] = number
          samples.at[next] = at
          samples.value[next] = stored ?? 0
          samples.flag[next] = flagOf(stored, quality)
          next++
        }
      }
      return { ...fresh, heads, samples }
    },
  }
}

/** The memory of a wire that changes hands with it. */
export function transferOf({ heads, samples: { point, at, value, flag } }: BatchWire): ArrayBuffer[] {
  const columns = [heads, point, at, value, flag]
  return columns.map(({ buffer }) => buffer).filter((buffer) => buffer instanceof ArrayBuffer)
}

/** Room for so many samples. */
export function roomFor(length: number): PointSamples {
  return {
    length,
    point: new Uint32Array(length),
    at: new Float64Array(length),
    value: new Float64Array(length),
    flag: new Uint8Array(length),
  }
}
