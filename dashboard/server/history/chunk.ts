import { packed, unpacked } from './packed.ts'
import { GOOD, hasValue, isFlag, type Samples } from './samples.ts'

/** What some samples come to. Samples with a good value are `good`; min, max and sum are over them, and mean nothing where there are none. */
export interface Sum {
  readonly n: number
  readonly good: number
  readonly min: number
  readonly max: number
  readonly sum: number
}

const FORMAT = 1
/** Bytes from which a chunk is compressed: nearly always. */
const LEAST_COMPRESSED = 64
const MOST_SAMPLES = 1 << 20

/** Packs samples, oldest first: times and flags as runs, values by their differences, all through zstd. Throws RangeError for a value that is no finite number. */
export function encodeChunk(samples: Samples): Uint8Array {
  const { length, flag } = samples
  return packed(LEAST_COMPRESSED, (writer) => {
    writer.count(FORMAT)
    writer.count(length)
    writer.steps(samples.at)
    writer.runs(flag, length)
    writer.numbers(valuesOf(samples))
  })
}

/** The samples of a chunk, oldest first. Throws `store/failed` for bytes that are no chunk. */
export function decodeChunk(data: Uint8Array): Samples {
  return unpacked(data, 'a history chunk', (reader) => {
    const format = reader.count(FORMAT)
    if (format !== FORMAT) throw new RangeError(`format ${format}`)
    const length = reader.count(MOST_SAMPLES)
    const at = reader.steps(length)
    const flag = reader.bytes(length)
    return { length, at, value: spread(reader.numbers(valuesAmong(flag)), flag), flag }
  })
}

/** Adds samples up. */
export function sumOf({ length, value, flag }: Samples): Sum {
  let good = 0
  let sum = 0
  let min = Infinity
  let max = -Infinity
  for (let index = 0; index < length; index++) {
    if (flag[index] !== GOOD) continue
    const one = value[index] ?? 0
    good++
    sum += one
    if (one < min) min = one
    if (one > max) max = one
  }
  return { n: length, good, min, max, sum }
}

/** Each value at the place of a sample that has one. */
function spread(values: Float64Array, flag: Uint8Array): Float64Array {
  if (values.length === flag.length) return values
  const spaced = new Float64Array(flag.length)
  let next = 0
  for (let index = 0; index < flag.length; index++) {
    if (hasValue(flag[index] ?? 0)) spaced[index] = values[next++] ?? 0
  }
  return spaced
}

/** The values of the samples that have one. */
function valuesOf({ length, value, flag }: Samples): Float64Array {
  const values = new Float64Array(length)
  let count = 0
  for (let index = 0; index < length; index++) {
    if (hasValue(flag[index] ?? 0)) values[count++] = value[index] ?? 0
  }
  return values.subarray(0, count)
}

/** How many samples have a value. Throws RangeError for a flag that is none. */
function valuesAmong(flag: Uint8Array): number {
  let count = 0
  for (const one of flag) {
    if (!isFlag(one)) throw new RangeError(`flag ${one}`)
    if (hasValue(one)) count++
  }
  return count
}
