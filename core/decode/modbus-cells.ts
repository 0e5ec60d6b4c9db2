/** The 16-bit word at `index`, high byte first; bytes that are not there count as 0. */
export function wordAt(bytes: Uint8Array, index: number): number {
  return ((bytes[index] ?? 0) << 8) | (bytes[index + 1] ?? 0)
}

/** `count` words from `index` on. */
export function wordsAt(bytes: Uint8Array, index: number, count: number): readonly number[] {
  const words: number[] = []
  for (let at = index; at < index + 2 * count; at += 2) words.push(wordAt(bytes, at))
  return words
}

/** `count` bits from byte `index` on, the lowest bit of the first byte first. (MODBUS Application Protocol V1.1b3 §6.1) */
export function bitsAt(bytes: Uint8Array, index: number, count: number): readonly boolean[] {
  const bits: boolean[] = []
  for (let bit = 0; bit < count; bit += 1) bits.push((((bytes[index + (bit >>> 3)] ?? 0) >>> (bit & 7)) & 1) === 1)
  return bits
}

/** Words as bytes, high byte first. Throws RangeError for what is no 16-bit word. */
export function wordBytes(...words: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(2 * words.length)
  for (const [index, word] of words.entries()) {
    if (!Number.isInteger(word) || word < 0 || word > 0xffff) {
      throw new RangeError(`expected a word of 0–65535, came ${word}`)
    }
    bytes[2 * index] = word >>> 8
    bytes[2 * index + 1] = word & 0xff
  }
  return bytes
}

/** Bits as bytes, the first bit lowest; what is left of the last byte is 0. */
export function bitBytes(bits: readonly boolean[]): Uint8Array {
  const bytes = new Uint8Array(Math.ceil(bits.length / 8))
  for (const [index, bit] of bits.entries()) {
    if (bit) bytes[index >>> 3] = (bytes[index >>> 3] ?? 0) | (1 << (index & 7))
  }
  return bytes
}

/** True when both hold the same bytes. */
export function sameBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && a.every((byte, index) => byte === b[index])
}

/** The parts one after another. */
export function joinBytes(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}
