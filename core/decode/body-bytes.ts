import { HouseError } from '../kit/errors.ts'

/** Largest whole number a body holds, either way: differences of two of them still fit a varint exactly. */
export const MOST_INTEGER = 2 ** 50

/** Bytes written one after another: the plain body of a range or a trend. */
export class BodyWriter {
  #bytes = new Uint8Array(1_024)
  #length = 0

  /** What has been written. */
  bytes(): Uint8Array {
    return this.#bytes.slice(0, this.#length)
  }

  byte(value: number): void {
    if (this.#length === this.#bytes.length) this.#grow(1)
    this.#bytes[this.#length] = value
    this.#length += 1
  }

  /** A whole number from 0 to 2^53 − 1, seven bits a byte, lowest first (LEB128). */
  unsigned(value: number): void {
    let rest = value
    while (rest >= 0x80) {
      this.byte((rest % 0x80) | 0x80)
      rest = rest < 2 ** 31 ? rest >>> 7 : Math.floor(rest / 0x80)
    }
    this.byte(rest)
  }

  /** A whole number of either sign, folded so that small ones are short: 0, −1, 1, −2 … become 0, 1, 2, 3 … */
  signed(value: number): void {
    this.unsigned(value < 0 ? -2 * value - 1 : 2 * value)
  }

  /** Text as UTF-8 behind its length. A half of a surrogate pair becomes U+FFFD. */
  text(value: string): void {
    if (isPlain(value)) {
      this.unsigned(value.length)
      for (let at = 0; at < value.length; at += 1) this.byte(value.charCodeAt(at))
      return
    }
    const encoded = new TextEncoder().encode(value)
    this.unsigned(encoded.length)
    this.#grow(encoded.length)
    this.#bytes.set(encoded, this.#length)
    this.#length += encoded.length
  }

  /** Eight truths a byte, lowest bit first. */
  bits(values: readonly boolean[]): void {
    for (let at = 0; at < values.length; at += 8) {
      let byte = 0
      for (let bit = 0; bit < 8; bit += 1) if (values[at + bit] === true) byte |= 1 << bit
      this.byte(byte)
    }
  }

  /** 64-bit floats: all their first bytes, then all their second ones …, because those of a series resemble each other. */
  floats(values: readonly number[]): void {
    const view = new DataView(new ArrayBuffer(8 * values.length))
    for (let index = 0; index < values.length; index += 1) view.setFloat64(8 * index, values[index] ?? 0)
    for (let plane = 0; plane < 8; plane += 1)
      for (let index = 0; index < values.length; index += 1) this.byte(view.getUint8(8 * index + plane))
  }

  /** Numbers as runs of equal ones, each with its length; `write` writes one. */
  runs(values: ArrayLike<number>, write: (value: number) => void): void {
    for (let at = 0; at < values.length;) {
      const value = values[at] ?? 0
      let end = at + 1
      while (end < values.length && values[end] === value) end += 1
      this.unsigned(end - at)
      write(value)
      at = end
    }
  }

  #grow(needed: number): void {
    if (this.#length + needed <= this.#bytes.length) return
    const grown = new Uint8Array(Math.max(2 * this.#bytes.length, this.#length + needed))
    grown.set(this.#bytes)
    this.#bytes = grown
  }
}

/** Names, mostly: no encoder is needed for them. */
function isPlain(value: string): boolean {
  for (let at = 0; at < value.length; at += 1) if (value.charCodeAt(at) >= 0x80) return false
  return true
}

/** The inverse of BodyWriter. Every method throws `message/malformed` where the bytes cannot be what it reads. */
export class BodyReader {
  readonly #bytes: Uint8Array
  #at = 0

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
  }

  byte(): number {
    const value = this.#bytes[this.#at]
    if (value === undefined) throw malformed('it ends too early')
    this.#at += 1
    return value
  }

  unsigned(): number {
    const first = this.byte()
    if (first < 0x80) return first
    let value = first & 0x7f
    for (let factor = 0x80; factor <= 2 ** 49; factor *= 0x80) {
      const byte = this.byte()
      value += (byte & 0x7f) * factor
      if (byte < 0x80) {
        if (value > Number.MAX_SAFE_INTEGER) break
        return value
      }
    }
    throw malformed('a number is too large')
  }

  signed(): number {
    const folded = this.unsigned()
    return folded % 2 === 0 ? folded / 2 : -(folded + 1) / 2
  }

  /** A number of things, of which there are `most` at most. */
  count(most: number): number {
    const count = this.unsigned()
    if (count > most) throw malformed(`expected at most ${most}, came ${count}`)
    return count
  }

  text(): string {
    const length = this.count(this.left)
    if (length > this.left) throw malformed('it ends too early')
    const encoded = this.#bytes.subarray(this.#at, this.#at + length)
    this.#at += length
    try {
      return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(encoded)
    } catch {
      throw malformed('a text is not UTF-8')
    }
  }

  bits(count: number): boolean[] {
    const values: boolean[] = []
    for (let at = 0; at < count; at += 8) {
      const byte = this.byte()
      for (let bit = 0; bit < 8 && at + bit < count; bit += 1) values.push((byte & (1 << bit)) !== 0)
    }
    return values
  }

  floats(count: number): number[] {
    if (8 * count > this.left) throw malformed('it ends too early')
    const view = new DataView(new ArrayBuffer(8 * count))
    for (let plane = 0; plane < 8; plane += 1)
      for (let index = 0; index < count; index += 1) view.setUint8(8 * index + plane, this.byte())
    return Array.from({ length: count }, (_, index) => {
      const value = view.getFloat64(8 * index)
      if (!Number.isFinite(value)) throw malformed('a number is not finite')
      return value
    })
  }

  /** `count` numbers out of runs of equal ones. */
  runs(count: number, read: () => number): number[] {
    const values = new Array<number>(count).fill(0)
    for (let at = 0; at < count;) {
      const length = this.count(count - at)
      if (length === 0) throw malformed('a run is empty')
      values.fill(read(), at, at + length)
      at += length
    }
    return values
  }

  /** Bytes that have not been read. */
  get left(): number {
    return this.#bytes.length - this.#at
  }

  /** Throws unless all bytes have been read. */
  end(): void {
    if (this.left > 0) throw malformed(`${this.left} bytes too many`)
  }
}

/** `value`, when it is a whole number that a body can hold. Throws RangeError. */
export function checkedInteger(value: number): number {
  if (!(value >= 0 && value <= MOST_INTEGER) || !Number.isInteger(value))
    throw new RangeError(`expected a whole number from 0 to 2^50, came ${value}`)
  return value
}

/** The error of a body that cannot be read. */
export function malformed(why: string): HouseError {
  return new HouseError('message/malformed', `body: ${why}`)
}
