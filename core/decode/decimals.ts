import { MOST_INTEGER, malformed, type BodyReader, type BodyWriter } from './body-bytes.ts'

/** Powers of ten by their exponent, as far as a body scales by them. */
const POWERS = [1, 10, 100, 1_000, 10_000, 100_000, 1_000_000] as const

/** Most places behind the point that a body keeps as whole numbers. */
export const MOST_PLACES = POWERS.length - 1

/** Part of a list: the values from `start` to before `end`. */
export interface Span {
  readonly values: readonly unknown[]
  readonly start: number
  readonly end: number
}

/**
 * The fewest places behind the point with which all numbers of a span are whole numbers again exactly; MOST_PLACES + 1 where those do
 * not do, null where there are no numbers.
 */
export function placesOf({ values, start, end }: Span): number | null {
  let [places, power, largest, isAny] = [0, 1, 0, false]
  for (let at = start; at < end; at += 1) {
    const value = values[at]
    if (typeof value !== 'number') continue
    isAny = true
    while (Math.round(value * power) / power !== value) {
      places += 1
      if (places > MOST_PLACES) return places
      power = powerOf(places)
    }
    // Negative zero is no whole number that a difference could give back.
    if (value === 0 && 1 / value < 0) return MOST_PLACES + 1
    const size = Math.abs(value)
    if (size > largest) largest = size
  }
  if (!isAny) return null
  return largest * power > MOST_INTEGER ? MOST_PLACES + 1 : places
}

/** The numbers of a span, each as the whole number of units of 10^-places it is more than the one before it; the first as it is. */
export function writeDecimals(writer: BodyWriter, { values, start, end }: Span, places: number): void {
  const power = powerOf(places)
  let last = 0
  for (let at = start; at < end; at += 1) {
    const value = values[at]
    if (typeof value !== 'number') continue
    const units = Math.round(value * power)
    writer.signed(units - last)
    last = units
  }
}

/** The inverse of `writeDecimals`, value by value. */
export class DecimalReader {
  readonly #reader: BodyReader
  #power = 1
  #last = 0

  constructor(reader: BodyReader) {
    this.#reader = reader
  }

  /** Values of another series follow. */
  begin(places: number): void {
    this.#power = powerOf(places)
    this.#last = 0
  }

  /** Throws `message/malformed`. */
  next(): number {
    this.#last += this.#reader.signed()
    if (Math.abs(this.#last) > MOST_INTEGER) throw malformed('a number is too large')
    return this.#last / this.#power
  }
}

function powerOf(places: number): number {
  return POWERS[places] ?? 1
}
