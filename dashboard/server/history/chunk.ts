import { constants, zstdCompressSync, zstdDecompressSync } from 'node:zlib'
import { HouseError } from '../../../core/kit/errors.ts'
import type { Quality } from '../../../core/contract/reading.ts'

/** One stored reading of one point. Booleans are 0 and 1; a missing value is null, never 0 and never NaN. */
export interface Sample {
  /** UtcMs */
  readonly at: number
  readonly value: number | null
  readonly quality: Quality
}

/** A block of samples, oldest first, with the sums a wide query needs instead of the samples. */
export interface Chunk {
  readonly from: number
  readonly to: number
  /** All samples. */
  readonly n: number
  /** Samples with a good value; min, max and sum are over them and null when there are none. */
  readonly good: number
  readonly min: number | null
  readonly max: number | null
  readonly sum: number | null
  readonly data: Uint8Array
}

const FORMAT = 1
const QUALITIES: readonly Quality[] = ['good', 'uncertain', 'bad']
const NO_VALUE = 0x80

/**
 * Packs samples (at least one) into a chunk: sorted by time, times as differences, values as eight byte planes, all
 * through zstd. Samples of the same instant keep their order. Throws RangeError for none, or for a value that is no finite number.
 */
export function encodeChunk(samples: readonly Sample[]): Chunk {
  const sorted = samples.toSorted((a, b) => a.at - b.at)
  const first = sorted[0]
  const last = sorted.at(-1)
  if (first === undefined || last === undefined) throw new RangeError('a chunk holds at least one sample')
  const n = sorted.length
  const times = encodeTimes(sorted.map((sample) => sample.at))
  const plain = new Uint8Array(5 + times.length + n * 9)
  const view = new DataView(plain.buffer)
  view.setUint8(0, FORMAT)
  view.setUint32(1, n)
  plain.set(times, 5)
  const flags = 5 + times.length
  const bytes = new DataView(new ArrayBuffer(8))
  for (const [index, { value, quality }] of sorted.entries()) {
    if (value !== null && !Number.isFinite(value)) throw new RangeError(`a chunk holds finite numbers, came ${value}`)
    plain[flags + index] = QUALITIES.indexOf(quality) | (value === null ? NO_VALUE : 0)
    bytes.setFloat64(0, value ?? 0)
    for (let plane = 0; plane < 8; plane++) plain[flags + n * (plane + 1) + index] = bytes.getUint8(plane)
  }
  return { from: first.at, to: last.at, ...summary(sorted), data: compressed(plain) }
}

/** The samples of a chunk, oldest first. Throws `store/failed` for bytes that are no chunk. */
export function decodeChunk(data: Uint8Array): Sample[] {
  const plain = decompressed(data)
  const view = new DataView(plain.buffer, plain.byteOffset, plain.byteLength)
  if (plain.length < 5 || view.getUint8(0) !== FORMAT) throw damaged('an unknown format')
  const n = view.getUint32(1)
  const { times, end } = decodeTimes(plain, 5, n)
  if (plain.length !== end + n * 9) throw damaged(`${plain.length} bytes instead of ${end + n * 9}`)
  const bytes = new DataView(new ArrayBuffer(8))
  return times.map((at, index) => {
    const flag = plain[end + index] ?? NO_VALUE
    for (let plane = 0; plane < 8; plane++) bytes.setUint8(plane, plain[end + n * (plane + 1) + index] ?? 0)
    const quality = QUALITIES[flag & 0x7f]
    if (quality === undefined) throw damaged(`quality ${flag}`)
    return { at, value: (flag & NO_VALUE) === 0 ? bytes.getFloat64(0) : null, quality }
  })
}

function summary(samples: readonly Sample[]): Pick<Chunk, 'n' | 'good' | 'min' | 'max' | 'sum'> {
  let good = 0
  let sum = 0
  let min = Infinity
  let max = -Infinity
  for (const { value, quality } of samples) {
    if (value === null || quality !== 'good') continue
    good++
    sum += value
    if (value < min) min = value
    if (value > max) max = value
  }
  const n = samples.length
  return good === 0 ? { n, good, min: null, max: null, sum: null } : { n, good, min, max, sum }
}

/** Differences of differences, zigzag, seven bits a byte. Plain arithmetic, because milliseconds need more than 32 bits. */
function encodeTimes(times: readonly number[]): Uint8Array {
  const bytes: number[] = []
  let previous = 0
  let step = 0
  for (const at of times) {
    const change = at - previous - step
    let rest = change >= 0 ? change * 2 : -change * 2 - 1
    while (rest >= 0x80) {
      bytes.push((rest % 0x80) + 0x80)
      rest = Math.floor(rest / 0x80)
    }
    bytes.push(rest)
    step = at - previous
    previous = at
  }
  return Uint8Array.from(bytes)
}

function decodeTimes(bytes: Uint8Array, start: number, n: number): { times: number[]; end: number } {
  const times: number[] = []
  let end = start
  let previous = 0
  let step = 0
  for (let index = 0; index < n; index++) {
    let rest = 0
    let weight = 1
    for (;;) {
      const byte = bytes[end++]
      if (byte === undefined) throw damaged('times cut short')
      rest += (byte & 0x7f) * weight
      if (byte < 0x80) break
      weight *= 0x80
    }
    step += rest % 2 === 0 ? rest / 2 : -(rest + 1) / 2
    previous += step
    times.push(previous)
  }
  return { times, end }
}

function compressed(plain: Uint8Array): Uint8Array {
  return zstdCompressSync(plain, { params: { [constants.ZSTD_c_compressionLevel]: 3 } })
}

function decompressed(data: Uint8Array): Uint8Array {
  try {
    return zstdDecompressSync(data, { maxOutputLength: 1 << 24 })
  } catch (error) {
    throw damaged('bytes zstd does not know', error)
  }
}

function damaged(what: string, cause?: unknown): HouseError {
  return new HouseError('store/failed', `a history chunk is damaged: ${what}`, {}, cause)
}
