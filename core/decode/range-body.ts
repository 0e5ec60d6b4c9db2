import type { Quality, ReadingValue, ReasonCode } from '../contract/reading.ts'
import { BodyReader, BodyWriter, MOST_INTEGER, checkedInteger, malformed } from './body-bytes.ts'
import { readShapes, type Shape, type Shapes, shapesOf, startsOf, writeShapes } from './range-tables.ts'
import { readTimes, writeTimes } from './range-times.ts'
import { readValues, writeValues } from './range-values.ts'

/** One reading of a range. */
export interface RangeReading {
  readonly point: string
  /** No NaN and no infinity. */
  readonly value: ReadingValue
  readonly quality: Quality
  readonly reason: ReasonCode | null
  /** Monotonic time of the boot, ms; whole ones take far less room. */
  readonly mono: number
  /** UTC as it was dated when it was read, whole ms. */
  readonly at: number
  /** How long after `at` it may be used, whole ms. */
  readonly validForMs: number
}

/** Readings of one device that were committed together, numbered without gaps from `firstSeq`. */
export interface RangeBatch {
  readonly device: string
  readonly firstSeq: number
  readonly readings: readonly RangeReading[]
}

/** Most readings of one body: what a few bytes can unfold to is bounded by it. */
export const MOST_READINGS = 65_536

const VERSION = 1

/** Their places are what is written, so none is ever given to another. */
const QUALITIES = ['good', 'uncertain', 'bad'] as const satisfies readonly Quality[]
const REASONS = [
  null,
  'timeout',
  'exception',
  'link-down',
  'malformed',
  'sentinel',
  'not-a-number',
  'out-of-range',
  'open-loop',
  'expired',
  'identity-mismatch',
  'stream-lost',
] as const satisfies readonly (ReasonCode | null)[]

/**
 * The readings of a range as columns: one body for one list of batches, always the same bytes. It is made small for a packer behind
 * it: what repeats is named once, times and numbers are written by their differences, point by point.
 * Throws RangeError for a number, a time or a count that a body cannot hold, TypeError for NaN and the infinities.
 */
export function encodeRangeBody(batches: readonly RangeBatch[]): Uint8Array {
  const total = batches.reduce((sum, { readings }) => sum + readings.length, 0)
  if (total > MOST_READINGS) throw new RangeError(`expected at most ${MOST_READINGS} readings, came ${total}`)
  const writer = new BodyWriter()
  const shapes = shapesOf(batches)
  writer.byte(VERSION)
  writeShapes(writer, shapes)
  writeNumbers(writer, batches)
  writeTimes(writer, shapes, batches)
  const starts = startsOf(shapes)
  const sorted = inSeries(batches, shapes, starts)
  writer.runs(codesOf(sorted), (code) => writer.byte(code))
  writer.runs(
    sorted.map(({ validForMs }) => checkedInteger(validForMs)),
    (ms) => writer.unsigned(ms),
  )
  writeValues(
    writer,
    sorted.map(({ value }) => value),
    starts,
  )
  return writer.bytes()
}

/**
 * The batches of a body. What it takes, in time and memory, is bounded by MOST_READINGS and the length of the body.
 * Throws `message/malformed` for anything that `encodeRangeBody` cannot have made; a few other spellings of the same readings it lets pass.
 */
export function decodeRangeBody(bytes: Uint8Array): RangeBatch[] {
  const reader = new BodyReader(bytes)
  const version = reader.byte()
  if (version !== VERSION) throw malformed(`expected version ${VERSION}, came ${version}`)
  const shapes = readShapes(reader, MOST_READINGS)
  const firstSeqs = readNumbers(reader, shapes)
  const instants = readTimes(reader, shapes)
  const starts = startsOf(shapes)
  const total = instants.length
  const qualities = reader.runs(total, () => qualityIn(reader))
  const validities = reader.runs(total, () => reader.count(MOST_INTEGER))
  const values = readValues(reader, starts)
  reader.end()
  return assembled(shapes, { firstSeqs, instants, starts, qualities, validities, values })
}

interface Columns {
  readonly firstSeqs: readonly number[]
  /** By reading, in the order of the batches. */
  readonly instants: readonly { readonly mono: number; readonly at: number }[]
  /** Where each series begins in the columns below. */
  readonly starts: Uint32Array
  /** By reading, series by series. */
  readonly qualities: readonly number[]
  readonly validities: readonly number[]
  readonly values: readonly ReadingValue[]
}

function assembled({ list, ofBatch }: Shapes, columns: Columns): RangeBatch[] {
  const { firstSeqs, instants, qualities, validities, values } = columns
  const nextOf = columns.starts.slice()
  let next = 0
  return ofBatch.map((shape, batch) => {
    const { device, points, series } = list[shape] ?? NO_SHAPE
    const readings = points.map((point, place): RangeReading => {
      const own = series[place] ?? 0
      const at = nextOf[own] ?? 0
      nextOf[own] = at + 1
      const code = qualities[at] ?? 0
      const instant = instants[next]
      next += 1
      return {
        point,
        value: values[at] ?? null,
        quality: QUALITIES[code % QUALITIES.length] ?? 'bad',
        reason: REASONS[Math.floor(code / QUALITIES.length)] ?? null,
        mono: instant?.mono ?? 0,
        at: instant?.at ?? 0,
        validForMs: validities[at] ?? 0,
      }
    })
    return { device, firstSeq: firstSeqs[batch] ?? 0, readings }
  })
}

const NO_SHAPE: Shape = { device: '', points: [], series: [] }

/** All readings series by series, those of each in their order. */
function inSeries(batches: readonly RangeBatch[], { list, ofBatch }: Shapes, starts: Uint32Array): RangeReading[] {
  const sorted = batches.flatMap(({ readings }) => readings)
  const next = starts.slice()
  for (const [batch, { readings }] of batches.entries()) {
    const { series } = list[ofBatch[batch] ?? 0] ?? NO_SHAPE
    for (const [place, reading] of readings.entries()) {
      const own = series[place] ?? 0
      const at = next[own] ?? 0
      next[own] = at + 1
      sorted[at] = reading
    }
  }
  return sorted
}

/** Numbers of the stream, by how far each batch is from where the one before it ended. */
function writeNumbers(writer: BodyWriter, batches: readonly RangeBatch[]): void {
  let expected = 0
  const jumps = batches.map(({ firstSeq, readings }) => {
    const jump = checkedInteger(firstSeq) - expected
    expected = firstSeq + readings.length
    return jump
  })
  writer.runs(jumps, (jump) => writer.signed(jump))
}

function readNumbers(reader: BodyReader, { list, ofBatch }: Shapes): number[] {
  const jumps = reader.runs(ofBatch.length, () => reader.signed())
  let expected = 0
  return jumps.map((jump, index) => {
    const first = expected + jump
    if (first < 0 || first > MOST_INTEGER) throw malformed('a number of the stream is out of range')
    expected = first + (list[ofBatch[index] ?? 0]?.points.length ?? 0)
    return first
  })
}

function codesOf(readings: readonly RangeReading[]): Uint8Array {
  const codes = new Uint8Array(readings.length)
  for (const [at, { quality, reason }] of readings.entries()) {
    if (quality === 'good' && reason === null) continue
    codes[at] = QUALITIES.indexOf(quality) + QUALITIES.length * REASONS.indexOf(reason)
  }
  return codes
}

function qualityIn(reader: BodyReader): number {
  const code = reader.byte()
  if (code >= QUALITIES.length * REASONS.length) throw malformed(`no quality has the code ${code}`)
  return code
}
