import { Quality } from '../../../core/contract/reading.ts'
import type { Sample } from './chunk.ts'

/** Samples of one point in memory: seventeen bytes each, where an object would take about a hundred. */
export interface SampleBuffer extends Iterable<Sample> {
  readonly length: number
  push(sample: Sample): void
  clear(): void
}

const QUALITIES = Quality.options
const NO_VALUE = 0x80
const FIRST_ROOM = 16

export function openSampleBuffer(): SampleBuffer {
  let length = 0
  let times = new Float64Array(FIRST_ROOM)
  let values = new Float64Array(FIRST_ROOM)
  let flags = new Uint8Array(FIRST_ROOM)

  const makeRoom = (room: number) => {
    const [before, old, marks] = [times, values, flags]
    times = new Float64Array(room)
    values = new Float64Array(room)
    flags = new Uint8Array(room)
    times.set(before.subarray(0, length))
    values.set(old.subarray(0, length))
    flags.set(marks.subarray(0, length))
  }
  const sampleAt = (index: number): Sample => {
    const flag = flags[index] ?? NO_VALUE
    const value = (flag & NO_VALUE) === 0 ? (values[index] ?? null) : null
    return { at: times[index] ?? 0, value, quality: QUALITIES[flag & 0x7f] ?? 'bad' }
  }

  return {
    get length() {
      return length
    },
    push: ({ at, value, quality }) => {
      if (length === times.length) makeRoom(length * 2)
      times[length] = at
      values[length] = value ?? 0
      flags[length] = QUALITIES.indexOf(quality) | (value === null ? NO_VALUE : 0)
      length++
    },
    clear: () => {
      length = 0
      makeRoom(FIRST_ROOM)
    },
    *[Symbol.iterator]() {
      for (let index = 0; index < length; index++) yield sampleAt(index)
    },
  }
}
