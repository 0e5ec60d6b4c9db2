import { part, type Samples } from './samples.ts'

/** Samples of one point in memory: seventeen bytes each, where an object would take about a hundred. */
export interface SampleBuffer {
  readonly length: number
  push(at: number, value: number, flag: number): void
  /** What was pushed, in that order; valid until the next push. */
  samples(): Samples
  clear(): void
}

const FIRST_ROOM = 16

export function openSampleBuffer(): SampleBuffer {
  let length = 0
  let columns = room(FIRST_ROOM)

  const grow = () => {
    const grown = room(length * 2)
    grown.at.set(columns.at)
    grown.value.set(columns.value)
    grown.flag.set(columns.flag)
    columns = grown
  }

  return {
    get length() {
      return length
    },
    push: (at, value, flag) => {
      if (length === columns.length) grow()
      columns.at[length] = at
      columns.value[length] = value
      columns.flag[length] = flag
      length++
    },
    samples: () => part(columns, 0, length),
    clear: () => {
      length = 0
      columns = room(FIRST_ROOM)
    },
  }
}

function room(length: number): Samples {
  return { length, at: new Float64Array(length), value: new Float64Array(length), flag: new Uint8Array(length) }
}
