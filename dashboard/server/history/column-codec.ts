/** Most places behind the point with which numbers are kept as whole ones. */
const MOST_PLACES = 6
/** Stands where the places would, for numbers that no few places give back exactly. */
const FLOATS = MOST_PLACES + 1
/** Largest whole number that is kept by its difference to the one before: that difference still fits a varint exactly. */
const MOST_UNITS = 2 ** 50
/** A whole number takes at most this many bytes. */
const MOST_VARINT = 8

/**
 * Columns of numbers, written one behind the other: the inside of a chunk and of a block of cells. Works on whole columns in typed arrays,
 * because a trend of a year reads thousands of them.
 */
export class ColumnWriter {
  #bytes = new Uint8Array(2_048)
  #length = 0

  bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#length)
  }

  /** A whole number from 0 to 2^53 − 1. */
  count(value: number): void {
    this.#room(MOST_VARINT)
    this.#length = put(this.#bytes, this.#length, value)
  }

  /** Whole numbers of either sign, of up to 2^51, as runs of equal ones. */
  runs(values: ArrayLike<number>, count: number): void {
    this.#room(count * 2 * MOST_VARINT)
    const bytes = this.#bytes
    let length = this.#length
    for (let at = 0; at < count;) {
      const value = values[at] ?? 0
      let end = at + 1
      while (end < count && values[end] === value) end++
      length = put(bytes, length, end - at)
      length = put(bytes, length, value < 0 ? -2 * value - 1 : 2 * value)
      at = end
    }
    this.#length = length
  }

  /** Whole numbers by the changes of their steps: nearly nothing for times at an even pace. */
  steps(values: Float64Array): void {
    const changes = new Float64Array(values.length)
    let before = 0
    let step = 0
    for (let index = 0; index < values.length; index++) {
      const value = values[index] ?? 0
      changes[index] = value - before - step
      step = value - before
      before = value
    }
    this.runs(changes, changes.length)
  }

  /** Finite numbers: by their differences as whole units of a decimal place where that is exact, else as they are. Throws RangeError for others. */
  numbers(values: Float64Array): void {
    const places = placesOf(values)
    this.#room(1 + values.length * MOST_VARINT)
    this.#bytes[this.#length++] = places ?? FLOATS
    if (places === null) this.#planes(values)
    else this.#decimals(values, 10 ** places)
  }

  #decimals(values: Float64Array, power: number): void {
    const bytes = this.#bytes
    let length = this.#length
    let last = 0
    for (const value of values) {
      const units = Math.round(value * power)
      const step = units - last
      last = units
      length = put(bytes, length, step < 0 ? -2 * step - 1 : 2 * step)
    }
    this.#length = length
  }

  /** All lowest bytes, then all second lowest …, because those of a series resemble each other. */
  #planes(values: Float64Array): void {
    const plain = new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
    for (let plane = 0; plane < 8; plane++) {
      for (let index = plane; index < plain.length; index += 8) this.#bytes[this.#length++] = plain[index] ?? 0
    }
  }

  #room(needed: number): void {
    if (this.#length + needed <= this.#bytes.length) return
    const grown = new Uint8Array(Math.max(2 * this.#bytes.length, this.#length + needed))
    grown.set(this.bytes())
    this.#bytes = grown
  }
}

/** The inverse of ColumnWriter. Every method throws RangeError where the bytes cannot be what it reads. */
export class ColumnReader {
  readonly #bytes: Uint8Array
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  /** A number of things, of which there are `most` at most. */
  count(most: number): number {
    const value = this.#varint()
    if (value > most) throw new RangeError(`expected at most ${most}, came ${value}`)
    return value
  }

  runs(count: number): Float64Array {
    const values = new Float64Array(count)
    for (let at = 0; at < count;) {
      const length = this.count(count - at)
      if (length === 0) throw new RangeError('a run is empty')
      const folded = this.#varint()
      values.fill(folded % 2 === 0 ? folded / 2 : -(folded + 1) / 2, at, at + length)
      at += length
    }
    return values
  }

  /** Runs of bytes. */
  bytes(count: number): Uint8Array {
    const values = new Uint8Array(count)
    for (let at = 0; at < count;) {
      const length = this.count(count - at)
      if (length === 0) throw new RangeError('a run is empty')
      values.fill(this.#varint() / 2, at, at + length)
      at += length
    }
    return values
  }

  /** What the runs of the changes of its steps make: the numbers themselves. */
  steps(count: number): Float64Array {
    const values = new Float64Array(count)
    let value = 0
    let step = 0
    for (let at = 0; at < count;) {
      const end = at + this.count(count - at)
      if (end === at) throw new RangeError('a run is empty')
      const folded = this.#varint()
      const change = folded % 2 === 0 ? folded / 2 : -(folded + 1) / 2
      for (; at < end; at++) {
        step += change
        value += step
        values[at] = value
      }
    }
    return values
  }

  numbers(count: number): Float64Array {
    const places = this.count(FLOATS)
    return places === FLOATS ? this.#planes(count) : this.#decimals(count, 10 ** places)
  }

  /** Throws unless all bytes have been read. */
  end(): void {
    if (this.#at !== this.#bytes.length) throw new RangeError(`${this.#bytes.length - this.#at} bytes too many`)
  }

  #decimals(count: number, power: number): Float64Array {
    const values = new Float64Array(count)
    const bytes = this.#bytes
    let at = this.#at
    let units = 0
    for (let index = 0; index < count; index++) {
      let byte = bytes[at++] ?? 0
      let folded = byte & 0x7f
      for (let weight = 0x80; byte >= 0x80; weight *= 0x80) {
        byte = bytes[at++] ?? 0
        folded += (byte & 0x7f) * weight
      }
      units += folded % 2 === 0 ? folded / 2 : -(folded + 1) / 2
      values[index] = units / power
    }
    if (at > bytes.length || !Number.isSafeInteger(units)) throw new RangeError('numbers cut short')
    this.#at = at
    return values
  }

  #planes(count: number): Float64Array {
    const bytes = this.#bytes
    if (this.#at + 8 * count > bytes.length) throw new RangeError('numbers cut short')
    const plain = new Uint8Array(8 * count)
    for (let plane = 0; plane < 8; plane++) {
      for (let index = plane; index < plain.length; index += 8) plain[index] = bytes[this.#at++] ?? 0
    }
    return new Float64Array(plain.buffer)
  }

  #varint(): number {
    let value = 0
    for (let weight = 1; weight <= 2 ** 49; weight *= 0x80) {
      const byte = this.#bytes[this.#at++]
      if (byte === undefined) throw new RangeError('it ends too early')
      value += (byte & 0x7f) * weight
      if (byte < 0x80) return value
    }
    throw new RangeError('a number is too large')
  }
}

/** Writes a whole number, seven bits a byte, lowest first; answers where it ends. */
function put(bytes: Uint8Array, start: number, value: number): number {
  let length = start
  let rest = value
  while (rest >= 0x80) {
    bytes[length++] = (rest % 0x80) | 0x80
    rest = Math.floor(rest / 0x80)
  }
  bytes[length++] = rest
  return length
}

/** The fewest places with which all values are whole numbers and come back exactly; null where six do not do. Throws RangeError for what is not finite. */
function placesOf(values: Float64Array): number | null {
  let places = 0
  let power = 1
  let largest = 0
  let isNegativeZero = false
  for (const value of values) {
    if (!Number.isFinite(value)) throw new RangeError(`expected a finite number, came ${value}`)
    while (places <= MOST_PLACES && Math.round(value * power) / power !== value) power = 10 ** ++places
    largest = Math.max(largest, Math.abs(value))
    isNegativeZero ||= Object.is(value, -0)
  }
  return places > MOST_PLACES || isNegativeZero || largest * power > MOST_UNITS ? null : places
}
