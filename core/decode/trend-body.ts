import type { TrendColumns } from '../contract/chain.ts'
import type { ReadingValue } from '../contract/reading.ts'
import { Id } from '../contract/text.ts'
import { BodyReader, BodyWriter, MOST_INTEGER, checkedInteger, malformed } from './body-bytes.ts'
import { readValues, writeValues } from './range-values.ts'

/** Most columns of one body, of all points together. */
export const MOST_COLUMNS = 65_536

const VERSION = 1

type Column = TrendColumns['columns'][number]

/**
 * The columns of points as one body, always the same bytes. Throws RangeError for an index, a count or a number of columns that a
 * body cannot hold, TypeError for NaN and the infinities.
 */
export function encodeTrendBody(points: readonly TrendColumns[]): Uint8Array {
  const writer = new BodyWriter()
  const columns = points.flatMap((point) => point.columns)
  if (columns.length > MOST_COLUMNS)
    throw new RangeError(`expected at most ${MOST_COLUMNS} columns, came ${columns.length}`)
  writer.byte(VERSION)
  writer.unsigned(points.length)
  for (const { device, point } of points) {
    writer.text(device)
    writer.text(point)
  }
  writer.runs(
    points.map((point) => point.columns.length),
    (count) => writer.unsigned(count),
  )
  let last = 0
  const steps = columns.map(({ index }) => {
    const step = checkedInteger(index) - last
    last = index
    return step
  })
  writer.runs(steps, (step) => writer.signed(step))
  writer.runs(
    columns.map(({ good }) => checkedInteger(good)),
    (good) => writer.unsigned(good),
  )
  // Min, mean and max of a column are closer to each other than to those of the next.
  writeValues(
    writer,
    columns.flatMap(({ min, mean, max }) => [min, mean, max]),
    startsOf(points.map((point) => point.columns.length)),
  )
  return writer.bytes()
}

/** The inverse of `encodeTrendBody`. Throws `message/malformed`. */
export function decodeTrendBody(bytes: Uint8Array): TrendColumns[] {
  const reader = new BodyReader(bytes)
  const version = reader.byte()
  if (version !== VERSION) throw malformed(`expected version ${VERSION}, came ${version}`)
  const names = Array.from({ length: reader.count(reader.left) }, () => ({
    device: nameIn(reader),
    point: nameIn(reader),
  }))
  let room = MOST_COLUMNS
  const counts = reader.runs(names.length, () => reader.count(MOST_COLUMNS))
  for (const count of counts) {
    room -= count
    if (room < 0) throw malformed(`more than ${MOST_COLUMNS} columns`)
  }
  const total = MOST_COLUMNS - room
  const indices = indicesIn(reader, total)
  const good = reader.runs(total, () => reader.count(MOST_INTEGER))
  const values = readValues(reader, startsOf(counts))
  reader.end()
  let next = 0
  return names.map(({ device, point }, place) => {
    const columns = Array.from({ length: counts[place] ?? 0 }, (): Column => {
      const at = next++
      return {
        index: indices[at] ?? 0,
        good: good[at] ?? 0,
        min: numberIn(values[3 * at]),
        mean: numberIn(values[3 * at + 1]),
        max: numberIn(values[3 * at + 2]),
      }
    })
    return { device, point, columns }
  })
}

function indicesIn(reader: BodyReader, count: number): number[] {
  let last = 0
  return reader
    .runs(count, () => reader.signed())
    .map((step) => {
      last += step
      if (last < 0 || last > MOST_INTEGER) throw malformed('an index is out of range')
      return last
    })
}

/** Where the values of each point begin, three a column, and where the last ones end. */
function startsOf(counts: readonly number[]): number[] {
  let end = 0
  return [0, ...counts.map((count) => (end += 3 * count))]
}

function numberIn(value: ReadingValue = null): number | null {
  if (value !== null && typeof value !== 'number') throw malformed('a column holds what is no number')
  return value
}

function nameIn(reader: BodyReader): string {
  const name = Id.safeParse(reader.text())
  if (!name.success) throw malformed('a name is no identifier')
  return name.data
}
