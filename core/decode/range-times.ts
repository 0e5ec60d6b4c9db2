import { MOST_INTEGER, checkedInteger, malformed, type BodyReader, type BodyWriter } from './body-bytes.ts'
import type { Shapes } from './range-tables.ts'

/** When one reading was taken: by the boot's monotonic clock, and as it was dated then; ms. */
export interface Instant {
  readonly mono: number
  readonly at: number
}

/**
 * Writes the times of batches: of each batch's first reading by what its shape's rhythm leads to expect, of the others by the reading
 * before. Whole milliseconds cost a byte a batch; fractions of them eight bytes a reading.
 * Throws RangeError for a time that is negative, not finite, or beyond the year 30,000.
 */
export function writeTimes(
  writer: BodyWriter,
  { ofBatch }: Shapes,
  batches: readonly { readonly readings: readonly Instant[] }[],
): void {
  const rhythm = rhythms()
  const total = batches.reduce((sum, { readings }) => sum + readings.length, 0)
  const inner = new Float64Array(2 * total)
  const fractions: number[] = []
  let [inside, apart, hasFractions] = [0, 0, false]
  for (const [index, { readings }] of batches.entries()) {
    let [last, lastApart] = [0, 0]
    for (let place = 0; place < readings.length; place += 1) {
      const { mono, at } = readings[place] ?? NEVER
      const whole = checkedInteger(Math.floor(mono))
      const ownApart = checkedInteger(at) - whole
      hasFractions ||= whole !== mono
      fractions.push(mono - whole)
      if (place === 0) {
        const shape = ofBatch[index] ?? 0
        writer.signed(whole - rhythm.expected(shape))
        rhythm.met(shape, whole)
        writer.signed(ownApart - apart)
        apart = ownApart
      } else {
        inner[inside] = whole - last
        inner[inside + 1] = ownApart - lastApart
        inside += 2
      }
      last = whole
      lastApart = ownApart
    }
  }
  writer.runs(inner.subarray(0, inside), (value) => writer.signed(value))
  writer.byte(hasFractions ? 1 : 0)
  if (hasFractions) writer.floats(fractions)
}

const NEVER: Instant = { mono: 0, at: 0 }

/** The inverse of `writeTimes`, one instant a reading in the order of the batches. Throws `message/malformed`. */
export function readTimes(reader: BodyReader, { list, ofBatch }: Shapes): Instant[] {
  const rhythm = rhythms()
  const heads: { readonly whole: number; readonly apart: number; readonly count: number }[] = []
  let apart = 0
  let inside = 0
  for (const shape of ofBatch) {
    const count = list[shape]?.points.length ?? 0
    if (count === 0) continue
    const whole = within(rhythm.expected(shape) + reader.signed())
    rhythm.met(shape, whole)
    apart += reader.signed()
    within(whole + apart)
    heads.push({ whole, apart, count })
    inside += count - 1
  }
  const inner = reader.runs(2 * inside, () => reader.signed())
  const instants: Instant[] = []
  let at = 0
  for (const head of heads) {
    let last = { whole: head.whole, apart: head.apart }
    instants.push({ mono: last.whole, at: last.whole + last.apart })
    for (let place = 1; place < head.count; place += 1) {
      last = { whole: within(last.whole + (inner[at] ?? 0)), apart: last.apart + (inner[at + 1] ?? 0) }
      instants.push({ mono: last.whole, at: within(last.whole + last.apart) })
      at += 2
    }
  }
  return withFractions(reader, instants)
}

function withFractions(reader: BodyReader, instants: Instant[]): Instant[] {
  const has = reader.byte()
  if (has > 1) throw malformed(`expected fractions or none, came ${has}`)
  if (has === 0) return instants
  const fractions = reader.floats(instants.length)
  return instants.map(({ mono, at }, index) => {
    const fraction = fractions[index] ?? 0
    if (fraction < 0 || fraction >= 1) throw malformed('a fraction is none')
    return { mono: mono + fraction, at }
  })
}

/** What the next batch of a shape is expected at: as long after its last as that was after the one before. */
function rhythms(): { expected(shape: number): number; met(shape: number, at: number): void } {
  const known = new Map<number, { at: number; every: number | null }>()
  let last = { at: 0, every: 0 }
  return {
    expected: (shape) => {
      const own = known.get(shape)
      // A shape met for the first time comes soon after the batch before it, and keeps the pace of the others.
      return own === undefined ? last.at : own.at + (own.every ?? last.every)
    },
    met: (shape, at) => {
      const own = known.get(shape)
      const every = own === undefined ? null : at - own.at
      known.set(shape, { at, every })
      last = { at, every: every ?? last.every }
    },
  }
}

function within(value: number): number {
  if (!(value >= 0 && value <= MOST_INTEGER)) throw malformed('a time is out of range')
  return value
}
