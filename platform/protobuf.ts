const UTF8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Writes protobuf fields into one growing buffer. (protobuf.dev/programming-guides/encoding) */
export class ProtoWriter {
  #buffer: Buffer
  #end = 0

  constructor(expectedBytes = 256) {
    this.#buffer = Buffer.allocUnsafe(Math.max(16, expectedBytes))
  }

  /** A copy of what has been written. */
  bytes(): Uint8Array {
    return new Uint8Array(this.#buffer.subarray(0, this.#end))
  }

  /** An unsigned number of up to 64 bits. Throws RangeError for a negative or fractional one. */
  varintField(field: number, value: number | bigint): void {
    this.#room(20)
    this.#varint(field * 8)
    if (typeof value === 'number') this.#varint(value)
    else this.#bigVarint(value)
  }

  doubleField(field: number, value: number): void {
    this.#room(20)
    this.#varint(field * 8 + 1)
    this.#end = this.#buffer.writeDoubleLE(value, this.#end)
  }

  floatField(field: number, value: number): void {
    this.#room(20)
    this.#varint(field * 8 + 5)
    this.#end = this.#buffer.writeFloatLE(value, this.#end)
  }

  stringField(field: number, value: string): void {
    const length = Buffer.byteLength(value)
    this.#room(20 + length)
    this.#varint(field * 8 + 2)
    this.#varint(length)
    this.#end += this.#buffer.write(value, this.#end, 'utf8')
  }

  bytesField(field: number, value: Uint8Array): void {
    this.#room(20 + value.length)
    this.#varint(field * 8 + 2)
    this.#varint(value.length)
    this.#buffer.set(value, this.#end)
    this.#end += value.length
  }

  /** Begins an embedded message; `end` is given what it answers. */
  begin(field: number): number {
    this.#room(20)
    this.#varint(field * 8 + 2)
    // One byte is kept for the length; a longer message is moved when its length is known.
    this.#end += 1
    return this.#end
  }

  /** Ends the embedded message that began at `start`. */
  end(start: number): void {
    const length = this.#end - start
    const extra = varintBytes(length) - 1
    if (extra > 0) {
      this.#room(extra)
      this.#buffer.copyWithin(start + extra, start, this.#end)
    }
    this.#end = start - 1
    this.#varint(length)
    this.#end += length
  }

  #room(bytes: number): void {
    if (this.#end + bytes <= this.#buffer.length) return
    const grown = Buffer.allocUnsafe(Math.max(this.#buffer.length * 2, this.#end + bytes))
    this.#buffer.copy(grown, 0, 0, this.#end)
    this.#buffer = grown
  }

  #varint(value: number): void {
    if (!Number.isSafeInteger(value) || value < 0)
      throw new RangeError(`expected an unsigned whole number, came ${value}`)
    let rest = value
    // Beyond 31 bits a number is no small integer, and shifts would cut it.
    for (; rest > 0x7fff_ffff; rest = Math.floor(rest / 0x80)) this.#byte((rest % 0x80) | 0x80)
    for (; rest > 0x7f; rest >>>= 7) this.#byte((rest & 0x7f) | 0x80)
    this.#byte(rest)
  }

  #byte(value: number): void {
    this.#buffer[this.#end] = value
    this.#end += 1
  }

  #bigVarint(value: bigint): void {
    if (value < 0n || value > 0xffff_ffff_ffff_ffffn)
      throw new RangeError(`expected up to 64 bits, came ${value.toString()}`)
    let rest = value
    while (rest > 0x7fn) {
      this.#byte(Number(rest & 0x7fn) | 0x80)
      rest >>= 7n
    }
    this.#byte(Number(rest))
  }
}

/**
 * Reads protobuf fields one after another: `next()`, then `is(field, wire)`, then the value or `skip()`.
 * Every method throws RangeError where the bytes end early or cannot be, TypeError for text that is no UTF-8.
 */
export class ProtoReader {
  readonly #bytes: Uint8Array
  readonly #view: DataView
  #at: number
  readonly #end: number
  #field = 0
  #wire = 0

  constructor(bytes: Uint8Array, from = 0, to = bytes.length) {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    this.#at = from
    this.#end = to
  }

  /** Moves to the next field; false at the end. */
  next(): boolean {
    if (this.#at === this.#end) return false
    const key = this.safeVarint()
    this.#wire = key % 8
    this.#field = Math.floor(key / 8)
    if (this.#field === 0 || this.#field > 0x1fff_ffff) throw new RangeError(`field number ${this.#field}`)
    return true
  }

  /** Whether the reader stands on `field`, sent as wire type `wire`. */
  is(field: number, wire: number): boolean {
    return this.#field === field && this.#wire === wire
  }

  /** A varint of up to 64 bits. */
  varint(): bigint {
    let value = 0n
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.#byte()
      value |= BigInt(byte & 0x7f) << shift
      if (byte < 0x80) return BigInt.asUintN(64, value)
    }
    throw new RangeError('a varint of more than 10 bytes')
  }

  /** A varint that is exact as a number; larger ones throw RangeError. */
  safeVarint(): number {
    let value = 0
    let factor = 1
    for (let count = 0; count < 8; count += 1) {
      const byte = this.#byte()
      value += (byte & 0x7f) * factor
      if (byte < 0x80) {
        if (!Number.isSafeInteger(value)) break
        return value
      }
      factor *= 0x80
    }
    throw new RangeError('a number of more than 53 bits')
  }

  float(): number {
    const at = this.#take(4)
    return this.#view.getFloat32(at, true)
  }

  double(): number {
    const at = this.#take(8)
    return this.#view.getFloat64(at, true)
  }

  string(): string {
    return UTF8.decode(this.#slice())
  }

  /** A copy of a length-delimited field. */
  bytes(): Uint8Array {
    return new Uint8Array(this.#slice())
  }

  /** A reader over an embedded message. */
  message(): ProtoReader {
    const length = this.safeVarint()
    const from = this.#take(length)
    return new ProtoReader(this.#bytes, from, from + length)
  }

  /** Passes over the field the reader stands on. Groups (wire types 3 and 4) are refused: Sparkplug has none. */
  skip(): void {
    if (this.#wire === 0) this.varint()
    else if (this.#wire === 1) this.#take(8)
    else if (this.#wire === 2) this.#slice()
    else if (this.#wire === 5) this.#take(4)
    else throw new RangeError(`wire type ${this.#wire}`)
  }

  #slice(): Uint8Array {
    const length = this.safeVarint()
    const from = this.#take(length)
    return this.#bytes.subarray(from, from + length)
  }

  #byte(): number {
    const at = this.#take(1)
    return this.#view.getUint8(at)
  }

  #take(count: number): number {
    const at = this.#at
    if (at + count > this.#end) throw new RangeError(`the bytes end ${at + count - this.#end} early`)
    this.#at = at + count
    return at
  }
}

function varintBytes(value: number): number {
  let count = 1
  for (let rest = value; rest > 0x7f; rest = Math.floor(rest / 0x80)) count += 1
  return count
}
