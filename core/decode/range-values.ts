import type { ReadingValue } from '../contract/reading.ts'
import { malformed, type BodyReader, type BodyWriter } from './body-bytes.ts'
import { DecimalReader, MOST_PLACES, placesOf, writeDecimals } from './decimals.ts'

const NULL = 0
const NUMBER = 1
const BOOLEAN = 2
const TEXT = 3

/** Stands where the places of a series' numbers do, when no number of places is enough. */
const FLOATS = MOST_PLACES + 1

/**
 * Writes values, series by series: which types they are of in runs, numbers as the decimals they are by their differences or
 * else as floats, booleans as bits. `starts` are the places where the series begin, and the end of the last one.
 * Throws TypeError for NaN and the infinities.
 */
export function writeValues(writer: BodyWriter, values: readonly ReadingValue[], starts: ArrayLike<number>): void {
  const types = new Uint8Array(values.length)
  for (let at = 0; at < types.length; at += 1) types[at] = typeOf(values[at] ?? null)
  writer.runs(types, (type) => writer.byte(type))
  const placed = new Uint8Array(starts.length)
  const spanOf = (series: number) => ({ values, start: starts[series] ?? 0, end: starts[series + 1] ?? 0 })
  for (let series = 0; series + 1 < starts.length; series += 1) {
    const places = placesOf(spanOf(series))
    if (places !== null) writer.byte(places)
    placed[series] = places ?? 0
  }
  const floats: ReadingValue[] = []
  for (let series = 0; series + 1 < starts.length; series += 1) {
    const places = placed[series] ?? 0
    if (places < FLOATS) writeDecimals(writer, spanOf(series), places)
    else floats.push(...values.slice(starts[series], starts[series + 1]))
  }
  writer.floats(floats.filter((value) => typeof value === 'number'))
  writer.bits(values.filter((value) => typeof value === 'boolean'))
  for (const value of values) if (typeof value === 'string') writer.text(value)
}

/** The inverse of `writeValues`. Throws `message/malformed`. */
export function readValues(reader: BodyReader, starts: ArrayLike<number>): ReadingValue[] {
  const total = starts[starts.length - 1] ?? 0
  const types = reader.runs(total, () => typeIn(reader))
  const values = new Array<ReadingValue>(total).fill(null)
  readNumbers(reader, { types, starts, values })
  const booleans = reader.bits(types.reduce((count, type) => (type === BOOLEAN ? count + 1 : count), 0))
  let next = 0
  for (let at = 0; at < total; at += 1) {
    if (types[at] === BOOLEAN) values[at] = booleans[next++] ?? null
    else if (types[at] === TEXT) values[at] = reader.text()
  }
  return values
}

interface Columns {
  readonly types: readonly number[]
  readonly starts: ArrayLike<number>
  readonly values: ReadingValue[]
}

function readNumbers(reader: BodyReader, { types, starts, values }: Columns): void {
  const places = new Uint8Array(starts.length)
  let inFloats = 0
  for (let series = 0; series + 1 < starts.length; series += 1) {
    let numbers = 0
    const end = starts[series + 1] ?? 0
    for (let at = starts[series] ?? 0; at < end; at += 1) if (types[at] === NUMBER) numbers += 1
    if (numbers === 0) continue
    places[series] = placesIn(reader)
    if (places[series] === FLOATS) inFloats += numbers
  }
  const decimals = new DecimalReader(reader)
  for (let series = 0; series + 1 < starts.length; series += 1) {
    if (places[series] === FLOATS) continue
    decimals.begin(places[series] ?? 0)
    const end = starts[series + 1] ?? 0
    for (let at = starts[series] ?? 0; at < end; at += 1) if (types[at] === NUMBER) values[at] = decimals.next()
  }
  const floats = reader.floats(inFloats)
  let next = 0
  for (let series = 0; series + 1 < starts.length; series += 1) {
    if (places[series] !== FLOATS) continue
    const end = starts[series + 1] ?? 0
    for (let at = starts[series] ?? 0; at < end; at += 1) if (types[at] === NUMBER) values[at] = floats[next++] ?? null
  }
}

function placesIn(reader: BodyReader): number {
  const places = reader.byte()
  if (places > FLOATS) throw malformed(`expected at most ${MOST_PLACES} places, came ${places}`)
  return places
}

function typeIn(reader: BodyReader): number {
  const type = reader.byte()
  if (type > TEXT) throw malformed(`no value has the type ${type}`)
  return type
}

function typeOf(value: ReadingValue): number {
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new TypeError(`a body cannot hold ${value}`)
    return NUMBER
  }
  if (value === null) return NULL
  return typeof value === 'boolean' ? BOOLEAN : TEXT
}
